"""Zones of an area in which being, or being away, is wandering."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from area_configs.domain.names import Name  # noqa: TC001  # read at run time: files become these


class ZoneRule(StrEnum):
    """What a zone is to whoever wears a tag."""

    STAY = "stay"  # home: being away counts
    AVOID = "avoid"  # a risk: being there counts


@dataclass(frozen=True, slots=True)
class CareZone:
    """Where one radio hears presence tags, and when being away from it or in it is wandering.

    Attributes:
        gateway, link: the radio.
        begins_min, ends_min: minutes of the local day, the end not included; over midnight where
            the end is not after the begin.
        dwell_s: how long without a break before it counts.
    """

    id: str
    name: Name
    gateway: str
    link: str
    rule: ZoneRule
    begins_min: int = 0
    ends_min: int = 1440
    dwell_s: float = 120.0

    def covers(self, minute: int) -> bool:
        """Tell whether a minute of the local day is in its hours."""
        if self.begins_min < self.ends_min:
            return self.begins_min <= minute < self.ends_min
        return minute >= self.begins_min or minute < self.ends_min
