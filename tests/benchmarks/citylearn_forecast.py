"""What five homes will take in the next day, hour by hour, from what was seen up to now.

A ridge per hour ahead says how far what is off now stays off: a load from what is usual at that
hour, the sun from what it gave there at best. The irradiance that the challenge foretells tells
little of these roofs (correlation 0.2 at noon); what they give in the present hour tells much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.benchmarks.citylearn import Year

H = 24  # hours ahead
_DAY = 24
_AHEAD = np.arange(1, H + 1)
_LIKE_DAYS, _BEST_DAYS, _CARBON_DAYS = 14, 21, 7
_FIRST_H, _ANEW_H = 48, 96  # what is learnt from, and how often it is learnt anew
_FADES, _DIM_KW, _BRIGHT_KW = 0.5, 0.2, 1.0
_BESIDE = 0.35  # of the hours before counts beside the present one
_MOST = 1.15  # the sun may give more than the best of the last weeks


class Forecast:
    """Of all homes; `ahead` reads nothing later than the hour it is asked in."""

    def __init__(self, known: Year) -> None:
        self._loads = [_Ahead(_Load(known, home), 90, 30.0) for home in range(len(known.load))]
        self._sun = _Sun(known)
        self._light = _Ahead(self._sun, 60, 10.0)
        self._learnt = -_ANEW_H

    def ahead(self, hour: int) -> np.ndarray:
        """Return (homes, 24) what each takes in the hours that follow `hour`, less its sun."""
        if hour - self._learnt >= _ANEW_H:
            self._learnt = hour
            for model in (*self._loads, self._light):
                model.learn(hour)
        light = np.clip(self._light.say(hour), 0, _MOST * self._sun.most(hour))
        loads = np.array([np.maximum(0, model.say(hour)) for model in self._loads])
        return loads - light * self._sun.shares(hour)


class Carbon:
    """The grid's carbon: what is usual at that hour, moved by what is off now and how fast that fades."""

    def __init__(self, known: Year) -> None:
        self._usual = _like_hours(known.carbon[None], np.ones(_CARBON_DAYS))[0]
        self._off = known.carbon - self._usual

    def ahead(self, hour: int) -> np.ndarray:
        """Return (24,) the hours that follow `hour`."""
        before, after = self._off[_DAY:hour], self._off[_DAY + 1 : hour + 1]
        kept = float(before @ after / max(before @ before, 1e-12))
        off = self._off[hour] * np.clip(kept, 0, 1) ** _AHEAD
        return _at(self._usual, hour + _AHEAD) + off


