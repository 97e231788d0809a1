"""Entities and attributes as callers send them, read into the form that the store keeps.

Normalised, concise and simplified input are told apart attribute by attribute (4.5.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request, invalid_request
from platform_hub.server.ngsi_ld.attribute_kinds import (
    BY_KEY,
    RESERVED,
    SYSTEM,
    VALUE_KEYS,
    Json,
    check_value,
    checked_instant,
    checked_name,
    is_geometry,
    is_null,
    is_uri,
    kind_of,
)
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context

_ENTITY_MEMBERS = frozenset({"id", "@id", "type", "@type", "scope", "@context"}) | SYSTEM
NO_DATASET = "@none"


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a caller says of an entity.

    Attributes:
        id: of the entity; empty where the path says it.
        types: names as the store keeps them; none where the caller gave none.
        scope: None where the caller gave none; empty where it is to be deleted.
        attributes: names as the store keeps them, to instances without times of the hub.
    """

    id: str = ""
    types: tuple[str, ...] = ()
    scope: tuple[str, ...] | None = None
    attributes: dict[str, list[Json]] = field(default_factory=dict)


def read_entity(body: Any, context: Context) -> Fragment:
    """Read a whole entity.

    Raises:
        Refused: it has no id or type, or holds what it cannot.
    """
    fragment = read_fragment(body, context)
    if not fragment.id:
        raise bad_request("the entity has no id")
    if not fragment.types:
        raise bad_request(f"entity {fragment.id} has no type")
    return fragment


def read_fragment(
    body: Any, context: Context, *, partial: bool = False, nulls: bool = False
) -> Fragment:
    """Read a part of an entity.

    Args:
        body: the caller's object, without its context.
        context: what its names mean.
        partial: attributes may lack what the stored ones have already.
        nulls: NULL may stand for a deletion.

    Raises:
        Refused: it holds what it cannot; the problem names the place.
    """
    if not isinstance(body, dict):
        raise invalid_request("an entity must be an object")
    attributes: dict[str, list[Json]] = {}
    for name, held in body.items():
        if name not in _ENTITY_MEMBERS:
            stored = context.stored(checked_name(name))
            attributes[stored] = read_attribute(name, held, context, partial=partial, nulls=nulls)
    return Fragment(_id_of(body), read_types(body, context), read_scope(body), attributes)


def read_attribute(
    name: str, held: Any, context: Context, *, partial: bool = False, nulls: bool = False
) -> list[Json]:
    """Read an attribute: its instances, which differ in `datasetId`.

    Raises:
        Refused: see `read_fragment`.
    """
    items = held if _is_instances(held) else [held]
    found = [_instance(name, item, context, partial) for item in items]
    if not nulls and any(map(_holds_null, found)):
        raise bad_request(f"{name} is '{NULL}': it deletes in merges and patches only")
    datasets = [one.get("datasetId") for one in found]
    if len(datasets) != len(set(datasets)):
        raise bad_request(f"{name} has two instances with one datasetId")
    return found


def read_types(body: Json, context: Context) -> tuple[str, ...]:
    """Return the types of an entity as the store keeps them."""
    held = body.get("type", body.get("@type"))
    if held is None:
        return ()
    names = held if isinstance(held, list) else [held]
    if not names or not all(isinstance(name, str) for name in names):
        raise bad_request("the type of an entity is a name or a list of names")
    if keywords := {"id", "type"} & set(names):
        raise bad_request(f"{keywords.pop()!r} is a keyword and no type of an entity")
    return tuple(dict.fromkeys(context.stored(checked_name(name)) for name in names))


def read_scope(body: Json) -> tuple[str, ...] | None:
    """Return the scopes of an entity, None where there are none."""
    held = body.get("scope")
    if held is None:
        return None
    if isinstance(held, dict):  # 4.18: also as a Property
        held = held.get("value")
    if held == NULL:
        return ()
    scopes = held if isinstance(held, list) else [held]
    if not scopes or not all(map(_is_scope, scopes)):
        raise bad_request("scope is a path such as /Harumi/B4, or a list of those")
    return tuple("/" + str(scope).strip("/") for scope in scopes)


