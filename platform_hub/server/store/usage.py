"""Usage: how many requests each caller made on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from platform_hub.server.store.area_tables import usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_hub.server.store.database import Transaction


class Used(NamedTuple):
    """Requests and bytes answered to a caller on a day, `2026-11-25` in UTC."""

    caller: str
    day: str
    requests: int
    bytes: int


def add(transaction: Transaction, counted: Iterable[Used]) -> None:
    """Add to what is counted."""
    for one in counted:
        row = (usage.c.caller == one.caller) & (usage.c.day == one.day)
        more = {"requests": usage.c.requests + one.requests, "bytes": usage.c.bytes + one.bytes}
        if not transaction.execute(update(usage).where(row).values(more)).rowcount:
            transaction.execute(insert(usage).values(one._asdict()))


def requests_on(transaction: Transaction, caller: str, day: str) -> int:
    """Return how many requests are counted of a caller on a day."""
    query = select(usage.c.requests).where(usage.c.caller == caller, usage.c.day == day)
    return transaction.scalar(query) or 0


def since(transaction: Transaction, day: str) -> list[Used]:
    """Return what is counted from a day on, by day and caller."""
    query = select(usage).where(usage.c.day >= day).order_by(usage.c.day, usage.c.caller)
    return [Used(*row) for row in transaction.execute(query)]
