"""What commands answer: plans and studies as plain values and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from energy_planner.forecast.outlook import QUANTILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.day_plan import DayPlan, Problem
    from energy_planner.explain.costs import Outcome
    from energy_planner.forecast.running import Running
    from energy_planner.months import DayRow, MonthReport
    from energy_planner.studies import Compromise, Contract, Island


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
        "margins": [
            {"asset": m.asset, "what": m.what, "saves": round(m.saves, 3)}
            for m in plan.explanation.margins
        ],
        "limits": [[f"{a} {what}" for a, what in step] for step in plan.explanation.limits],
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


def problem_values(area: str, made: Problem) -> dict[str, Any]:
    """Return the forecasts of a problem as plain values."""
    told = {
        "load": forecast_values(made.load, "load_kw"),
        "sun": made.sun and forecast_values(made.sun, "pv_kw"),
        "hydrogen": made.hydrogen and forecast_values(made.hydrogen, "hydrogen_kg"),
    }
    today = {"said_kw": rounded(made.load.said), "was_kw": rounded(made.load.was)}
    steps = [moment.isoformat() for moment in made.steps.starts()]
    return {"area": area, "steps": steps, **told, "today": today}


def forecast_text(made: Problem) -> str:
    """Return the forecast of the load for a terminal."""
    low, _, high = made.load.quantiles
    lines = [f"model {made.load.model}", "time              load kW   10 %   90 %"]
    for moment, values in zip(
        made.steps.starts(), zip(made.load.mean, low, high, strict=True), strict=True
    ):
        lines.append(f"{moment:%Y-%m-%d %H:%M}" + "".join(f"{kw:8.1f}" for kw in values))
    return "\n".join(lines)


def contracts_values(tried: list[Contract]) -> list[dict[str, Any]]:
    """Return contracts as plain values."""
    return [
        {
            "contract_kw": one.kw,
            "plan": one.outcome and outcome_values(one.outcome),
            "conflicts": [conflict.text() for conflict in one.conflicts],
        }
        for one in tried
    ]


def contracts_text(tried: list[Contract]) -> str:
    """Return contracts for a terminal."""
    lines = []
    for one in tried:
        if one.outcome:
            told = f"peak {one.outcome.peak_kw:.1f} kW, cost {one.outcome.cost:,.0f}"
        else:
            told = "cannot be kept: " + "; ".join(c.text() for c in one.conflicts)
        lines.append(f"{one.kw:8.1f} kW  {told}")
    return "\n".join(lines)


def compromises_values(found: list[Compromise]) -> list[dict[str, Any]]:
    """Return a trade as plain values."""
    return [
        {
            "aim": {
                "peak_price": one.aim.peak_price,
                "carbon_price": one.aim.carbon_price,
                "reserve": one.aim.reserve,
            },
            "plan": outcome_values(one.outcome),
        }
        for one in found
    ]


def compromises_text(found: list[Compromise]) -> str:
    """Return a trade for a terminal."""
    lines = []
    for one in found:
        carbon = "" if one.outcome.carbon_kg is None else f", {one.outcome.carbon_kg:,.1f} kg CO2"
        reserve = f", reserve {100 * one.aim.reserve:.0f} %" if one.aim.reserve else ""
        told = f"cost {one.outcome.cost:,.0f}, peak {one.outcome.peak_kw:.1f} kW"
        lines.append(f"{told}{carbon}{reserve}")
    return "\n".join(lines)


def island_values(lives: Island) -> dict[str, Any]:
    """Return life without the grid as plain values."""
    return {
        "hours": lives.hours,
        "all_of_the_time": lives.whole,
        "carried_kwh": {asset: round(kwh, 3) for asset, kwh in lives.carried.items()},
        "ends_by": [conflict.text() for conflict in lives.ends_by],
    }


def island_text(lives: Island) -> str:
    """Return life without the grid for a terminal."""
    on = ", ".join(f"{asset} {kwh:,.0f} kWh" for asset, kwh in lives.carried.items() if kwh > 0)
    most = " or more" if lives.whole else ""
    lines = [f"critical loads live {lives.hours:.1f} h{most} on {on or 'nothing'}"]
    lines += [f"then {conflict.text()}" for conflict in lives.ends_by]
    return "\n".join(lines)


def month_values(report: MonthReport) -> dict[str, Any]:
    """Return a month as plain values."""
    return {
        "month": f"{report.year}-{report.month:02}",
        "peak_kw": report.peak_kw,
        "billed_kw": report.billed_kw,
        "highest": [{"at": at.isoformat(), "kw": round(kw, 3)} for at, kw in report.highest],
        "half_hours_over_contract": report.over_contract,
        "energy_cost": round(report.energy_cost, 3),
        "demand_cost": round(report.demand_cost, 3),
        "currency": report.currency,
        "known_share": round(report.known_share, 4),
        "days": [dict(zip(_DAY_COLUMNS, _day_row(day), strict=True)) for day in report.days],
    }


def month_csv(report: MonthReport) -> str:
    """Return the days of a month as CSV."""
    rows = [_DAY_COLUMNS, *(_day_row(day) for day in report.days)]
    return "\n".join(",".join("" if v is None else str(v) for v in row) for row in rows)


_DAY_COLUMNS = ("day", "import_kwh", "peak_kw", "peak_at", "energy_cost", "unknown_slots")


def _day_row(day: DayRow) -> tuple[Any, ...]:
    energy, peak, cost = (
        None if value is None else round(value, 3)
        for value in (day.import_kwh, day.peak_kw, day.energy_cost)
    )
    at = day.peak_at and f"{day.peak_at:%H:%M}"
    return day.day.isoformat(), energy, peak, at, cost, day.unknown_slots


def rounded(values: NDArray[np.float64]) -> list[float | None]:
    """Return values with three digits; None where there is none."""
    return [None if np.isnan(v) else round(float(v), 3) for v in np.asarray(values).reshape(-1)]
