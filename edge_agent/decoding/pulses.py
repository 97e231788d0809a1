"""Pulses: the kernel's records of edges, counted without gaps, and what a count stands for.

Source: Linux `gpio.h`, `struct gpio_v2_line_event`: time in ns, id (1 rising, 2 falling), line,
sequence number over all lines and of the line, padding; 48 bytes. A gap in a line's sequence is
pulses that the kernel could not queue: they are counted, their times are unknown.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import PulseSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from area_configs.domain.devices import Point

RECORD = 48
RISING = 1

_EVENT = struct.Struct("=QIIII24x")
_NUMBERS = 1 << 32


@dataclass(frozen=True, slots=True)
class Edge:
    """One rising edge: when, on which input, and its number there."""

    at_ns: int
    line: int
    number: int


@dataclass(slots=True)
class Counter:
    """The pulses of one input since it was opened; `missed` of them came too fast to be queued.

    The line's sequence numbers roll over at 2^32; one that steps back otherwise begins anew, as
    after a restart of the input: nothing is lost then, and nothing is counted twice.
    """

    count: int = 0
    missed: int = 0
    interval_ns: int = 0
    _last: Edge | None = field(default=None)

    def add(self, edge: Edge) -> None:
        """Count an edge, and those that its number says came before it unseen."""
        step = 1
        if self._last is not None:
            ahead = (edge.number - self._last.number) % _NUMBERS
            step = ahead if 0 < ahead < _NUMBERS // 2 else 1
            if edge.at_ns > self._last.at_ns:
                self.interval_ns = (edge.at_ns - self._last.at_ns) // step
        self.count += step
        self.missed += step - 1
        self._last = edge

    @property
    def rate(self) -> float | None:
        """Return pulses per second by the last two, None before there were two."""
        return 1e9 / self.interval_ns if self.interval_ns else None


def edges(data: bytes) -> Iterator[Edge]:
    """Read records of edges; falling ones are left out.

    Raises:
        BadFrame: they are no whole records.
    """
    if len(data) % RECORD:
        raise BadFrame(f"byte {len(data)}: the data end inside a record of {RECORD} bytes")
    for at_ns, kind, line, _, number in _EVENT.iter_unpack(data):
        if kind == RISING:
            yield Edge(at_ns, line, number)


def readings(
    points: Iterable[Point], counter: Counter, device: str, observed_us: int
) -> list[Reading]:
    """Return a reading for every point: a count always, a rate from the second pulse on."""
    return [
        Reading(device, point.quantity, observed_us, *_value(point, point.source, counter))
        for point in points
        if isinstance(point.source, PulseSource)
    ]


def _value(point: Point, source: PulseSource, counter: Counter) -> tuple[float | None, Quality]:
    number = counter.count if source.measures == "count" else counter.rate
    if number is None:
        return None, Quality(Reason.NO_DATA)
    value = round(number * source.scale, 9)
    low, high = point.minimum, point.maximum
    within = (low is None or value >= low) and (high is None or value <= high)
    return value, GOOD if within else Quality(Reason.OUT_OF_LIMITS, str(counter.count))
