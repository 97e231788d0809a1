"""Energy plans as JSON: validated on the way in, the same for hub, console and gateways."""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec

from area_configs.domain.plans import EnergyPlan, PlanStep

_MOST_STEPS = 20_000
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[\w.~-]+$")]


class StepBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Mean power asked of a device over one step, in watts; positive feeds the area."""

    device: Word
    begins_us: int
    ends_us: int
    power_w: float


class PlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One plan with its validity."""

    id: Word
    valid_from_us: int
    valid_until_us: int
    target_peak_w: float
    steps: Annotated[list[StepBody], msgspec.Meta(min_length=1, max_length=_MOST_STEPS)]


def fault(body: PlanBody) -> str:
    """Say what is wrong with a plan by itself; empty where nothing is."""
    if body.valid_from_us >= body.valid_until_us:
        return "validUntilUs must come after validFromUs"
    if not math.isfinite(body.target_peak_w) or body.target_peak_w < 0:
        return "targetPeakW must be a number of watts, 0 or more"
    ends: dict[str, int] = {}
    for at, step in enumerate(body.steps):
        if not math.isfinite(step.power_w):
            return f"steps[{at}].powerW must be a finite number of watts"
        if not body.valid_from_us <= step.begins_us < step.ends_us <= body.valid_until_us:
            return f"steps[{at}] lies outside the plan's validity or ends before it begins"
        if step.begins_us < ends.get(step.device, step.begins_us):
            return f"steps[{at}] begins before the step of {step.device} before it has ended"
        ends[step.device] = step.ends_us
    return ""


def encode(plan: EnergyPlan) -> dict[str, Any]:
    """Write a plan."""
    steps = [
        {
            "device": step.device,
            "beginsUs": step.begins_us,
            "endsUs": step.ends_us,
            "powerW": step.power_w,
        }
        for step in plan.steps
    ]
    return {
        "id": plan.id,
        "area": plan.area,
        "version": plan.version,
        "validFromUs": plan.valid_from_us,
        "validUntilUs": plan.valid_until_us,
        "targetPeakW": plan.target_peak_w,
        "steps": steps,
    }


def decode(body: dict[str, Any]) -> EnergyPlan:
    """Read a plan that `encode` wrote.

    Raises:
        ValueError: it is none.
    """
    try:
        rest = {key: value for key, value in body.items() if key not in {"area", "version"}}
        found = msgspec.convert(rest, PlanBody)
        return plan_of(found, str(body["area"]), int(body["version"]))
    except (msgspec.ValidationError, KeyError) as error:
        raise ValueError(f"this is no energy plan: {error}") from error


def plan_of(body: PlanBody, area: str, version: int) -> EnergyPlan:
    """Return the plan as the domain knows it."""
    steps = tuple(
        PlanStep(step.device, step.begins_us, step.ends_us, step.power_w) for step in body.steps
    )
    return EnergyPlan(
        body.id,
        area,
        version,
        body.valid_from_us,
        body.valid_until_us,
        body.target_peak_w,
        steps,
    )
