"""An area's energy side as the planner's plant and tariff, for given steps and states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from energy_planner.plant import (
    Battery,
    Delivery,
    DemandCharge,
    Electrolyser,
    FuelCell,
    Grid,
    HydrogenTank,
    Month,
    Plant,
    Tariff,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from area_configs.domain.energy import EnergySite

_FILL_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a plan: when the first begins, local time, and how long each is."""

    begins: datetime
    minutes: int
    count: int

    @property
    def hours(self) -> NDArray[np.float64]:
        """Return (T,) the length of each step."""
        return np.full(self.count, self.minutes / 60)

    def minutes_of_day(self) -> list[int]:
        """Return at which local minute of the day each step begins, across clock changes."""
        zone = self.begins.tzinfo
        universal = self.begins.astimezone(ZoneInfo("UTC"))
        step = timedelta(minutes=self.minutes)
        local = [(universal + n * step).astimezone(zone) for n in range(self.count)]
        return [moment.hour * 60 + moment.minute for moment in local]


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the assets now.

    Attributes:
        content: kWh or kg by device; half full where it is not known.
        incumbent_kw: highest half hour of this month so far.
    """

    content: Mapping[str, float] = field(default_factory=dict)
    incumbent_kw: float = 0.0


def plant_of(site: EnergySite, steps: Steps, state: State) -> Plant:
    """Return the plant of a site in a state, for given steps."""
    scale = steps.minutes / _FILL_MINUTES
    fuel_cells = tuple(
        FuelCell(c.device, c.power_kw, c.kwh_per_kg, c.least, _ramp(c.ramp_kw, scale), c.start_cost)
        for c in site.fuel_cells
    )
    electrolysers = tuple(
        Electrolyser(c.device, c.power_kw, c.kwh_per_kg, c.least, c.start_cost)
        for c in site.electrolysers
    )
    batteries = tuple(
        Battery(
            b.device,
            b.capacity_kwh,
            b.power_kw,
            state.content.get(b.device, b.capacity_kwh / 2),
            b.efficiency,
            b.low,
            b.high,
        )
        for b in site.batteries
    )
    grid = Grid(site.import_limit_kw, site.export_limit_kw)
    tank, delivery = _tank(site, steps, state), _delivery(site, scale)
    return Plant(grid, batteries, fuel_cells, electrolysers, tank, delivery)


def tariff_of(site: EnergySite, steps: Steps, state: State) -> Tariff:
    """Return the tariff of a site for given steps; the peak is billed this month."""
    prices = np.array([site.tariff.price(minute) for minute in steps.minutes_of_day()])
    demand = DemandCharge((Month(site.tariff.demand_rate),), incumbent_kw=state.incumbent_kw)
    return Tariff(prices, np.full(steps.count, site.tariff.export_price), demand)


def _ramp(ramp_kw: float, scale: float) -> float:
    return ramp_kw * scale if ramp_kw else float("inf")


def _tank(site: EnergySite, steps: Steps, state: State) -> HydrogenTank | None:
    hydrogen = site.hydrogen
    if hydrogen is None:
        return None
    taken = np.zeros(steps.count)
    for index, minute in enumerate(steps.minutes_of_day()):
        ends = minute + steps.minutes
        taken[index] = sum(fill.kg for fill in hydrogen.fills if minute <= fill.minute < ends)
    start = state.content.get(hydrogen.device, hydrogen.capacity_kg / 2)
    return HydrogenTank(hydrogen.device, hydrogen.capacity_kg, start, taken)


def _delivery(site: EnergySite, scale: float) -> Delivery | None:
    hydrogen = site.hydrogen
    if hydrogen is None or not hydrogen.delivery_kg:
        return None
    return Delivery(hydrogen.delivery_kg * scale, hydrogen.delivery_price)
