"""What happened to an entity, seen as subscriptions see it: triggers, deletions, previous values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.ngsi_ld.attribute_kinds import VALUE_KEYS
from platform_hub.server.store.entities import instances_of
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Collection

    from platform_hub.server.store.changes import Change, Detail
    from platform_hub.server.store.entities import Entity

Json = dict[str, Any]
_HUB_TIMES = ("createdAt", "modifiedAt")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What one change, or several in a row, did to an entity.

    Attributes:
        entity: as it is now; where it was deleted, as it was before.
        kind: created, updated or deleted.
        created, updated, deleted: attributes; one of several instances counts as the attribute.
        previous: attributes as they were before they were updated or deleted.
        at_us: when.
    """

    entity: Entity
    kind: str
    created: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    previous: Json = field(default_factory=dict)
    at_us: int = 0

    def triggers(self, triggers: Collection[str], watched: frozenset[str]) -> bool:
        """Tell whether one of some triggers is met; `watched` names attributes, all where empty."""
        met = {
            "attributeCreated": self.created,
            "attributeUpdated": self.updated,
            "attributeDeleted": self.deleted,
            "entityUpdated": self.created | self.updated | self.deleted,
        }
        if self.kind != "updated":
            del met["entityUpdated"]
        if any(_seen(names, watched) for name, names in met.items() if name in triggers):
            return True
        if self.kind == "updated":
            return "entityUpdated" in triggers and not watched
        return f"entity{self.kind.capitalize()}" in triggers

    def document(self, wanted: Collection[str] | None, *, changes: bool, system: bool) -> Json:
        """Return the attributes to tell of.

        Args:
            wanted: which of the deleted attributes; None means all.
            changes: put the previous values in.
            system: put the hub's times of deleted attributes in.
        """
        told = {} if self.kind == "deleted" else dict(self.entity.document)
        for name in self.updated if changes else ():
            told[name] = _joined(_with_previous(told.get(name), self.previous.get(name)))
        for name in self.deleted:
            if wanted is None or name in wanted:
                gone = _gone(self.previous.get(name), told.get(name))
                if name not in told:  # nothing is left of it: one mark says so
                    gone = [_without_dataset(gone[0])] if gone else []
                marks = [self._mark(one, changes, system) for one in gone]
                told[name] = _joined([*instances_of(told.get(name)), *marks])
        return told

    def _mark(self, held: Json, changes: bool, system: bool) -> Json:
        """Return the instance that says: this one was deleted."""
        key = VALUE_KEYS[held["type"]]
        mark: Json = {"type": held["type"], key: null_of(key)}
        if changes:
            mark[_previous(key)] = held.get(key)
        if "datasetId" in held:
            mark["datasetId"] = held["datasetId"]
        if system:
            mark |= {name: held[name] for name in _HUB_TIMES if name in held}
            mark["deletedAt"] = timestamps.to_text(self.at_us)
        return mark


def null_of(key: str) -> Any:
    """Return what says, in a member that holds values, that there is none any more."""
    return {"@none": NULL} if key == "languageMap" else NULL


def occurrence(change: Change, entity: Entity) -> Occurrence | None:
    """Return what a change did; None where nothing of it is current any more."""
    detail = change.explained()
    if detail is not None and detail.entity == "deleted":
        return _deletion(change, detail, entity)
    if entity.deleted_us is not None:
        return None
    if detail is None:
        return _readings(change, entity)
    return _writing(change, detail, entity)


def together(first: Occurrence, then: Occurrence) -> Occurrence:
    """Return what two occurrences of one entity amount to."""
    kind = then.kind if then.kind == "deleted" else first.kind
    created = (first.created | then.created) - then.deleted
    return replace(
        then,
        kind=kind,
        created=created,
        updated=(first.updated | then.updated) - then.deleted - created,
        deleted=(first.deleted - then.created) | (then.deleted - first.created),
        previous=then.previous | first.previous,
    )


def _deletion(change: Change, detail: Detail, entity: Entity) -> Occurrence:
    before = replace(entity, document=detail.previous, deleted_us=change.at_us)
    names = frozenset(detail.previous)
    return Occurrence(
        before, "deleted", deleted=names, previous=detail.previous, at_us=change.at_us
    )


def _writing(change: Change, detail: Detail, entity: Entity) -> Occurrence:
    lost = {
        name
        for name in detail.updated
        if _gone(detail.previous.get(name), entity.document.get(name))
    }
    only_lost = {
        name
        for name in lost
        if all(one in instances_of(detail.previous[name]) for one in _of(entity, name))
    }
    return Occurrence(
        entity,
        detail.entity,
        frozenset(detail.created),
        frozenset(detail.updated) - only_lost,
        frozenset(detail.deleted) | lost,
        detail.previous,
        change.at_us,
    )


def _readings(change: Change, entity: Entity) -> Occurrence | None:
    """Return what readings of a device updated; those that came late, or are outdone, do not count."""
    said = msgspec.json.decode(change.body)
    newest = {
        name: instances_of(held)[-1] for name, held in said.items() if name not in {"id", "type"}
    }
    updated = {name for name, one in newest.items() if _is_current(one, _of(entity, name))}
    if not updated:
        return None
    return Occurrence(entity, "updated", updated=frozenset(updated), at_us=change.at_us)


def _is_current(one: Json, held: list[Json]) -> bool:
    return any(
        each.get("observedAt") == one.get("observedAt") and each.get("value") == one.get("value")
        for each in held
    )


def _of(entity: Entity, name: str) -> list[Json]:
    return instances_of(entity.document.get(name))


def _gone(before: Any, after: Any) -> list[Json]:
    left = {one.get("datasetId") for one in instances_of(after)}
    return [one for one in instances_of(before) if one.get("datasetId") not in left]


def _without_dataset(held: Json) -> Json:
    return {name: one for name, one in held.items() if name != "datasetId"}


def _with_previous(held: Any, before: Any) -> list[Json]:
    known = {one.get("datasetId"): one for one in instances_of(before)}
    found = []
    for one in instances_of(held):
        old = known.get(one.get("datasetId"))
        if old is None or old == one:
            found.append(one)
        else:
            key = VALUE_KEYS[old["type"]]
            found.append(one | {_previous(key): old.get(key)})
    return found


def _previous(key: str) -> str:
    return f"previous{key[0].upper()}{key[1:]}"


def _joined(each: list[Json]) -> Any:
    return each if len(each) != 1 else each[0]


def _seen(names: Collection[str], watched: frozenset[str]) -> bool:
    return bool(watched & frozenset(names)) if watched else bool(names)
