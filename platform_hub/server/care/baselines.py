"""What is usual for one person, which days are not, and the rhythm of weeks.

Baseline: z = (x - median) / (1.4826 MAD) over the 28 days before, at least 14 of them known, MAD
not below a floor per metric. A look is worth it where |z| >= 3 to the same side on the last two
known days. Rhythm after Witting 1990 (IS, IV, RA) and Phillips 2017 (sleep regularity index).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from area_configs.domain.care import Baseline, Metric, Rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.care import DaySummary

WINDOW_DAYS = 28
LEAST_DAYS = 14
UNUSUAL_Z = 3.0
_TO_SIGMA = 1.4826
_DAYS_IN_A_ROW = 2
_RECENT_DAYS = 3  # an older pair says nothing of now
_HOURS = 24
# The least spread that is believed: no watch measures finer.
FLOORS: Mapping[str, float] = {
    Metric.RESTING_HR: 1.0,
    Metric.RMSSD: 2.0,
    Metric.SPO2_MEDIAN: 0.5,
    Metric.STEPS: 200.0,
    Metric.SLEEP: 20.0,
}


@dataclass(frozen=True, slots=True)
class Unusual:
    """A number away from what is usual, on two known days."""

    metric: str
    since_day: int
    value: float
    usual: float
    z: float


def baseline(values: Sequence[float], floor: float) -> Baseline | None:
    """Return median and spread (1.4826 MAD, floored); None with fewer than 14 days."""
    if len(values) < LEAST_DAYS:
        return None
    middle = median(values)
    spread = max(median(abs(value - middle) for value in values), floor)
    return Baseline(middle, _TO_SIGMA * spread, len(values))


def unusual(metric: str, known: Mapping[int, float], today: int) -> Unusual | None:
    """Tell whether the last two known days of the last three are both away to the same side."""
    last = sorted(day for day in known if today - WINDOW_DAYS <= day <= today)[-2:]
    if len(last) < _DAYS_IN_A_ROW or last[0] < today - _RECENT_DAYS:
        return None
    judged = [(day, _z(metric, known, day)) for day in last]
    found = [(day, *z) for day, z in judged if z and abs(z[0]) >= UNUSUAL_Z]
    if len(found) < len(last) or found[0][1] * found[1][1] < 0:
        return None
    day, z, usual = found[-1]
    return Unusual(metric, found[0][0], known[day], usual, z)


def rhythm(days: Sequence[DaySummary]) -> Rhythm:
    """Return the rhythm of consecutive days; what cannot be said is None."""
    complete = [[float(value) for value in one.active_by_hour if value is not None] for one in days]
    hourly = [one for one in complete if len(one) == _HOURS]
    stability, variability, amplitude = _of_activity(hourly)
    return Rhythm(regularity(days), stability, variability, amplitude, len(hourly))


def regularity(days: Sequence[DaySummary]) -> float | None:
    """Return the sleep regularity index: the chance of the same state 24 hours apart, -100 to 100."""
    by_day = {one.day: one.asleep for one in days}
    same = [
        a == b
        for day, states in by_day.items()
        for a, b in zip(states, by_day.get(day + 1, ""), strict=False)
        if a != "-" and b != "-"
    ]
    return -100.0 + 200.0 * fmean(same) if same else None


def _of_activity(
    hourly: Sequence[Sequence[float]],
) -> tuple[float | None, float | None, float | None]:
    """Return IS, IV and RA; a week without any difference was not worn, whatever it says."""
    flat = [value for day in hourly for value in day]
    if len(hourly) < _DAYS_IN_A_ROW:  # one day has no other to be like
        return None, None, None
    mean = fmean(flat)
    spread = sum((value - mean) ** 2 for value in flat)
    if spread <= 0:
        return None, None, None
    profile = [fmean(day[hour] for day in hourly) for hour in range(_HOURS)]
    between = sum((value - mean) ** 2 for value in profile)
    steps = sum((b - a) ** 2 for a, b in pairwise(flat))
    n = len(flat)
    most, least = max(_windows(profile, 10)), min(_windows(profile, 5))
    amplitude = (most - least) / (most + least)
    return n * between / (_HOURS * spread), n * steps / ((n - 1) * spread), amplitude


def _windows(profile: Sequence[float], length: int) -> list[float]:
    twice = [*profile, *profile]
    return [fmean(twice[at : at + length]) for at in range(len(profile))]


def _z(metric: str, known: Mapping[int, float], day: int) -> tuple[float, float] | None:
    before = [value for at, value in known.items() if day - WINDOW_DAYS <= at < day]
    usual = baseline(before, FLOORS[metric])
    return ((known[day] - usual.median) / usual.spread, usual.median) if usual else None
