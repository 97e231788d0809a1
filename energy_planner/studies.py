"""What-ifs on one forecast: another contract, the trade between aims, life without the grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.aims import Aim, aimed
from energy_planner.errors import Conflict, InfeasiblePlan, PlanInputError
from energy_planner.explain.costs import outcome
from energy_planner.forecast.inputs import Inputs
from energy_planner.planner import Plan, Search, optimise
from energy_planner.plant import Tariff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from energy_planner.explain.costs import Outcome
    from energy_planner.optimiser.cancel import Cancel
    from energy_planner.plant import Plant

    Told = Callable[[float], None]

_QUICK = Search(exact=False, explained=False)
_PRICES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # times what the bill says
_CARBON = 0.1  # of the dearest kWh per kilogram of CO2, as the scale of the carbon axis


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract that was tried.

    Attributes:
        kw: the peak that it allows.
        outcome: what its best plan brings; None where no plan keeps it.
        conflicts: what would have to give way.
    """

    kw: float
    outcome: Outcome | None
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Compromise:
    """One plan of a trade: how it was weighed, and what it brings."""

    aim: Aim
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Island:
    """How long critical loads live without the grid.

    Attributes:
        hours: from the first step on.
        whole: whether that is all of the time that was asked for.
        carried: kWh by asset that carried them, dearest to lose first.
        ends_by: what runs short then; empty where nothing does.
    """

    hours: float
    whole: bool
    carried: dict[str, float]
    ends_by: tuple[Conflict, ...]


def contracts(
    plant: Plant,
    inputs: Inputs,
    tariff: Tariff,
    kilowatts: Sequence[float],
    *,
    cancel: Cancel | None = None,
    progress: Told | None = None,
) -> list[Contract]:
    """Return what each contract power would bring, or why it cannot be kept.

    Raises:
        PlanInputError: a contract below zero, or no demand charge to compare by.
        PlanCancelled: stopped on the way.
    """
    if tariff.demand is None or min(kilowatts, default=-1.0) < 0:
        raise PlanInputError(("contracts need a demand charge and powers of zero kW or more",))
    tried = []
    for number, kw in enumerate(kilowatts):
        tried.append(_contract(plant, inputs, tariff, kw, cancel))
        if progress:
            progress((number + 1) / len(kilowatts))
    return tried


def pareto(
    plant: Plant,
    inputs: Inputs,
    tariff: Tariff,
    against: str,
    *,
    cancel: Cancel | None = None,
    progress: Told | None = None,
) -> list[Compromise]:
    """Return plans between the cheapest and the best for `peak`, `carbon` or `reserve`.

    None of them is worse than another in both.

    Raises:
        PlanInputError: another aim, or emissions are not known.
        PlanCancelled: stopped on the way.
    """
    aims = _aims(tariff, against)
    found = []
    for number, aim in enumerate(aims):
        harder, dearer = aimed(plant, tariff, aim)
        plan = optimise(harder, inputs, dearer, search=_QUICK, cancel=cancel)
        found.append(Compromise(aim, outcome(plant, inputs, tariff, plan.power)))
        if progress:
            progress((number + 1) / len(aims))
    return _undominated(found, against)


def island(
    plant: Plant, inputs: Inputs, critical_kw: float, *, cancel: Cancel | None = None
) -> Island:
    """Return how long a critical load lives on sun, storage and hydrogen alone.

    Vehicles, loads that wait and deliveries stop; hydrogen that is dispensed is not, the rest of
    it generates. Found by halving: what lives longer lives shorter as well.

    Raises:
        PlanInputError: no critical load.
        PlanCancelled: stopped on the way.
    """
    if critical_kw <= 0:
        raise PlanInputError(("there is no critical load: set critical_kw in [energy]",))
    alone = _without_grid(plant)
    load = np.full(len(inputs.load_kw), critical_kw)
    most, plan = len(load), None
    ends_by: tuple[Conflict, ...] = ()
    low, high = 0, most + 1
    while high - low > 1:
        steps = (low + high) // 2 if low or high <= most else most
        found = _lives(alone, inputs, load, steps, cancel)
        if isinstance(found, Plan):
            low, plan = steps, found
        else:
            high, ends_by = steps, found
    hours = float(inputs.hours[:low].sum())
    return Island(hours, low == most, _carried(plan) if plan else {}, ends_by)


def _contract(
    plant: Plant, inputs: Inputs, tariff: Tariff, kw: float, cancel: Cancel | None
) -> Contract:
    harder, held = aimed(plant, tariff, Aim(most_kw=kw))
    try:
        plan = optimise(harder, inputs, held, search=_QUICK, cancel=cancel)
    except InfeasiblePlan as error:
        return Contract(kw, None, error.conflicts)
    return Contract(kw, outcome(plant, inputs, tariff, plan.power))


def _aims(tariff: Tariff, against: str) -> list[Aim]:
    if against == "reserve":
        return [Aim(reserve=share) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    if against == "peak" and tariff.demand:
        rate = max(month.rate for month in tariff.demand.months)
        return [Aim(peak_price=rate * times) for times in _PRICES]
    if against == "carbon" and tariff.carbon is not None:
        scale = float(np.abs(tariff.import_price).max()) / max(1e-9, float(tariff.carbon.max()))
        return [Aim(carbon_price=_CARBON * scale * times) for times in _PRICES]
    raise PlanInputError(
        (f"cost cannot be traded against '{against}': what it is of is not known",)
    )


def _undominated(found: list[Compromise], against: str) -> list[Compromise]:
    def axis(one: Compromise) -> float:
        if against == "reserve":
            return -one.aim.reserve
        return one.outcome.peak_kw if against == "peak" else one.outcome.carbon_kg or 0.0

    kept: list[Compromise] = []
    for one in sorted(found, key=lambda one: (one.outcome.cost, axis(one))):
        if not kept or axis(one) < axis(kept[-1]) - 1e-6:
            kept.append(one)
    return kept


def _without_grid(plant: Plant) -> Plant:
    tank = plant.tank
    if tank:
        tank = replace(tank, dispensing=np.zeros(len(tank.dispensing)), end_kg=0.0, service=1.0)
    return replace(
        plant,
        grid=replace(plant.grid, import_limit_kw=0.0, export_limit_kw=0.0),
        batteries=tuple(
            replace(b, end_kwh=b.low * b.capacity_kwh, reserve_kwh=0.0, guard_kwh=None)
            for b in plant.batteries
        ),
        tank=tank,
        electrolysers=(),
        delivery=None,
        pipeline=None,
        vehicles=(),
        shiftable=(),
        sheddable=(),
        heat=None,
    )


def _lives(
    plant: Plant, inputs: Inputs, load: np.ndarray, steps: int, cancel: Cancel | None
) -> Plan | tuple[Conflict, ...]:
    if plant.tank:
        plant = replace(plant, tank=replace(plant.tank, dispensing=np.zeros(steps)))
    part = Inputs(inputs.hours[:steps], load[:steps], inputs.pv_kw[:steps], inputs.begins_us)
    free = Tariff(np.zeros(steps), np.zeros(steps))
    try:
        return optimise(plant, part, free, search=_QUICK, cancel=cancel)
    except InfeasiblePlan as error:
        return error.conflicts


def _carried(plan: Plan) -> dict[str, float]:
    given = {
        asset: float((values * plan.hours).sum())
        for (asset, way), values in plan.power.items()
        if way in {"generate", "discharge"}
    }
    return dict(sorted(given.items(), key=lambda item: -item[1]))
