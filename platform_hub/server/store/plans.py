"""Energy plans, every version of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from platform_hub.server.store.area_tables import plan

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


class StoredPlan(NamedTuple):
    """One version of a plan as JSON."""

    id: str
    version: int
    body: bytes
    created_us: int
    created_by: str


def add(transaction: Transaction, new: StoredPlan) -> None:
    """Store a new version."""
    transaction.execute(insert(plan).values(new._asdict()))


def find(transaction: Transaction, ident: str, version: int | None = None) -> StoredPlan | None:
    """Return one version of a plan, the newest by default."""
    query = select(plan).where(plan.c.id == ident)
    if version is not None:
        query = query.where(plan.c.version == version)
    row = transaction.execute(query.order_by(plan.c.version.desc()).limit(1)).one_or_none()
    return StoredPlan(*row) if row else None


def newest(transaction: Transaction, limit: int) -> list[StoredPlan]:
    """Return the plans made last, newest first."""
    query = select(plan).order_by(plan.c.created_us.desc(), plan.c.version.desc()).limit(limit)
    return [StoredPlan(*row) for row in transaction.execute(query)]
