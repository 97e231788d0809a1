"""One call from plant, forecast and tariff to a plan with its proof and its reasons."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import InfeasiblePlan, PlanCancelled
from energy_planner.explain.reasons import Explanation, explain
from energy_planner.optimiser import quick_plan
from energy_planner.optimiser.assembly import assemble
from energy_planner.optimiser.cancel import Cancel
from energy_planner.optimiser.relaxation import conflicts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.optimiser.draft import Assembled
    from energy_planner.optimiser.solve import Solution
    from energy_planner.plant import Plant, Tariff

    Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan: mean kW by (asset, direction), contents at its end by asset."""

    index: int
    begins_us: int
    hours: float
    power_kw: dict[tuple[str, str], float]
    level: dict[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    Attributes:
        objective: its cost in the tariff's currency.
        gap: proven relative distance to the cheapest plan that there can be.
        peak_kw: highest clocked mean import that it allows, the incumbent included.
        power: (T,) mean kW by (asset, direction).
        level: (T,) contents at the end of each step by asset, kWh or kg.
        exact: whether on/off was decided by the exact search, not by rounding.
        solve_s: seconds of the whole call.
    """

    objective: float
    gap: float
    peak_kw: float
    power: Mapping[tuple[str, str], Series]
    level: Mapping[str, Series]
    explanation: Explanation
    exact: bool
    solve_s: float
    hours: Series
    begins_us: int = 0

    @property
    def steps(self) -> list[Step]:
        """Return the plan step by step."""
        begins = self.begins_us + np.concatenate([[0.0], np.cumsum(self.hours)[:-1]]) * 3.6e9
        return [
            Step(
                index,
                int(begins[index]),
                float(self.hours[index]),
                {key: float(values[index]) for key, values in self.power.items()},
                {key: float(values[index]) for key, values in self.level.items()},
            )
            for index in range(len(self.hours))
        ]


@dataclass(frozen=True, slots=True)
class Search:
    """How the exact search of on/off goes.

    Attributes:
        exact: without it the rounded plan is the answer, where rounding finds one.
        gap: relative gap at which it may stop.
        time_limit_s: most seconds.
        explained: without it the plan carries no reasons, and takes half the time.
    """

    exact: bool = True
    gap: float = 1e-3
    time_limit_s: float = 60.0
    explained: bool = True


def optimise(
    plant: Plant,
    forecast: Inputs,
    tariff: Tariff,
    *,
    search: Search | None = None,
    cancel: Cancel | None = None,
    first: Callable[[Plan], None] | None = None,
) -> Plan:
    """Return the cheapest plan that keeps every limit.

    Args:
        plant: assets and their limits.
        forecast: expected load and sun of the steps ahead.
        tariff: prices and the demand charge.
        search: how long and how close the exact search goes behind the rounded plan.
        cancel: lets another thread stop; what is found until then is returned.
        first: called with the rounded plan as soon as there is one.

    Raises:
        PlanInputError: the inputs contradict themselves.
        InfeasiblePlan: no plan keeps every limit; names them.
        PlanCancelled: stopped before there was any plan.
    """
    begun = time.perf_counter()
    forecast.check()
    plant.check(len(forecast.load_kw))
    stop = cancel or Cancel()
    made = assemble(plant, forecast, tariff)
    solver, loose = quick_plan.relaxed(made, stop)
    if loose is None:
        raise _why_not(plant, forecast, tariff, stop)
    quick = quick_plan.rounded(made, solver, loose)
    goal = search or Search()

    def as_plan(solution: Solution, *, searched: bool) -> Plan:
        took = time.perf_counter() - begun
        reasons = explain(made, solution, forecast) if goal.explained else Explanation.none()
        return _plan(made, solution, forecast, reasons, searched=searched, solve_s=took)

    if quick and first:
        first(as_plan(quick, searched=False))
    whole = bool(len(made.model.integers))
    if quick and not (whole and goal.exact):
        return as_plan(quick, searched=not whole)
    found = quick_plan.exact(made, quick, stop, gap=goal.gap, time_limit_s=goal.time_limit_s)
    best = _better(quick, found)
    if best is None:
        raise _why_not(plant, forecast, tariff, stop)
    return as_plan(best, searched=found is not None)


def _better(quick: Solution | None, found: Solution | None) -> Solution | None:
    if quick and found:
        return found if found.objective <= quick.objective else quick
    return found or quick


def _why_not(plant: Plant, forecast: Inputs, tariff: Tariff, stop: Cancel) -> Exception:
    if stop.asked:
        return PlanCancelled("planning was stopped before there was a plan")
    return InfeasiblePlan(conflicts(assemble(plant, forecast, tariff)))


def _plan(
    made: Assembled,
    solution: Solution,
    forecast: Inputs,
    reasons: Explanation,
    *,
    searched: bool,
    solve_s: float,
) -> Plan:
    peak = float(solution.x[made.peak[0]]) if len(made.peak) else 0.0
    return Plan(
        solution.objective,
        solution.gap,
        peak,
        {key: solution.x[columns] for key, columns in made.power.items()},
        {key: solution.x[columns] for key, columns in made.level.items()},
        reasons,
        searched,
        solve_s,
        forecast.hours,
        forecast.begins_us,
    )
