"""The one call behind every screen and command: history in; forecast, plan and reasons out.

`plan_ahead` is what the console's peak page, the command line and the rolling re-plan run. It does
no input or output, reports its stages to a callable and stops soon after somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.aims import Aim, aimed
from energy_planner.errors import PlanCancelled, PlanInputError
from energy_planner.explain.costs import Outcome, nothing, outcome
from energy_planner.explain.sentences import Language, sentences
from energy_planner.forecast.inputs import Inputs
from energy_planner.forecast.peaks import INTERVAL_MIN, peaks_of
from energy_planner.forecast.running import Running, running
from energy_planner.optimiser.cancel import Cancel
from energy_planner.planner import Plan, Search, optimise
from energy_planner.robust import Hold, Store, achievable, guarded, hold
from energy_planner.site import Signals, State, Steps, plant_of, tariff_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from area_configs.domain.energy import EnergySite
    from energy_planner.forecast.days import Days
    from energy_planner.forecast.history import History
    from energy_planner.plant import Plant, Tariff

    Series = NDArray[np.float64]
    Progress = Callable[[str, float], None]

_RECENT_DAYS = 30
_TOO_MUCH, _TOO_LITTLE = 30.0, 1 / 500  # of the connection: no load of the right unit
_STAGES = {"forecast": 0.0, "model": 0.3, "quick": 0.4, "search": 0.5, "done": 1.0}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be planned.

    Attributes:
        site: the area's energy side.
        known: its history, see `forecast.history`.
        begins: from when on, local time with its zone; a running half hour is planned to its end.
        hours: how far ahead, from the midnight before `begins` on in whole days or less.
        state: contents, what runs, and peaks; peaks are taken from the history where it has none.
        aim: what counts beside the bill.
        search: how long the exact search goes behind the quick plan.
        robust: hold a target that storage can keep when the forecast errs.
        signals: market prices and carbon per step where they are known.
    """

    site: EnergySite
    known: History
    begins: datetime
    hours: float = 24.0
    state: State | None = None
    aim: Aim = field(default_factory=Aim)
    search: Search = field(default_factory=Search)
    robust: bool = True
    signals: Signals = field(default_factory=Signals)


@dataclass(frozen=True, slots=True)
class Problem:
    """A request with its forecast, as the planner takes it: what studies start from.

    Attributes:
        load, sun, hydrogen: forecasts; None where there is no history of it.
        plant, inputs, tariff: what is planned, and by which prices; without the aim.
        hold: the target that holds when the forecast errs; None without storage or demand charge.
    """

    steps: Steps
    load: Running
    sun: Running | None
    hydrogen: Running | None
    plant: Plant
    inputs: Inputs
    tariff: Tariff
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A plan with what it was made from.

    Attributes:
        problem: forecast, plant and prices.
        plan: the plan; its objective counts the aim, its outcome does not.
        proposed, idle: what the plan and what doing nothing would bring, by the same forecast.
        currency: of all costs.
        notes: what was put right in the history.
    """

    problem: Problem
    plan: Plan
    proposed: Outcome
    idle: Outcome
    currency: str
    notes: tuple[str, ...]

    @property
    def steps(self) -> Steps:
        """Return the steps of the plan."""
        return self.problem.steps

    @property
    def target_kw(self) -> float:
        """Return the demand that the controller is to hold."""
        return self.plan.peak_kw

    def reasons(self, language: Language) -> list[str]:
        """Return why the peak is what it is."""
        plan = self.plan
        demand = self.problem.tariff.demand
        worth = demand.worth(plan.peak_kw) if demand else None
        return sentences(plan.explanation, plan.peak_kw, plan.hours, language, worth=worth)


def plan_ahead(
    request: Request,
    *,
    progress: Progress | None = None,
    first: Callable[[DayPlan], None] | None = None,
    cancel: Cancel | None = None,
) -> DayPlan:
    """Return forecast, doing nothing, plan and explanation. Blocking: run it in a worker.

    Args:
        request: what is to be planned.
        progress: called with a stage (`forecast`, `model`, `quick`, `search`, `done`) and the
            share of the work that is done.
        first: called with the quick plan, its gap proven, before the exact search goes on.
        cancel: `cancel.ask()` from any thread stops the search; the quick plan is returned.

    Raises:
        PlanInputError: the request or its history is wrong; every mistake in a sentence.
        InfeasiblePlan: no plan keeps every limit; names asset, limit, time and shortfall.
        PlanCancelled: stopped before there was a plan.
    """
    tell, stop = progress or _silent, cancel or Cancel()
    made = problem(request, tell, stop)
    tell("quick", _STAGES["quick"])
    plant, tariff = aimed(made.plant, made.tariff, request.aim)
    if request.robust and made.hold:
        plant, tariff = guarded(plant, tariff, made.hold.under(request.aim.most_kw))

    def shown(plan: Plan) -> None:
        tell("search", _STAGES["search"])
        if first:
            first(_told(request, made, plan))

    found = optimise(plant, made.inputs, tariff, search=request.search, cancel=stop, first=shown)
    tell("done", _STAGES["done"])
    return _told(request, made, found)


def problem(
    request: Request, progress: Progress | None = None, cancel: Cancel | None = None
) -> Problem:
    """Return the forecast of a request with its plant and prices: what every study needs.

    Raises:
        PlanInputError: as `plan_ahead`.
        PlanCancelled: stopped on the way.
    """
    tell, stop = progress or _silent, cancel or Cancel()
    tell("forecast", _STAGES["forecast"])
    known, steps = request.known, steps_of(request)
    _check_units(known, request.site)
    starts = steps.starts()
    load = running(known.load, starts)
    _go_on(stop)
    sun = _maybe(known.sun, starts)
    hydrogen = _maybe(known.hydrogen, starts) if request.site.hydrogen else None
    _go_on(stop)
    tell("model", _STAGES["model"])
    state = request.state or State(peaks=peaks_of(known, request.begins))
    signals = _signals(request.signals, hydrogen, known.minutes, steps)
    plant = plant_of(request.site, steps, state, signals)
    light = np.zeros(steps.count) if sun is None else np.maximum(sun.mean, 0.0)
    begins_us = round(request.begins.timestamp() * 1e6)
    inputs = Inputs(steps.hours, load.mean, light, begins_us)
    tariff = tariff_of(request.site, steps, state, signals)
    held = _hold(known, load, sun, plant, inputs, tariff, request.begins)
    return Problem(steps, load, sun, hydrogen, plant, inputs, tariff, held)


def _check_units(known: History, site: EnergySite) -> None:
    """Refuse a load that is a thousand times what the site could take, or a thousandth of it."""
    values = np.abs(known.load.values)
    told = values[np.isfinite(values)]
    if not told.size:
        return
    usual, most = float(np.median(told)), site.import_limit_kw
    if usual > _TOO_MUCH * most:
        words = f"load_kw is {usual:,.0f} in the middle, the connection takes {most:g} kW"
        raise PlanInputError((f"{words}: is it in watts? Divide it by 1000",))
    if 0 < float(told.max()) < most * _TOO_LITTLE:
        words = f"load_kw is {told.max():g} at most, the connection takes {most:g} kW"
        raise PlanInputError((f"{words}: is it in megawatts? Multiply it by 1000",))


def _hold(  # noqa: PLR0913, PLR0917 - what a target depends on
    known: History,
    load: Running,
    sun: Running | None,
    plant: Plant,
    inputs: Inputs,
    tariff: Tariff,
    begins: datetime,
) -> Hold | None:
    store = Store.of(plant)
    if store is None or tariff.demand is None:
        return None
    past, minutes = recent_net(known, begins), known.minutes
    floor = achievable(store, past, np.full(len(past), minutes / 60))
    floor = max(floor, tariff.demand.incumbent_kw)
    expected = inputs.load_kw - inputs.pv_kw
    return hold(store, expected, courses(load, sun), inputs.hours, tariff, floor)


def courses(load: Running, sun: Running | None) -> Series:
    """Return (N, T) net loads that the forecast's own past errors make likely."""
    net = load.mean + load.errors
    if sun is None:
        return net
    count = min(len(load.errors), len(sun.errors))
    light = np.maximum(sun.mean + sun.errors[-count:], 0.0)
    return np.asarray(net[-count:] - light, float)


