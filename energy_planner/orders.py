"""A plan as the area's own plan type: what each device is asked for, and the target to be held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from area_configs.domain.plans import EnergyPlan, PlanStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.energy import EnergySite
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


def for_gateways(plan: EnergyPlan, site: EnergySite) -> EnergyPlan:
    """Return a plan with the devices only that gateways take a schedule for.

    The others (vehicles, loads that wait or are shed) are people's to move, by the same plan.
    """
    told = {battery.device for battery in site.batteries}
    told |= {unit.device for unit in (*site.fuel_cells, *site.electrolysers)}
    return replace(plan, steps=tuple(step for step in plan.steps if step.device in told))


def _steps(made: DayPlan) -> Iterator[PlanStep]:
    for step in made.plan.steps:
        powers: dict[str, float] = {}
        for (asset, way), kw in step.power_kw.items():
            if way in _SIGNS and asset not in _NO_DEVICES:
                powers[asset] = powers.get(asset, 0.0) + _SIGNS[way] * kw
        ends = step.begins_us + round(step.hours * 3.6e9)
        for device, kw in powers.items():
            yield PlanStep(device, step.begins_us, ends, round(kw * 1000, 1))
