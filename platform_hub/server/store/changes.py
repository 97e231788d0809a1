"""The change log: what became new, in order, for streams to follow and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select

from platform_hub.server.store import writer
from platform_hub.server.store.tables import change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.server.store.database import Transaction

GROWN = "changes"  # what listeners are told when the log has grown
_MOST = 500  # changes in one answer, however small


class News(NamedTuple):
    """What one entity got in one transaction: `body` is an entity fragment as JSON."""

    entity_pk: int
    readings: int
    body: bytes


class Change(NamedTuple):
    """A logged fragment and its number."""

    seq: int
    body: bytes


class Extent(NamedTuple):
    """What the log holds: changes after `trimmed` up to `last`; `total` instances ever stored."""

    trimmed: int
    last: int
    total: int


def append(transaction: Transaction, news: Sequence[News], at_us: int, keep: int) -> None:
    """Log changes and forget those that more than `keep` instances came after.

    They get their numbers at the end of the commit group, so that a follower who has seen a number
    has seen all before it, also where several processes write.
    """
    if news:
        writer.at_end(transaction, lambda end: _append(end, news, at_us, keep))


def extent(transaction: Transaction) -> Extent:
    """Return what the log holds now."""
    bounds = select(func.min(change.c.seq), func.max(change.c.seq), func.max(change.c.total))
    first, last, total = transaction.execute(bounds).one()
    return Extent(first - 1, last, total) if last else Extent(0, 0, 0)


def between(transaction: Transaction, after: int, upto: int, size: int) -> list[Change]:
    """Return the changes that follow number `after`, none beyond `upto`.

    They end once they hold `size` bytes together; there is at least one where there are any.
    """
    numbered = (change.c.seq > after) & (change.c.seq <= upto)
    query = select(change.c.seq, change.c.body).where(numbered).order_by(change.c.seq)
    found: list[Change] = []
    with transaction.execute(query.limit(_MOST)) as rows:
        for row in rows:
            found.append(Change(*row))
            size -= len(row.body)
            if size <= 0:
                break
    return found


def _append(transaction: Transaction, news: Sequence[News], at_us: int, keep: int) -> None:
    total = extent(transaction).total
    rows = []
    for entity_pk, readings, body in news:
        total += readings
        rows.append({"entity_pk": entity_pk, "total": total, "body": body, "at_us": at_us})
    transaction.execute(insert(change), rows)
    newest = select(func.max(change.c.seq)).scalar_subquery()
    transaction.execute(delete(change).where(change.c.total <= total - keep, change.c.seq < newest))
    writer.tell(transaction, GROWN)