def recent_net(known: History, begins: datetime) -> Series:
    """Return the net load of the last days before the day of `begins`, NaN where unknown."""
    row = (begins.date() - known.load.first).days
    part = slice(max(0, row - _RECENT_DAYS), row)
    sun = 0.0 if known.sun is None else np.nan_to_num(known.sun.values[part])
    return np.asarray((known.load.values[part] - sun).reshape(-1), float)


def steps_of(request: Request) -> Steps:
    """Return the steps that a request asks for.

    Raises:
        PlanInputError: no time zone, nothing to plan, or more than seven days.
    """
    if request.begins.tzinfo is None:
        raise PlanInputError(("the beginning of a plan needs a time zone",))
    minutes = min(request.known.minutes, INTERVAL_MIN)
    midnight = request.begins.replace(hour=0, minute=0, second=0, microsecond=0)
    late = (request.begins.hour * 60 + request.begins.minute) // minutes
    count = round(request.hours * 60 / minutes)
    last = midnight + timedelta(minutes=minutes * (late + count))
    if count < 1 or last - midnight > timedelta(days=8):
        raise PlanInputError(("a plan goes from one step to seven days ahead",))
    return Steps(request.begins, minutes, count)


def _maybe(days: Days | None, starts: list[datetime]) -> Running | None:
    return None if days is None else running(days, starts)


def _signals(signals: Signals, hydrogen: Running | None, minutes: int, steps: Steps) -> Signals:
    """Return the signals with what vehicles will take, where a history of it tells."""
    if hydrogen is None:
        return signals
    taken = np.maximum(hydrogen.mean, 0.0) * steps.hours * 60 / minutes
    return Signals(signals.price, signals.carbon, taken, signals.heat_kw)


def _told(request: Request, made: Problem, plan: Plan) -> DayPlan:
    plant, inputs, tariff = made.plant, made.inputs, made.tariff
    words = (*request.known.notes, made.load.note)
    return DayPlan(
        made,
        plan,
        outcome(plant, inputs, tariff, plan.power),
        nothing(plant, inputs, tariff),
        request.site.tariff.currency,
        tuple(note for note in words if note),
    )


def _go_on(cancel: Cancel) -> None:
    if cancel.asked:
        raise PlanCancelled("planning was stopped before there was a plan")


def _silent(_stage: str, _share: float) -> None:
    """Tell nobody."""
