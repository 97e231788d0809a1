"""A causal controller of the five homes: each hour a plan of a day for what that day may bring.

Loads are those of like hours, moved by the last error; sun follows the irradiance that is foretold.
The plan weighs price and emission over the errors that were made at like hours, ramps and the
month's peak by the expectation, each by what the score of the hours so far makes of it.
"""

from __future__ import annotations

import highspy
import numpy as np

from energy_planner.optimiser.matrices import Model
from tests.benchmarks.citylearn import CAPACITY_KWH, HOMES, MONTH_H, POWER_KW, Year

_H, _DAY, _YEAR = 24, 24, 8760
_COURSES = 9  # quantiles of the errors, alike likely
_EFFICIENCY = 0.89  # one way; what the curve gives at the power that is planned mostly
_FADES, _LIKE_DAYS, _LEARNT_DAYS, _LEAST = 0.5, 14, 30, 10


class Forecast:
    """What each home takes in the next day, by what was seen so far."""

    def __init__(self, known: Year) -> None:
        self._known, self._slopes = known, np.zeros((_DAY, 2, HOMES))

    def ahead(self, hour: int) -> np.ndarray:
        """Return (5, 24) the hours that follow `hour`."""
        if hour % _DAY == 0 or not self._slopes.any():
            self._learn(hour)
        count = min(_LIKE_DAYS, (hour + 1) // _DAY)
        past = self._known.load[:, hour + 1 - _DAY * count : hour + 1]
        mean = np.average(
            past.reshape(HOMES, count, _DAY), axis=1, weights=np.linspace(0.5, 1, count)
        )
        missed = self._known.load[:, hour] - mean[:, -1]
        load = mean + missed[:, None] * _FADES ** np.arange(1, _H + 1)
        at = np.minimum(np.arange(hour + 1, hour + 1 + _H), self._known.irradiance.shape[1] - 1)
        rays = self._known.irradiance[:, at].T
        sun = np.einsum("hr,hrb->bh", rays, self._slopes[at % _DAY])
        return load - np.maximum(0, sun)

    def _learn(self, hour: int) -> None:
        index = np.arange(max(0, hour + 1 - _DAY * _LEARNT_DAYS), hour + 1)
        for of_day in range(_DAY):
            like = index[_apart(index, of_day) <= 1]
            rays = self._known.irradiance[:, like].T
            gram = rays.T @ rays + 10 * np.eye(2)
            self._slopes[of_day] = np.linalg.solve(gram, rays.T @ self._known.sun[:, like].T)


class Planner:
    """Plans a day every hour on one model, whose bounds and costs alone change."""

    def __init__(self, known: Year) -> None:
        self._known, self._forecast = known, Forecast(known)
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
        model = Model()
        self._paid = model.var(_H * _COURSES).reshape(_COURSES, _H)
        self._peak, self._ramp = model.var(1), model.var(_H)
        most = 0.9 * POWER_KW
        self._charge, self._discharge, self._content, self._own = (
            np.array([model.var(count, 0.0, high) for _ in range(HOMES)])
            for count, high in (
                (_H, most),
                (_H, most),
                (_H, 0.98 * CAPACITY_KWH),
                (_H * _COURSES, np.inf),
            )
        )
        pairs = list(zip(self._charge, self._discharge, strict=True))
        self._stored = [self._store_rows(model, home) for home in range(HOMES)]
        self._own_rows = [
            model.rows(_H, 0, np.inf, (0, own, 1.0), (0, charge, -1.0), (0, discharge, 1.0))
            for (charge, discharge), home in zip(pairs, self._own, strict=True)
            for own in home.reshape(_COURSES, _H)
        ]
        less = [term for up, down in pairs for term in ((0, up, -1.0), (0, down, 1.0))]
        self._paid_rows = [model.rows(_H, 0, np.inf, (0, one, 1.0), *less) for one in self._paid]
        self._peak_rows = model.rows(_H, 0, np.inf, (0, np.repeat(self._peak, _H), 1.0), *less)
        fall = [(offset + 1, columns[:-1], -value) for offset, columns, value in less]
        for_rise = [*less, *fall]
        for_fall = [(offset, columns, -value) for offset, columns, value in for_rise]
        self._rise_rows = model.rows(_H, 0, np.inf, (0, self._ramp, 1.0), *for_rise)
        self._fall_rows = model.rows(_H, 0, np.inf, (0, self._ramp, 1.0), *for_fall)
        self._columns, self._rows = model.columns, model.rows_count
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1)):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model.to_highs(relaxed=True))

    def _store_rows(self, model: Model, home: int) -> np.ndarray:
        content = self._content[home]
        moved = (0, self._charge[home], -_EFFICIENCY), (0, self._discharge[home], 1 / _EFFICIENCY)
        return model.rows(_H, 0, 0, (0, content, 1.0), (1, content[:-1], -1.0), *moved)

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
        at = np.minimum(np.arange(hour + 1, hour + 1 + _H), len(self._known.price) - 1)
        days = min(7, (hour + 1) // _DAY)
        carbon = self._known.carbon[hour + 1 - _DAY * days : hour + 1].reshape(days, _DAY).mean(0)
        cost[self._paid] = weights["price"] * self._known.price[at] / _COURSES
        cost[self._own] = weights["emission"] * np.tile(carbon, _COURSES) / _COURSES
        cost[self._peak], cost[self._ramp] = weights["peak"], weights["ramp"]
        scale = _YEAR  # else costs are near the solver's tolerance
        self._highs.changeColsCost(
            len(cost), np.arange(len(cost), dtype=np.int32), np.asarray(cost * scale)
        )

    def _bound(self, hour: int, said: np.ndarray, content: np.ndarray, total: float) -> None:
        low, high = np.zeros(self._rows), np.full(self._rows, np.inf)
        offsets = self._offsets[np.arange(hour + 1, hour + 1 + _H) % _DAY].transpose(1, 2, 0)
        for home, rows in enumerate(self._stored):
            low[rows] = high[rows] = np.append(content[home], np.zeros(_H - 1))
        may_be = (said[:, None] + offsets[:HOMES]).reshape(-1, _H)
        for rows, course in zip(self._own_rows, may_be, strict=True):
            low[rows] = course
        expected = said.sum(axis=0)
        for rows, offset in zip(self._paid_rows, offsets[HOMES], strict=True):
            low[rows] = expected + offset
        low[self._peak_rows] = expected
        change = np.diff(np.append(total, expected))
        low[self._rise_rows], low[self._fall_rows] = change, -change
        self._highs.changeRowsBounds(len(low), np.arange(len(low), dtype=np.int32), low, high)


def _apart(index: np.ndarray, of_day: int) -> np.ndarray:
    """Return how many hours of the day lie between."""
    return np.minimum((index - of_day) % _DAY, (of_day - index) % _DAY)
