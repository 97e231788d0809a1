"""The audit log as rows: entries in order, each with its hash, and one signed head."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from platform_hub.server.store.area_tables import audit, audit_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_hub.server.store.database import Transaction

_HEAD = 1  # the only row of its table


class Entry(NamedTuple):
    """One entry; `body` is JSON as it was hashed."""

    seq: int
    body: bytes
    hash: str


class Head(NamedTuple):
    """The newest entry's number and hash, signed; number 0 before the first."""

    seq: int
    hash: str
    at_us: int
    signature: str


NO_HEAD = Head(0, "", 0, "")


def head(transaction: Transaction, *, locked: bool = False) -> Head:
    """Return the head; `locked` makes other processes wait until this transaction ends."""
    query = select(audit_head).where(audit_head.c.id == _HEAD)
    row = transaction.execute(query.with_for_update() if locked else query).one_or_none()
    return Head(*row[1:]) if row else NO_HEAD


def append(transaction: Transaction, entry: Entry, new: Head) -> None:
    """Add an entry and move the head to it."""
    transaction.execute(insert(audit).values(entry._asdict()))
    moved = update(audit_head).where(audit_head.c.id == _HEAD).values(new._asdict())
    if not transaction.execute(moved).rowcount:
        transaction.execute(insert(audit_head).values(id=_HEAD, **new._asdict()))


def entries(transaction: Transaction, after: int = 0, limit: int = 1000) -> list[Entry]:
    """Return entries after a number, oldest first."""
    query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    return [Entry(*row) for row in transaction.execute(query)]


def every(transaction: Transaction) -> Iterator[Entry]:
    """Yield all entries, oldest first, a thousand in memory at a time."""
    after = -1 << 62
    while found := entries(transaction, after):
        yield from found
        after = found[-1].seq
