"""Representations: one entity as normalised, concise or simplified JSON (GS CIM 009, 4.5)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Collection

    from platform_hub.server.ngsi_ld.parameters import Parameters
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
_SYSTEM = {"createdAt", "modifiedAt"}
_VALUE_KEYS = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
}


class Form(StrEnum):
    """How much of an attribute is written."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


_FORMS = {form.value: form for form in Form} | {"keyValues": Form.SIMPLIFIED}
OPTIONS = {*_FORMS, "sysAttrs"}


def form_of(parameters: Parameters) -> tuple[Form, bool]:
    """Read `options` and `format`: the form, and whether system attributes are wanted."""
    options = parameters.words("options", OPTIONS)
    asked = {_FORMS[word] for word in options & _FORMS.keys()}
    if text := parameters.choice("format", _FORMS):
        asked = {_FORMS[text]}  # where both are given, format decides (6.3.7)
    if len(asked) > 1:
        raise bad_request("options asks for more than one representation")
    return (asked.pop() if asked else Form.NORMALIZED), "sysAttrs" in options


def represent(
    entity: Entity, attributes: Collection[str], form: Form, *, system: bool = False
) -> Json:
    """Write an entity with some of its attributes, all where none is named."""
    body: Json = {"id": entity.id, "type": entity.type}
    if system:
        body["createdAt"] = timestamps.to_text(entity.created_us)
        body["modifiedAt"] = timestamps.to_text(entity.modified_us)
    for name, attribute in entity.document.items():
        if not attributes or name in attributes:
            body[name] = _attribute(attribute, form, system)
    return body


def _attribute(attribute: Json, form: Form, system: bool) -> Any:
    if form is Form.SIMPLIFIED:
        return _simplified(attribute)
    kept = attribute if system else {k: v for k, v in attribute.items() if k not in _SYSTEM}
    return _concise(kept) if form is Form.CONCISE else kept


def _simplified(attribute: Json) -> Any:
    key = _VALUE_KEYS[attribute["type"]]
    return {key: attribute[key]} if key == "languageMap" else attribute[key]


def _concise(attribute: Json) -> Any:
    """Leave the type out, and a Property with nothing beside its value is that value."""
    kept = {
        name: _concise(held) if _is_attribute(held) else held
        for name, held in attribute.items()
        if name != "type"
    }
    return kept["value"] if kept.keys() == {"value"} else kept


def _is_attribute(held: Any) -> bool:
    return isinstance(held, dict) and held.get("type") in _VALUE_KEYS
