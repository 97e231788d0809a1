"""Entities: who they are and their current document (attribute name to normalised attribute)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from platform_hub.server.store.engines import held
from platform_hub.server.store.tables import entity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Row

    from platform_hub.server.store.database import Transaction

_TENANT = ""
_CHUNK = 1000  # names in one statement; SQLite takes 32,766 variables


@dataclass(slots=True)
class Entity:
    """One entity; every attribute of its document carries createdAt and modifiedAt."""

    id: str
    type: str
    created_us: int
    modified_us: int
    document: dict[str, Any] = field(default_factory=dict)
    pk: int = 0


def load(transaction: Transaction, ids: Collection[str]) -> dict[str, Entity]:
    """Return those of the entities that exist, by id; a job that writes holds them to its end."""
    return {found.id: found for found in _load(transaction, list(ids))}


def select_by(
    transaction: Transaction, ids: Collection[str] = (), types: Collection[str] = ()
) -> list[Entity]:
    """Return the entities of these ids and types, ordered by id; nothing given means all."""
    query = select(entity).where(entity.c.tenant == _TENANT).order_by(entity.c.id)
    if ids:
        query = query.where(entity.c.id.in_(ids))
    if types:
        query = query.where(entity.c.type.in_(types))
    return [_entity(row) for row in transaction.execute(held(transaction, query))]


def ids(transaction: Transaction, pks: Collection[int]) -> dict[int, str]:
    """Return the ids of entities of any tenant by their numbers."""
    query = select(entity.c.pk, entity.c.id).where(entity.c.pk.in_(pks))
    return {row.pk: row.id for row in transaction.execute(query)}


def numbers(transaction: Transaction, after: int, limit: int) -> list[int]:
    """Return the numbers of the entities of every tenant that follow a number, in order."""
    query = select(entity.c.pk).where(entity.c.pk > after).order_by(entity.c.pk).limit(limit)
    return list(transaction.scalars(query))


def save(transaction: Transaction, changed: Entity) -> None:
    """Insert a new entity (its `pk` is 0 and is then set) or update it."""
    values = {
        "type": changed.type,
        "document": msgspec.json.encode(changed.document),
        "modified_us": changed.modified_us,
    }
    if changed.pk:
        transaction.execute(update(entity).where(entity.c.pk == changed.pk).values(values))
        return
    values |= {"tenant": _TENANT, "id": changed.id, "created_us": changed.created_us}
    row = transaction.execute(insert(entity).values(values).returning(entity.c.pk))
    changed.pk = int(row.scalar_one())


def _load(transaction: Transaction, ids: list[str]) -> Iterator[Entity]:
    for at in range(0, len(ids), _CHUNK):
        yield from select_by(transaction, ids[at : at + _CHUNK])


def _entity(row: Row[Any]) -> Entity:
    document = msgspec.json.decode(row.document)
    return Entity(row.id, row.type, row.created_us, row.modified_us, document, row.pk)
