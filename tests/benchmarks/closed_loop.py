"""The closed loop: a new plan every half hour by what is known, and the demand controller between.

The controller is the gateway's own, stepped every minute. Loads move within the hour by seeded
noise; the planner sees past hours only and forecasts the rest, refitted every day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from edge_agent.control.demand import DemandController, Tuning
from edge_agent.control.levers import Lever, LeverState
from energy_planner.aims import Aim, aimed
from energy_planner.forecast.inputs import Inputs
from energy_planner.forecast.running import day_outlook, running
from energy_planner.planner import Search, optimise
from energy_planner.plant import Battery, DemandCharge, Grid, Month, Plant, Tariff
from energy_planner.robust import Store, achievable, guarded, hold
from tests.benchmarks import homes

UTC = ZoneInfo("UTC")
HORIZON = 60  # half hours
_MINUTES = 30


class Planner:
    """Re-plans from what is known at an instant."""

    def __init__(self, known: homes.Homes) -> None:
        self._days, self._price = known.net, known.price
        self._outlooks: dict[int, object] = {}
        self._first_target: dict[int, float] = {}

    def plan(self, step: int, content_kwh: float, incumbent_kw: float, month: int):
        """Return target and relief for the half hour `step` (from the history's first day on)."""
        begins = datetime.combine(self._days.first, datetime.min.time(), UTC)
        starts = [begins + timedelta(minutes=30) * (step + n) for n in range(HORIZON)]
        row = step // 48
        if row not in self._outlooks:
            self._outlooks = {row: day_outlook(self._days, row, 3)}
        said = running(self._days, starts, self._outlooks[row])
        hours = np.full(HORIZON, 0.5)
        battery = Battery(
            "battery",
            homes.CAPACITY_KWH,
            homes.POWER_KW,
            content_kwh,
            homes.EFFICIENCY,
            0.0,
            1.0,
            0.0,
        )
        plant, inputs = Plant(Grid(1e3, 1e3), (battery,)), _inputs(said.mean, hours)
        price = self._price[[at.hour for at in starts]]
        charge = DemandCharge((Month(homes.DEMAND_RATE),), incumbent_kw=incumbent_kw)
        tariff = Tariff(price, np.full(HORIZON, homes.EXPORT_PRICE), charge)
        store = Store.of(plant)
        floor = max(incumbent_kw, self._first(month, store))
        courses = said.mean + said.errors
        held = hold(store, said.mean, courses, hours, tariff, floor)
        plant, tariff = guarded(*aimed(plant, tariff, Aim()), held)
        found = optimise(plant, inputs, tariff, search=Search(exact=False, explained=False))
        relief = found.power["battery", "discharge"][0] - found.power["battery", "charge"][0]
        return found.peak_kw, float(relief)

    def _first(self, month: int, store: Store) -> float:
        if month not in self._first_target:
            past = self._days.values[month - homes.BLOCK_DAYS : month].reshape(-1)
            self._first_target = {month: achievable(store, past, np.ones(len(past)))}
        return self._first_target[month]


class Site:
    """The five homes' battery behind the gateway's controller, a minute at a time."""

    def __init__(self) -> None:
        lever = Lever("battery", 1, stores=True)
        self.content_kwh, self._relief = homes.CAPACITY_KWH / 2, 0.0
        self._controller = DemandController(
            (lever,), Tuning(band_kw=0.2, worth_kw=0.02, stale_s=150.0)
        )

    def half_hour(self, begins_s: float, net_kw: np.ndarray, target: float, relief: float) -> float:
        """Return the mean import of a half hour of minutes."""
        total = 0.0
        for minute, net in enumerate(net_kw.tolist()):
            most = min(homes.POWER_KW, self.content_kwh * homes.EFFICIENCY * 60)
            room = (homes.CAPACITY_KWH - self.content_kwh) / homes.EFFICIENCY * 60
            state = LeverState(self._relief, -min(homes.POWER_KW, room), most)
            asks = self._controller.step(
                begins_s + 60 * minute + 1,
                net - self._relief,
                {"battery": state},
                target,
                {"battery": relief},
            )
            if asks:
                self._relief = asks[0].to_kw
            self._relief = min(max(self._relief, state.least_kw), most)
            given = self._relief / 60
            self.content_kwh -= given / homes.EFFICIENCY if given > 0 else given * homes.EFFICIENCY
            total += net - self._relief
        return total / len(net_kw)


def run_month(known: homes.Homes, month: tuple[int, int], seed: int = 1) -> np.ndarray:
    """Return (days x 48,) realised mean imports of a month."""
    dice = np.random.default_rng(seed)
    planner, site, incumbent, imports = Planner(known), Site(), 0.0, []
    hourly = known.net.values.reshape(-1)
    for step in range(month[0] * 48, month[1] * 48):
        target, relief = planner.plan(step, site.content_kwh, incumbent, month[0])
        noise = dice.normal(0, 0.1 * max(1.0, abs(hourly[step // 2])), _MINUTES)
        net = hourly[step // 2] + noise - noise.mean()
        begins = datetime.combine(known.net.first, datetime.min.time(), UTC).timestamp()
        mean = site.half_hour(begins + step * 1800, net, target, relief)
        incumbent = max(incumbent, mean)
        imports.append(mean)
    return np.array(imports)


def month_figures(known: homes.Homes, month: tuple[int, int]) -> dict[str, float]:
    """Return cost and peak of a month for nothing, the closed loop and perfect foresight."""
    net = known.net.values[month[0] : month[1]].reshape(-1)
    price = np.tile(known.price, month[1] - month[0])
    idle_cost, idle_peak = homes.bill(net, price, 1.0)
    best_cost, best_peak = homes.perfect(net, price)
    loop_cost, loop_peak = homes.bill(run_month(known, month), np.repeat(price, 2), 0.5)
    return {
        "first_day": month[0],
        "idle_cost": idle_cost,
        "loop_cost": loop_cost,
        "best_cost": best_cost,
        "idle_peak_kw": idle_peak,
        "loop_peak_kw": loop_peak,
        "best_peak_kw": best_peak,
    }


def _inputs(net: np.ndarray, hours: np.ndarray) -> Inputs:
    return Inputs(hours, np.maximum(net, 0), np.maximum(-net, 0))
