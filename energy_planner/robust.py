"""A target that can be held when the forecast errs, and what storage must keep back for it.

A schedule alone raised realised peaks: storage was empty when the surprise came. So the target is
the lowest that storage can hold in the middle of the courses that the forecast's own past errors
make likely, and the schedule keeps back, step by step, what is worth keeping for the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.keeping import Prices, Vessel, kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.plant import Battery, Plant, Tariff

    Series = NDArray[np.float64]

_RAISED_AT = 0.5  # lower shares leave storage empty, higher ones give a peak away too early
_OF_CAPACITY = 0.9
_HALVINGS = 20
_GUARD_BOUGHT_H = 4.0  # hours above the target that would fill a guard


@dataclass(frozen=True, slots=True)
class Store(Vessel):
    """All batteries as one; kWh are usable content above what the schedule may never touch.

    What fuel cells can add to them is firm.
    """

    @classmethod
    def of(cls, plant: Plant) -> Store | None:
        """Return the store of a plant, None where it has no battery."""
        batteries = [battery for battery in plant.batteries if _usable(battery) > 0]
        if not batteries:
            return None
        total = sum(_usable(battery) for battery in batteries)
        efficiency = sum(b.efficiency * _usable(b) for b in batteries) / total
        content = sum(max(0.0, b.start_kwh - b.floor_kwh) for b in batteries)
        firm = sum(cell.power_kw for cell in plant.fuel_cells) if plant.tank else 0.0
        return cls(total, sum(b.power_kw for b in batteries), efficiency, content, firm)


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held: a target, and what storage keeps back at the end of each step for it."""

    target_kw: float
    guard_kwh: Series

    def under(self, most_kw: float) -> Hold:
        """Return the same with a target that a contract allows."""
        return replace(self, target_kw=min(self.target_kw, most_kw))


def hold(
    store: Store,
    expected: Series,
    courses: Series,
    hours: Series,
    tariff: Tariff,
    floor_kw: float,
) -> Hold:
    """Return the target and what is kept back for it.

    Args:
        store: what holds it.
        expected: (T,) net load by the forecast, kW.
        courses: (N, T) net load that may come, kW.
        hours: (T,) length of each step.
        tariff: what energy and a kW of the peak cost.
        floor_kw: a peak below this saves nothing.
    """
    target = floor_kw
    if not _held(store, courses, hours, target):
        low, high = target, max(target, float(courses.max()))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if _held(store, courses, hours, middle) else (middle, high)
        target = high
    peak = tariff.demand.worth(np.inf) if tariff.demand else 0.0
    prices = Prices(tariff.import_price, tariff.export_price, peak)
    return Hold(target, kept(store, expected, courses, hours, prices, target))


def need(store: Store, courses: Series, hours: Series, target_kw: float) -> Series:
    """Return (N, T+1) what must be stored before each step so that a target holds to the end."""
    over = courses - target_kw - np.minimum(store.firm_kw, np.maximum(courses - target_kw, 0.0))
    given = np.minimum(np.maximum(over, 0.0), store.power_kw) / store.efficiency
    taken = np.minimum(np.maximum(-over, 0.0), store.power_kw) * store.efficiency
    change = (given - taken) * hours
    needs = np.zeros((len(courses), courses.shape[1] + 1))
    for step in range(courses.shape[1] - 1, -1, -1):
        needs[:, step] = np.maximum(0.0, needs[:, step + 1] + change[:, step])
    return needs


def achievable(store: Store, past_kw: Series, hours: Series) -> float:
    """Return the lowest peak that a store could have held over a known past, with some in hand.

    The first target of a month, before it has a peak of its own.
    """
    known = past_kw[None, np.isfinite(past_kw)]
    lengths = hours[np.isfinite(past_kw)]
    if not known.size:
        return 0.0
    low, high = 0.0, max(0.0, float(known.max()))
    most = store.power_kw + store.firm_kw
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        needs = float(need(store, known, lengths, middle).max())
        fits = needs <= _OF_CAPACITY * store.capacity_kwh and known.max() - middle <= most
        low, high = (low, middle) if fits else (middle, high)
    return high


def guarded(plant: Plant, tariff: Tariff, held: Hold) -> tuple[Plant, Tariff]:
    """Return plant and tariff of the robust plan: storage keeps back, a lower peak saves nothing.

    Going below the guard has a price, so that no arbitrage tempts a plan away from it; going above
    the target has one so high that the guard is not bought by the very peak it is to prevent.
    """
    demand = tariff.demand
    if demand is None:
        return plant, tariff
    total = sum(_usable(battery) for battery in plant.batteries)
    floor = max(demand.incumbent_kw, held.target_kw)
    price = float(np.abs(tariff.import_price).max())
    over = price * len(held.guard_kwh) * _GUARD_BOUGHT_H
    batteries = tuple(
        replace(battery, guard_kwh=held.guard_kwh * _usable(battery) / total, guard_price=price)
        for battery in plant.batteries
    )
    held_demand = replace(demand, incumbent_kw=floor, over_price=over)
    return replace(plant, batteries=batteries), replace(tariff, demand=held_demand)


def _held(store: Store, courses: Series, hours: Series, target_kw: float) -> bool:
    first = need(store, courses, hours, target_kw)[:, 0]
    return bool(np.quantile(first, _RAISED_AT) <= store.content_kwh + 1e-9)


def _usable(battery: Battery) -> float:
    return max(0.0, battery.high * battery.capacity_kwh - battery.floor_kwh)