def is_attribute(name: str, held: Any) -> bool:
    """Tell whether a member of a stored attribute is an attribute of that attribute."""
    if name in RESERVED:
        return False
    one = held[0] if isinstance(held, list) and held else held
    return isinstance(one, dict) and bool(one.get("type")) and bool(kind_of(one))


def _id_of(body: Json) -> str:
    held = body.get("id", body.get("@id", ""))
    if held != "" and not is_uri(held):
        raise bad_request(f"the id {str(held)[:100]!r} is not a URI such as urn:ngsi-ld:Device:a:b")
    return str(held)


def _is_scope(scope: Any) -> bool:
    return isinstance(scope, str) and bool(scope.strip("/"))


def _is_instances(held: Any) -> bool:
    """Tell an attribute with several instances from a value that is a list."""
    if not isinstance(held, list) or not held:
        return False
    return all(isinstance(item, dict) for item in held) and any(
        ("type" in item and kind_of(item)) or "datasetId" in item for item in held
    )


def _instance(name: str, held: Any, context: Context, partial: bool) -> Json:
    if not isinstance(held, dict):
        check_value("Property", held, name)
        return {"type": "Property", "value": held}
    kind = kind_of(held)
    if is_geometry(held):
        kind, held = "GeoProperty", {"value": held}
    elif not kind and "type" in held:
        raise bad_request(f"{name} has the unknown attribute type {str(held['type'])[:100]!r}")
    elif not kind and not partial:
        kind, held = "Property", {"value": held}
    if kind and VALUE_KEYS[kind] not in held and not partial:
        raise bad_request(f"{name} is a {kind} and needs '{VALUE_KEYS[kind]}'")
    read: Json = {"type": kind} if kind else {}
    for member, value in held.items():
        if member not in SYSTEM and member != "type":
            _member(name, read, member, value, context, partial)
    return read


def _member(
    name: str, read: Json, member: str, value: Any, context: Context, partial: bool
) -> None:
    """Read one member of an instance into it."""
    place = f"{name}.{member}"
    if member in BY_KEY:
        read[member] = _value(read["type"], member, value, context, name)
    elif member == "observedAt":
        read[member] = NULL if value == NULL else checked_instant(value, place)
    elif member == "datasetId":
        _dataset(read, value, name)
    elif member in {"unitCode", "lang"}:
        if not isinstance(value, str):
            raise bad_request(f"{place} is a text")
        read[member] = value
    elif member == "objectType":
        read[member] = _expanded(value, context, place)
    elif member != "entity":
        stored = context.stored(checked_name(member))
        found = read_attribute(place, value, context, partial=partial, nulls=True)
        read[stored] = found if len(found) > 1 else found[0]


def _value(kind: str, member: str, value: Any, context: Context, name: str) -> Any:
    if VALUE_KEYS[kind] != member:
        raise bad_request(f"{name} is a {kind} and has '{VALUE_KEYS[kind]}', not '{member}'")
    check_value(kind, value, name)
    if kind == "VocabProperty" and value != NULL:
        return _expanded(value, context, name)
    if kind == "ListRelationship" and value != NULL:
        items = value if isinstance(value, list) else [value]
        return [item if isinstance(item, dict) else {"object": item} for item in items]
    return value


def _dataset(read: Json, value: Any, name: str) -> None:
    if value == NO_DATASET:
        return
    if not is_uri(value):
        raise bad_request(f"the datasetId of {name} is not a URI")
    read["datasetId"] = value


def _expanded(value: Any, context: Context, place: str) -> Any:
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise bad_request(f"{place} is a name or a list of names")
    found = [context.stored(name) for name in names]
    return found if isinstance(value, list) else found[0]


def _holds_null(held: Json) -> bool:
    """Tell whether an instance or anything within it says: delete this."""
    if is_null(held) or held.get("observedAt") == NULL:
        return True
    if NULL in (held.get("languageMap") or {}).values():
        return True
    below = (
        one
        for name, value in held.items()
        if is_attribute(name, value)
        for one in (value if isinstance(value, list) else [value])
    )
    return any(map(_holds_null, below))
