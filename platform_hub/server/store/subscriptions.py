"""Subscriptions: what was asked for, how far each was told, and how telling it went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import delete, func, insert, select, update

from platform_hub.server.store.tables import subscription

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

    from platform_hub.server.store.database import Transaction


class Record(NamedTuple):
    """How notifying went so far; instants are None where it never happened.

    Attributes:
        cursor: number of the last change that needs no notification any more.
        sent, failed: notifications tried, and tries that failed in a row.
    """

    cursor: int = 0
    sent: int = 0
    failed: int = 0
    notified_us: int | None = None
    success_us: int | None = None
    failure_us: int | None = None


@dataclass(slots=True)
class Subscription:
    """One subscription.

    Attributes:
        body: the subscription as NGSI-LD JSON, names as the store keeps them.
        terms: the terms of the context that it was written in.
        source: that context as it was given.
        link: where that context can be read.
    """

    id: str
    created_us: int
    modified_us: int
    body: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    source: Any = None
    link: str = ""
    record: Record = field(default_factory=Record)
    tenant: str = ""
    pk: int = 0


def load(transaction: Transaction, ident: str, tenant: str) -> Subscription | None:
    """Return a tenant's subscription, None where there is none."""
    query = select(subscription).where(_one(ident, tenant))
    row = transaction.execute(query).one_or_none()
    return _subscription(row) if row else None


def page(
    transaction: Transaction, tenant: str, limit: int, offset: int
) -> tuple[list[Subscription], int]:
    """Return some subscriptions of a tenant, oldest first, and how many there are in all."""
    of = subscription.c.tenant == tenant
    query = select(subscription).where(of).order_by(subscription.c.pk).limit(limit).offset(offset)
    total = transaction.scalar(select(func.count()).where(of).select_from(subscription))
    return [_subscription(row) for row in transaction.execute(query)], int(total or 0)


def every(transaction: Transaction) -> list[Subscription]:
    """Return the subscriptions of all tenants."""
    return [_subscription(row) for row in transaction.execute(select(subscription))]


def version(transaction: Transaction) -> tuple[int, ...]:
    """Return what differs after every change of what is subscribed to."""
    of = subscription.c
    query = select(func.count(), func.max(of.revision), func.max(of.modified_us))
    return tuple(transaction.execute(query.select_from(subscription)).one())


def save(transaction: Transaction, changed: Subscription) -> None:
    """Insert a new subscription (its `pk` is 0 and is then set) or update what it asks for."""
    newest = select(func.coalesce(func.max(subscription.c.revision), 0) + 1).scalar_subquery()
    values: dict[str, Any] = {
        "body": msgspec.json.encode(changed.body),
        "context": msgspec.json.encode(
            {"terms": changed.terms, "source": changed.source, "link": changed.link}
        ),
        "modified_us": changed.modified_us,
        "revision": newest,
    }
    if changed.pk:
        transaction.execute(
            update(subscription).where(subscription.c.pk == changed.pk).values(values)
        )
        return
    values |= {"tenant": changed.tenant, "id": changed.id, "created_us": changed.created_us}
    values |= changed.record._asdict()
    row = transaction.execute(insert(subscription).values(values).returning(subscription.c.pk))
    changed.pk = int(row.scalar_one())


def remember(transaction: Transaction, pk: int, record: Record) -> None:
    """Store how notifying went."""
    statement = update(subscription).where(subscription.c.pk == pk)
    transaction.execute(statement.values(record._asdict()))


def remove(transaction: Transaction, ident: str, tenant: str) -> bool:
    """Forget a subscription; tell whether there was one."""
    return transaction.execute(delete(subscription).where(_one(ident, tenant))).rowcount > 0


def _one(ident: str, tenant: str) -> ColumnElement[bool]:
    return (subscription.c.tenant == tenant) & (subscription.c.id == ident)


def _subscription(row: Row[Any]) -> Subscription:
    context = msgspec.json.decode(row.context)
    return Subscription(
        row.id,
        row.created_us,
        row.modified_us,
        msgspec.json.decode(row.body),
        context["terms"],
        context["source"],
        context["link"],
        Record(*(getattr(row, name) for name in Record._fields)),
        row.tenant,
        row.pk,
    )
