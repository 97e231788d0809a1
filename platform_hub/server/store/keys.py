"""Access keys: kept as hashes only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, select, update

from platform_hub.server.store.area_tables import key_plan
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
    plan: str = "operator"


_COLUMNS = [*api_key.c, func.coalesce(key_plan.c.plan, "operator")]
_KEYS = api_key.outerjoin(key_plan, key_plan.c.hash == api_key.c.hash)


def add(transaction: Transaction, key: StoredKey) -> None:
    """Store a new key."""
    values = key._asdict()
    plan = values.pop("plan")
    transaction.execute(insert(api_key).values(values))
    transaction.execute(insert(key_plan).values(hash=key.hash, plan=plan))


def find(transaction: Transaction, digest: str) -> StoredKey | None:
    """Return the valid key of a hash, None where there is none."""
    query = select(*_COLUMNS).select_from(_KEYS)
    valid = query.where(api_key.c.hash == digest, api_key.c.revoked_us.is_(None))
    row = transaction.execute(valid).one_or_none()
    return StoredKey(*row) if row else None


def all_keys(transaction: Transaction) -> list[StoredKey]:
    """Return every key, valid or revoked, oldest first."""
    query = select(*_COLUMNS).select_from(_KEYS)
    in_order = query.order_by(api_key.c.created_us, api_key.c.role, api_key.c.name)
    return [StoredKey(*row) for row in transaction.execute(in_order)]


def revoke(transaction: Transaction, name: str, role: str | None, now_us: int) -> int:
    """Revoke the valid keys of a name (and role, where given); return how many there were."""
    statement = update(api_key).where(api_key.c.name == name, api_key.c.revoked_us.is_(None))
    if role:
        statement = statement.where(api_key.c.role == role)
    return transaction.execute(statement.values(revoked_us=now_us)).rowcount


def revoke_id(transaction: Transaction, ident: str, now_us: int) -> bool:
    """Revoke the valid key whose hash begins so; False where there is none."""
    named = api_key.c.hash.startswith(ident, autoescape=True)
    statement = update(api_key).where(named, api_key.c.revoked_us.is_(None))
    return bool(transaction.execute(statement.values(revoked_us=now_us)).rowcount)
