"""Entities: who they are and their current document (attribute name to normalised attribute).

An attribute of a document is one instance, or a list of instances that differ in `datasetId`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert, select, update

from platform_hub.server.store.tables import entity, instance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Row

    from platform_hub.server.store.database import Transaction

SCOPE = "scope"  # a reserved name, so no attribute has it
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
    """Return the entities of these ids and types, ordered by id.

    Args:
        transaction: where to read.
        ids: which, all where none is given.
        types: which, all where none is given; each a whole type as `types` lists it.
        tenant: whose.
        gone: also those of which only history is left.
    """
    query = select(entity).where(entity.c.tenant == tenant).order_by(entity.c.id)
    if not gone:
        query = query.where(entity.c.deleted_us.is_(None))
    if ids:
        query = query.where(entity.c.id.in_(ids))
    if types:
        query = query.where(entity.c.type.in_(types))
    return [_entity(row) for row in transaction.execute(query)]


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
    values = {
        "type": changed.type,
        "document": msgspec.json.encode(_document(changed)),
        "created_us": changed.created_us,
        "modified_us": changed.modified_us,
        "deleted_us": changed.deleted_us,
    }
    if changed.pk:
        transaction.execute(update(entity).where(entity.c.pk == changed.pk).values(values))
        return
    values |= {"tenant": changed.tenant, "id": changed.id}
    row = transaction.execute(insert(entity).values(values).returning(entity.c.pk))
    changed.pk = int(row.scalar_one())


def remove(transaction: Transaction, pk: int) -> None:
    """Forget an entity and its history."""
    transaction.execute(delete(instance).where(instance.c.entity_pk == pk))
    transaction.execute(delete(entity).where(entity.c.pk == pk))


def _load(transaction: Transaction, ids: list[str], tenant: str, gone: bool) -> Iterator[Entity]:
    for at in range(0, len(ids), _CHUNK):
        yield from select_by(transaction, ids[at : at + _CHUNK], (), tenant, gone=gone)


def _document(changed: Entity) -> dict[str, Any]:
    return {SCOPE: changed.scope, **changed.document} if changed.scope else changed.document


def _entity(row: Row[Any]) -> Entity:
    document = msgspec.json.decode(row.document)
    scope = tuple(document.pop(SCOPE, ()))
    return Entity(
        row.id,
        row.type,
        row.created_us,
        row.modified_us,
        document,
        row.pk,
        row.tenant,
        scope,
        row.deleted_us,
    )
