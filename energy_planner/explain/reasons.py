"""Reasons from duals: where the peak is decided, and what one more unit of each asset would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.quick_plan import priced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.optimiser.draft import Assembled
    from energy_planner.optimiser.solve import Solution

_TIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class PeakShare:
    """One clocked interval that decides the peak, and its share of the demand charge."""

    interval: int
    first_step: int
    cost_per_kw: float


@dataclass(frozen=True, slots=True)
class Binding:
    """One asset at one of its limits in one step."""

    step: int
    asset: str
    what: str  # `power`, `empty` or `full`


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decides a plan.

    Attributes:
        peak_shares: intervals that decide the peak, dearest first; empty where the incumbent
            does, so that a lower peak would save nothing.
        energy_value: (T,) what one more kWh in a step would save.
        bindings: assets at their limits, in the steps that decide the peak.
    """

    peak_shares: tuple[PeakShare, ...]
    energy_value: NDArray[np.float64]
    bindings: tuple[Binding, ...]


def explain(made: Assembled, plan: Solution, forecast: Inputs) -> Explanation:
    """Explain a plan by the duals of its model with on/off fixed."""
    prices = priced(made, plan)
    duals = prices.row_dual if prices else np.zeros(made.model.rows_count)
    shares = _peak_shares(made, duals, forecast)
    value = duals[made.balance] / forecast.hours
    steps = [share.first_step for share in shares]
    return Explanation(shares, value, tuple(_bindings(made, plan, steps)))


def _peak_shares(
    made: Assembled, duals: NDArray[np.float64], forecast: Inputs
) -> tuple[PeakShare, ...]:
    if not len(made.peak_rows):
        return ()
    costs = np.abs(duals[made.peak_rows])
    number = forecast.intervals(made.interval_h)
    order = [int(k) for k in np.argsort(-costs) if costs[k] > _TIGHT]
    return tuple(PeakShare(k, int(np.flatnonzero(number == k)[0]), float(costs[k])) for k in order)


def _bindings(made: Assembled, plan: Solution, steps: list[int]) -> list[Binding]:
    bounds = made.model.bounds
    found = []
    for step in steps:
        for (asset, _direction), columns in made.power.items():
            column = columns[step]
            if plan.x[column] > bounds.high[column] - _TIGHT and bounds.high[column] > _TIGHT:
                found.append(Binding(step, asset, "power"))
        for asset, columns in made.level.items():
            column = columns[step]
            if plan.x[column] < bounds.low[column] + _TIGHT:
                found.append(Binding(step, asset, "empty"))
            elif plan.x[column] > bounds.high[column] - _TIGHT:
                found.append(Binding(step, asset, "full"))
    return found
