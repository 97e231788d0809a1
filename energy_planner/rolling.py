"""The rolling re-plan: a new plan in place of the old one, whole or not at all, where it is worth it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from area_configs.domain.file_faults import file_fault
from energy_planner.answers import plan_values
from energy_planner.day_plan import plan_ahead
from energy_planner.errors import PlanInputError
from energy_planner.forecast.peaks import INTERVAL_MIN
from energy_planner.orders import energy_plan

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from area_configs.domain.plans import EnergyPlan
    from energy_planner.day_plan import Request

_INTERVAL_S = INTERVAL_MIN * 60
_TARGET_W = 1_000.0  # changes smaller than these are not worth a new plan at every gateway
_STEP_W = 2_000.0
_LOOK_H = 12  # hours ahead in which they count; a plan that ends before is replaced in any case
_HOUR_US = 3_600_000_000


def write_plan(area: str, request: Request, path: Path) -> str:
    """Plan and put the plan in place of the one in a file; return a sentence about it.

    Where there is no new plan the old one stays: gateways follow it until it lapses.

    Raises:
        PlanInputError: history, prices or state are wrong, or the file cannot be written.
        InfeasiblePlan: no plan keeps every limit.
    """
    made = plan_ahead(request)
    version = _version(path) + 1
    order = energy_plan(area, version, made)
    steps = [
        {"device": s.device, "begins_us": s.begins_us, "ends_us": s.ends_us, "power_w": s.power_w}
        for s in order.steps
    ]
    values: dict[str, Any] = {
        "id": order.id,
        "area": area,
        "version": version,
        "valid_from_us": order.valid_from_us,
        "valid_until_us": order.valid_until_us,
        "target_peak_w": round(order.target_peak_w, 1),
        "steps": steps,
        "plan": plan_values(area, made),
    }
    _replace(path, json.dumps(values))
    return f"{order.id} version {version}: hold {made.target_kw:.1f} kW, cost {made.proposed.cost:,.0f}"


def why_send(new: EnergyPlan, old: EnergyPlan | None, now_us: int) -> str:
    """Return why a new plan is worth sending in place of an old one; empty where it is not.

    Args:
        new: made now.
        old: in force at gateways; None where none is.
        now_us: microseconds UTC.
    """
    ahead_us = now_us + _LOOK_H * _HOUR_US
    if old is None:
        return "no plan is in force"
    if old.valid_until_us < min(ahead_us, new.valid_until_us):
        return "the plan in force ends soon"
    if abs(new.target_peak_w - old.target_peak_w) > _TARGET_W:
        kw = (old.target_peak_w / 1000, new.target_peak_w / 1000)
        return f"the target moves from {kw[0]:.1f} to {kw[1]:.1f} kW"
    for step in new.steps:
        middle_us = (max(step.begins_us, now_us) + step.ends_us) // 2
        before = old.power_of(step.device, middle_us)
        if step.begins_us < ahead_us and abs(step.power_w - (before or 0.0)) > _STEP_W:
            return f"{step.device} is wanted at {step.power_w / 1000:.1f} kW, not {(before or 0) / 1000:.1f}"
    return ""


def seconds_to_next(now: datetime) -> float:
    """Return how long it is to the next clocked half hour, with a second in hand."""
    past = (now.minute * 60 + now.second) % _INTERVAL_S
    return float(_INTERVAL_S - past + 1)


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise PlanInputError((f"{path}: {file_fault(error).en}",)) from error


def _version(path: Path) -> int:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return int(told["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
