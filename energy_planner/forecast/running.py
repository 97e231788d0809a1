"""A forecast from now on: the outlook of the days, moved by what the last hours turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError
from energy_planner.forecast.outlook import QUANTILES, Outlook, outlook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from energy_planner.forecast.days import Days

    Values = NDArray[np.float64]

# The error of the last hour goes on, and fades to this share with every hour.
_FADES = 0.6


@dataclass(frozen=True, slots=True)
class Running:
    """A forecast per step of a plan.

    Attributes:
        mean: (T,) expected values.
        quantiles: (Q, T) values that stay above the truth in `QUANTILES` of the cases.
        errors: (N, T) what the model missed by on earlier days, at the same times of the day.
        model, scores: the chosen model, and each model's mean error in the back-test.
        said, was: (S,) today's forecast, and what is known of today; NaN after now.
        note: what was mended in the history, empty where nothing was.
    """

    mean: Values
    quantiles: Values
    errors: Values
    model: str
    scores: dict[str, float]
    said: Values
    was: Values
    note: str

    @property
    def error(self) -> float:
        """Return the mean absolute error of today so far, NaN where nothing is known yet."""
        missed = np.abs(self.was - self.said)
        return float(np.nanmean(missed)) if np.isfinite(missed).any() else float("nan")


def running(days: Days, starts: Sequence[datetime], seen: Outlook | None = None) -> Running:
    """Return the forecast of the steps that begin at `starts`, local times.

    `seen` is the outlook of the day that `starts` begins in, where somebody has it already.

    Raises:
        PlanInputError: the history does not reach up to the first day, or is too short.
    """
    row = (starts[0].date() - days.first).days
    if not 0 < row <= days.count:
        last = days.first + timedelta(days=days.count - 1)
        words = f"the history goes from {days.first} to {last}: it must reach up to the day before"
        raise PlanInputError((f"{words} {starts[0].date()}",))
    count = (starts[-1].date() - starts[0].date()).days + 1
    seen = seen or day_outlook(days, row, count)
    today = days.values[row] if row < days.count else np.full(days.slots, np.nan)
    place, now = _places(days, starts), _slot(days, starts[0])
    was = np.where(np.arange(days.slots) < now, today, np.nan)
    shift = _shift(seen, was, now, starts, days.slots)
    mean = seen.mean.reshape(-1)[place] + shift
    quantiles = seen.quantiles.reshape(len(QUANTILES), -1)[:, place] + shift
    return Running(
        mean,
        quantiles,
        _errors(seen, place, now, starts),
        seen.model,
        seen.errors,
        seen.mean[0],
        was,
        seen.repairs.sentence(),
    )


def day_outlook(days: Days, row: int, count: int) -> Outlook:
    """Return the outlook of whole days from a row on."""
    past, known = days.until(row), days.ahead(row, count)
    if known.count < count:
        known = past.unknown_ahead(count)
    return outlook(past, known)


def _places(days: Days, starts: Sequence[datetime]) -> NDArray[np.int64]:
    first = starts[0].date()
    places = [(at.date() - first).days * days.slots + _slot(days, at) for at in starts]
    return np.array(places, np.int64)


def _slot(days: Days, at: datetime) -> int:
    return (at.hour * 60 + at.minute) * days.slots // (24 * 60)


def _errors(
    seen: Outlook, place: NDArray[np.int64], now: int, starts: Sequence[datetime]
) -> Values:
    """Return (N, T) earlier days' errors, less what their own last hour told already."""
    known, later = np.nan_to_num(seen.residuals), np.nan_to_num(seen.later)
    slots = known.shape[1]
    count = int(place.max()) // slots + 1
    days = [known, *(np.roll(later, -n, axis=0) for n in range(count - 1))]
    errors = np.concatenate(days, axis=1)
    hour = max(1, slots // 24)
    before = np.concatenate([np.roll(known, 1, axis=0), known], axis=1)
    told = before[:, slots + now - hour : slots + now].mean(axis=1)
    return np.asarray(errors[:, place] - told[:, None] * _fading(starts), float)


def _shift(seen: Outlook, was: Values, now: int, starts: Sequence[datetime], slots: int) -> Values:
    """Return (T,) the last hour's error, fading."""
    last = np.arange(max(0, now - max(1, slots // 24)), now)
    missed = was[last] - seen.mean[0][last]
    if not np.isfinite(missed).any():
        return np.zeros(len(starts))
    return np.asarray(np.nanmean(missed) * _fading(starts), float)


def _fading(starts: Sequence[datetime]) -> Values:
    hours = np.array([(at - starts[0]).total_seconds() / 3600 for at in starts])
    return np.asarray(_FADES ** (hours + 0.5), float)
