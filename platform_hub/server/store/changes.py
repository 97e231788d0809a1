"""The change log: what became new, in order, for streams and subscriptions to follow and resume."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select

from platform_hub.server.store import copying_in, engines, writer
from platform_hub.server.store.tables import change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.server.store.database import Transaction

GROWN = "changes"  # what listeners are told when the log has grown
_COPY = "COPY change (entity_pk, total, body, at_us, tenant, detail) FROM STDIN (FORMAT BINARY)"
_MOST = 500  # changes in one answer, however small
_NEWEST_TOTAL = select(change.c.total).order_by(change.c.seq.desc()).limit(1)
_TRIMS = 8  # times that a log is trimmed while it grows by as much as it keeps


_KEPT = (
    select(change.c.seq)
    .where(change.c.total > bindparam("upto_total"))
    .order_by(change.c.seq)
    .limit(1)
)
_FIRST = func.coalesce(_KEPT.scalar_subquery(), select(func.max(change.c.seq)).scalar_subquery())
_FORGET = delete(change).where(change.c.seq < _FIRST)


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
    """Log changes and, now and then, forget those that more than `keep` instances came after.

    They get their numbers at the end of the commit group, so that a follower who has seen a number
    has seen all before it, also where several processes write.
    """
    if news:
        writer.at_end(transaction, lambda end: _append(end, news, at_us, keep))


def extent(transaction: Transaction) -> Extent:
    """Return what the log holds now."""
    # Both grow together, so the ends of the key tell all: no pass over the log.
    newest = select(change.c.seq, change.c.total).order_by(change.c.seq.desc()).limit(1)
    found = transaction.execute(newest).one_or_none()
    if found is None:
        return Extent(0, 0, 0)
    first = transaction.scalar(select(func.min(change.c.seq))) or 0
    return Extent(first - 1, found.seq, found.total)


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


def _append(transaction: Transaction, news: Sequence[News], at_us: int, keep: int) -> None:
    before = _total(transaction)
    totals = list(accumulate((one.readings for one in news), initial=before))
    columns: dict[str, list[Any]] = {
        "entity_pk": [one.entity_pk for one in news],
        "total": totals[1:],
        "body": [one.body for one in news],
        "at_us": [at_us] * len(news),
        "tenant": [one.tenant for one in news],
        "detail": [msgspec.json.encode(one.detail) if one.detail else None for one in news],
    }
    _insert(transaction, columns)
    step = keep // _TRIMS + 1
    if before // step < totals[-1] // step:
        _trim(transaction, totals[-1] - keep)
    writer.tell(transaction, GROWN)


def _insert(transaction: Transaction, columns: dict[str, list[Any]]) -> None:
    rows = zip(*columns.values(), strict=True)
    if engines.is_postgresql(transaction):
        copying_in.copy(transaction, _COPY, [map(copying_in.packed, rows)])
    else:
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        transaction.execute(insert(change), named)


def _total(transaction: Transaction) -> int:
    return transaction.scalar(_NEWEST_TOTAL) or 0


def _trim(transaction: Transaction, upto_total: int) -> None:
    """Forget the changes up to a total, but never the newest."""
    transaction.execute(_FORGET, {"upto_total": upto_total})
