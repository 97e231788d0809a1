"""A plan for days of an area from its history: forecast, optimise, compare with doing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from energy_planner.errors import PlanInputError
from energy_planner.explain.sentences import Language, sentences
from energy_planner.forecast.history import day_index, history
from energy_planner.forecast.inputs import Inputs
from energy_planner.forecast.outlook import Outlook, outlook
from energy_planner.planner import Plan, optimise
from energy_planner.site import State, Steps, plant_of, tariff_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.areas import Area
    from energy_planner.forecast.days import Days
    from energy_planner.plant import Tariff


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A plan with what it was made from.

    Attributes:
        nothing_peak_kw, nothing_cost: what doing nothing would bring, by the same forecast.
        notes: what was put right in the history.
    """

    area: str
    currency: str
    steps: Steps
    load: Outlook
    plan: Plan
    nothing_peak_kw: float
    nothing_cost: float
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        plan = self.plan
        return {
            "feasible": True,
            "area": self.area,
            "begins": self.steps.begins.isoformat(),
            "step_minutes": self.steps.minutes,
            "currency": self.currency,
            "objective": round(plan.objective, 3),
            "gap": plan.gap,
            "peak_kw": round(plan.peak_kw, 3),
            "without_plan": {
                "objective": round(self.nothing_cost, 3),
                "peak_kw": round(self.nothing_peak_kw, 3),
            },
            "forecast": {
                "model": self.load.model,
                "errors_kw": {name: round(kw, 3) for name, kw in self.load.errors.items()},
                "load_kw": _rounded(self.load.mean),
            },
            "power_kw": {f"{a}.{way}": _rounded(v) for (a, way), v in plan.power.items()},
            "level": {asset: _rounded(values) for asset, values in plan.level.items()},
            "explanation": {"ja": self.reasons("ja"), "en": self.reasons("en")},
            "notes": list(self.notes),
        }

    def reasons(self, language: Language) -> list[str]:
        """Return why the peak is what it is."""
        plan = self.plan
        return sentences(plan.explanation, plan.peak_kw, plan.hours, language)

    def as_text(self) -> str:
        """Return it for a terminal."""
        plan = self.plan
        lines = [
            f"{self.area}, {self.steps.begins:%Y-%m-%d %H:%M}, {self.steps.count} steps",
            f"forecast  {self.load.model}",
            f"peak      {plan.peak_kw:.1f} kW, without a plan {self.nothing_peak_kw:.1f} kW",
            f"cost      {plan.objective:,.0f}, without a plan {self.nothing_cost:,.0f} {self.currency}",
            f"proof     at most {100 * plan.gap:.3f} % from the cheapest there can be",
            *self.reasons("en"),
            *self.notes,
        ]
        return "\n".join(lines)


def day_plan(
    area: Area, rows: Sequence[Mapping[str, str]], first: date, count: int, incumbent_kw: float
) -> DayPlan:
    """Return the plan of `count` days from `first` on.

    Raises:
        PlanInputError: the area has no energy side, or the history is wrong or too short.
        InfeasiblePlan: no plan keeps every limit.
    """
    site = area.energy
    if site is None:
        raise PlanInputError((f"area {area.id} has no [energy] table: add one to plan for it",))
    zone = ZoneInfo(area.timezone)
    known = history(rows, zone)
    load = _ahead(known.load, first, count)
    sun = _ahead(known.sun, first, count).mean if known.sun else np.zeros_like(load.mean)
    steps = Steps(datetime.combine(first, time(), zone), known.minutes, load.mean.size)
    inputs = Inputs(steps.hours, load.mean.reshape(-1), np.maximum(sun.reshape(-1), 0))
    state = State(incumbent_kw=incumbent_kw)
    tariff = tariff_of(site, steps, state)
    plan = optimise(plant_of(site, steps, state), inputs, tariff)
    peak, cost = _nothing(inputs, tariff, incumbent_kw)
    notes = tuple(note for note in (*known.notes, load.repairs.sentence()) if note)
    return DayPlan(area.id, site.tariff.currency, steps, load, plan, peak, cost, notes)


def _ahead(days: Days, first: date, count: int) -> Outlook:
    row = day_index(days, first)
    past = days.until(row)
    known = days.ahead(row, count)
    if known.count < count:
        known = past.unknown_ahead(count)
    return outlook(past, known)


def _nothing(inputs: Inputs, tariff: Tariff, incumbent_kw: float) -> tuple[float, float]:
    """Return peak and cost of the forecast with every movable asset at rest."""
    net = inputs.load_kw - inputs.pv_kw
    bought, sold = np.maximum(net, 0), np.maximum(-net, 0)
    cost = float((inputs.hours * (bought * tariff.import_price - sold * tariff.export_price)).sum())
    number = inputs.intervals(tariff.demand.interval_h if tariff.demand else 0.5)
    means = np.bincount(number, bought * inputs.hours) / np.bincount(number, inputs.hours)
    peak = max(float(means.max()), incumbent_kw)
    rate = tariff.demand.months[0].rate if tariff.demand else 0.0
    return peak, cost + rate * peak


def _rounded(values: np.ndarray[Any, Any]) -> list[float]:
    return [round(float(value), 3) for value in values.reshape(-1)]
