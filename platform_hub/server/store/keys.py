"""Access keys: kept as hashes only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from platform_hub.server.store.tables import api_key

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


class StoredKey(NamedTuple):
    """A key without its secret; `revoked_us` is None while it is valid."""

    hash: str
    role: str
    name: str
    created_us: int
    revoked_us: int | None = None


def add(transaction: Transaction, key: StoredKey) -> None:
    """Store a new key."""
    transaction.execute(insert(api_key).values(key._asdict()))


def find(transaction: Transaction, digest: str) -> StoredKey | None:
    """Return the valid key of a hash, None where there is none."""
    query = select(api_key).where(api_key.c.hash == digest, api_key.c.revoked_us.is_(None))
    row = transaction.execute(query).one_or_none()
    return StoredKey(*row) if row else None


def all_keys(transaction: Transaction) -> list[StoredKey]:
    """Return every key, valid or revoked, oldest first."""
    query = select(api_key).order_by(api_key.c.created_us, api_key.c.role, api_key.c.name)
    return [StoredKey(*row) for row in transaction.execute(query)]


def revoke(transaction: Transaction, name: str, role: str | None, now_us: int) -> int:
    """Revoke the valid keys of a name (and role, where given); return how many there were."""
    statement = update(api_key).where(api_key.c.name == name, api_key.c.revoked_us.is_(None))
    if role:
        statement = statement.where(api_key.c.role == role)
    return transaction.execute(statement.values(revoked_us=now_us)).rowcount
