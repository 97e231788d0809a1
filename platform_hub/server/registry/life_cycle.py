"""The life of an order: made once, moved only forwards, expired by the clock, told to everybody."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance.answers import Refused, bad_request, plain
from platform_hub.server.store import orders
from platform_hub.wire import commands
from platform_hub.wire.commands import OPEN_STATES, Order, OrderState, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.commands import OrderKind

IDEMPOTENCY_HEADER = "Idempotency-Key"
_LONGEST_KEY = 128
_IN_ORDER = list(OrderState)  # for steps within one microsecond


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to be."""

    kind: OrderKind
    subject: str
    gateway: str
    body: dict[str, Any]
    expires_us: int


def send(transaction: Transaction, draft: Draft, by: str, now_us: int) -> orders.Order:
    """Store an order: from now on its gateway can fetch it."""
    ident = secrets.token_hex(8)
    new = orders.Order(
        ident,
        draft.kind,
        draft.subject,
        draft.gateway,
        msgspec.json.encode(draft.body),
        OrderState.SENT,
        now_us,
        by,
        draft.expires_us,
    )
    return orders.add(transaction, new, orders.Step(ident, now_us, OrderState.SENT, by))


def report(
    transaction: Transaction, before: orders.Order, said: commands.OrderReport, now_us: int
) -> bool:
    """Note what a gateway says; False where it said so before.

    Raises:
        Refused: the order cannot come into that state any more.
    """
    was, now = OrderState(before.state), OrderState(said.state)
    if was is now:
        return False
    if not commands.may_follow(was, now):
        raise Refused(plain(409, "Conflict", f"order {before.id} is {was}: it cannot be {now} now"))
    step = orders.Step(before.id, now_us, now, before.gateway, said.detail, said.value)
    return orders.move(transaction, before, step)


def expire(transaction: Transaction, now_us: int) -> list[orders.Order]:
    """Expire what nobody did in time; return it."""
    late = orders.overdue(transaction, OPEN_STATES, now_us)
    return [
        one._replace(state=OrderState.EXPIRED)
        for one in late
        if orders.move(
            transaction,
            one,
            orders.Step(one.id, now_us, OrderState.EXPIRED, "hub", _lateness(one)),
        )
    ]


def supersede(transaction: Transaction, kind: str, gateway: str, now_us: int) -> None:
    """Expire what waits for a gateway, for something newer replaces it."""
    waiting = orders.waiting(transaction, gateway, OPEN_STATES, 0, 1000)
    for one in waiting:
        if one.kind == kind:
            step = orders.Step(one.id, now_us, OrderState.EXPIRED, "hub", "replaced by a newer one")
            orders.move(transaction, one, step)


def told(transaction: Transaction, found: Iterable[orders.Order]) -> list[Order]:
    """Return orders as the wire has them, each with its steps."""
    listed = list(found)
    steps = orders.steps(transaction, [one.id for one in listed])
    return [wire_form(one, steps[one.id]) for one in listed]


def wire_form(one: orders.Order, steps: Iterable[orders.Step] = ()) -> Order:
    """Return an order as the wire has it."""
    return Order(
        one.seq,
        one.id,
        one.kind,  # type: ignore[arg-type]  # the store keeps what `send` was given
        one.subject,
        one.gateway,
        OrderState(one.state),
        one.created_us,
        one.created_by,
        one.expires_us,
        msgspec.json.decode(one.body),
        sorted(
            (Step(OrderState(s.state), s.at_us, s.by, s.detail, s.value) for s in steps),
            key=lambda step: (step.at_us, _IN_ORDER.index(step.state)),
        ),
    )


def signed(order: Order, authority: Authority) -> Order:
    """Return an order with its content signed for its gateway."""
    claims = {
        "iss": "hub",
        "aud": order.gateway,
        "jti": order.id,
        "seq": order.seq,
        "kind": order.kind,
        "subject": order.subject,
        "exp_us": order.expires_us,
        "body": order.body,
    }
    return msgspec.structs.replace(order, jws=authority.identity.sign(claims))


def idempotency_key(request: Request) -> str:
    """Return the request's idempotency key, empty where it has none.

    Raises:
        Refused: it is longer than keys are.
    """
    key = request.headers.get(IDEMPOTENCY_HEADER, "")
    if len(key) > _LONGEST_KEY:
        raise bad_request(f"{IDEMPOTENCY_HEADER} has at most {_LONGEST_KEY} characters")
    return key


def once(
    transaction: Transaction,
    request: tuple[Caller, str, Any],
    now_us: int,
    work: Callable[[], str],
) -> tuple[str, bool]:
    """Do something once per idempotency key; return its subject, and whether it was done now.

    Args:
        transaction: where.
        request: who asks, the key (empty: do it in any case), and what is asked.
        now_us: when.
        work: does it and returns the id of what it made.

    Raises:
        Refused: the key was used for another request.
    """
    caller, key, content = request
    if not key:
        return work(), True
    digest = hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()
    before = orders.remembered(transaction, caller.who, key)
    if before is None:
        subject = work()
        orders.remember(transaction, orders.Remembered(caller.who, key, digest, subject, now_us))
        return subject, True
    if before.digest != digest:
        detail = f"this {IDEMPOTENCY_HEADER} was used for another request: take a new one"
        raise Refused(plain(422, "Unprocessable content", detail))
    return before.subject, False


def _lateness(one: orders.Order) -> str:
    if one.state == OrderState.SENT:
        return "the gateway did not fetch it in time"
    return "the gateway fetched it but did not say in time that it had done it"
