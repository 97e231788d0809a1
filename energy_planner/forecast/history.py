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

LOAD, SUN, HEAT, HYDROGEN = "load_kw", "pv_kw", "temperature_c", "hydrogen_kg"
IMPORT = "import_kw"
COLUMNS = (LOAD, SUN, HEAT, HYDROGEN, IMPORT)
_STEPS = (5, 10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class History:
    """A history as whole local days.

    Attributes:
        load: days of the load.
        sun: days of what the sun gave, None where there is no such column.
        minutes: length of a slot.
        notes: what was put right on the way, in sentences.
        ends: when the last slot that is known ends.
        hydrogen: days of the kilograms that vehicles took per slot, None where not told.
        bought: days of the import that was measured, None where not told.
    """

    load: Days
    sun: Days | None
    minutes: int
    notes: tuple[str, ...]
    ends: datetime
    hydrogen: Days | None = None
    bought: Days | None = None


_COLUMNS_WANTED = "expected time, load_kw and perhaps pv_kw, temperature_c"


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
    universal = [datetime.fromisoformat(row["time"]).timestamp() for row in rows]
    texts = {name: [row.get(name) for row in rows] for name in COLUMNS if name in rows[0]}
    columns = {
        name: np.array([float((text or "").strip() or "nan") for text in column])
        for name, column in texts.items()
    }
    return history_of(np.array(universal), columns, zone)


def history_of(
    times_s: NDArray[np.float64], columns: Mapping[str, NDArray[np.float64]], zone: ZoneInfo
) -> History:
    """Return arrays as whole local days: the same as `history`, for those who hold numbers.

    Args:
        times_s: (N,) seconds since 1970 UTC at which each slot begins, in any order.
        columns: (N,) values by the names in `COLUMNS`, NaN where unknown; `load_kw` is needed.
        zone: of the local day.

    Raises:
        PlanInputError: nothing to read, an odd step, or a column of another length.
    """
    _refuse(times_s, columns)
    moments = [datetime.fromtimestamp(float(second), zone) for second in times_s]
    minutes = _step(times_s)
    first = min(moments).date()
    count = (max(moments).date() - first).days + 1
    place = [_slot(moment, first, minutes) for moment in moments]
    shape = (count, 24 * 60 // minutes)
    slots = {name: _slotted(values, place, shape) for name, values in columns.items()}
    load = slots[LOAD]
    off = days_off(first, count)
    days = Days(load, off, first, _mended(slots.get(HEAT)))

    def others(name: str, off: NDArray[np.bool_]) -> Days | None:
        return Days(slots[name], off, first) if name in slots else None

    told = [moment for moment, kw in zip(moments, columns[LOAD], strict=True) if np.isfinite(kw)]
    return History(
        days,
        others(SUN, np.zeros(count, bool)),
        minutes,
        tuple(_notes(load, place)),
        max(told or moments) + timedelta(minutes=minutes),
        others(HYDROGEN, off),
        others(IMPORT, off),
    )


def _refuse(times_s: NDArray[np.float64], columns: Mapping[str, NDArray[np.float64]]) -> None:
    if not len(times_s) or LOAD not in columns:
        raise PlanInputError(("there is no load in the history",))
    for name, values in columns.items():
        if len(values) != len(times_s):
            words = f"{name} has {len(values)} values for {len(times_s)} times"
            raise PlanInputError((words,))


def _mistakes(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not rows:
        yield f"there is no row: {_COLUMNS_WANTED}"
        return
    for missing in {"time", LOAD} - rows[0].keys():
        yield f"there is no column '{missing}': {_COLUMNS_WANTED}"
    if not {"time", LOAD} <= rows[0].keys():
        return
    for number, row in enumerate(rows, start=2):
        yield from _row_mistakes(number, row)


def _row_mistakes(number: int, row: Mapping[str, str]) -> Iterator[str]:
    time = row["time"] or ""  # None where the row ends before it
    try:
        if datetime.fromisoformat(time).tzinfo is None:
            yield f"row {number}: time '{time}' has no offset: end it with Z or +09:00"
    except ValueError:
        yield f"row {number}: '{time}' is not a time: write 2026-11-25T10:30:00+09:00"
    for name in COLUMNS:
        text = (row.get(name) or "").strip()
        try:
            float(text or "nan")
        except ValueError:
            yield f"row {number}: {name} '{text}' is not a number"


def _step(times_s: NDArray[np.float64]) -> int:
    steps = np.diff(np.unique(times_s)) / 60
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


def _slotted(
    values: NDArray[np.float64], place: Sequence[tuple[int, int]], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return a column by day and slot, doubles averaged, NaN where there is none."""
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
