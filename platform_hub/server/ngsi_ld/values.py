"""Plain values for attributes that are there: read as what those are (merge with keyValues)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from platform_hub.server.ngsi_ld.attribute_kinds import VALUE_KEYS, Json, is_geometry
from platform_hub.server.store.entities import Entity, instances_of
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context

_OWN = {"id", "type", "scope", "@context"}


def as_values(body: Any, entity: Entity, context: Context, language: str = "") -> Any:
    """Return a simplified fragment as a concise one, each value of the kind that it replaces.

    Args:
        body: the caller's fragment.
        entity: what it is merged into.
        context: what the names mean.
        language: in which a text for a LanguageProperty is.
    """
    if not isinstance(body, dict):
        return body
    return {
        name: held if name in _OWN else _value(held, entity, context.stored(name), language)
        for name, held in body.items()
    }


def _value(held: Any, entity: Entity, name: str, language: str) -> Any:
    if held == NULL:
        return held
    first: Json = next(iter(instances_of(entity.document.get(name))), {})
    kind = first.get("type", "GeoProperty" if is_geometry(held) else "Property")
    if kind == "LanguageProperty" and isinstance(held, str):
        return {"type": kind, "languageMap": {language or "@none": held}}
    key = VALUE_KEYS[kind]
    if isinstance(held, dict) and held.keys() == {key} and key != "value":
        return {"type": kind, **held}
    return {"type": kind, key: held}
