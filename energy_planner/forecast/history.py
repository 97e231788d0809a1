"""Histories as people have them: rows with a time, a load, perhaps sun and temperature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError
from energy_planner.forecast.calendar_days import days_off
from energy_planner.forecast.days import Days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

LOAD, SUN, HEAT = "load_kw", "pv_kw", "temperature_c"
_STEPS = (5, 10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class History:
    """A history as whole local days.

    Attributes:
        load: days of the load.
        sun: days of what the sun gave, None where there is no such column.
        minutes: length of a slot.
        notes: what was put right on the way, in sentences.
    """

    load: Days
    sun: Days | None
    minutes: int
    notes: tuple[str, ...]


def history(rows: Sequence[Mapping[str, str]], zone: ZoneInfo) -> History:
    """Return rows with `time`, `load_kw` and optional columns as whole local days.

    Times carry an offset. A day of 23 or 25 hours keeps its 24: the hour that is missing is a
    gap, the one that comes twice is averaged.

    Raises:
        PlanInputError: every mistake with its row, the header being row 1.
    """
    mistakes = tuple(_mistakes(rows))
    if mistakes:
        raise PlanInputError(mistakes[:20])
    moments = [datetime.fromisoformat(row["time"]).astimezone(zone) for row in rows]
    minutes = _step(moments)
    first = min(moments).date()
    count = (max(moments).date() - first).days + 1
    place = [_slot(moment, first, minutes) for moment in moments]
    columns = {
        name: _column(rows, name, place, (count, 24 * 60 // minutes)) for name in (LOAD, SUN, HEAT)
    }
    load = columns[LOAD]
    assert load is not None  # noqa: S101 - checked above: every row has one
    off = days_off(first, count)
    sun = columns[SUN]
    days = Days(load, off, first, _mended(columns[HEAT]))
    suns = None if sun is None else Days(sun, np.zeros(count, bool), first, None)
    return History(days, suns, minutes, tuple(_notes(load, place)))


def _mistakes(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not rows:
        yield "there is no row in the history"
        return
    for missing in {"time", LOAD} - rows[0].keys():
        yield f"there is no column '{missing}': expected time, load_kw and perhaps pv_kw, temperature_c"
    if not {"time", LOAD} <= rows[0].keys():
        return
    for number, row in enumerate(rows, start=2):
        yield from _row_mistakes(number, row)


def _row_mistakes(number: int, row: Mapping[str, str]) -> Iterator[str]:
    try:
        if datetime.fromisoformat(row["time"]).tzinfo is None:
            yield f"row {number}: time '{row['time']}' has no offset: end it with Z or +09:00"
    except ValueError:
        yield f"row {number}: '{row['time']}' is not a time: write 2026-11-25T10:30:00+09:00"
    for name in (LOAD, SUN, HEAT):
        text = (row.get(name) or "").strip()
        try:
            float(text or "nan")
        except ValueError:
            yield f"row {number}: {name} '{text}' is not a number"


def _step(moments: Sequence[datetime]) -> int:
    universal = sorted({moment.timestamp() for moment in moments})
    steps = np.diff(universal) / 60
    usual = int(np.median(steps)) if len(steps) else 0
    if usual not in _STEPS:
        raise PlanInputError(
            (
                f"the history's step is {usual} minutes: expected one of {', '.join(map(str, _STEPS))}",
            )
        )
    return usual


def _slot(moment: datetime, first: date, minutes: int) -> tuple[int, int]:
    return (moment.date() - first).days, (moment.hour * 60 + moment.minute) // minutes


def _column(
    rows: Sequence[Mapping[str, str]],
    name: str,
    place: Sequence[tuple[int, int]],
    shape: tuple[int, int],
) -> NDArray[np.float64] | None:
    """Return a column by day and slot, doubles averaged, NaN where there is none."""
    if name not in rows[0]:
        return None
    values = np.array([float((row.get(name) or "").strip() or "nan") for row in rows])
    told = np.isfinite(values)
    index = tuple(np.array(place)[told].T)
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, index, values[told])
    np.add.at(count, index, 1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _mended(heat: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """Bridge gaps of the weather: models need it whole. None where most of it is missing."""
    if heat is None or np.isnan(heat).mean() > 0.5:  # noqa: PLR2004 - more gap than weather
        return None
    flat = heat.reshape(-1)
    known = np.flatnonzero(~np.isnan(flat))
    return np.interp(np.arange(len(flat)), known, flat[known]).reshape(heat.shape)


def _notes(load: NDArray[np.float64], place: Sequence[tuple[int, int]]) -> Iterator[str]:
    doubles = len(place) - len(set(place))
    if doubles:
        yield f"{doubles} slots came twice and were averaged"
    if gaps := int(np.isnan(load).sum()):
        yield f"{gaps} of {load.size} slots of the load are missing"


def day_index(days: Days, day: date) -> int:
    """Return the row of a date.

    Raises:
        PlanInputError: the history does not reach up to the day before.
    """
    row = (day - days.first).days
    if not 0 < row <= days.count:
        last = days.first + timedelta(days=days.count - 1)
        raise PlanInputError(
            (
                f"the history goes from {days.first} to {last}: it must reach up to the day before {day}",
            )
        )
    return row
