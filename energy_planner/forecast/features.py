"""What a day may be told by: lags, yesterday's shape, the class of the day, the weather.

Everything is known when the day begins; several days ahead take their own forecasts as lags.
Arrays are (R, S, F): R days, S slots, F features.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.forecast.days import Days

    Matrix = NDArray[np.float64]

WARM_UP = 28  # days before the first one that has every feature
_LAGS = (1, 2, 3, 7, 14)
_WEEKS = (7, 14, 21, 28)
_COOLING_C, _HEATING_C = 20.0, 16.0


def shared(days: Days, first: int) -> Matrix:
    """Return the features that have one slope for all slots, of the days from row `first` on."""
    parts = [_lags(days, first), _calendar(days, first)]
    if days.temperature is not None:
        parts.append(_weather(days.temperature, first))
    return np.concatenate(parts, axis=2)


def own(days: Days, first: int) -> Matrix:
    """Return the features for which each slot has a slope of its own."""
    shape = (days.count - first, days.slots)
    off = _spread(days.day_off[first:], shape)
    off_before = _spread(days.day_off[first - 1 : -1], shape)
    columns = [
        np.ones(shape),
        off,
        off_before,
        _lag(days.values, first, 1),
        _lag(days.values, first, 7),
    ]
    if days.temperature is not None:
        heat = days.temperature[first:]
        columns += [*degrees(heat), _spread(heat.mean(axis=1), shape)]
    return np.stack(columns, axis=2)


def degrees(temperature: Matrix) -> tuple[Matrix, Matrix]:
    """Return how far it is too warm (above 20) and too cold (below 16 degrees Celsius)."""
    return np.maximum(temperature - _COOLING_C, 0), np.maximum(_HEATING_C - temperature, 0)


def running_mean(values: Matrix, width: int) -> Matrix:
    """Return the mean of each value and the `width - 1` before it, fewer at the beginning."""
    total = np.cumsum(np.concatenate([[0.0], values]))
    index = np.arange(1, len(values) + 1)
    begin = np.maximum(0, index - width)
    mean: Matrix = (total[index] - total[begin]) / (index - begin)
    return mean


def _lags(days: Days, first: int) -> Matrix:
    values = days.values
    yesterday = _lag(values, first, 1)
    shape = yesterday.shape
    columns = [_lag(values, first, lag) for lag in _LAGS]
    summaries = (yesterday.mean(axis=1), yesterday.max(axis=1), yesterday[:, -1])
    columns += [_spread(summary, shape) for summary in summaries]
    columns.append(np.mean([_lag(values, first, lag) for lag in _WEEKS], axis=0))
    return np.stack(columns, axis=2)


def _calendar(days: Days, first: int) -> Matrix:
    """Return day off, day after a day off, the weekday, and two annual harmonics."""
    dates = [days.first + timedelta(days=row) for row in range(first, days.count)]
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in dates]) / 365.25
    flags = [days.day_off[first:], days.day_off[first - 1 : -1]]
    flags += [np.array([day.weekday() == weekday for day in dates]) for weekday in range(7)]
    waves = [wave(angle * turns) for turns in (1, 2) for wave in (np.sin, np.cos)]
    shape = (len(dates), days.slots)
    return np.stack([_spread(column, shape) for column in (*flags, *waves)], axis=2)


def _weather(temperature: Matrix, first: int) -> Matrix:
    """Return temperature and what buildings remember of it.

    Its change from yesterday, cooling and heating degrees with their squares, a short mean, and
    the means of cooling and heating degrees over the last day and the last three.
    """
    slots = temperature.shape[1]
    flat = temperature.reshape(-1)
    heat = temperature[first:]
    cooling, heating = degrees(heat)
    columns = [heat, heat - _lag(temperature, first, 1), cooling, heating]
    columns += [cooling**2, heating**2]
    means = [(flat, 3)] + [(series, slots * n) for series in degrees(flat) for n in (1, 3)]
    columns += [running_mean(series, width).reshape(-1, slots)[first:] for series, width in means]
    return np.stack(columns, axis=2)


def _lag(values: Matrix, first: int, lag: int) -> Matrix:
    return values[first - lag : len(values) - lag]


def _spread(per_day: NDArray[np.generic], shape: tuple[int, int]) -> Matrix:
    return np.broadcast_to(per_day.astype(float)[:, None], shape)
