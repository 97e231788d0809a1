"""JSON-LD contexts: those that callers hosted here, those made for them, and copies of others'."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from platform_hub.server.store.tables import ld_context

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


class StoredContext(NamedTuple):
    """One context; `body` is its JSON document, `url` where others find it."""

    id: str
    url: str
    kind: str
    body: bytes
    created_us: int


def add(transaction: Transaction, new: StoredContext) -> None:
    """Store a context, in the place of one with its URL."""
    transaction.execute(delete(ld_context).where(ld_context.c.url == new.url))
    transaction.execute(insert(ld_context).values(new._asdict()))


def find(transaction: Transaction, name: str) -> StoredContext | None:
    """Return the context with an id or URL, None where there is none."""
    named = (ld_context.c.id == name) | (ld_context.c.url == name)
    row = transaction.execute(select(ld_context).where(named).limit(1)).one_or_none()
    return StoredContext(*row) if row else None


def every(transaction: Transaction, kind: str = "") -> list[StoredContext]:
    """Return the contexts of a kind, all where none is named, oldest first."""
    query = select(ld_context).order_by(ld_context.c.created_us, ld_context.c.id)
    if kind:
        query = query.where(ld_context.c.kind == kind)
    return [StoredContext(*row) for row in transaction.execute(query)]


def remove(transaction: Transaction, ident: str) -> bool:
    """Forget a context; tell whether there was one."""
    return transaction.execute(delete(ld_context).where(ld_context.c.id == ident)).rowcount > 0
