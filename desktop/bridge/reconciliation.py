"""What devices said against what the hub holds: lost, doubled, and how long each took.

Both sides are lists of one series in time order. The simulators' ledger is written by code that
shares nothing with the decoders, so equal values also prove the decoding.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from area_configs.domain.readings import Series

_RELATIVE = 1e-6  # both sides scale the same integers or 32-bit floats, in another order
_EARLY_US = 200_000  # an observation may be stamped when its request left
_LATE_US = 10_000_000


class Said(NamedTuple):
    """One point that a simulator really said."""

    series: Series
    said_us: int
    value: float | None


class Found(NamedTuple):
    """One reading in the hub's history and when the hub stored it."""

    series: Series
    observed_us: int
    value: float | None
    stored_us: int
    silent: bool = False  # the gateway's own word: the device said nothing


@dataclass(slots=True)
class Tally:
    """Counts over all series; latencies in seconds, one per pair that matched."""

    said: int = 0
    found: int = 0
    lost: int = 0
    doubled: int = 0
    latencies_s: list[float] = field(default_factory=list)

    def latency(self, share: float) -> float | None:
        """Return the latency that `share` of the readings kept to, None where there is none."""
        if not self.latencies_s:
            return None
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def reconcile(said: Iterable[Said], found: Iterable[Found]) -> Tally:
    """Pair what was said with what was found, series by series."""
    said_by, found_by = defaultdict(list), defaultdict(list)
    for entry in said:
        said_by[entry.series].append(entry)
    for reading in found:
        found_by[reading.series].append(reading)
    tally = Tally()
    for series in said_by.keys() | found_by.keys():
        _pair(sorted(said_by[series], key=_said), sorted(found_by[series], key=_seen), tally)
    return tally


def _pair(said: Sequence[Said], found: Sequence[Found], tally: Tally) -> None:
    tally.said += len(said)
    tally.found += len(found)
    i = j = 0
    while i < len(said) and j < len(found):
        if _same(said[i], found[j]):
            tally.latencies_s.append((found[j].stored_us - said[i].said_us) / 1e6)
            i, j = i + 1, j + 1
        elif found[j].observed_us < said[i].said_us:
            tally.doubled, j = tally.doubled + 1, j + 1
        else:
            tally.lost, i = tally.lost + 1, i + 1
    tally.lost += len(said) - i
    tally.doubled += len(found) - j


def _same(said: Said, found: Found) -> bool:
    delay_us = found.observed_us - said.said_us
    return -_EARLY_US <= delay_us <= _LATE_US and _equal(said.value, found.value)


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=1e-9)


def _said(entry: Said) -> int:
    return entry.said_us


def _seen(reading: Found) -> int:
    return reading.observed_us
