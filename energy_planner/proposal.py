"""A plan for those who decide: kept under the contract, beside doing nothing and what is in force."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.day_plan import plan_ahead, steps_of
from energy_planner.errors import Conflict, InfeasiblePlan
from energy_planner.explain.costs import Outcome, at_once, held, nothing, outcome
from energy_planner.planner import Search
from energy_planner.site import State, tariff_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from area_configs.domain.plans import EnergyPlan
    from energy_planner.day_plan import DayPlan, Progress, Request
    from energy_planner.optimiser.cancel import Cancel
    from energy_planner.plant import Tariff

_CONTRACT = "contract"
_LATER = -1  # a step that is known once there is a plan
_ABOVE_ALL = 1e6  # price of a kW where nothing but the peak counts
_DUST_KW = 0.01
_LOWEST = Search(exact=False, explained=False)


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

    A half hour that was or is going to be above the contract is billed, but is no leave to go there
    again; where the contract cannot be kept later either, the lowest peak that can takes its place.

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

    def planned(asked: Request) -> DayPlan:
        return plan_ahead(asked, progress=progress, first=told, cancel=cancel)

    try:
        return _compared(request, planned(_under(request, cap)), in_force, over)
    except InfeasiblePlan as error:
        over = _contracts(error)
        if not over or request.aim.most_kw <= cap:
            raise
    for asked, what in _closest(request, cap, over, cancel):
        over = what
        with suppress(InfeasiblePlan):
            return _compared(request, planned(asked), in_force, over)
    raise InfeasiblePlan(over)


def _closest(
    request: Request, cap_kw: float, over: tuple[Conflict, ...], cancel: Cancel | None
) -> Iterator[tuple[Request, tuple[Conflict, ...]]]:
    """Give what to plan where the contract cannot be kept, with why not, closest first.

    A half hour that is nearly over may be lost; that is no leave to go there again. Else the
    lowest peak that the plant can hold takes the contract's place.
    """
    rest = _forgiven(request)
    if (request.state or State()).peaks.elapsed_kwh:
        yield _under(rest, cap_kw), tuple(replace(one, step=0) for one in over)
    aim = replace(request.aim, peak_price=_ABOVE_ALL)
    lowest = replace(_under(rest, cap_kw), aim=aim, search=_LOWEST, robust=False)
    peak_kw = plan_ahead(lowest, cancel=cancel).plan.peak_kw
    yield _under(rest, peak_kw + _DUST_KW), tuple(replace(one, step=_LATER) for one in over)


def _contracts(error: InfeasiblePlan) -> tuple[Conflict, ...]:
    return tuple(one for one in error.conflicts if one.limit == _CONTRACT)


def _forgiven(request: Request) -> Request:
    """Return a request whose running half hour bounds nothing."""
    state = request.state or State()
    return replace(request, state=replace(state, peaks=replace(state.peaks, elapsed_kwh=0.0)))


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
    proposed = outcome(plant, inputs, tariff, made.plan.power)
    highest = int(np.argmax(proposed.import_kw))  # a contract is one limit over all steps
    return Proposal(
        made,
        nothing(plant, inputs, tariff),
        proposed,
        None if in_force is None else _current(made, in_force, tariff),
        tuple(replace(one, step=highest) if one.step == _LATER else one for one in over),
        relief,
    )


def _current(made: DayPlan, plan: EnergyPlan, tariff: Tariff) -> Outcome:
    """Return what the plan in force brings: its hydrogen is reckoned as that of doing nothing is."""
    plant, inputs = made.problem.plant, made.problem.inputs
    found = held(plant, inputs, tariff, _relief(made, plan))
    prices = [one.price_per_kg for one in (plant.pipeline, plant.delivery) if one]
    if plant.tank is None or not prices:
        return found
    made_kg = _kilograms(made, plan, {unit.id: -unit.kwh_per_kg for unit in plant.electrolysers})
    used_kg = _kilograms(made, plan, {cell.id: cell.kwh_per_kg for cell in plant.fuel_cells})
    bought_kg = float(plant.tank.dispensing.sum()) + used_kg - made_kg
    return replace(found, hydrogen_cost=max(0.0, bought_kg) * min(prices))


def _kilograms(made: DayPlan, plan: EnergyPlan, kwh_per_kg: Mapping[str, float]) -> float:
    hours = made.problem.inputs.hours
    given = ((_power_kw(made, plan, device), kwh) for device, kwh in kwh_per_kg.items())
    return sum(float((kw * hours).sum()) / kwh for kw, kwh in given)


def _relief(made: DayPlan, plan: EnergyPlan) -> NDArray[np.float64]:
    """Return (T,) how much less is imported than when doing nothing, kW; 0 where the plan is silent."""
    devices = {step.device for step in plan.steps}
    moved = at_once(made.problem.plant, made.problem.inputs.hours)
    total = np.zeros(made.steps.count)
    for device in devices:
        told = _power_kw(made, plan, device)
        total += told + moved.get(device, 0.0)
    return total


def _power_kw(made: DayPlan, plan: EnergyPlan, device: str) -> NDArray[np.float64]:
    """Return (T,) what a plan asks of a device, positive feeds the area; 0 where it is silent."""
    steps = [step for step in plan.steps if step.device == device]
    begins = [round(moment.timestamp() * 1e6) for moment in made.steps.starts()]
    watts = [
        next((step.power_w for step in steps if step.begins_us <= at < step.ends_us), 0.0)
        for at in begins
    ]
    return np.array(watts, float) / 1000
