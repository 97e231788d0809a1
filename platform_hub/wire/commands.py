"""Commands and the orders that carry them, plans and configuration down to gateways.

An order is *sent* once the hub has stored it, *delivered* once the gateway has said that it has
it, *applied* once the gateway has done it and *read back* once the device itself confirms it.
It may *fail* at any point, and *expires* where the gateway did not do it in time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec


class OrderState(StrEnum):
    """Where an order is in its life."""

    SENT = "sent"
    DELIVERED = "delivered"
    APPLIED = "applied"
    READ_BACK = "read_back"
    FAILED = "failed"
    EXPIRED = "expired"


_FOLLOWING: dict[OrderState, frozenset[OrderState]] = {
    OrderState.SENT: frozenset(
        {
            OrderState.DELIVERED,
            OrderState.APPLIED,
            OrderState.READ_BACK,
            OrderState.FAILED,
            OrderState.EXPIRED,
        }
    ),
    OrderState.DELIVERED: frozenset(
        {OrderState.APPLIED, OrderState.READ_BACK, OrderState.FAILED, OrderState.EXPIRED}
    ),
    OrderState.APPLIED: frozenset({OrderState.READ_BACK, OrderState.FAILED}),
    OrderState.READ_BACK: frozenset({OrderState.FAILED}),  # such as a roll-back later on
    OrderState.FAILED: frozenset(),
    OrderState.EXPIRED: frozenset(),
}
OPEN_STATES = (OrderState.SENT, OrderState.DELIVERED)  # the gateway has still to do it
OrderKind = Literal["command", "plan", "revocation", "configuration"]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Note = Annotated[str, msgspec.Meta(max_length=500)]


def may_follow(before: OrderState, after: OrderState) -> bool:
    """Tell whether an order may go from one state to another."""
    return after in _FOLLOWING[before]


class CommandBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What somebody asks of a device.

    Attributes:
        quantity: what is to be set, a quantity of the suite such as `active_power`.
        value: in that quantity's unit.
        expires_in_s: how long the gateway may still begin with it.
        reason: why, for the audit log.
        confirmed: that a person has confirmed it, where the device's model asks for that.
    """

    device: Word
    quantity: Word
    value: float
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    expires_in_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 60
    confirmed: bool = False


class Step(msgspec.Struct, frozen=True, rename="camel"):
    """An order reaching a state; `value` is what the device read back."""

    state: OrderState
    at_us: int
    by: str
    detail: str = ""
    value: float | None = None


class Order(msgspec.Struct, frozen=True, rename="camel"):
    """One order as the hub tells it.

    Attributes:
        seq: grows with every order; a gateway asks for what follows the last one that it has.
        subject: id of the command, plan or configuration that it carries.
        body: the content, by kind.
        jws: the content signed by the hub for this gateway; empty in listings for people.
    """

    seq: int
    id: str
    kind: OrderKind
    subject: str
    gateway: str
    state: OrderState
    created_us: int
    created_by: str
    expires_us: int
    body: dict[str, Any]
    steps: list[Step] = []
    jws: str = ""


class OrderReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a gateway says of an order; `value` is what the device read back."""

    state: Literal["delivered", "applied", "read_back", "failed"]
    detail: Note = ""
    value: float | None = None
