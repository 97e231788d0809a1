"""The yardsticks and first-week models: yesterday, last week, the mean of like days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.forecast.days import Ahead, Days

    Matrix = NDArray[np.float64]

_WEEK = 7
_LIKE_DAYS = 4


class Naive:
    """The same as `period` days ago."""

    def __init__(self, period: int) -> None:
        self.period = period
        self.name = f"{period} days ago" if period > 1 else "yesterday"
        self.least_days = period

    def fit(self, days: Days) -> None:
        """There is nothing to learn."""

    def predict(self, days: Days, ahead: Ahead) -> Matrix:
        """Repeat the last period."""
        last = days.values[-self.period :]
        return last[np.arange(ahead.count) % self.period]


class SimilarDay:
    """The mean of the last four days of the same class, workday or day off."""

    name = "like days"
    least_days = _WEEK

    def fit(self, days: Days) -> None:
        """There is nothing to learn."""

    def predict(self, days: Days, ahead: Ahead) -> Matrix:
        """Return the mean of like days; of all days where there was none alike."""
        means = {off: np.nanmean(_last(days, off), axis=0) for off in set(ahead.day_off.tolist())}
        return np.array([means[off] for off in ahead.day_off.tolist()])


def _last(days: Days, off: bool) -> Matrix:
    like = np.flatnonzero(days.day_off == off)[-_LIKE_DAYS:]
    return days.values[like] if len(like) else days.values[-_LIKE_DAYS:]
