"""A plan as the area's own plan type: what each device is asked for, and the target to be held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from area_configs.domain.dispatch import dispatched
from area_configs.domain.plans import EnergyPlan, PlanStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area
    from energy_planner.day_plan import DayPlan

# Directions of a device's power by what they do to the area: feeding it is positive.
_SIGNS = {"discharge": 1, "generate": 1, "shed": 1, "charge": -1, "consume": -1, "heat_pump": -1}
_NO_DEVICES = {"grid", "photovoltaic"}


def energy_plan(area: str, version: int, made: DayPlan) -> EnergyPlan:
    """Return a plan for gateways; its validity is that of its steps."""
    begins = made.problem.inputs.begins_us
    ends = begins + round(float(made.plan.hours.sum()) * 3.6e9)
    steps = tuple(_steps(made))
    name = f"{area}-{made.steps.begins:%Y%m%dT%H%M}"
    return EnergyPlan(name, area, version, begins, ends, made.target_kw * 1000, steps)


def for_gateways(plan: EnergyPlan, area: Area) -> EnergyPlan:
    """Return a plan with the devices only that gateways can move by themselves.

    The others are people's to move, by the same plan.
    """
    told = dispatched(area)
    return replace(plan, steps=tuple(step for step in plan.steps if step.device in told))


def _steps(made: DayPlan) -> Iterator[PlanStep]:
    windows = _windows(made)
    for step in made.plan.steps:
        powers: dict[str, float] = {}
        for (asset, way), kw in step.power_kw.items():
            if way in _SIGNS and asset not in _NO_DEVICES:
                powers[asset] = powers.get(asset, 0.0) + _SIGNS[way] * kw
        ends = step.begins_us + round(step.hours * 3.6e9)
        for device, kw in powers.items():
            if device in windows and not any(a <= step.index < b for a, b in windows[device]):
                continue  # a vehicle that comes unplanned charges by the gateway's own rule
            yield PlanStep(device, step.begins_us, ends, round(kw * 1000, 1))


def _windows(made: DayPlan) -> dict[str, list[tuple[int, int]]]:
    """Return the steps in which the plan decides over each charger and waiting load."""
    plant = made.problem.plant
    found: dict[str, list[tuple[int, int]]] = {}
    for session in plant.vehicles:
        found.setdefault(session.id, []).append((session.arrives, session.departs))
    for load in plant.shiftable:
        found.setdefault(load.id, []).append((load.begins, load.ends))
    return found
