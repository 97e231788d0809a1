"""Absence: a device that is not heard any more has no values, and its readings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.sources import BleSource
from edge_agent.decoding.readings import silent

if TYPE_CHECKING:
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station

_PERIODS = 3
_LEAST_S = 120.0  # a strap that comes off and on again, or waits for its turn at the radio


class Absence:
    """How long one device was not heard; counts from the moment that it is expected.

    A point is missing after three of its periods, so a body scale may sleep for days. Events are
    not missed, and that a tag is away is a value of its own.
    """

    def __init__(self, station: Station, clock: Clock) -> None:
        self._station = station
        self._clock = clock
        self._points = [point for point in station.profile.points if not _tells_absence(point)]
        self._heard_at = clock.monotonic()
        self._told: set[str] = set()

    def heard(self) -> None:
        """Take note that the device advertised or notified something."""
        self._heard_at = self._clock.monotonic()
        self._told.clear()

    def missing(self) -> list[Reading]:
        """Return what is missing since now, each point once."""
        silent_s = self._clock.monotonic() - self._heard_at
        due = [
            point
            for point in self._points
            if point.quantity not in self._told
            and silent_s > max(_PERIODS * point.period_s, _LEAST_S)
        ]
        self._told |= {point.quantity for point in due}
        return silent(due, "not heard", self._station.device, self._clock.now_us())


def _tells_absence(point: Point) -> bool:
    return isinstance(point.source, BleSource) and point.source.field == "presence"
