"""A causal controller of the five homes: each hour a plan of a day for what that day may bring.

Every part of the score is weighed over the errors that the forecast made at like hours, by what the
score of the hours so far makes of a unit of it. A ramp is never as flat as it was planned: what
cannot be foretold an hour ahead is in each of them, so flattening the last bit is worth nothing.
"""

from __future__ import annotations

import highspy
import numpy as np

from energy_planner.optimiser.matrices import Model
from tests.benchmarks.citylearn import CAPACITY_KWH, HOMES, MONTH_H, POWER_KW, Year
from tests.benchmarks.citylearn_forecast import Carbon, Forecast, H

_DAY, _YEAR = 24, 8760
_COURSES = 7  # quantiles of the errors, alike likely
_EFFICIENCY = 0.89  # one way; what the curve gives at the power that is planned mostly
_LEARNT_DAYS, _LEAST = 30, 10


class Planner:
    """Plans a day every hour on one model, whose bounds and costs alone change."""

    def __init__(self, known: Year) -> None:
        self._known, self._forecast, self._carbon = known, Forecast(known), Carbon(known)
        self._errors: list[np.ndarray] = []
        self._said = np.zeros(HOMES)
        self._weights: dict[str, float] = {}
        self._build()

    def decide(self, hour: int, content: np.ndarray, total: float, peak: float) -> np.ndarray:
        """Return what each battery takes in the next hour, kWh at its terminals."""
        if hour < _DAY:
            return np.zeros(HOMES)
        if self._weights:
            self._errors.append(self._known.net[:, hour] - self._said)
        said = self._forecast.ahead(hour)
        self._said = said[:, 0]
        if hour % _DAY == 0:
            self._weigh(hour)
            self._spread(hour)
        self._price(hour)
        self._bound(hour, said, content, total)
        self._highs.changeColBounds(int(self._peak[0]), peak, np.inf)
        self._highs.run()
        found = np.asarray(self._highs.getSolution().col_value)
        return found[self._charge[:, 0]] - found[self._discharge[:, 0]]

    def _build(self) -> None:
        model, most = Model(), 0.9 * POWER_KW
        self._moved = model.var(H, -np.inf)  # by all batteries
        self._peak = model.var(1)
        self._paid, self._over, self._ramp = (_courses(model) for _ in range(3))
        self._charge, self._discharge, self._content = (
            np.array([model.var(H, 0.0, high) for _ in range(HOMES)])
            for high in (most, most, 0.98 * CAPACITY_KWH)
        )
        self._own = np.array([_courses(model) for _ in range(HOMES)])
        self._stored = [self._store_rows(model, home) for home in range(HOMES)]
        pairs = list(zip(self._charge, self._discharge, strict=True))
        terms = [term for up, down in pairs for term in ((0, up, -1.0), (0, down, 1.0))]
        model.rows(H, 0, 0, (0, self._moved, 1.0), *terms)
        self._own_rows = [
            _at_least(model, own, (0, up, -1.0), (0, down, 1.0))
            for (up, down), home in zip(pairs, self._own, strict=True)
            for own in home
        ]
        moved = (0, self._moved, -1.0)
        self._paid_rows = [_at_least(model, one, moved) for one in self._paid]
        peak = (0, np.repeat(self._peak, H), 1.0)
        self._peak_rows = [_at_least(model, one, moved, peak) for one in self._over]
        self._rise_rows, self._fall_rows = (
            [
                _at_least(model, one, (0, self._moved, -way), (1, self._moved[:-1], way))
                for one in self._ramp
            ]
            for way in (1.0, -1.0)
        )
        self._pass(model)

    def _pass(self, model: Model) -> None:
        made = model.to_highs(relaxed=True)
        self._low, self._high = np.array(made.row_lower_), np.array(made.row_upper_)
        self._columns = model.columns
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1)):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(made)

    def _store_rows(self, model: Model, home: int) -> np.ndarray:
        content = self._content[home]
        moved = (0, self._charge[home], -_EFFICIENCY), (0, self._discharge[home], 1 / _EFFICIENCY)
        return model.rows(H, 0, 0, (0, content, 1.0), (1, content[:-1], -1.0), *moved)

    def _weigh(self, hour: int) -> None:
        """Price a unit of each part of the score by the hours so far."""
        seen, net = slice(0, hour + 1), self._known.net[:, : hour + 1]
        total, share = net.sum(axis=0), (hour + 1) / _YEAR
        month = total[-MONTH_H:]
        highest, mean = month.max(), max(month.mean(), 0.3)
        flat = 1 - month.mean() / highest
        self._weights = {
            "price": share / np.maximum(0, total * self._known.price[seen]).sum(),
            "emission": share / (np.maximum(net, 0) * self._known.carbon[seen]).sum(),
            "ramp": share / 2 / np.abs(np.diff(total)).sum(),
            "peak": mean / highest**2 / flat / 2 / (_YEAR / MONTH_H),
        }

    def _spread(self, hour: int) -> None:
        """Take quantiles of the last month's errors by the hour of the day, of homes and their sum."""
        self._offsets = np.zeros((_DAY, HOMES + 1, _COURSES))
        if not self._errors:
            return
        errors = np.array(self._errors[-_DAY * _LEARNT_DAYS :])
        errors = np.column_stack([errors, errors.sum(axis=1)])
        index = np.arange(hour + 1 - len(errors), hour + 1)
        levels = (np.arange(_COURSES) + 0.5) / _COURSES
        for of_day in range(_DAY):
            like = errors[_apart(index, of_day) <= 1]
            if len(like) > _LEAST:
                self._offsets[of_day] = np.quantile(like, levels, axis=0).T

    def _price(self, hour: int) -> None:
        cost, weights = np.zeros(self._columns), self._weights
        at = np.minimum(np.arange(hour + 1, hour + 1 + H), len(self._known.price) - 1)
        cost[self._paid] = weights["price"] * self._known.price[at] / _COURSES
        cost[self._own] = weights["emission"] * self._carbon.ahead(hour) / _COURSES
        cost[self._ramp] = weights["ramp"] / _COURSES
        cost[self._peak] = weights["peak"]
        cost[self._over] = weights["peak"] / _COURSES
        scale = _YEAR  # else costs are near the solver's tolerance
        self._highs.changeColsCost(
            len(cost), np.arange(len(cost), dtype=np.int32), np.asarray(cost * scale)
        )

    def _bound(self, hour: int, said: np.ndarray, content: np.ndarray, total: float) -> None:
        low, high = self._low, self._high
        offsets = self._offsets[np.arange(hour + 1, hour + 1 + H) % _DAY].transpose(1, 2, 0)
        for home, rows in enumerate(self._stored):
            low[rows[0]] = high[rows[0]] = content[home]
        may_be = (said[:, None] + offsets[:HOMES]).reshape(-1, H)
        for rows, course in zip(self._own_rows, may_be, strict=True):
            low[rows] = course
        expected = said.sum(axis=0)
        change = np.diff(np.append(total, expected))
        for course, offset in enumerate(offsets[HOMES]):
            low[self._paid_rows[course]] = low[self._peak_rows[course]] = expected + offset
            low[self._rise_rows[course]] = change + offset
            low[self._fall_rows[course]] = -change - offset
        self._highs.changeRowsBounds(len(low), np.arange(len(low), dtype=np.int32), low, high)


def _courses(model: Model) -> np.ndarray:
    """Return the columns of one quantity in every course, (courses, 24)."""
    return model.var(H * _COURSES).reshape(_COURSES, H)


def _at_least(
    model: Model, columns: np.ndarray, *less: tuple[int, np.ndarray, float]
) -> np.ndarray:
    """Return rows that keep columns above what is bounded later."""
    return model.rows(H, 0, np.inf, (0, columns, 1.0), *less)


def _apart(index: np.ndarray, of_day: int) -> np.ndarray:
    """Return how many hours of the day lie between."""
    return np.minimum((index - of_day) % _DAY, (of_day - index) % _DAY)
