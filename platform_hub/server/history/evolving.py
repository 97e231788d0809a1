"""Evolving: instances sent as history are stored once, and the newest become the current state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from platform_hub.server.history import attribute_history, seeding
from platform_hub.server.store import changes, entities, evolution, instances
from platform_hub.server.store.changes import Detail, News
from platform_hub.server.store.entities import Entity, instances_of
from platform_hub.server.store.evolution import GONE, Series
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.instances import Instance, Key

Json = dict[str, Any]


class Log(NamedTuple):
    """How changes are logged: when, and how many readings the log keeps."""

    now_us: int
    keep: int


def restored(one: Instance) -> Json:
    """Return a stored instance as the normalised attribute that it was."""
    body: Json = msgspec.json.decode(one.body)
    if "observedAt" in body:
        del body["observedAt"]
    elif "deletedAt" not in body:
        body["observedAt"] = timestamps.to_text(one.key.observed_us)
    if one.key.dataset:
        body["datasetId"] = one.key.dataset
    return body


def was_observed(one: Instance) -> bool:
    """Tell whether the time of an instance is that of an observation, not of its storing."""
    return b'"observedAt":null' not in one.body


def evolve(
    transaction: Transaction, entity: Entity, attributes: Mapping[str, list[Json]], log: Log
) -> None:
    """Store instances of an entity, and bring its current state up to date where they are newer.

    What is stored already changes nothing. The entity is saved and the changes are logged.
    """
    existed = bool(entity.pk) and entity.deleted_us is None
    if not entity.pk:
        entities.save(transaction, entity)
    new = _store(transaction, entity.pk, attributes, log.now_us)
    if not new and existed:
        return
    detail = _advance(entity, new, existed, log.now_us)
    entities.save(transaction, entity)
    _say(transaction, entity, _listed(new), detail, log, sum(map(len, new.values())))


def follow(transaction: Transaction, entity: Entity, name: str, changed: Json, log: Log) -> None:
    """Bring the current state up to date where the instance that was changed is the current one."""
    current = next(
        (
            one
            for one in instances_of(entity.document.get(name))
            if one.get("datasetId") == changed.get("datasetId")
        ),
        None,
    )
    if entity.deleted_us is None and current and _observed(current) == _observed(changed):
        detail = _advance(entity, {name: [changed]}, True, log.now_us)
        entities.save(transaction, entity)
        _say(transaction, entity, {name: changed}, detail, log)


def forget(transaction: Transaction, entity_pk: int, name: str, dataset: str | None) -> bool:
    """Forget an attribute's history, of all its datasets where `dataset` is None."""
    numbers = evolution.attributes_of(transaction, entity_pk)
    if name not in numbers:
        return False
    if dataset is None:
        both = [numbers[one] for one in (name, GONE + name) if one in numbers]
        evolution.remove(transaction, entity_pk, both)
        return True
    return evolution.remove_dataset(transaction, Series(entity_pk, numbers[name]), dataset)


def forget_entity(transaction: Transaction, entity: Entity, log: Log) -> None:
    """Forget an entity's history, and with it what is current."""
    evolution.remove(transaction, entity.pk)
    if entity.deleted_us is not None:
        return
    previous, entity.document = entity.document, {}
    entity.scope = ()
    entity.deleted_us = entity.modified_us = log.now_us
    entities.save(transaction, entity)
    gone = {"deletedAt": timestamps.to_text(log.now_us)}
    detail = Detail("deleted", (), (), tuple(previous), previous)
    _say(transaction, entity, gone, detail, log)


def forget_current(
    transaction: Transaction, entity: Entity, name: str, dataset: str | None, log: Log
) -> None:
    """Take an attribute out of the current state, of all its datasets where `dataset` is None."""
    before = entity.document.get(name)
    left = [
        one
        for one in instances_of(before)
        if dataset is not None and one.get("datasetId", "") != dataset
    ]
    if entity.deleted_us is not None or len(left) == len(instances_of(before)):
        return
    kept = {key: held for key, held in entity.document.items() if key != name}
    entity.document = kept | ({name: left if len(left) > 1 else left[0]} if left else {})
    entity.modified_us = log.now_us
    entities.save(transaction, entity)
    lost = () if left else (name,)
    detail = Detail("updated", (), (name,) if left else (), lost, {name: before})
    body = {name: entity.document.get(name, {"type": "Property", "value": NULL})}
    _say(transaction, entity, body, detail, log)


def _say(
    transaction: Transaction, entity: Entity, body: Json, detail: Detail, log: Log, count: int = 0
) -> None:
    said = msgspec.json.encode({"id": entity.id, "type": _type(entity), **body})
    news = [News(entity.pk, count, said, entity.tenant, detail)]
    changes.append(transaction, news, log.now_us, log.keep)


def _store(
    transaction: Transaction, entity_pk: int, attributes: Mapping[str, list[Json]], now_us: int
) -> dict[str, list[Json]]:
    """Store instances; return those that were new, in the order of their times."""
    numbers = instances.attribute_pks(transaction, attributes.keys())
    rows: dict[Key, tuple[Instance, str, Json]] = {}
    for name, each in attributes.items():
        for at, held in enumerate(each):
            # Those without a time of their own must not fall upon one another.
            one = attribute_history.instance(entity_pk, numbers[name], held, now_us + at)
            one = one._replace(modified_us=now_us)
            rows[one.key] = one, name, held
    new = instances.insert_new(transaction, [one for one, _, _ in rows.values()])
    found: dict[str, list[Json]] = {}
    for key in sorted(new, key=lambda key: key.observed_us):
        _, name, held = rows[key]
        found.setdefault(name, []).append(held)
    return found


def _advance(entity: Entity, new: Mapping[str, list[Json]], existed: bool, now_us: int) -> Detail:
    """Put what is newer into the current document; return what that changed."""
    created, updated, previous = [], [], {}
    for name, each in new.items():
        before = entity.document.get(name)
        after = _renewed(before, each, now_us)
        if after == before:
            continue
        entity.document[name] = after
        entity.modified_us = now_us
        if before is None:
            created.append(name)
        else:
            updated.append(name)
            previous[name] = before
    kind = "updated" if existed else "created"
    entity.deleted_us = None
    return Detail(kind, tuple(created), tuple(updated), (), previous)


def _renewed(before: Any, each: Iterable[Json], now_us: int) -> Any:
    """Return an attribute of a document with newer instances in their datasets' places."""
    held = {one.get("datasetId", ""): one for one in instances_of(before)}
    for one in each:
        known = held.get(one.get("datasetId", ""))
        if known is None or _time_of(one, now_us) >= _time_of(known, now_us):
            held[one.get("datasetId", "")] = seeding.stamped(one, known or {}, now_us)
    every = list(held.values())
    return every if len(every) > 1 else every[0]


def _time_of(held: Json, now_us: int) -> int:
    """Return what decides which of two instances is the current one."""
    text = held.get("observedAt") or held.get("modifiedAt")
    return timestamps.from_text(text) if text else now_us


def _listed(new: Mapping[str, list[Json]]) -> Json:
    return {name: each if len(each) > 1 else each[0] for name, each in new.items()}


def _type(entity: Entity) -> Any:
    return list(entity.types) if len(entity.types) > 1 else entity.type


def _observed(held: Json) -> int | None:
    text = held.get("observedAt")
    return timestamps.from_text(text) if text else None
