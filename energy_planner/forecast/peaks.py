"""The peaks that a contract remembers: each month's highest clocked half hour, and the running one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from energy_planner.forecast.history import History

Month = tuple[int, int]  # year and month
INTERVAL_MIN = 30


@dataclass(frozen=True, slots=True)
class Peaks:
    """What is known of the peaks when a plan is made.

    Attributes:
        months: highest half hour of each month before this one, kW.
        incumbent_kw: highest completed half hour of this month so far.
        elapsed_kwh: import of the running half hour so far.
    """

    months: Mapping[Month, float] = field(default_factory=dict)
    incumbent_kw: float = 0.0
    elapsed_kwh: float = 0.0

    def expected_kw(self, month: Month) -> float:
        """Return what a coming month will bill anyway, by what is known; zero where nothing is.

        The same month of the year before, else the middle of the months known.
        """
        year, number = month
        known = self.months.get((year - 1, number))
        if known is not None:
            return known
        return float(np.median(list(self.months.values()))) if self.months else 0.0


def peaks_of(known: History, at: datetime) -> Peaks:
    """Return the peaks of a history as they stand at an instant of its local time."""
    bought = imports(known)
    first = known.load.first
    row = min((at.date() - first).days, len(bought))
    this = (at.year, at.month)
    halves = half_hours(bought, known.minutes)
    begun = (at.hour * 60 + at.minute) // INTERVAL_MIN if row < len(bought) else 0
    months: dict[Month, float] = {}
    for day in range(row + 1 if row < len(bought) else row):
        values = halves[day] if day < row else halves[day, : _slots(begun, known)]
        date = first + timedelta(days=day)
        if len(values) and np.isfinite(values).any():
            key = (date.year, date.month)
            months[key] = max(months.get(key, 0.0), float(np.nanmax(values)))
    incumbent = months.pop(this, 0.0)
    return Peaks(months, incumbent, _elapsed(bought, known, row, at))


def imports(known: History) -> NDArray[np.float64]:
    """Return (D, S) the import, measured where it was, else load less sun; NaN where unknown."""
    if known.bought is not None:
        return known.bought.values
    sun = 0.0 if known.sun is None else np.nan_to_num(known.sun.values)
    return np.asarray(np.maximum(known.load.values - sun, 0.0), float)


def half_hours(bought: NDArray[np.float64], minutes: int) -> NDArray[np.float64]:
    """Return (D, 48) clocked means, (D, 24) where the history has no half hours."""
    group = max(1, INTERVAL_MIN // minutes)
    return np.asarray(bought.reshape(len(bought), -1, group).mean(axis=2), float)


def _slots(begun: int, known: History) -> int:
    return begun * INTERVAL_MIN // max(known.minutes, INTERVAL_MIN)


def _elapsed(bought: NDArray[np.float64], known: History, row: int, at: datetime) -> float:
    minute = at.hour * 60 + at.minute
    begin = minute - minute % INTERVAL_MIN
    if row >= len(bought) or known.minutes >= INTERVAL_MIN:
        return 0.0
    used = bought[row, begin // known.minutes : minute // known.minutes]
    return float(np.nansum(used)) * known.minutes / 60
