"""A plan at once: the relaxed model, its on/off rounded, solved again; then the exact one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.solve import Solution, Solver

if TYPE_CHECKING:
    from energy_planner.optimiser.cancel import Cancel
    from energy_planner.optimiser.draft import Assembled

# On where the relaxed power passes this share of the rated power. Measured on seven days of half
# hours: the best of the three is 0.004 to 0.18 % above the relaxed cost.
_SHARES = (0.02, 0.1, 0.2)


def relaxed(made: Assembled, cancel: Cancel) -> tuple[Solver, Solution | None]:
    """Solve the model with on/off as any share; the solver keeps its basis for what follows."""
    solver = Solver(made.model, relaxed=True, cancel=cancel)
    return solver, solver.run()


def rounded(made: Assembled, solver: Solver, loose: Solution) -> Solution | None:
    """Return the cheapest plan with on/off rounded from the relaxed one, None where none holds.

    Its bound is the relaxed cost: what is proven about it.
    """
    if not len(made.model.integers):
        return loose
    found = [_with_share(made, solver, loose, share) for share in _SHARES]
    plans = [plan for plan in found if plan]
    best = min(plans, key=lambda plan: plan.objective, default=None)
    return replace(best, bound=loose.objective) if best else None


def exact(
    made: Assembled, start: Solution | None, cancel: Cancel, *, gap: float, time_limit_s: float
) -> Solution | None:
    """Return the plan of the whole-number model, started from a plan where there is one."""
    solver = Solver(made.model, cancel=cancel)
    if start:
        solver.start_from(start.x)
    return solver.run(gap=gap, time_limit_s=time_limit_s)


def priced(made: Assembled, plan: Solution) -> Solution | None:
    """Return the plan with its whole numbers fixed as a linear model, for its duals."""
    solver = Solver(made.model, relaxed=True)
    whole = made.model.integers
    if len(whole):
        solver.fix(whole, np.round(plan.x[whole]))
    return solver.run(duals=True)


def _with_share(made: Assembled, solver: Solver, loose: Solution, share: float) -> Solution | None:
    columns = made.model.integers
    values = np.round(loose.x[columns])  # directions of batteries and grid
    position = {int(column): index for index, column in enumerate(columns)}
    for power, on, rated in made.on:
        places = [position[int(column)] for column in on]
        values[places] = loose.x[power] > share * rated
    solver.fix(columns, values)
    return solver.run()
