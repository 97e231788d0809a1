"""Which days people in Japan do not work: weekends, holidays, Obon and the New Year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import jpholiday
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_SATURDAY = 5
# Not holidays by law, but most offices and factories close (month, first day, last day).
_CLOSED = ((1, 1, 3), (8, 13, 15), (12, 29, 31))


def days_off(first: date, count: int, extra: Collection[date] = ()) -> NDArray[np.bool_]:
    """Return (count,) whether each day from `first` on is a day off.

    `extra` are days off of this area alone, such as a festival.
    """
    days = [first + timedelta(days=n) for n in range(count)]
    return np.array([_is_off(day) or day in extra for day in days], bool)


def _is_off(day: date) -> bool:
    if day.weekday() >= _SATURDAY or jpholiday.is_holiday(day):
        return True
    return any(day.month == month and low <= day.day <= high for month, low, high in _CLOSED)