class _Load:
    """A home's load: how far it is from what is usual at that hour."""

    simplest = _FADES**_AHEAD  # of what is off now, while nothing is learnt

    def __init__(self, known: Year, home: int) -> None:
        usual = _like_hours(known.load, np.linspace(1, 0.5, _LIKE_DAYS))
        off = known.load - usual
        self.truth, self.usual, self._off = known.load[home], usual[home], off[home]
        self._others = off.sum(axis=0) - self._off
        self._hours3, self._hours24 = (_mean_of_last(self._off, hours) for hours in (3, 24))

    def rows(self, hour: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return (n, p) what is known in `hour` of the hour `at`."""
        off, angle = self._off, 2 * np.pi * (at % _DAY) / _DAY
        usual = _at(self.usual, at)
        known = (off[hour], off[hour - 1], off[hour - 2], self._others[hour])
        more = (off[hour] * np.cos(angle), off[hour] * np.sin(angle), off[at - _DAY], usual)
        return _columns(*known, *more, self._hours3[hour], self._hours24[hour])


class _Sun:
    """All roofs together: how much of what they gave at best at that hour."""

    simplest = np.ones(H)

    def __init__(self, known: Year) -> None:
        self._best = _like_hours(known.sun, np.ones(_BEST_DAYS), best=True)
        self._clear, self.truth = self._best.sum(axis=0), known.sun.sum(axis=0)
        self.usual = np.zeros(len(self.truth))
        self._mean = _like_hours(known.sun, np.ones(_LIKE_DAYS)).sum(axis=0)
        self._rays = known.irradiance
        self._ratio = _recent_ratio(self.truth, self._clear)
        bright = self._clear > _DIM_KW
        self._now = np.where(bright, self.truth / np.maximum(self._clear, _DIM_KW), self._ratio)
        day, clear = (_mean_of_last(series, _DAY) for series in (self.truth, self._clear))
        self._day = day / np.maximum(clear, 1e-6)

    def rows(self, hour: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return (n, p) what is known in `hour` of the hour `at`."""
        clear, angle = _at(self._clear, at), 2 * np.pi * (at % _DAY) / _DAY
        now = np.minimum(self._now[hour], 1.3) * clear
        ratios = self._ratio[hour] * clear, now, now * (self._clear[hour] > _BRIGHT_KW)
        shapes = clear, clear * np.cos(angle), clear * np.sin(angle), clear**2
        rays = _at(self._rays[0], at), _at(self._rays[1], at)
        return _columns(*ratios, self._day[hour] * clear, *shapes, _at(self._mean, at), *rays)

    def most(self, hour: int) -> np.ndarray:
        """Return (24,) what all gave at best, kW."""
        return _at(self._clear, hour + _AHEAD)

    def shares(self, hour: int) -> np.ndarray:
        """Return (homes, 24) each roof's part of it."""
        return _at(self._best, hour + _AHEAD) / np.maximum(self.most(hour), 1e-6)


@dataclass
class _Ahead:
    """A ridge per hour ahead, over columns of one mean and one spread."""

    of: _Load | _Sun
    days: int
    alpha: float
    _slopes: np.ndarray = field(default_factory=lambda: np.zeros(0))
    _levels: np.ndarray = field(default_factory=lambda: np.zeros(H))

    def learn(self, hour: int) -> None:
        """Learn from the last days, as far as their ends are known in `hour`."""
        begin = max(_FIRST_H, hour + 1 - self.days * _DAY)
        if hour - begin < 2 * H:
            return
        found = [self._solve(np.arange(begin, hour + 1 - ahead), ahead) for ahead in _AHEAD]
        slopes, levels = zip(*found, strict=True)
        self._slopes, self._levels = np.array(slopes), np.array(levels)

    def say(self, hour: int) -> np.ndarray:
        """Return (24,) the hours that follow."""
        rows = self.of.rows(np.full(H, hour), hour + _AHEAD)
        usual = _at(self.of.usual, hour + _AHEAD)
        if not len(self._slopes):
            return usual + self.of.simplest * rows[:, 0]
        return usual + self._levels + (rows * self._slopes).sum(axis=1)

    def _solve(self, hours: np.ndarray, ahead: int) -> tuple[np.ndarray, float]:
        rows = self.of.rows(hours, hours + ahead)
        truth = self.of.truth[hours + ahead] - self.of.usual[hours + ahead]
        middle, scale, level = rows.mean(axis=0), rows.std(axis=0) + 1e-9, truth.mean()
        standard = (rows - middle) / scale
        gram = standard.T @ standard + self.alpha * np.eye(rows.shape[1])
        slopes = np.linalg.solve(gram, standard.T @ (truth - level)) / scale
        return slopes, float(level - middle @ slopes)


def _like_hours(values: np.ndarray, weights: np.ndarray, *, best: bool = False) -> np.ndarray:
    """Return (homes, T) the mean, or the best, of the same hours of so many days before."""
    past = np.full((len(weights), *values.shape), np.nan)
    for day in range(1, len(weights) + 1):
        past[day - 1, :, _DAY * day :] = values[:, : -_DAY * day]
    known = np.isfinite(past)
    seen = np.where(known, past, 0.0)
    if best:
        return seen.max(axis=0)
    share = (known * weights[:, None, None]).sum(axis=0)
    return (seen * weights[:, None, None]).sum(axis=0) / np.maximum(share, 1e-9)


def _mean_of_last(values: np.ndarray, hours: int) -> np.ndarray:
    """Return (T,) the mean of an hour and those before it."""
    sums = np.cumsum(np.append(np.zeros(hours), values))
    return (sums[hours:] - sums[:-hours]) / hours


def _recent_ratio(sun: np.ndarray, clear: np.ndarray) -> np.ndarray:
    """Return (T,) the sun of the last bright hours over the best, the present one foremost."""
    ratio, given, could = np.ones(len(sun)), 0.0, 0.0
    for hour, most in enumerate(clear):
        if most > _DIM_KW:
            kept = _BESIDE if most > _BRIGHT_KW else _BESIDE / 2
            given, could = given * kept + sun[hour], could * kept + most
        ratio[hour] = given / could if could else 1.0
    return ratio


def _at(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return what stands at hours; those after the last are as the last."""
    return values[..., np.minimum(at, values.shape[-1] - 1)]


def _columns(*columns: np.ndarray) -> np.ndarray:
    return np.stack(np.broadcast_arrays(*columns), axis=1)
