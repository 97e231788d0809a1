"""A reading: what one device said of one quantity at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from area_configs.domain.quality import GOOD, Quality


class Series(NamedTuple):
    """The line of readings that one device gives of one quantity."""

    device: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation; (device, quantity, observed_us) identifies it within its gateway.

    Attributes:
        device: device id, unique in the area.
        quantity: key of `quantities.QUANTITIES`; `value` is in that quantity's unit.
        observed_us: microseconds since 1970-01-01 UTC.
        value: None where the device has no value; never zero in its stead.
        quality: how far to trust it.
    """

    device: str
    quantity: str
    observed_us: int
    value: float | None
    quality: Quality = GOOD

    @property
    def series(self) -> Series:
        """Return the series that the reading belongs to."""
        return Series(self.device, self.quantity)
