"""A history as whole local days: one row a day, one column a slot; every model reads this form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.forecast.calendar_days import days_off

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days of one series.

    Attributes:
        values: (D, S) means per slot, complete; NaN only where nothing could be repaired.
        day_off: (D,) weekend, holiday, Obon or New Year.
        first: date of the first row.
        temperature: (D, S) degrees Celsius, or None where no weather is known.
    """

    values: Matrix
    day_off: NDArray[np.bool_]
    first: date
    temperature: Matrix | None = None

    @property
    def count(self) -> int:
        """Return the number of days."""
        return len(self.values)

    @property
    def slots(self) -> int:
        """Return the number of slots of a day."""
        return int(self.values.shape[1])

    def until(self, day: int) -> Days:
        """Return the days before a row."""
        heat = None if self.temperature is None else self.temperature[:day]
        return Days(self.values[:day], self.day_off[:day], self.first, heat)

    def last(self, count: int) -> Days:
        """Return the last days, at most `count`."""
        begin = max(0, self.count - count)
        heat = None if self.temperature is None else self.temperature[begin:]
        first = self.first + timedelta(days=begin)
        return Days(self.values[begin:], self.day_off[begin:], first, heat)

    def followed_by(self, ahead: Ahead, number: int) -> Days:
        """Return these days and one day ahead, whose values are not known yet (NaN)."""
        heat = None
        if self.temperature is not None and ahead.temperature is not None:
            heat = np.vstack([self.temperature, ahead.temperature[number : number + 1]])
        unknown = np.full((1, self.slots), np.nan)
        off = np.append(self.day_off, ahead.day_off[number])
        return Days(np.vstack([self.values, unknown]), off, self.first, heat)

    def ahead(self, day: int, count: int) -> Ahead:
        """Return what is known of `count` days from a row on, without their values."""
        part = slice(day, day + count)
        heat = None if self.temperature is None else self.temperature[part]
        return Ahead(self.day_off[part], self.first + timedelta(days=int(day)), heat)

    def unknown_ahead(self, count: int) -> Ahead:
        """Return the calendar of the days that follow; the weather of the last day goes on."""
        first = self.first + timedelta(days=self.count)
        heat = None if self.temperature is None else np.repeat(self.temperature[-1:], count, axis=0)
        return Ahead(days_off(first, count), first, heat)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is known of the days to be forecast.

    Attributes:
        day_off: (K,) as in `Days`.
        first: date of the first day.
        temperature: (K, S) forecast temperature, or None.
    """

    day_off: NDArray[np.bool_]
    first: date
    temperature: Matrix | None = None

    @property
    def count(self) -> int:
        """Return the number of days."""
        return len(self.day_off)

    def one(self, number: int) -> Ahead:
        """Return one of the days alone."""
        day = slice(number, number + 1)
        heat = None if self.temperature is None else self.temperature[day]
        return Ahead(self.day_off[day], self.first + timedelta(days=number), heat)
