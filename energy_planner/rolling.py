"""The rolling re-plan: a new plan in place of the old one, whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from energy_planner.answers import plan_values
from energy_planner.day_plan import plan_ahead
from energy_planner.forecast.peaks import INTERVAL_MIN
from energy_planner.orders import energy_plan

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from energy_planner.day_plan import Request

_INTERVAL_S = INTERVAL_MIN * 60


def write_plan(area: str, request: Request, path: Path) -> str:
    """Plan and put the plan in place of the one in a file; return a sentence about it.

    Where there is no new plan the old one stays: gateways follow it until it lapses.

    Raises:
        PlanInputError: history, prices or state are wrong.
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
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(json.dumps(values), encoding="utf-8")
    beside.replace(path)
    return f"{order.id} version {version}: hold {made.target_kw:.1f} kW, cost {made.proposed.cost:,.0f}"


def seconds_to_next(now: datetime) -> float:
    """Return how long it is to the next clocked half hour, with a second in hand."""
    past = (now.minute * 60 + now.second) % _INTERVAL_S
    return float(_INTERVAL_S - past + 1)


def _version(path: Path) -> int:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return int(told["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
