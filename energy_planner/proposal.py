"""A plan for those who decide: kept under the contract, beside doing nothing and what is in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.day_plan import plan_ahead, steps_of
from energy_planner.errors import Conflict, InfeasiblePlan
from energy_planner.explain.costs import Outcome, held, nothing, outcome
from energy_planner.site import State, tariff_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from area_configs.domain.plans import EnergyPlan
    from energy_planner.day_plan import DayPlan, Progress, Request
    from energy_planner.optimiser.solve import Cancel

_CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan and what it is compared with, all by the same forecast and the bill as it stands.

    Attributes:
        made: the plan with its forecast and reasons.
        idle, proposed: what doing nothing and the plan bring.
        current: what the plan in force brings; None where none is.
        over: why the contract cannot be kept; empty where the plan keeps it.
        relief_kw: (T,) what the plan in force relieves; None where none is.
    """

    made: DayPlan
    idle: Outcome
    proposed: Outcome
    current: Outcome | None = None
    over: tuple[Conflict, ...] = ()
    relief_kw: NDArray[np.float64] | None = None


def propose(
    request: Request,
    in_force: EnergyPlan | None = None,
    *,
    progress: Progress | None = None,
    first: Callable[[Proposal], None] | None = None,
    cancel: Cancel | None = None,
) -> Proposal:
    """Return the cheapest plan that stays under the contract, or the cheapest with why it does not.

    A half hour that was above the contract is billed, but is no leave to go there again.

    Args:
        request: what is to be planned.
        in_force: the plan that gateways follow now.
        progress: as of `plan_ahead`.
        first: called with the quick plan, as of `plan_ahead`.
        cancel: as of `plan_ahead`.

    Raises:
        PlanInputError, InfeasiblePlan, PlanCancelled: as of `plan_ahead`.
    """
    cap = min(request.aim.most_kw, request.site.contract_kw)
    over: tuple[Conflict, ...] = ()

    def told(made: DayPlan) -> None:
        if first:
            first(_compared(request, made, in_force, over))

    try:
        made = plan_ahead(_under(request, cap), progress=progress, first=told, cancel=cancel)
    except InfeasiblePlan as error:
        over = tuple(one for one in error.conflicts if one.limit == _CONTRACT)
        if not over or request.aim.most_kw <= cap:
            raise
        made = plan_ahead(request, progress=progress, first=told, cancel=cancel)
    return _compared(request, made, in_force, over)


def _under(request: Request, cap_kw: float) -> Request:
    state = request.state or State()
    peaks = replace(state.peaks, incumbent_kw=min(state.peaks.incumbent_kw, cap_kw))
    aim = replace(request.aim, most_kw=cap_kw)
    return replace(request, state=replace(state, peaks=peaks), aim=aim)


def _compared(
    request: Request, made: DayPlan, in_force: EnergyPlan | None, over: tuple[Conflict, ...]
) -> Proposal:
    """Reckon the bill with the peaks that there were, above the contract or not."""
    plant, inputs = made.problem.plant, made.problem.inputs
    state = request.state or State()
    tariff = tariff_of(request.site, steps_of(request), state, request.signals)
    relief = None if in_force is None else _relief(made, in_force)
    return Proposal(
        made,
        nothing(plant, inputs, tariff),
        outcome(plant, inputs, tariff, made.plan.power),
        None if relief is None else held(plant, inputs, tariff, relief),
        over,
        relief,
    )


def _relief(made: DayPlan, plan: EnergyPlan) -> NDArray[np.float64]:
    """Return (T,) what a plan asks of all its devices together, kW; 0 where it is silent."""
    devices = {step.device for step in plan.steps}
    begins = [round(moment.timestamp() * 1e6) for moment in made.steps.starts()]
    watts = [sum(plan.power_of(one, at) or 0.0 for one in devices) for at in begins]
    return np.array(watts, float) / 1000
