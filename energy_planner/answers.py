"""What commands answer: plans and studies as plain values and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from energy_planner.forecast.outlook import QUANTILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.day_plan import DayPlan
    from energy_planner.explain.costs import Outcome
    from energy_planner.forecast.running import Running


def plan_values(area: str, made: DayPlan) -> dict[str, Any]:
    """Return a plan as plain values."""
    plan, problem = made.plan, made.problem
    return {
        "feasible": True,
        "area": area,
        "begins": made.steps.begins.isoformat(),
        "step_minutes": made.steps.minutes,
        "steps": [moment.isoformat() for moment in made.steps.starts()],
        "currency": made.currency,
        "objective": round(made.proposed.cost, 3),
        "gap": plan.gap,
        "peak_kw": round(plan.peak_kw, 3),
        "target_kw": round(made.target_kw, 3),
        "plan": outcome_values(made.proposed),
        "without_plan": outcome_values(made.idle),
        "forecast": forecast_values(problem.load, "load_kw")
        | {"sun": problem.sun and forecast_values(problem.sun, "pv_kw")}
        | {"hydrogen": problem.hydrogen and forecast_values(problem.hydrogen, "hydrogen_kg")},
        "power_kw": {f"{a}.{way}": rounded(v) for (a, way), v in plan.power.items()},
        "level": {asset: rounded(values) for asset, values in plan.level.items()},
        "explanation": {"ja": made.reasons("ja"), "en": made.reasons("en")},
        "notes": list(made.notes),
    }


def outcome_values(outcome: Outcome) -> dict[str, Any]:
    """Return what a course brings as plain values."""
    return {
        "objective": round(outcome.cost, 3),
        "peak_kw": round(outcome.peak_kw, 3),
        "energy_cost": round(outcome.energy_cost, 3),
        "demand_cost": round(outcome.demand_cost, 3),
        "hydrogen_cost": round(outcome.hydrogen_cost, 3),
        "other_cost": round(outcome.other_cost, 3),
        "carbon_kg": None if outcome.carbon_kg is None else round(outcome.carbon_kg, 3),
        "import_kw": rounded(outcome.import_kw),
    }


def forecast_values(said: Running, name: str) -> dict[str, Any]:
    """Return a forecast as plain values."""
    bands = {
        f"q{round(100 * q)}": rounded(v) for q, v in zip(QUANTILES, said.quantiles, strict=True)
    }
    return {
        "model": said.model,
        "errors_kw": {model: round(error, 3) for model, error in said.scores.items()},
        "error_today": None if np.isnan(said.error) else round(said.error, 3),
        name: rounded(said.mean),
        **bands,
    }


def plan_text(area: str, made: DayPlan) -> str:
    """Return a plan for a terminal."""
    plan, idle = made.plan, made.idle
    begins = made.steps.begins
    lines = [
        f"{area}, {begins:%Y-%m-%d %H:%M}, {made.steps.count} steps",
        f"forecast  {made.problem.load.model}",
        f"peak      {plan.peak_kw:.1f} kW, without a plan {idle.peak_kw:.1f} kW",
        f"cost      {made.proposed.cost:,.0f}, without a plan {idle.cost:,.0f} {made.currency}",
        f"proof     at most {100 * plan.gap:.3f} % from the cheapest there can be",
        *made.reasons("en"),
        *made.notes,
    ]
    return "\n".join(lines)


def rounded(values: NDArray[np.float64]) -> list[float | None]:
    """Return values with three digits; None where there is none."""
    return [None if np.isnan(v) else round(float(v), 3) for v in np.asarray(values).reshape(-1)]
