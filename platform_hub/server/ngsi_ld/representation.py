"""Representations: one entity as normalised, concise, simplified or GeoJSON (GS CIM 009, 4.5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import invalid_request
from platform_hub.server.ngsi_ld import json_ld, languages
from platform_hub.server.ngsi_ld.attribute_kinds import SYSTEM, VALUE_KEYS, Json
from platform_hub.server.ngsi_ld.fragments import NO_DATASET, is_attribute
from platform_hub.server.store.entities import SCOPE, instances_of
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.parameters import Parameters
    from platform_hub.server.ngsi_ld.projection import Tree
    from platform_hub.server.store.entities import Entity

_PLAIN_WHEN_SIMPLE = {"Property", "GeoProperty", "Relationship"}


class Form(StrEnum):
    """How much of an attribute is written."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


_FORMS = {form.value: form for form in Form} | {"keyValues": Form.SIMPLIFIED}
OPTIONS = {*_FORMS, "sysAttrs"}


@dataclass(frozen=True, slots=True)
class View:
    """What of an entity is written, and how; names as the store keeps them.

    Attributes:
        form: how much of an attribute.
        system: also when things were created and changed.
        context: what names the reader knows.
        only: members of the entity to write (`id` and `type` among them), all where empty.
        without: members to leave out.
        languages: which texts of a LanguageProperty, all where empty.
        datasets: which instances, all where empty; NO_DATASET is the default one.
        geometry: for GeoJSON, the GeoProperty that is the geometry; empty for other JSON.
    """

    form: Form = Form.NORMALIZED
    system: bool = False
    context: Context = json_ld.CORE
    only: Tree = field(default_factory=dict)
    without: Tree = field(default_factory=dict)
    languages: str = ""
    datasets: frozenset[str] = frozenset()
    geometry: str = ""

    def shows(self, member: str) -> bool:
        """Tell whether a member of an entity is written."""
        if self.only and member not in self.only:
            return False
        return member not in self.without or bool(self.without[member])

    def without_geometry(self) -> View:
        """Return the view that writes plain JSON."""
        return replace(self, geometry="")

    def below(self, member: str) -> View:
        """Return the view of what a relationship of the entity links to."""
        only, without = self.only.get(member, {}), self.without.get(member, {})
        return replace(self, only=only, without=without)


def form_of(parameters: Parameters) -> tuple[Form, bool]:
    """Read `options` and `format`: the form, and whether system attributes are wanted."""
    options = parameters.words("options", OPTIONS)
    asked = {_FORMS[word] for word in options & _FORMS.keys()}
    if text := parameters.choice("format", _FORMS):
        asked = {_FORMS[text]}  # where both are given, format decides (6.3.7)
    if len(asked) > 1:
        raise invalid_request("options asks for more than one representation")
    return (asked.pop() if asked else Form.NORMALIZED), "sysAttrs" in options


def represent(entity: Entity, view: View) -> Json:
    """Write an entity as JSON, or as a GeoJSON Feature where the view names a geometry."""
    members = _members(entity, view)
    if not view.geometry:
        return members
    geometry = _geometry(entity, view)
    properties = {name: held for name, held in members.items() if name != "id"}
    return {"id": entity.id, "type": "Feature", "geometry": geometry, "properties": properties}


def feature_collection(features: list[Json]) -> Json:
    """Wrap GeoJSON Features."""
    return {"type": "FeatureCollection", "features": features}


def attribute(held: Any, view: View) -> Any:
    """Write one attribute of a document; None where none of its instances is wanted."""
    each = [one for one in instances_of(held) if _is_wanted(one, view)]
    if not each:
        return None
    if len(each) == 1:
        return _instance(each[0], view)
    if view.form is Form.SIMPLIFIED:
        return {"dataset": {_dataset(one): _instance(one, view) for one in each}}
    return [_instance(one, view) for one in each]


def _members(entity: Entity, view: View) -> Json:
    types = [view.context.shown(name) for name in entity.types]
    body: Json = {"id": entity.id, "type": types if len(types) > 1 else types[0]}
    if entity.scope:
        body[SCOPE] = list(entity.scope) if len(entity.scope) > 1 else entity.scope[0]
    if view.system:
        body["createdAt"] = timestamps.to_text(entity.created_us)
        body["modifiedAt"] = timestamps.to_text(entity.modified_us)
    body = {
        name: held
        for name, held in body.items()
        if view.shows(name) or name in {"createdAt", "modifiedAt"}
    }
    for name, held in entity.document.items():
        if view.shows(name) and (shown := attribute(held, view)) is not None:
            body[view.context.shown(name)] = shown
    return body


def _geometry(entity: Entity, view: View) -> Any:
    each = instances_of(entity.document.get(view.geometry))
    found = next((one for one in each if one.get("type") == "GeoProperty"), {})
    return found.get("value")


def _is_wanted(held: Json, view: View) -> bool:
    return not view.datasets or _dataset(held) in view.datasets


def _dataset(held: Json) -> str:
    return str(held.get("datasetId", NO_DATASET))


def _instance(held: Json, view: View) -> Any:
    if view.languages and held["type"] == "LanguageProperty":
        held = languages.chosen(held, view.languages)
    if view.form is Form.SIMPLIFIED:
        return _simplified(held, view)
    full = {
        view.context.shown(name) if is_attribute(name, one) else name: _member(
            name, one, held, view
        )
        for name, one in held.items()
        if view.system or name not in SYSTEM
    }
    return _concise(full) if view.form is Form.CONCISE else full


def _member(name: str, one: Any, held: Json, view: View) -> Any:
    if is_attribute(name, one):
        return (
            [_instance(item, view) for item in one]
            if isinstance(one, list)
            else _instance(one, view)
        )
    if name == "objectType" or (name == "vocab" and held["type"] == "VocabProperty"):
        return _shown(one, view.context)
    return one


def _shown(value: Any, context: Context) -> Any:
    if isinstance(value, list):
        return [context.shown(name) for name in value]
    return context.shown(value)


def _simplified(held: Json, view: View) -> Any:
    kind = held["type"]
    key = VALUE_KEYS[kind]
    value = _member(key, held.get(key), held, view)
    if kind == "ListRelationship":
        value = [item["object"] if isinstance(item, dict) else item for item in value]
    return value if kind in _PLAIN_WHEN_SIMPLE else {key: value}


def _concise(full: Json) -> Any:
    """Leave the type out, and a Property with nothing beside its value is that value."""
    kept = {name: held for name, held in full.items() if name != "type"}
    return kept["value"] if kept.keys() == {"value"} else kept
