"""What a gateway has lost, told to the hub: each loss once, by its number in the gateway's log."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from area_configs.domain.errors import BadFrame

_T = TypeVar("_T")


class Loss(msgspec.Struct, frozen=True, rename="camel"):
    """Readings that can never come.

    Attributes:
        number: counts the losses of one (gateway, epoch), from 1.
        kind: `damaged`, `dropped` or `not_taken`.
        first_seq, last_seq: their sequence numbers; 0 where they never had any.
        readings: how many; at most so many where it cannot be known.
        begins_us, ends_us: from when to when they were observed, or the loss noticed.
        reason: in words.
    """

    number: int
    kind: str
    first_seq: int
    last_seq: int
    readings: int
    begins_us: int
    ends_us: int
    reason: str


class Report(msgspec.Struct, frozen=True):
    """Losses of one log, in order."""

    gateway: str
    epoch: int
    losses: tuple[Loss, ...]


class Receipt(msgspec.Struct, frozen=True):
    """The hub has noted the losses up to number `upto`."""

    gateway: str
    epoch: int
    upto: int


def encode(message: Report | Receipt) -> bytes:
    """Write a report or its receipt as JSON."""
    return msgspec.json.encode(message)


def decode_report(body: bytes) -> Report:
    """Read a report.

    Raises:
        BadFrame: the body is something else.
    """
    return _decoded(body, Report, "a report of losses")


def decode_receipt(body: bytes) -> Receipt:
    """Read a receipt.

    Raises:
        BadFrame: the body is something else.
    """
    return _decoded(body, Receipt, "a receipt of losses")


def _decoded(body: bytes, kind: type[_T], name: str) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"this is not {name}: {error}") from error
