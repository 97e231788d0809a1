"""Curves of a local day: a node a minute, straight lines between, and their running integrals."""

from __future__ import annotations

import math
from array import array
from itertools import accumulate, pairwise
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

MINUTES = 1440


class DayCurve:
    """A value over one local day; 1441 nodes, the last one at the next midnight."""

    __slots__ = ("_nodes", "_sums")

    def __init__(self, nodes: Iterable[float]) -> None:
        self._nodes = array("d", nodes)
        steps = ((a + b) / 120 for a, b in pairwise(self._nodes))
        self._sums = array("d", accumulate(steps, initial=0.0))

    @property
    def nodes(self) -> Sequence[float]:
        """Return the values minute by minute."""
        return self._nodes

    @property
    def total(self) -> float:
        """Return the integral over the whole day, in the value's unit x hours."""
        return self._sums[-1]

    def at(self, second: float) -> float:
        """Return the value so many seconds after midnight."""
        minute, part = _split(second)
        first = self._nodes[minute]
        return first + (self._nodes[minute + 1] - first) * part

    def until(self, second: float) -> float:
        """Return the integral from midnight, in the value's unit x hours; exact for `at`."""
        minute, part = _split(second)
        return self._sums[minute] + (self._nodes[minute] + self.at(second)) / 2 * part / 60

    def scaled_to(self, total: float) -> DayCurve:
        """Return the curve with another integral; a curve of zeros stays one."""
        factor = total / self.total if self.total else 0.0
        return DayCurve(node * factor for node in self._nodes)


def draw(key: str) -> float:
    """Return the number in [0, 1) that belongs to a key: chance that can be asked for again."""
    return crc32(key.encode()) / 2**32


def bells(base: float, *peaks: tuple[float, float, float]) -> list[float]:
    """Return nodes with a floor and bells of (height, hour of the top, width in hours)."""
    return [
        base + sum(h * math.exp(-(((m / 60 - top) / w) ** 2)) for h, top, w in peaks)
        for m in range(MINUTES + 1)
    ]


def plateau(begin_s: float, end_s: float, ramp_s: float = 300.0) -> list[float]:
    """Return nodes that rise from 0 to 1 after `begin_s` and are back at 0 by `end_s`."""
    return [
        max(0.0, min(1.0, (m * 60 - begin_s) / ramp_s, (end_s - m * 60) / ramp_s))
        for m in range(MINUTES + 1)
    ]


def sun(day: date, latitude: float, longitude: float, offset_h: float) -> list[float]:
    """Return the sine of the sun's height, 0 at night.

    Args:
        day: local date.
        latitude: degrees, north positive.
        longitude: degrees, east positive.
        offset_h: hours that the local clock is ahead of UTC.
    """
    flat, swing = _sun_path(day, latitude)
    noon_h = 12 + offset_h - longitude / 15
    hours = ((m / 60 - noon_h) * math.pi / 12 for m in range(MINUTES + 1))
    return [max(0.0, flat + swing * math.cos(hour)) for hour in hours]


def sun_hours(day: date, latitude: float) -> float:
    """Return the integral of `sun` over the day in hours (outside the polar circles)."""
    flat, swing = _sun_path(day, latitude)
    half = math.acos(max(-1.0, min(1.0, -flat / swing)))
    return 24 / math.pi * (half * flat + swing * math.sin(half))


def rough(key: str, amount: float) -> list[float]:
    """Return nodes that wander around 1 by about `amount`, never below 0.05."""
    chance = Random(key)
    nodes, drift = [], 0.0
    for _ in range(MINUTES + 1):
        drift = 0.93 * drift + chance.gauss(0.0, amount * 0.37)
        nodes.append(max(0.05, 1.0 + drift))
    return nodes


def product(*curves: Sequence[float]) -> list[float]:
    """Multiply node by node."""
    return [math.prod(nodes) for nodes in zip(*curves, strict=True)]


def wander(key: str) -> Callable[[float], float]:
    """Return a smooth function of time in seconds, within -1 to 1, that never quite repeats."""
    waves = [
        (2 * math.pi / (period * (0.8 + 0.4 * draw(f"{key}/p{period}"))), draw(f"{key}/f{period}"))
        for period in (11, 47, 230, 1900)
    ]
    return lambda second: (
        sum(math.sin(second * speed + phase * 6.283) for speed, phase in waves) / len(waves)
    )


def _sun_path(day: date, latitude: float) -> tuple[float, float]:
    """Return the mean and the swing of the sine of the sun's height (Cooper 1969)."""
    around = 2 * math.pi * (284 + day.timetuple().tm_yday) / 365
    declination = math.radians(23.45) * math.sin(around)
    north = math.radians(latitude)
    return math.sin(north) * math.sin(declination), math.cos(north) * math.cos(declination)


def _split(second: float) -> tuple[int, float]:
    """Return the minute that a second lies in and how far, 0 to 1; clamped to the day."""
    minutes = min(max(second / 60, 0.0), float(MINUTES))
    minute = min(int(minutes), MINUTES - 1)
    return minute, minutes - minute
