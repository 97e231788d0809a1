"""A reading: what one device said of one quantity at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from area_configs.domain.quality import GOOD, Quality


class Series(NamedTuple):
    """The line of readings that one device gives of one quantity."""

    device: str
    quantity: str


@dataclass(frozen=True, slots=True)
class ClockStamp:
    """The clock that dated a reading; readings that were dated alike share one.

    Attributes:
        boot: names the run of the machine; its monotonic clock means nothing in another one.
        offset_us: wall clock minus monotonic clock of the gateway; None where the instant came with
            the reading, from a clock of the device's own.
        trusted: whether that wall clock was set by a time source.
        shift_us: how far the instant was moved once the clock was set; 0 where it was not.
    """

    boot: str
    offset_us: int | None
    trusted: bool
    shift_us: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation; (device, quantity, observed_us) identifies it within its gateway.

    Attributes:
        device: device id, unique in the area.
        quantity: key of `quantities.QUANTITIES`; `value` is in that quantity's unit.
        observed_us: microseconds since 1970-01-01 UTC.
        value: None where the device has no value; never zero in its stead.
        quality: how far to trust it.
        stamp: the clock that dated it, None where that is not known; two readings may be equal
            whatever dated them.
    """

    device: str
    quantity: str
    observed_us: int
    value: float | None
    quality: Quality = GOOD
    stamp: ClockStamp | None = field(default=None, compare=False)

    @property
    def monotonic_us(self) -> int | None:
        """Return the gateway's monotonic clock at that instant; only within one boot it means something."""
        if self.stamp is None or self.stamp.offset_us is None:
            return None
        return self.observed_us - self.stamp.offset_us

    @property
    def series(self) -> Series:
        """Return the series that the reading belongs to."""
        return Series(self.device, self.quantity)
