"""What writes do to an entity: append, update, merge, replace and delete (GS CIM 009, 5.5, 5.6).

Every function renews the entity's document and leaves the old one as it was, so that the two can
be compared; it stamps what changes and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request, not_found
from platform_hub.server.ngsi_ld.attribute_kinds import (
    SYSTEM,
    VALUE_KEYS,
    Json,
    check_value,
    is_null,
)
from platform_hub.server.ngsi_ld.fragments import Fragment, is_attribute
from platform_hub.server.store.entities import Entity, instances_of
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Result:
    """What of a fragment was taken over; names as the store keeps them."""

    updated: list[str] = field(default_factory=list)
    not_updated: list[tuple[str, str]] = field(default_factory=list)


def created(fragment: Fragment, tenant: str, now_us: int) -> Entity:
    """Return a new entity."""
    entity = Entity(fragment.id, " ".join(fragment.types), now_us, now_us, tenant=tenant)
    return replace(entity, fragment, now_us)


def replace(entity: Entity, fragment: Fragment, now_us: int) -> Entity:
    """Put a fragment in the place of all that an entity has."""
    entity.document = {
        name: _held([_stamped(one, {}, now_us) for one in instances])
        for name, instances in fragment.attributes.items()
    }
    entity.type = " ".join(fragment.types) or entity.type
    entity.scope = fragment.scope or ()
    entity.modified_us, entity.deleted_us = now_us, None
    return entity


def append(entity: Entity, fragment: Fragment, now_us: int, *, overwrite: bool = True) -> Result:
    """Add attributes; those that are there are overwritten, or left alone and reported."""
    result = Result()
    _retyped(entity, fragment)
    if fragment.scope:
        kept = () if overwrite else entity.scope
        entity.scope = tuple(dict.fromkeys((*kept, *fragment.scope)))
        entity.modified_us = now_us
    for name, instances in fragment.attributes.items():
        held = _by_dataset(entity.document.get(name))
        for one in instances:
            dataset = _dataset(one)
            if dataset in held and not overwrite:
                result.not_updated.append((name, "it is there already"))
            else:
                held[dataset] = _stamped(one, held.get(dataset, {}), now_us)
                _add(result.updated, name)
        _set(entity, name, held.values(), now_us)
    return result


def update(entity: Entity, fragment: Fragment, now_us: int) -> Result:
    """Put attributes in the place of those that are there, and add the others (5.6.2)."""
    result = Result()
    _retyped(entity, fragment)
    if fragment.scope is not None:
        _update_scope(entity, fragment.scope, result, now_us)
    for name, instances in fragment.attributes.items():
        held = _by_dataset(entity.document.get(name))
        for one in instances:
            dataset = _dataset(one)
            if is_null(one) and held.pop(dataset, None) is None:
                result.not_updated.append((name, "there is no such attribute"))
                continue
            _add(result.updated, name)
            if not is_null(one):
                held[dataset] = _stamped(_without_nulls(one), held.get(dataset, {}), now_us)
        _set(entity, name, held.values(), now_us)
    return result


def merge(entity: Entity, fragment: Fragment, now_us: int) -> None:
    """Merge a fragment into an entity, down to texts and members of values (5.5.12)."""
    _retyped(entity, fragment)
    if fragment.scope is not None:
        entity.scope, entity.modified_us = fragment.scope, now_us
    for name, instances in fragment.attributes.items():
        held = _by_dataset(entity.document.get(name))
        for one in instances:
            _merge_into(held, one, name, now_us, deep=True)
        _set(entity, name, held.values(), now_us)


def observed(fragment: Fragment, entity: Entity, instant: str) -> Fragment:
    """Give what a fragment changes an instant of observation, where it has none of its own.

    Only attributes that had one before get it: the others are not observed (5.6.17).
    """
    if not instant:
        return fragment
    for name, instances in fragment.attributes.items():
        before = _by_dataset(entity.document.get(name))
        for one in instances:
            if "observedAt" in before.get(_dataset(one), {}) and not is_null(one):
                one.setdefault("observedAt", instant)
    return fragment


def patch_attribute(entity: Entity, name: str, instances: list[Json], now_us: int) -> None:
    """Renew the members of an attribute that the caller names, and no others.

    Raises:
        Refused: there is no such attribute or instance, or it is of another kind.
    """
    held = _by_dataset(entity.document.get(name))
    for one in instances:
        if _dataset(one) not in held:
            raise not_found(f"{entity.id} has no such attribute or instance")
        if "type" in one and one["type"] != held[_dataset(one)]["type"] and not is_null(one):
            raise bad_request(f"the attribute is a {held[_dataset(one)]['type']}, which it stays")
        _merge_into(held, one, name, now_us, deep=False)
    _set(entity, name, held.values(), now_us)


def replace_attribute(entity: Entity, name: str, instances: list[Json], now_us: int) -> None:
    """Put instances of an attribute in the place of those with the same `datasetId`.

    Raises:
        Refused: there is no such attribute.
    """
    held = _by_dataset(entity.document.get(name))
    if not held:
        raise not_found(f"{entity.id} has no such attribute")
    for one in instances:
        held[_dataset(one)] = _stamped(one, held.get(_dataset(one), {}), now_us)
    _set(entity, name, held.values(), now_us)


def delete_attribute(entity: Entity, name: str, dataset: str | None, now_us: int) -> None:
    """Delete one instance of an attribute, or every one where `dataset` is None.

    Raises:
        Refused: there is none.
    """
    held = _by_dataset(entity.document.get(name))
    if not held or (dataset is not None and dataset not in held):
        raise not_found(f"{entity.id} has no such attribute or instance")
    kept = [] if dataset is None else [one for key, one in held.items() if key != dataset]
    _set(entity, name, kept, now_us)


def delete(entity: Entity, now_us: int) -> None:
    """Delete an entity; its row stays, for its history."""
    entity.document, entity.scope = {}, ()
    entity.modified_us = entity.deleted_us = now_us


def _retyped(entity: Entity, fragment: Fragment) -> None:
    """Add types; an entity loses none by an update (4.16)."""
    entity.type = " ".join(dict.fromkeys((*entity.types, *fragment.types)))


def _update_scope(entity: Entity, scope: tuple[str, ...], result: Result, now_us: int) -> None:
    if not entity.scope:
        result.not_updated.append(("scope", "there is no scope"))
        return
    entity.scope, entity.modified_us = scope, now_us
    result.updated.append("scope")


def _merge_into(held: dict[str, Json], one: Json, name: str, now_us: int, *, deep: bool) -> None:
    dataset = _dataset(one)
    before = held.get(dataset)
    if is_null(one):
        held.pop(dataset, None)
    elif before is None or (deep and one.get("type", before["type"]) != before["type"]):
        if "type" not in one:
            raise bad_request(f"{name} is new and needs a value")
        held[dataset] = _stamped(_without_nulls(one), before or {}, now_us)
    else:
        merged = _merged_instance(before, one, deep=deep)
        check_value(merged["type"], merged[VALUE_KEYS[merged["type"]]], name)
        held[dataset] = _stamped(merged, before, now_us)


def _merged_instance(before: Json, one: Json, *, deep: bool) -> Json:
    merged = dict(before)
    for member, value in one.items():
        if value == NULL:
            merged.pop(member, None)
        elif is_attribute(member, value):
            _merge_member(merged, member, value, deep=deep)
        elif member == "languageMap" or (deep and member in {"value", "json"} and _mergeable(one)):
            merged[member] = _merged_value(before.get(member) if deep else None, value)
        else:
            merged[member] = value
    return merged


def _merge_member(merged: Json, member: str, value: Any, *, deep: bool) -> None:
    """Merge an attribute of an attribute."""
    held = _by_dataset(merged.get(member))
    for one in instances_of(value):
        dataset = _dataset(one)
        if is_null(one):
            held.pop(dataset, None)
        elif deep and held.get(dataset, {}).get("type") == one.get("type"):
            held[dataset] = _merged_instance(held[dataset], one, deep=True)
        else:
            held[dataset] = one
    if held:
        merged[member] = _held(list(held.values()))
    else:
        merged.pop(member, None)


def _mergeable(one: Json) -> bool:
    return one.get("type") != "GeoProperty"


def _merged_value(before: Any, value: Any) -> Any:
    """Merge JSON as RFC 7396 does, with NULL in the place of null."""
    if not isinstance(value, dict):
        return value
    merged = dict(before) if isinstance(before, dict) else {}
    for name, held in value.items():
        if held == NULL:
            merged.pop(name, None)
        else:
            merged[name] = _merged_value(merged.get(name), held)
    return merged


def _without_nulls(one: Json) -> Json:
    """Take out what says that it is to be deleted."""
    kept: Json = {}
    for member, value in one.items():
        if is_attribute(member, value):
            left = [_without_nulls(item) for item in instances_of(value) if not is_null(item)]
            kept |= {member: _held(left)} if left else {}
        elif member == "languageMap":
            kept[member] = _merged_value(None, value)
        elif value != NULL:
            kept[member] = value
    return kept


def _stamped(one: Json, before: Json, now_us: int) -> Json:
    """Return an attribute with the times at which it was created and changed, as deep as it goes."""
    now = timestamps.to_text(now_us)
    stamped = {
        name: _stamped_below(value, before.get(name), now_us)
        if is_attribute(name, value)
        else value
        for name, value in one.items()
        if name not in SYSTEM
    }
    return {**stamped, "createdAt": before.get("createdAt", now), "modifiedAt": now}


def _stamped_below(value: Any, before: Any, now_us: int) -> Any:
    held = _by_dataset(before)
    return _held(
        [_stamped(one, held.get(_dataset(one), {}), now_us) for one in instances_of(value)]
    )


def _set(entity: Entity, name: str, instances: Iterable[Json], now_us: int) -> None:
    """Give an entity an attribute, or take it away where there are no instances."""
    fresh = list(instances)
    before = instances_of(entity.document.get(name))
    if fresh == before:
        return
    document = dict(entity.document)
    if fresh:
        document[name] = _held(fresh)
    else:
        document.pop(name, None)
    entity.document, entity.modified_us = document, now_us


def _by_dataset(held: Any) -> dict[str, Json]:
    return {_dataset(one): one for one in instances_of(held)}


def _dataset(one: Json) -> str:
    return str(one.get("datasetId", ""))


def _held(instances: list[Json]) -> Any:
    return instances[0] if len(instances) == 1 else instances


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
