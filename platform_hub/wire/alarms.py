"""Alarms as the hub tells them: their states after ISA-18.2, and the event of the live stream."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from area_configs.domain.errors import BadFrame
from platform_hub.wire.events import Event

ALARM = "alarm"  # kind of the event
ORDER = "order"  # kind of the event that tells an order's state
LONGEST_SHELF_S = 8 * 3600


class AlarmState(StrEnum):
    """What an operator sees of an alarm (ISA-18.2, clause 5.2.3)."""

    NORMAL = "normal"
    UNACKED_ACTIVE = "unacked_active"
    ACKED_ACTIVE = "acked_active"
    RETURNED_UNACKED = "returned_unacked"
    LATCHED = "latched"  # returned, but stays until somebody resets it
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"  # by design: another alarm explains it
    OUT_OF_SERVICE = "out_of_service"


class Shelf(msgspec.Struct, frozen=True, rename="camel"):
    """Who put an alarm aside, until when and why."""

    by: str
    reason: str
    until_us: int


class AlarmView(msgspec.Struct, frozen=True, rename="camel"):
    """One alarm now; instants are microseconds since 1970 UTC, 0 where there is none.

    Attributes:
        active: in alarm by its rule, whatever the state says of showing it.
        acknowledged: somebody has seen this occurrence.
        value: the last value judged, None before the first.
        observed_us: when it was observed.
        unknown: the device gives no value now, so that nobody knows whether it is still so.
    """

    id: str
    device: str
    quantity: str
    priority: str
    state: AlarmState
    active: bool = False
    acknowledged: bool = True
    value: float | None = None
    observed_us: int = 0
    unknown: bool = False
    raised_us: int = 0
    returned_us: int = 0
    acknowledged_by: str = ""
    acknowledged_us: int = 0
    note: str = ""
    shelf: Shelf | None = None
    out_of_service_reason: str = ""
    suppressed_by: str = ""
    revision: int = 0


class AlarmLine(msgspec.Struct, frozen=True, rename="camel"):
    """One line of the journal: what happened to an alarm, when, and who did it.

    Attributes:
        what: `raised`, `returned`, `acknowledged`, `shelved` and the like.
        state: of the alarm afterwards.
        by: who did it, empty where nobody did.
    """

    seq: int
    alarm: str
    at_us: int
    what: str
    state: str
    priority: str
    value: float | None = None
    by: str = ""
    note: str = ""


class NoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note of whoever acts."""

    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done; never empty."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class ShelveBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Why an alarm is put aside, and for how long; it comes back by itself."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    for_s: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_SHELF_S)] = LONGEST_SHELF_S


class AcknowledgeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several alarms acknowledged at once."""

    ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=500)]
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


def alarm_event(view: AlarmView) -> Event:
    """Write an alarm's state as an event; it carries no id, the newest one says everything."""
    return Event(ALARM, msgspec.json.encode(view).decode())


def alarm_of(event: Event) -> AlarmView:
    """Read the alarm inside an `alarm` event.

    Raises:
        BadFrame: the data is not an alarm.
    """
    try:
        return msgspec.json.decode(event.data, type=AlarmView)
    except msgspec.MsgspecError as error:
        raise BadFrame(f"the data of an '{event.kind}' event cannot be read: {error}") from error
