"""Quality of a reading: how far to trust it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """Severity, as the top two bits of an OPC UA status code (OPC 10000-4, 7.39)."""

    GOOD = 0x0000_0000
    UNCERTAIN = 0x4000_0000
    BAD = 0x8000_0000


class Reason(StrEnum):
    """Why a reading has its level; the wire and the log carry these words.

    `silent` is the gateway's own: it asked or waited, and nothing came that can be read. All others are
    what a device said or how its answer arrived.
    """

    OK = "ok"
    OVER_RANGE = "over_range"
    UNDER_RANGE = "under_range"
    OUT_OF_LIMITS = "out_of_limits"
    CLOCK = "clock"
    NO_CONTACT = "no_contact"
    QUESTIONABLE = "questionable"
    NO_DATA = "no_data"
    NOT_IMPLEMENTED = "not_implemented"
    NOT_SUPPORTED = "not_supported"
    REJECTED = "rejected"
    CONFIG = "config"
    DEVICE = "device"
    COMM = "comm"
    SILENT = "silent"


_UNCERTAIN = {
    Reason.OVER_RANGE,
    Reason.UNDER_RANGE,
    Reason.OUT_OF_LIMITS,
    Reason.CLOCK,
    Reason.NO_CONTACT,
    Reason.QUESTIONABLE,
}


@dataclass(frozen=True, slots=True)
class Quality:
    """A reason and the device's own code for it (`raw`, hex or text, empty when there is none)."""

    reason: Reason = Reason.OK
    raw: str = ""

    @property
    def level(self) -> Level:
        """Return the level that the reason stands for."""
        if self.reason is Reason.OK:
            return Level.GOOD
        return Level.UNCERTAIN if self.reason in _UNCERTAIN else Level.BAD


GOOD = Quality()
