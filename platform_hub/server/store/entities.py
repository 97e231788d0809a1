"""Entities: who they are and their current document (attribute name to normalised attribute).

An attribute of a document is one instance, or a list of instances that differ in `datasetId`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select, update

from platform_hub.server.store import copying_in, engines
from platform_hub.server.store.engines import held
from platform_hub.server.store.tables import entity, instance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Row

    from platform_hub.server.store.database import Transaction

Asked: TypeAlias = "tuple[Collection[str], Collection[str], str]"
_TOGETHER = (
    "UPDATE entity SET type = new.type, document = new.document, created_us = new.created_us, "
    "modified_us = new.modified_us, deleted_us = new.deleted_us FROM unnest("
    "%(row)s::bigint[], %(type)s::text[], %(document)s::bytea[], "
    "%(created_us)s::bigint[], %(modified_us)s::bigint[], %(deleted_us)s::bigint[]"
    ") AS new (pk, type, document, created_us, modified_us, deleted_us) WHERE entity.pk = new.pk"
)
SCOPE = "scope"  # a reserved name, so no attribute has it
_KNOWN = (
    select(entity)
    .where(entity.c.tenant == bindparam("tenant"), entity.c.id == func.any(bindparam("ids")))
    .order_by(entity.c.id)
)
_THERE = _KNOWN.where(entity.c.deleted_us.is_(None))
_document_of = msgspec.json.Decoder(dict[str, Any]).decode
_CHUNK = 1000  # names in one statement; SQLite takes 32,766 variables


@dataclass(slots=True)
class Entity:
    """One entity; every attribute of its document carries createdAt and modifiedAt.

    Attributes:
        type: its type; several are separated by spaces.
        scope: where it belongs, such as `/Harumi/B4`.
        deleted_us: since when it is gone and only its history is left; None while it is there.
    """

    id: str
    type: str
    created_us: int
    modified_us: int
    document: dict[str, Any] = field(default_factory=dict)
    pk: int = 0
    tenant: str = ""
    scope: tuple[str, ...] = ()
    deleted_us: int | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """Return its types, at least one."""
        return tuple(self.type.split(" "))


class StoredEntity(NamedTuple):
    """An entity that is there, with its document as it stands in the store."""

    id: str
    type: str
    document: bytes


def instances_of(attribute: Any) -> list[dict[str, Any]]:
    """Return the instances of an attribute of a document; none where there is no attribute."""
    if not attribute:
        return []
    return attribute if isinstance(attribute, list) else [attribute]


def load(
    transaction: Transaction, ids: Collection[str], tenant: str = "", *, gone: bool = False
) -> dict[str, Entity]:
    """Return those of the entities that exist, by id; with `gone` also what is left of others."""
    return {found.id: found for found in _load(transaction, list(ids), tenant, gone)}


def load_numbered(transaction: Transaction, pks: Collection[int]) -> dict[int, Entity]:
    """Return entities of any tenant by their numbers, those that are gone included."""
    query = select(entity).where(entity.c.pk.in_(pks))
    return {row.pk: _entity(row) for row in transaction.execute(query)}


def select_by(
    transaction: Transaction,
    ids: Collection[str] = (),
    types: Collection[str] = (),
    tenant: str = "",
    *,
    gone: bool = False,
) -> list[Entity]:
    """Return the entities of these ids and types, ordered by id; a job that writes holds them.

    Args:
        transaction: where to read.
        ids: which, all where none is given.
        types: which, all where none is given; each a whole type as `types` lists it.
        tenant: whose.
        gone: also those of which only history is left.
    """
    chosen = _chosen(ids, types, tenant, gone=gone)
    query = select(entity).where(chosen).order_by(entity.c.id)
    return [_entity(row) for row in transaction.execute(held(transaction, query))]


def ids_of(transaction: Transaction, pks: Collection[int]) -> dict[int, str]:
    """Return the ids of entities of any tenant by their numbers."""
    query = select(entity.c.pk, entity.c.id).where(entity.c.pk.in_(pks))
    return {row.pk: row.id for row in transaction.execute(query)}


def numbers(transaction: Transaction, after: int, limit: int) -> list[int]:
    """Return the numbers of the entities of every tenant that follow a number, in order."""
    query = select(entity.c.pk).where(entity.c.pk > after).order_by(entity.c.pk).limit(limit)
    return list(transaction.scalars(query))


def select_page(transaction: Transaction, asked: Asked, offset: int, limit: int) -> list[Entity]:
    """Return some of the entities of (ids, types, tenant), ordered by id."""
    query = select(entity).where(_chosen(*asked)).order_by(entity.c.id)
    return [_entity(row) for row in transaction.execute(query.offset(offset).limit(limit))]


def stored_page(
    transaction: Transaction, asked: Asked, offset: int, limit: int
) -> list[StoredEntity]:
    """Return some of the entities of (ids, types, tenant), ordered by id, as they are stored."""
    columns = (entity.c.id, entity.c.type, entity.c.document)
    query = select(*columns).where(_chosen(*asked)).order_by(entity.c.id)
    rows = transaction.execute(query.offset(offset).limit(limit))
    return [StoredEntity(*row) for row in rows]


def count_by(transaction: Transaction, asked: Asked) -> int:
    """Return how many entities of (ids, types, tenant) there are."""
    query = select(func.count()).select_from(entity).where(_chosen(*asked))
    return transaction.scalar(query) or 0


def types(transaction: Transaction, tenant: str = "") -> list[str]:
    """Return every type that an entity has; one of several types is one entry."""
    query = select(entity.c.type).where(entity.c.tenant == tenant).distinct()
    return sorted(transaction.scalars(query))


def tenant_exists(transaction: Transaction, tenant: str) -> bool:
    """Tell whether a tenant was ever written to; the default one always is there."""
    query = select(entity.c.pk).where(entity.c.tenant == tenant).limit(1)
    return not tenant or transaction.scalar(query) is not None


def save(transaction: Transaction, changed: Entity) -> None:
    """Insert a new entity (its `pk` is 0 and is then set) or update it."""
    save_all(transaction, [changed])


def save_all(transaction: Transaction, changed: Sequence[Entity]) -> None:
    """Insert new entities (their `pk` is 0 and is then set) and update the others."""
    known = {one.pk: one for one in changed if one.pk}
    if known:
        _update_all(transaction, [{"row": pk, **_columns(one)} for pk, one in known.items()])
    fresh = [one for one in changed if not one.pk]
    if fresh:
        values = [{"tenant": one.tenant, "id": one.id, **_columns(one)} for one in fresh]
        statement = insert(entity).returning(entity.c.pk, sort_by_parameter_order=True)
        for one, pk in zip(fresh, transaction.scalars(statement, values), strict=True):
            one.pk = int(pk)


def remove(transaction: Transaction, pk: int) -> None:
    """Forget an entity and its history."""
    transaction.execute(delete(instance).where(instance.c.entity_pk == pk))
    transaction.execute(delete(entity).where(entity.c.pk == pk))


def _load(transaction: Transaction, ids: list[str], tenant: str, gone: bool) -> Iterator[Entity]:
    if engines.is_postgresql(transaction):  # one parameter, where SQLite takes one for each id
        query = held(transaction, _KNOWN if gone else _THERE)
        yield from map(_entity, transaction.execute(query, {"ids": ids, "tenant": tenant}))
        return
    for at in range(0, len(ids), _CHUNK):
        yield from select_by(transaction, ids[at : at + _CHUNK], (), tenant, gone=gone)


def _chosen(
    ids: Collection[str], types: Collection[str], tenant: str, *, gone: bool = False
) -> ColumnElement[bool]:
    bounds: list[ColumnElement[bool]] = [entity.c.tenant == tenant]
    if not gone:
        bounds.append(entity.c.deleted_us.is_(None))
    if ids:
        bounds.append(entity.c.id.in_(ids))
    if types:
        bounds.append(entity.c.type.in_(types))
    return and_(*bounds)


def _update_all(transaction: Transaction, rows: list[dict[str, Any]]) -> None:
    if engines.is_postgresql(transaction):  # one statement, where many would cost as many journeys
        columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
        columns |= {n: copying_in.array(each) for n, each in columns.items() if n != "type"}
        transaction.exec_driver_sql(_TOGETHER, columns)
    else:
        transaction.execute(update(entity).where(entity.c.pk == bindparam("row")), rows)


def _columns(changed: Entity) -> dict[str, Any]:
    return {
        "type": changed.type,
        "document": msgspec.json.encode(_document(changed)),
        "created_us": changed.created_us,
        "modified_us": changed.modified_us,
        "deleted_us": changed.deleted_us,
    }


def _document(changed: Entity) -> dict[str, Any]:
    return {SCOPE: changed.scope, **changed.document} if changed.scope else changed.document


def _entity(row: Row[Any]) -> Entity:
    pk, tenant, ident, type_, written, created_us, modified_us, deleted_us = tuple[Any, ...](row)
    document = _document_of(written)
    scope = tuple(document.pop(SCOPE, ()))
    return Entity(ident, type_, created_us, modified_us, document, pk, tenant, scope, deleted_us)
