"""Writing: what a request does to entities, made durable with history and change log as one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from platform_hub.server.history import attribute_history
from platform_hub.server.history.attribute_history import Renewal
from platform_hub.server.store import changes, entities
from platform_hub.server.store.changes import Detail, News
from platform_hub.wire import timestamps
from platform_hub.wire.ngsi_ld import NULL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.entities import Entity

T = TypeVar("T")
Json = dict[str, Any]


class _Before(NamedTuple):
    """An entity as it was when the transaction began."""

    type: str = ""
    scope: tuple[str, ...] = ()
    document: Json = {}  # noqa: RUF012 - never changed, as no document is
    created_us: int = 0
    modified_us: int = 0
    deleted_us: int | None = 0

    @property
    def there(self) -> bool:
        """Tell whether it was there, not merely its history."""
        return self.deleted_us is None


class Session:
    """The entities of one tenant inside one transaction; what is saved is written at its end."""

    def __init__(self, transaction: Transaction, tenant: str, now_us: int) -> None:
        self.transaction = transaction
        self.tenant = tenant
        self.now_us = now_us
        self._known: dict[str, Entity] = {}
        self._before: dict[str, _Before] = {}
        self._saved: dict[str, _Before] = {}

    def load(self, ids: Collection[str]) -> dict[str, Entity]:
        """Return those of the entities that exist, those that are gone included."""
        missing = [urn for urn in ids if urn not in self._known]
        fresh = entities.load(self.transaction, missing, self.tenant, gone=True)
        for entity in fresh.values():
            self.adopt(entity)
        return {urn: self._known[urn] for urn in ids if urn in self._known}

    def adopt(self, entity: Entity) -> None:
        """Take note of an entity that was found otherwise, before it is changed."""
        self._known[entity.id] = entity
        self._before[entity.id] = _snapshot(entity)

    def save(self, entity: Entity) -> None:
        """Have an entity stored, with its history and what is new of it."""
        self._known[entity.id] = entity
        self._saved[entity.id] = _snapshot(entity)

    def restore(self, urn: str) -> None:
        """Undo what was done to an entity since it was last saved."""
        entity, state = self._known.get(urn), self._saved.get(urn) or self._before.get(urn)
        if entity and state:
            entity.type, entity.scope, entity.document = state.type, state.scope, state.document
            entity.created_us, entity.modified_us = state.created_us, state.modified_us
            entity.deleted_us = state.deleted_us

    def close(self, keep: int) -> None:
        """Write what was saved; the change log keeps `keep` instances."""
        changed = [self._known[urn] for urn in self._saved if self._differs(urn)]
        if not changed:
            return
        entities.save_all(self.transaction, changed)
        renewals = [
            Renewal(before.document, entity, before.scope)
            for entity in changed
            for before in (self._before.get(entity.id, _Before()),)
        ]
        counts = attribute_history.record(self.transaction, renewals, self.now_us)
        news = [
            _news(entity, self._before.get(entity.id, _Before()), counts[entity.pk])
            for entity in changed
        ]
        changes.append(self.transaction, news, self.now_us, keep)

    def _differs(self, urn: str) -> bool:
        return _snapshot(self._known[urn]) != self._before.get(urn)


@dataclass(frozen=True, slots=True)
class Writer:
    """Runs what requests do.

    Attributes:
        now_us: the clock, microseconds since 1970 UTC.
        keep: instances kept in the change log.
        tell: called once something new is durable.
    """

    database: Database
    now_us: Callable[[], int]
    keep: int
    tell: Callable[[], None]

    async def run(self, tenant: str, work: Callable[[Session], T]) -> T:
        """Run a piece of work in one transaction; it may run twice (see `Database.write`).

        Raises:
            Refused: what the work raised; nothing was written.
        """

        def job(transaction: Transaction) -> T:
            session = Session(transaction, tenant, self.now_us())
            result = work(session)
            session.close(self.keep)
            return result

        result = await asyncio.wrap_future(self.database.write(job))
        self.tell()
        return result


def _snapshot(entity: Entity) -> _Before:
    return _Before(
        entity.type,
        entity.scope,
        entity.document,
        entity.created_us,
        entity.modified_us,
        entity.deleted_us,
    )


def _news(entity: Entity, before: _Before, count: int) -> News:
    old, new = before.document if before.there else {}, entity.document
    created = tuple(name for name in new if name not in old)
    updated = tuple(name for name in new if name in old and new[name] != old[name])
    deleted = tuple(name for name in old if name not in new)
    kind = "updated" if before.there else "created"
    if entity.deleted_us is not None:
        kind = "deleted"
    previous = {name: old[name] for name in (*updated, *deleted)}
    detail = Detail(kind, created, updated, deleted, previous)
    body = _fragment(entity, (*created, *updated), deleted)
    return News(entity.pk, count, msgspec.json.encode(body), entity.tenant, detail)


def _fragment(entity: Entity, renewed: Collection[str], deleted: Collection[str]) -> Json:
    """Write what is new of an entity as a normalised entity in the core context."""
    types = list(entity.types)
    body: Json = {"id": entity.id, "type": types if len(types) > 1 else types[0]}
    if entity.deleted_us is not None:
        return body | {"deletedAt": timestamps.to_text(entity.deleted_us)}
    body |= {name: entity.document[name] for name in renewed}
    return body | {name: {"type": "Property", "value": NULL} for name in deleted}
