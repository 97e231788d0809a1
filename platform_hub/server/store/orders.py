"""Orders: what goes down to gateways (commands, plans, configuration), with every step of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from platform_hub.server.store.area_tables import idempotency, order, order_step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from platform_hub.server.store.database import Transaction


class Order(NamedTuple):
    """One order to one gateway; `seq` is given by the store."""

    id: str
    kind: str
    subject: str
    gateway: str
    body: bytes
    state: str
    created_us: int
    created_by: str
    expires_us: int
    seq: int = 0


class Step(NamedTuple):
    """An order reaching a state; `value` is what was read back, where something was."""

    order_id: str
    at_us: int
    state: str
    by: str
    detail: str = ""
    value: float | None = None


class Remembered(NamedTuple):
    """A request that was carried out once."""

    caller: str
    key: str
    digest: str
    subject: str
    at_us: int


_COLUMNS = [order.c[name] for name in Order._fields]


def add(transaction: Transaction, new: Order, step: Step) -> Order:
    """Store a new order with its first step and return it with its number."""
    values = new._asdict()
    values.pop("seq")
    made = transaction.execute(insert(order).values(values).returning(order.c.seq))
    transaction.execute(insert(order_step).values(step._asdict()))
    return new._replace(seq=made.scalar_one())


def find(transaction: Transaction, ident: str) -> Order | None:
    """Return an order by id."""
    row = transaction.execute(select(*_COLUMNS).where(order.c.id == ident)).one_or_none()
    return Order(*row) if row else None


def of_subject(transaction: Transaction, kind: str, subject: str) -> list[Order]:
    """Return the orders that carry one command, plan or configuration, in order."""
    query = select(*_COLUMNS).where(order.c.kind == kind, order.c.subject == subject)
    return [Order(*row) for row in transaction.execute(query.order_by(order.c.seq))]


def waiting(
    transaction: Transaction, gateway: str, states: Collection[str], after: int, limit: int
) -> list[Order]:
    """Return a gateway's orders in given states behind a number, oldest first."""
    query = select(*_COLUMNS).where(order.c.gateway == gateway, order.c.state.in_(states))
    behind = query.where(order.c.seq > after).order_by(order.c.seq).limit(limit)
    return [Order(*row) for row in transaction.execute(behind)]


def newest(
    transaction: Transaction, kind: str, gateway: str, before: int, limit: int
) -> list[Order]:
    """Return orders of a kind before a number, newest first; an empty gateway means all."""
    query = select(*_COLUMNS).where(order.c.kind == kind)
    if gateway:
        query = query.where(order.c.gateway == gateway)
    if before:
        query = query.where(order.c.seq < before)
    rows = transaction.execute(query.order_by(order.c.seq.desc()).limit(limit))
    return [Order(*row) for row in rows]


def overdue(transaction: Transaction, states: Collection[str], now_us: int) -> list[Order]:
    """Return the orders in given states whose time is over."""
    query = select(*_COLUMNS).where(order.c.state.in_(states), order.c.expires_us <= now_us)
    return [Order(*row) for row in transaction.execute(query.order_by(order.c.seq))]


def move(transaction: Transaction, before: Order, step: Step) -> bool:
    """Bring an order into a state; False where somebody else moved it meanwhile."""
    unmoved = update(order).where(order.c.id == before.id, order.c.state == before.state)
    if not transaction.execute(unmoved.values(state=step.state)).rowcount:
        return False
    transaction.execute(insert(order_step).values(step._asdict()))
    return True


def steps(transaction: Transaction, idents: Iterable[str]) -> dict[str, list[Step]]:
    """Return the steps of orders, by order, in time."""
    found: dict[str, list[Step]] = {ident: [] for ident in idents}
    query = select(order_step).where(order_step.c.order_id.in_(found)).order_by(order_step.c.at_us)
    for row in transaction.execute(query):
        found[row.order_id].append(Step(*row))
    return found


def remembered(transaction: Transaction, caller: str, key: str) -> Remembered | None:
    """Return what a caller's idempotency key stands for."""
    query = select(idempotency).where(idempotency.c.caller == caller, idempotency.c.key == key)
    row = transaction.execute(query).one_or_none()
    return Remembered(*row) if row else None


def remember(transaction: Transaction, new: Remembered) -> None:
    """Note what a caller's idempotency key stands for."""
    transaction.execute(insert(idempotency).values(new._asdict()))
