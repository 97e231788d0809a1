"""Which days people do not work: weekends, holidays, and in Japan Obon and the New Year."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import holidays
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_SATURDAY = 5
# Not holidays by law, but most offices and factories close (month, first day, last day).
_CLOSED_IN_JAPAN = ((1, 1, 3), (8, 13, 15), (12, 29, 31))


def days_off(
    first: date, count: int, country: str = "JP", extra: Collection[date] = ()
) -> NDArray[np.bool_]:
    """Return (count,) whether each day from `first` on is a day off.

    Args:
        first: first day.
        count: how many days.
        country: ISO code whose holidays count.
        extra: days off of this area alone, such as a festival.
    """
    days = [first + timedelta(days=n) for n in range(count)]
    return np.array([_is_off(day, country) or day in extra for day in days], bool)


def _is_off(day: date, country: str) -> bool:
    if day.weekday() >= _SATURDAY or day in _holidays(country, day.year):
        return True
    closed = _CLOSED_IN_JAPAN if country == "JP" else ()
    return any(day.month == month and low <= day.day <= high for month, low, high in closed)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
