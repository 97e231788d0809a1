"""Why nothing works: named limits made elastic in order, and what each would have to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import Conflict
from energy_planner.optimiser.limits import Give
from energy_planner.optimiser.solve import Solver

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.optimiser.draft import Assembled
    from energy_planner.optimiser.limits import Limit

_PENALTY = {Give.END_LEVEL: 1e5, Give.CONTRACT: 3e5, Give.ECONOMIC: 1e6, Give.SERVICE: 1e7}
_EARLIER = 1e-4  # earlier gaps cost a little more: a shortage shows where the stock runs out
_NOTICEABLE = 1e-6


def conflicts(made: Assembled) -> tuple[Conflict, ...]:
    """Return the limits that have to give way, cheapest kind first; empty where physics forbids.

    Adds elastic columns to the model, so the model is of no other use afterwards.
    """
    slack = [(limit, _elastic(made, limit)) for limit in made.limits]
    solution = Solver(made.model, relaxed=True).run()
    if solution is None:
        return ()
    found = [_conflict(limit, solution.x[columns]) for limit, columns in slack]
    return tuple(conflict for conflict in found if conflict)


def _elastic(made: Assembled, limit: Limit) -> NDArray[np.int64]:
    count = len(limit.rows)
    last = max(1, int(limit.steps[-1])) if count else 1
    earlier = 1 + _EARLIER * (last - limit.steps) / last
    columns = made.model.var(count, 0.0, np.inf, _PENALTY[limit.give] * earlier)
    made.model.add_to(limit.rows, columns, float(limit.sign))
    return columns


def _conflict(limit: Limit, short: NDArray[np.float64]) -> Conflict | None:
    where = np.flatnonzero(short > _NOTICEABLE)
    if not len(where):
        return None
    step = int(limit.steps[where[0]])
    amount = float(short.max() if limit.unit == "kW" else short.sum())
    return Conflict(limit.asset, limit.name, step, amount, limit.unit)
