"""The day of one resident from its minutes: coverage first, then each number or why there is none.

Definitions, pure and without NumPy; the tests compute them a second time with it:
- a day is valid from 16 hours worn on, a night (noon to noon) from 4 hours on;
- resting heart rate: median of the lowest 5 % of 5-minute means, worn and still, 00:00 to 06:00,
  at least 60 minutes; with one window only it is of low confidence;
- RMSSD: median over the 10-minute pieces of 00:00 to 06:00 with at least 5 minutes of clean beats;
- SpO2: median and lowest of the 5-minute means of still minutes, and still minutes under 90 %;
- sleep: estimated from stillness: runs of at least 10 still minutes count as asleep; runs that are
  at most an hour apart are one rest, the longest rest is the night's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING, TypeVar

from area_configs.domain.care import DaySummary, Known, Metric, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from platform_hub.wire.care import Minute

DAY_MIN = 1440
VALID_DAY_MIN = 16 * 60
VALID_NIGHT_MIN = 4 * 60
EPOCH_MIN = 5
_HALF_DAY = DAY_MIN // 2
_SIX_HOURS = 360
_RESTING_MIN = 60
_PIECE_MIN = 10
_CLEAN_MS = 300_000.0
_ASLEEP_RUN = 10
_ONE_REST_GAP = 60
_LOW_SPO2 = 90.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Rest:
    """The main rest of a night: its minutes and which of them are asleep."""

    begins: int
    asleep: tuple[bool, ...]
    known: tuple[bool, ...]


def summary(day: int, begins: int, minutes: Mapping[int, Minute]) -> DaySummary:
    """Return the summary of a local day.

    Args:
        day: its number.
        begins: number of its first minute, minutes since 1970 UTC.
        minutes: by number; from noon of the day before on.
    """
    own = [minutes.get(begins + n) for n in range(DAY_MIN)]
    night = [minutes.get(begins - _HALF_DAY + n) for n in range(DAY_MIN)]
    worn, night_worn = _worn(own), _worn(night)
    batteries = [one.battery for one in own if one and one.battery is not None]
    valid, valid_night = worn >= VALID_DAY_MIN, night_worn >= VALID_NIGHT_MIN
    return DaySummary(
        day=day,
        worn_min=worn,
        night_worn_min=night_worn,
        complete_min=sum(one is not None and one.complete for one in own),
        valid=valid,
        valid_night=valid_night,
        metrics=_day_metrics(own, valid=valid) | _night_metrics(own, night, valid=valid_night),
        worn_by_hour=tuple(_worn(hour) for hour in _pieces(own, 60)),
        active_by_hour=tuple(_active(hour) for hour in _pieces(own, 60)),
        asleep=_epochs(night),
        battery=min(batteries, default=None),
    )


def resting_heart_rate(night: Sequence[Minute | None]) -> Known:
    """Return the resting heart rate of 00:00 to 06:00."""
    calm = [_calm_pulse(one) for one in night]
    if sum(value is not None for value in calm) < _RESTING_MIN:
        return Known(why=Missing.TOO_LITTLE)
    means = sorted(_means(calm, EPOCH_MIN))
    lowest = means[: max(1, -(-len(means) // 20))]
    return Known(median(lowest), low_confidence=len(lowest) == 1)


def rmssd(night: Sequence[Minute | None]) -> Known:
    """Return the nightly median of RMSSD, ms; it is not SDNN and cannot be converted to it."""
    found = []
    for piece in _pieces(night, _PIECE_MIN):
        there = [one for one in piece if one]
        pairs = sum(one.rr_pairs for one in there)
        if pairs and sum(one.rr_clean_ms for one in there) >= _CLEAN_MS:
            found.append(sqrt(sum(one.rr_squares for one in there) / pairs))
    return Known(median(found)) if found else Known(why=Missing.TOO_LITTLE)


def sleep(night: Sequence[Minute | None]) -> dict[str, Known]:
    """Return sleep of the night as it is estimated from stillness."""
    names = (Metric.SLEEP, Metric.WASO, Metric.EFFICIENCY, Metric.AWAKENINGS)
    rest = _main_rest([_still(one) for one in night])
    if rest is None:
        return dict.fromkeys(names, Known(why=Missing.TOO_LITTLE))
    asleep = sum(rest.asleep)
    awake = [known and not at for at, known in zip(rest.asleep, rest.known, strict=True)]
    values = (
        asleep,
        sum(awake),
        100.0 * asleep / len(rest.asleep),
        sum(is_awake for is_awake, _ in groupby(awake)),
    )
    return {name: Known(float(value)) for name, value in zip(names, values, strict=True)}


def _day_metrics(own: Sequence[Minute | None], *, valid: bool) -> dict[str, Known]:
    names = (Metric.STEPS, Metric.SPO2_MEDIAN, Metric.SPO2_LOW, Metric.SPO2_UNDER_90)
    if not valid:
        return dict.fromkeys(names, Known(why=Missing.NOT_WORN))
    steps = [one.steps for one in own if one and one.steps is not None]
    counted = Known(float(sum(steps))) if steps else Known(why=Missing.NOT_MEASURED)
    return {Metric.STEPS: counted} | _oxygen(own)


def _oxygen(own: Sequence[Minute | None]) -> dict[str, Known]:
    names = (Metric.SPO2_MEDIAN, Metric.SPO2_LOW, Metric.SPO2_UNDER_90)
    still = [one.spo2 if one and one.still is not False else None for one in own]
    means = _means(still, EPOCH_MIN)
    if not means:
        return dict.fromkeys(names, Known(why=Missing.NOT_MEASURED))
    low = sum(value is not None and value < _LOW_SPO2 for value in still)
    values = (median(means), min(means), float(low))
    return {name: Known(value) for name, value in zip(names, values, strict=True)}


def _night_metrics(
    own: Sequence[Minute | None], night: Sequence[Minute | None], *, valid: bool
) -> dict[str, Known]:
    names = (Metric.RESTING_HR, Metric.RMSSD, Metric.SLEEP, Metric.WASO)
    if not valid:
        every = (*names, Metric.EFFICIENCY, Metric.AWAKENINGS)
        return dict.fromkeys(every, Known(why=Missing.NIGHT_NOT_WORN))
    early = own[:_SIX_HOURS]
    measured: tuple[tuple[Metric, Callable[[Sequence[Minute | None]], Known]], ...] = (
        (Metric.RESTING_HR, resting_heart_rate),
        (Metric.RMSSD, rmssd),
    )
    return {name: take(early) for name, take in measured} | sleep(night)


def _main_rest(still: Sequence[bool | None]) -> _Rest | None:
    """Return the longest rest: still runs of ten minutes and more, at most an hour apart."""
    asleep = [False] * len(still)
    rests: list[list[int]] = []
    for begins, ends in _runs(still):
        asleep[begins:ends] = [True] * (ends - begins)
        if rests and begins - rests[-1][1] <= _ONE_REST_GAP:
            rests[-1][1] = ends
        else:
            rests.append([begins, ends])
    if not rests:
        return None
    begins, ends = max(rests, key=lambda rest: rest[1] - rest[0])
    known = tuple(value is not None for value in still[begins:ends])
    return _Rest(begins, tuple(asleep[begins:ends]), known)


def _runs(still: Sequence[bool | None]) -> Iterable[tuple[int, int]]:
    at = 0
    for is_still, run in groupby(still):
        length = sum(1 for _ in run)
        if is_still and length >= _ASLEEP_RUN:
            yield at, at + length
        at += length


def _epochs(night: Sequence[Minute | None]) -> str:
    """Return the night in 5-minute epochs: asleep where most of an epoch is; unknown is `-`."""
    still = [_still(one) for one in night]
    asleep = [False] * len(still)
    for begins, ends in _runs(still):
        asleep[begins:ends] = [True] * (ends - begins)
    marks = []
    for at in range(0, DAY_MIN, EPOCH_MIN):
        known = sum(value is not None for value in still[at : at + EPOCH_MIN])
        most = EPOCH_MIN // 2 + 1
        is_asleep = sum(asleep[at : at + EPOCH_MIN]) >= most
        marks.append("-" if known < most else "1" if is_asleep else "0")
    return "".join(marks)


def _still(one: Minute | None) -> bool | None:
    return one.still if one and one.worn else None


def _calm_pulse(one: Minute | None) -> float | None:
    return one.heart_rate if one and one.worn and one.still else None


def _worn(minutes: Sequence[Minute | None]) -> int:
    return sum(one is not None and one.worn is True for one in minutes)


def _active(hour: Sequence[Minute | None]) -> float | None:
    """Return the minutes with movement of an hour, scaled to 60 where some are not known."""
    known = [value for one in hour if (value := _still(one)) is not None]
    if len(known) * 2 < len(hour):
        return None
    return sum(not value for value in known) * len(hour) / len(known)


def _means(values: Sequence[float | None], length: int) -> list[float]:
    """Return the means of the pieces that have a value."""
    pieces = ([v for v in piece if v is not None] for piece in _pieces(values, length))
    return [fmean(piece) for piece in pieces if piece]


def _pieces(values: Sequence[T], length: int) -> list[Sequence[T]]:
    return [values[at : at + length] for at in range(0, len(values), length)]
