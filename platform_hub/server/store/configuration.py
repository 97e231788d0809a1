"""Configuration documents of gateways, every version of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from platform_hub.server.store.area_tables import configuration

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


class Version(NamedTuple):
    """One version; `document` is canonical JSON."""

    gateway: str
    version: int
    document: bytes
    note: str
    created_us: int
    created_by: str


def add(transaction: Transaction, version: Version) -> None:
    """Store a new version."""
    transaction.execute(insert(configuration).values(version._asdict()))


def find(transaction: Transaction, gateway: str, version: int | None = None) -> Version | None:
    """Return one version, the newest by default."""
    query = select(configuration).where(configuration.c.gateway == gateway)
    if version is not None:
        query = query.where(configuration.c.version == version)
    row = transaction.execute(query.order_by(configuration.c.version.desc()).limit(1)).one_or_none()
    return Version(*row) if row else None


def versions(transaction: Transaction, gateway: str, limit: int) -> list[Version]:
    """Return the newest versions of a gateway's document, newest first."""
    query = select(configuration).where(configuration.c.gateway == gateway)
    newest = query.order_by(configuration.c.version.desc()).limit(limit)
    return [Version(*row) for row in transaction.execute(newest)]
