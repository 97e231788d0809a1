"""What entities were: every attribute that a write changed becomes an instance of its history.

The body of an instance has no `createdAt` and `modifiedAt`. Where the writer gave no `observedAt`
the instance is keyed by the time of the write, and its body says `"observedAt": null`. An attribute
that was deleted leaves an instance whose body has `deletedAt`, and NULL as its value; it stands in
a series of its own, `GONE` before the attribute's name, so that it is in no one's way. A scope that
was deleted leaves one as well, with an empty list as its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from platform_hub.server.store import instances
from platform_hub.server.store.entities import SCOPE, instances_of
from platform_hub.server.store.evolution import GONE
from platform_hub.server.store.instances import Instance, Key
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
_TIMES = {"createdAt", "modifiedAt"}
_VALUES = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")


class Renewal(NamedTuple):
    """An entity and the document and scopes that it had before."""

    before: Json
    entity: Entity
    scope: tuple[str, ...] = ()


def record(transaction: Transaction, renewals: Sequence[Renewal], now_us: int) -> dict[int, int]:
    """Store what differs between documents before and now; return how many instances by entity."""
    changed = [
        (entity.pk, name, one)
        for before, entity, scope in renewals
        for name, one in (
            *_changed(before, entity.document),
            *_deleted(before, entity.document, now_us),
            *_left(scope, entity.scope, now_us),
        )
    ]
    numbers = instances.attribute_pks(transaction, {name for _, name, _ in changed})
    rows = [instance(pk, numbers[name], one, now_us) for pk, name, one in changed]
    new = instances.insert_new(transaction, list({row.key: row for row in rows}.values()))
    counts = {renewal.entity.pk: 0 for renewal in renewals}
    for key in new:
        counts[key.entity_pk] += 1
    return counts


def instance(entity_pk: int, attribute_pk: int, one: Json, now_us: int) -> Instance:
    """Return the stored form of one instance of an attribute."""
    observed = one.get("observedAt")
    observed_us = timestamps.from_text(observed) if observed else now_us
    key = Key(entity_pk, attribute_pk, observed_us, one.get("datasetId", ""))
    body = {name: held for name, held in _bare(one).items() if name != "observedAt"}
    if not observed:
        body["observedAt"] = None
    return Instance(key, _number(one), msgspec.json.encode(body), now_us)


def _changed(before: Json, after: Json) -> Iterator[tuple[str, Json]]:
    for name, held in after.items():
        if held is not before.get(name):
            known = instances_of(before.get(name))
            yield from ((name, one) for one in instances_of(held) if one not in known)


def _deleted(before: Json, after: Json, now_us: int) -> Iterator[tuple[str, Json]]:
    for name, held in before.items():
        left = {one.get("datasetId") for one in instances_of(after.get(name))}
        for one in instances_of(held):
            if one.get("datasetId") not in left:
                yield GONE + name, _tombstone(one, now_us)


def _left(
    before: tuple[str, ...], after: tuple[str, ...], now_us: int
) -> Iterator[tuple[str, Json]]:
    if before and not after:
        gone = {"type": "Property", "value": [], "deletedAt": timestamps.to_text(now_us)}
        yield GONE + SCOPE, gone


def _tombstone(one: Json, now_us: int) -> Json:
    value = next((name for name in _VALUES if name in one), "value")
    dataset = {"datasetId": one["datasetId"]} if "datasetId" in one else {}
    return {
        "type": one["type"],
        value: {"@none": NULL} if value == "languageMap" else NULL,
        **dataset,
        "deletedAt": timestamps.to_text(now_us),
    }


def _bare(one: Json) -> Json:
    """Take the hub's own times out, as deep as they stand: a resend must not differ by them."""
    return {
        name: _bare(held) if isinstance(held, dict) and _TIMES & held.keys() else held
        for name, held in one.items()
        if name not in _TIMES
    }


def _number(one: Json) -> float | None:
    value = one.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
