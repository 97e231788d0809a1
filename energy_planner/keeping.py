"""What storage should hold at the end of each step when nobody knows the load: a value per content.

Backward over the steps, each content's expected cost to the end: every load that may come is met by
the best answer to it, as the demand controller answers within the step, and the peak has its price.
Keeping back what nearly every course may need cost more by forgone arbitrage than it saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Series = NDArray[np.float64]

# Measured on five homes: errors of the back-test fall short of those that come, and a peak that is
# passed in one step is passed in those beside it.
_WIDER = 1.3
_PEAK_TIMES = 3.0
_LEVELS, _MOST_LEVELS = 33, 201
_MOVES = 3  # levels that full power passes in a step, at least
_TRIED = 61  # contents that are tried on the way forward
_NEVER = 1e12


@dataclass(frozen=True, slots=True)
class Vessel:
    """What stores: kWh inside, kW at its terminals, one-way efficiency; what else can relieve, kW."""

    capacity_kwh: float
    power_kw: float
    efficiency: float
    content_kwh: float
    firm_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class Prices:
    """(T,) prices of a bought and a sold kWh; and of a kW above the target, once."""

    bought: Series
    sold: Series
    peak: float


def kept(
    vessel: Vessel,
    expected: Series,
    courses: Series,
    hours: Series,
    prices: Prices,
    target_kw: float,
) -> Series:
    """Return (T,) the content at the end of each step of the cheapest way, were the load as expected.

    Args:
        vessel: what stores.
        expected: (T,) net load, kW.
        courses: (N, T) net loads that may come; steps are taken as independent of each other.
        hours: (T,) length of each step.
        prices: what counts.
        target_kw: the mean import that is to be held.
    """
    spread = np.sort(expected + _WIDER * (courses - expected), axis=0)
    levels = np.linspace(0.0, vessel.capacity_kwh, _levels(vessel, float(hours[-1])))
    cost = _Cost(vessel, hours, prices, target_kw)
    values = _values(cost, levels, spread)
    contents, content = np.zeros(len(expected)), vessel.content_kwh
    for step, net in enumerate(expected.tolist()):
        content = contents[step] = _best(cost, step, net, content, (levels, values[step + 1]))
    return contents


@dataclass(frozen=True, slots=True)
class _Cost:
    vessel: Vessel
    hours: Series
    prices: Prices
    target_kw: float

    def reach(self, step: int) -> tuple[float, float]:
        """Return how much the content can fall and rise in a step, kWh."""
        whole = self.vessel.power_kw * self.hours[step]
        return whole / self.vessel.efficiency, whole * self.vessel.efficiency

    def of(self, step: int, net_kw: Series, drop_kwh: Series) -> Series:
        """Return what a step costs where the content falls by so much."""
        hours, eta = self.hours[step], self.vessel.efficiency
        relief = np.where(drop_kwh > 0, drop_kwh * eta, drop_kwh / eta) / hours
        bought = net_kw - relief
        energy = np.where(bought > 0, self.prices.bought[step], self.prices.sold[step]) * bought
        over = np.maximum(bought - self.target_kw - self.vessel.firm_kw, 0.0)
        return np.asarray(energy * hours + _PEAK_TIMES * self.prices.peak * over, float)


def _levels(vessel: Vessel, hours: float) -> int:
    """Return how many contents tell apart what full power can do in a step."""
    passes = vessel.power_kw * vessel.efficiency * hours
    wanted = 1 + int(_MOVES * vessel.capacity_kwh / max(passes, 1e-9))
    return min(max(wanted, _LEVELS), _MOST_LEVELS)


def _values(cost: _Cost, levels: Series, spread: Series) -> Series:
    """Return (T+1, L) the expected cost from each step and content to the end."""
    values = np.zeros((spread.shape[1] + 1, len(levels)))
    for step in range(spread.shape[1] - 1, 0, -1):
        drops = _drops(*cost.reach(step), float(levels[1]), len(levels))
        paid = cost.of(step, spread[:, step, None], drops * levels[1])  # (N, A)
        after = np.arange(len(levels))[:, None] - drops
        inside = (after >= 0) & (after < len(levels))
        ahead = np.where(inside, values[step + 1][np.where(inside, after, 0)], _NEVER)  # (L, A)
        values[step] = (ahead[:, None, :] + paid[None]).min(axis=2).mean(axis=1)
    return values


def _drops(fall: float, rise: float, level_kwh: float, count: int) -> NDArray[np.int64]:
    most, least = int(fall / level_kwh + 1e-9), int(rise / level_kwh + 1e-9)
    return np.arange(-min(least, count - 1), min(most, count - 1) + 1)


def _best(
    cost: _Cost, step: int, net: float, content: float, ahead: tuple[Series, Series]
) -> float:
    """Return the content after a step of the expected load."""
    fall, rise = cost.reach(step)
    most = cost.vessel.capacity_kwh
    tried = np.linspace(max(0.0, content - fall), min(most, content + rise), _TRIED)
    tried = np.append(tried, min(content, most))
    paid = cost.of(step, np.full(len(tried), net), content - tried)
    return float(tried[np.argmin(paid + np.interp(tried, *ahead))])
