"""HiGHS, driven: one model, its solutions, duals, bounds and cancelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from energy_planner.optimiser.cancel import Cancel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.optimiser.matrices import Model

    Values = NDArray[np.float64]

_STATUS = highspy.HighsModelStatus
_DONE = {_STATUS.kOptimal, _STATUS.kTimeLimit, _STATUS.kInterrupt, _STATUS.kSolutionLimit}
_NONE = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Solution:
    """What a solve gave.

    Attributes:
        objective: its cost.
        bound: no plan is cheaper than this.
        x: (columns,) values.
        row_dual: (rows,) what one more unit of a row's bound costs; empty unless asked for.
        col_dual: (columns,) the same for a column's bound.
        proven: whether the solver finished.
    """

    objective: float
    bound: float
    x: Values
    row_dual: Values
    col_dual: Values
    proven: bool

    @property
    def gap(self) -> float:
        """Return the proven relative gap between cost and bound."""
        return abs(self.objective - self.bound) / max(1e-9, abs(self.objective))


class Solver:
    """One model in one HiGHS object, so that a second solve starts from the first one's basis."""

    def __init__(
        self, model: Model, *, relaxed: bool = False, cancel: Cancel | None = None
    ) -> None:
        self._model = model
        self._cancel = cancel or Cancel()
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # typed in part only
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue(
            "threads", 1
        )  # one value per process: HiGHS's scheduler is global
        # Only the search of whole numbers listens while it runs: asking Python at every step of
        # a linear solve costs a quarter of it, and that is over in some 50 ms.
        if cancel and not relaxed:
            self._highs.HandleUserInterrupt = True
        self._highs.passModel(model.to_highs(relaxed=relaxed))

    def run(
        self, *, gap: float = 1e-4, time_limit_s: float = float("inf"), duals: bool = False
    ) -> Solution | None:
        """Solve; return None where there is no solution (yet). Duals come only when asked for."""
        highs = self._highs
        highs.setOptionValue("mip_rel_gap", gap)
        if np.isfinite(time_limit_s):
            highs.setOptionValue("time_limit", highs.getRunTime() + time_limit_s)
        self._solve()
        status = highs.getModelStatus()
        info = highs.getInfo()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status not in _DONE or not feasible:
            return None
        return self._solution(info, proven=status == _STATUS.kOptimal, duals=duals)

    def fix(self, columns: NDArray[np.int64], values: Values) -> None:
        """Fix columns at values for the next solves."""
        low = high = values.astype(float)
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def start_from(self, x: Values) -> None:
        """Give the solver a plan to begin with."""
        solution = highspy.HighsSolution()
        solution.col_value = list(x)
        self._highs.setSolution(solution)

    def _solve(self) -> None:
        self._cancel.watch(self._highs)
        try:
            if not self._cancel.asked:
                self._highs.solve()
        finally:
            self._cancel.watch(None)

    def _solution(self, info: Any, *, proven: bool, duals: bool) -> Solution:
        found = self._highs.getSolution()
        x = np.asarray(found.col_value)
        rows = np.asarray(found.row_dual) if duals else _NONE
        reduced = np.asarray(found.col_dual) if duals else _NONE
        objective = float(info.objective_function_value)
        mip = bool(info.mip_node_count >= 0)
        bound = float(info.mip_dual_bound) if mip else objective
        return Solution(objective, bound, x, rows, reduced, proven)
