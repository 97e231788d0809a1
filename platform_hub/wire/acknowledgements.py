"""The hub's answer to a gateway: up to which sequence number everything is stored."""

from __future__ import annotations

import msgspec

from area_configs.domain.errors import BadFrame

GATEWAY_HEADER = "Area-Gateway"
EPOCH_HEADER = "Area-Epoch"
BACKLOG_HEADER = "Area-Backlog"
# Optional: the lowest sequence number that the gateway can still send. The hub passes its watermark
# over a gap below it; without this header a gap stays a gap until it is filled.
OLDEST_HEADER = "Area-Oldest"


class Refusal(msgspec.Struct, frozen=True):
    """Readings that the hub will never take, with the reason in words."""

    first_seq: int
    count: int
    reason: str


class Acknowledgement(msgspec.Struct, frozen=True):
    """Watermark after the hub's own commit.

    Attributes:
        upto: every reading of (gateway, epoch) with a sequence number up to this one is stored
            or refused; 0 where there is none.
        stored: readings of this request that were new to the hub.
        known: readings of this request that it had already.
        ahead: runs (first and last sequence number) that are stored beyond the watermark, behind
            what is still missing, so that a gateway can send the newest first; None where the hub
            does not say.
    """

    gateway: str
    epoch: int
    upto: int
    stored: int = 0
    known: int = 0
    refused: tuple[Refusal, ...] = ()
    ahead: tuple[tuple[int, int], ...] | None = None


def encode(acknowledgement: Acknowledgement) -> bytes:
    """Write an acknowledgement as JSON."""
    return msgspec.json.encode(acknowledgement)


def decode(body: bytes) -> Acknowledgement:
    """Read an acknowledgement.

    Raises:
        BadFrame: the body is something else, such as the login page of a captive portal.
    """
    try:
        return msgspec.json.decode(body, type=Acknowledgement)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"the answer is not an acknowledgement: {error}") from error
