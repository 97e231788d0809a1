"""Reasons from duals: where the peak is decided, and what one more unit of each asset would bring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.explain.margins import Margin, limits_by_step, margins
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
        limits: for each step, (asset, `power` or `empty` or `full`) of what is at a limit.
        margins: what one more kW, kWh or kg of each asset would save over the plan, most first.
        kg_value: (T,) what one more kilogram of hydrogen in a step would save; empty without.
    """

    peak_shares: tuple[PeakShare, ...]
    energy_value: NDArray[np.float64]
    bindings: tuple[Binding, ...]
    limits: tuple[tuple[tuple[str, str], ...], ...] = ()
    margins: tuple[Margin, ...] = ()
    kg_value: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def none(cls) -> Explanation:
        """Return that nobody asked for reasons."""
        return cls((), np.zeros(0), ())


def explain(made: Assembled, plan: Solution, forecast: Inputs) -> Explanation:
    """Explain a plan by the duals of its model with on/off fixed."""
    prices = priced(made, plan)
    duals = prices.row_dual if prices else np.zeros(made.model.rows_count)
    shares = _peak_shares(made, duals, forecast)
    value = duals[made.balance] / forecast.hours
    steps = [share.first_step for share in shares]
    limits = limits_by_step(made, plan)
    bindings = tuple(Binding(step, *one) for step in steps for one in limits[step])
    kilograms = np.abs(duals[made.tank_rows])
    more = margins(made, prices, steps)
    return Explanation(shares, value, bindings, tuple(limits), more, kilograms)


def _peak_shares(
    made: Assembled, duals: NDArray[np.float64], forecast: Inputs
) -> tuple[PeakShare, ...]:
    if not len(made.peak_rows):
        return ()
    costs = np.abs(duals[made.peak_rows])
    number = forecast.intervals(made.interval_h)
    order = [int(k) for k in np.argsort(-costs) if costs[k] > _TIGHT]
    return tuple(PeakShare(k, int(np.flatnonzero(number == k)[0]), float(costs[k])) for k in order)
