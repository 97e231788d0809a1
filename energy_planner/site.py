"""An area's energy side as the planner's plant and tariff, for given steps and states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.forecast.calendar_days import days_off
from energy_planner.forecast.peaks import Peaks
from energy_planner.plant import (
    Battery,
    Delivery,
    DemandCharge,
    Electrolyser,
    EvSession,
    FuelCell,
    Grid,
    Heat,
    HydrogenTank,
    Month,
    Plant,
    SheddableLoad,
    ShiftableLoad,
    Tariff,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from area_configs.domain.energy import DayWindow, EnergySite, EnergyTariff, HydrogenSite

_FILL_MINUTES = 30
_ALL_OF_IT = 0.95


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a plan: when the first begins, local time, and how long each is.

    The first is shorter where the plan begins within a step of the clock.
    """

    begins: datetime
    minutes: int
    count: int

    @property
    def hours(self) -> NDArray[np.float64]:
        """Return (T,) the length of each step."""
        hours = np.full(self.count, self.minutes / 60)
        hours[0] -= self._late.total_seconds() / 3600
        return hours

    def starts(self) -> list[datetime]:
        """Return when each step begins, local time, across clock changes."""
        zone = self.begins.tzinfo
        clock = (self.begins - self._late).astimezone(UTC)
        step = timedelta(minutes=self.minutes)
        later = [(clock + n * step).astimezone(zone) for n in range(1, self.count)]
        return [self.begins, *later]

    def minutes_of_day(self) -> list[int]:
        """Return at which local minute of the day each step begins, across clock changes."""
        return [moment.hour * 60 + moment.minute for moment in self.starts()]

    @property
    def _late(self) -> timedelta:
        begins = self.begins
        past = (begins.hour * 60 + begins.minute) % self.minutes
        return timedelta(minutes=past, seconds=begins.second, microseconds=begins.microsecond)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the assets now.

    Attributes:
        content: kWh or kg by device; half full where it is not known.
        running_kw: power by device of fuel cells and electrolysers that run now.
        peaks: what the contract remembers.
    """

    content: Mapping[str, float] = field(default_factory=dict)
    running_kw: Mapping[str, float] = field(default_factory=dict)
    peaks: Peaks = field(default_factory=Peaks)


@dataclass(frozen=True, slots=True)
class Signals:
    """Series per step that the area file cannot know; None for what it says.

    Attributes:
        price: (T,) market price of a kWh, without the fee.
        carbon: (T,) kg of CO2 per imported kWh.
        hydrogen_kg: (T,) what vehicles will take, in place of the fills of the file.
        heat_kw: (T,) heat that will be needed, in place of the bands of the file.
    """

    price: NDArray[np.float64] | None = None
    carbon: NDArray[np.float64] | None = None
    hydrogen_kg: NDArray[np.float64] | None = None
    heat_kw: NDArray[np.float64] | None = None


def plant_of(site: EnergySite, steps: Steps, state: State, signals: Signals | None = None) -> Plant:
    """Return the plant of a site in a state, for given steps."""
    told = signals or Signals()
    return Plant(
        Grid(site.import_limit_kw, site.export_limit_kw),
        tuple(_batteries(site, state)),
        tuple(_fuel_cells(site, steps, state)),
        tuple(_electrolysers(site, state)),
        _tank(site.hydrogen, steps, state, told.hydrogen_kg),
        _delivery(site.hydrogen, steps),
        tuple(_sessions(site, steps)),
        tuple(_deferrable(site, steps)),
        _pipeline(site.hydrogen, steps),
        tuple(_sheddable(site, steps)),
        _heat(site, steps, state, told.heat_kw),
    )


def tariff_of(
    site: EnergySite, steps: Steps, state: State, signals: Signals | None = None
) -> Tariff:
    """Return the tariff of a site for given steps, with what the contract remembers."""
    told, tariff = signals or Signals(), site.tariff
    if told.price is None:
        prices = np.array([tariff.price(minute) for minute in steps.minutes_of_day()])
    else:
        prices = told.price + tariff.market_fee
    carbon = told.carbon
    if carbon is None and tariff.carbon_kg_per_kwh:
        carbon = np.full(steps.count, tariff.carbon_kg_per_kwh)
    sold = np.full(steps.count, tariff.export_price)
    return Tariff(prices, sold, _demand(site, steps, state.peaks), carbon)


def _demand(site: EnergySite, steps: Steps, peaks: Peaks) -> DemandCharge:
    tariff, rate = site.tariff, site.tariff.kw_price()
    known = {"incumbent_kw": peaks.incumbent_kw, "elapsed_kwh": peaks.elapsed_kwh}
    if tariff.demand == "agreed":
        above = Month(tariff.excess_rate, site.contract_kw)
        paid = (rate - tariff.excess_rate) * site.contract_kw
        return DemandCharge((above,), always_billed=paid, **known)
    floors = _floors(tariff, (steps.begins.year, steps.begins.month), peaks)
    return DemandCharge(tuple(Month(rate, floor) for floor in floors), **known)


def _floors(tariff: EnergyTariff, this: tuple[int, int], peaks: Peaks) -> Iterator[float]:
    """Give what each month bills anyway: known months in its window, expected ones before it."""
    serial = this[0] * 12 + this[1] - 1
    known = {year * 12 + month - 1: kw for (year, month), kw in peaks.months.items()}
    for ahead in range(tariff.ratchet_months):
        window = range(serial + ahead - tariff.ratchet_months + 1, serial)
        past = [known[number] for number in window if number in known]
        coming = [serial + later for later in range(1, ahead + 1)]
        expected = [peaks.expected_kw((number // 12, number % 12 + 1)) for number in coming]
        yield max((0.0, *past, *expected))


def _batteries(site: EnergySite, state: State) -> Iterator[Battery]:
    for b in site.batteries:
        inside = state.content.get(b.device, b.capacity_kwh / 2)
        # A meter may tell a little more or less than the limits of planning.
        inside = min(max(inside, b.low * b.capacity_kwh), b.high * b.capacity_kwh)
        yield Battery(b.device, b.capacity_kwh, b.power_kw, inside, b.efficiency, b.low, b.high)


def _fuel_cells(site: EnergySite, steps: Steps, state: State) -> Iterator[FuelCell]:
    scale = steps.minutes / _FILL_MINUTES
    for c in site.fuel_cells:
        now = state.running_kw.get(c.device)
        ramp = c.ramp_kw * scale if c.ramp_kw else float("inf")
        yield FuelCell(
            c.device,
            c.power_kw,
            c.kwh_per_kg,
            c.least,
            ramp,
            c.start_cost,
            running=bool(now),
            power_now_kw=now,
            heat_ratio=c.heat_ratio,
        )


def _electrolysers(site: EnergySite, state: State) -> Iterator[Electrolyser]:
    for c in site.electrolysers:
        on = bool(state.running_kw.get(c.device))
        yield Electrolyser(c.device, c.power_kw, c.kwh_per_kg, c.least, c.start_cost, running=on)


def _tank(
    hydrogen: HydrogenSite | None,
    steps: Steps,
    state: State,
    wanted_kg: NDArray[np.float64] | None,
) -> HydrogenTank | None:
    if hydrogen is None:
        return None
    taken = _filled(hydrogen, steps) if wanted_kg is None else wanted_kg
    start = state.content.get(hydrogen.device, hydrogen.capacity_kg / 2)
    return HydrogenTank(
        hydrogen.device,
        hydrogen.capacity_kg,
        min(max(start, 0.0), hydrogen.capacity_kg),
        taken,
        service=hydrogen.service,
        unserved_price=hydrogen.unserved_price,
    )


def _filled(hydrogen: HydrogenSite, steps: Steps) -> NDArray[np.float64]:
    taken = np.zeros(steps.count)
    for index, minute in enumerate(steps.minutes_of_day()):
        ends = minute - minute % steps.minutes + steps.minutes
        taken[index] = sum(fill.kg for fill in hydrogen.fills if minute <= fill.minute < ends)
    return taken


def _delivery(hydrogen: HydrogenSite | None, steps: Steps) -> Delivery | None:
    if hydrogen is None or not hydrogen.delivery_kg:
        return None
    scale = steps.minutes / _FILL_MINUTES
    return Delivery(hydrogen.delivery_kg * scale, hydrogen.delivery_price)


def _pipeline(hydrogen: HydrogenSite | None, steps: Steps) -> Delivery | None:
    if hydrogen is None or not hydrogen.pipeline_kg:
        return None
    scale = steps.minutes / _FILL_MINUTES
    most, least = hydrogen.pipeline_kg * scale, hydrogen.pipeline_least_kg * scale
    return Delivery(most, hydrogen.pipeline_price, "hydrogen pipeline", least)


def _sessions(site: EnergySite, steps: Steps) -> Iterator[EvSession]:
    for charger in site.charging:
        for begins, ends, share in _windows(charger.window, steps):
            energy = charger.energy_kwh * share
            yield EvSession(charger.device, begins, ends, energy, charger.power_kw)


def _deferrable(site: EnergySite, steps: Steps) -> Iterator[ShiftableLoad]:
    for load in site.deferrable:
        for begins, ends, share in _windows(load.window, steps):
            energy = load.energy_kwh * share
            yield ShiftableLoad(load.device, begins, ends, energy, load.power_kw)


def _sheddable(site: EnergySite, steps: Steps) -> Iterator[SheddableLoad]:
    days = np.array([moment.toordinal() for moment in steps.starts()])
    for load in site.sheddable:
        inside = _inside(load.window, steps)
        power = np.where(inside, load.power_kw, 0.0)
        hours = (load.most_hours, load.run_hours, load.pause_hours)
        yield SheddableLoad(load.device, power, load.price, days, *hours)


def _windows(window: DayWindow, steps: Steps) -> Iterator[tuple[int, int, float]]:
    """Give the windows that meet the steps: first step, end, and the share that lies in them.

    A window cut by the plan's beginning or end keeps the share of its energy; one that is only
    out of step with the plan's steps keeps all of it.
    """
    inside = _inside(window, steps)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    hours = steps.hours
    for begins, ends in edges.reshape(-1, 2):
        share = float(hours[begins:ends].sum()) * 60 / window.minutes
        yield int(begins), int(ends), float(round(share)) if share > _ALL_OF_IT else share


def _inside(window: DayWindow, steps: Steps) -> NDArray[np.bool_]:
    """Return (T,) whether each step lies in a window of a day that has one."""
    starts = steps.starts()
    first = starts[0].date() - timedelta(days=1)
    off = days_off(first, (starts[-1].date() - first).days + 1)
    inside = np.zeros(steps.count, bool)
    overnight = window.ends <= window.begins
    for index, moment in enumerate(starts):
        minute = moment.hour * 60 + moment.minute
        row = (moment.date() - first).days
        today = window.on(day_off=bool(off[row])) and minute >= window.begins
        if not overnight:
            inside[index] = today and minute < window.ends
        else:
            before = window.on(day_off=bool(off[row - 1])) and minute < window.ends
            inside[index] = today or before
    return inside


def _heat(
    site: EnergySite, steps: Steps, state: State, needed_kw: NDArray[np.float64] | None
) -> Heat | None:
    heat = site.heat
    if heat is None:
        return None
    if needed_kw is None:
        needed_kw = np.array([heat.demand_kw(minute) for minute in steps.minutes_of_day()])
    start = min(state.content.get(heat.device, heat.store_kwh / 2), heat.store_kwh)
    return Heat(
        heat.device,
        needed_kw,
        heat.store_kwh,
        start,
        heat.loss,
        heat.boiler_kw,
        heat.boiler_price,
        heat.heat_pump_kw,
        heat.cop,
    )
