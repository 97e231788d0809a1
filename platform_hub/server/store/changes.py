"""The change log: what became new, in order, for streams and subscriptions to follow and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import delete, func, insert, select

from platform_hub.server.store.tables import change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.server.store.database import Transaction

_MOST = 500  # changes in one answer, however small


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a write through the open API did to one entity; names as the store keeps them.

    Attributes:
        entity: "created", "updated" or "deleted".
        created, updated, deleted: names of attributes.
        previous: attributes as they were before they were updated or deleted.
    """

    entity: str = "updated"
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    previous: dict[str, Any] = {}


class News(NamedTuple):
    """What one entity got in one transaction.

    `body` is an entity fragment as JSON in the core context: what is new, and NULL in the place of
    what was deleted. `detail` is None for readings of devices: they update attributes.
    """

    entity_pk: int
    readings: int
    body: bytes
    tenant: str = ""
    detail: Detail | None = None


class Change(NamedTuple):
    """A logged fragment and its number."""

    seq: int
    body: bytes
    tenant: str = ""
    entity_pk: int = 0
    at_us: int = 0
    detail: bytes | None = None

    def explained(self) -> Detail | None:
        """Return what a write did, None for readings of devices."""
        return msgspec.json.decode(self.detail, type=Detail) if self.detail else None


class Extent(NamedTuple):
    """What the log holds: changes after `trimmed` up to `last`; `total` instances ever stored."""

    trimmed: int
    last: int
    total: int


def append(transaction: Transaction, news: Sequence[News], at_us: int, keep: int) -> None:
    """Log changes and forget those that more than `keep` instances came after."""
    if not news:
        return
    total = extent(transaction).total
    rows = []
    for one in news:
        total += one.readings
        rows.append(
            {
                "entity_pk": one.entity_pk,
                "total": total,
                "body": one.body,
                "at_us": at_us,
                "tenant": one.tenant,
                "detail": msgspec.json.encode(one.detail) if one.detail else None,
            }
        )
    transaction.execute(insert(change), rows)
    newest = select(func.max(change.c.seq)).scalar_subquery()
    transaction.execute(delete(change).where(change.c.total <= total - keep, change.c.seq < newest))


def extent(transaction: Transaction) -> Extent:
    """Return what the log holds now."""
    bounds = select(func.min(change.c.seq), func.max(change.c.seq), func.max(change.c.total))
    first, last, total = transaction.execute(bounds).one()
    return Extent(first - 1, last, total) if last else Extent(0, 0, 0)


def between(transaction: Transaction, after: int, upto: int, size: int) -> list[Change]:
    """Return the changes of every tenant that follow number `after`, none beyond `upto`.

    They end once they hold `size` bytes together; there is at least one where there are any.
    """
    numbered = (change.c.seq > after) & (change.c.seq <= upto)
    columns = (change.c[name] for name in Change._fields)
    query = select(*columns).where(numbered).order_by(change.c.seq)
    found: list[Change] = []
    with transaction.execute(query.limit(_MOST)) as rows:
        for row in rows:
            found.append(Change(*row))
            size -= len(row.body)
            if size <= 0:
                break
    return found
