"""Leases: what only one of several processes on one database does, taken for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from platform_hub.server.store.tables import lease

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


def take(transaction: Transaction, name: str, holder: str, now_us: int, until_us: int) -> bool:
    """Take or renew a lease; tell whether it is the holder's now.

    Jobs that write run one after the other, whichever process they belong to.
    """
    held = transaction.execute(select(lease).where(lease.c.name == name)).one_or_none()
    if held is None:
        transaction.execute(insert(lease).values(name=name, holder=holder, until_us=until_us))
        return True
    if held.holder != holder and held.until_us > now_us:
        return False
    renewed = update(lease).where(lease.c.name == name)
    transaction.execute(renewed.values(holder=holder, until_us=until_us))
    return True


def is_shared(transaction: Transaction) -> bool:
    """Tell whether several processes may be on the database; an SQLite file is one process's."""
    return transaction.dialect.name != "sqlite"
