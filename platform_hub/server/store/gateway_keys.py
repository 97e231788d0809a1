"""Public keys of gateways, and what gateways last reported of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from platform_hub.server.store.area_tables import gateway_key, gateway_report

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction


class GatewayKey(NamedTuple):
    """A registered public key; `revoked_us` is None while it is valid."""

    kid: str
    gateway: str
    public_key: str
    created_us: int
    created_by: str
    revoked_us: int | None = None


class Report(NamedTuple):
    """What a gateway said of itself, as JSON."""

    gateway: str
    body: bytes
    at_us: int


def add(transaction: Transaction, key: GatewayKey) -> None:
    """Store a new key."""
    transaction.execute(insert(gateway_key).values(key._asdict()))


def find(transaction: Transaction, kid: str) -> GatewayKey | None:
    """Return a key by its id, valid or revoked."""
    row = transaction.execute(select(gateway_key).where(gateway_key.c.kid == kid)).one_or_none()
    return GatewayKey(*row) if row else None


def valid(transaction: Transaction) -> dict[str, GatewayKey]:
    """Return the valid key of each gateway that has one."""
    query = select(gateway_key).where(gateway_key.c.revoked_us.is_(None))
    return {row.gateway: GatewayKey(*row) for row in transaction.execute(query)}


def revoke(transaction: Transaction, gateway: str, now_us: int) -> int:
    """Revoke every valid key of a gateway; return how many there were."""
    statement = update(gateway_key).where(
        gateway_key.c.gateway == gateway, gateway_key.c.revoked_us.is_(None)
    )
    return transaction.execute(statement.values(revoked_us=now_us)).rowcount


def save_report(transaction: Transaction, report: Report) -> None:
    """Replace what a gateway reported."""
    values = report._asdict()
    replaced = update(gateway_report).where(gateway_report.c.gateway == report.gateway)
    if not transaction.execute(replaced.values(values)).rowcount:
        transaction.execute(insert(gateway_report).values(values))


def reports(transaction: Transaction) -> dict[str, Report]:
    """Return the last report of each gateway."""
    return {row.gateway: Report(*row) for row in transaction.execute(select(gateway_report))}
