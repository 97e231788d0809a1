"""The energy side of an area: its contract, tariff and the assets that a plan may move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# What a kW of demand costs is stated for this power factor; each percent above it takes a percent
# off, each below adds one (the contracts of Japan's utilities).
_RATED_POWER_FACTOR = 0.85
_FULL_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TariffBand:
    """One price of imported energy by the time of day; minutes since local midnight.

    A band whose end is not after its beginning runs past midnight.
    """

    begins: int
    ends: int
    price: float

    def holds(self, minute: int) -> bool:
        """Tell whether a minute of the day lies in the band."""
        return within(minute, self.begins, self.ends)


@dataclass(frozen=True, slots=True)
class EnergyTariff:
    """Prices in one currency.

    Attributes:
        bands: they cover the whole day; the first that holds a minute is its price, per kWh.
        export_price: what a fed-in kWh earns.
        demand_rate: per kW of the highest half hour and month.
        demand: `actual`: each month bills the highest half hour of itself and the months before
            it; `agreed`: each month bills the contract, what is above it by `excess_rate`.
        ratchet_months: how many months one half hour is billed in, its own included.
        power_factor: of the whole site, 0 to 1.
        market_fee: added to each kWh where prices of the market take the place of the bands.
        carbon_kg_per_kwh: emissions of an imported kWh.
    """

    currency: str
    bands: tuple[TariffBand, ...]
    export_price: float
    demand_rate: float
    demand: Literal["actual", "agreed"] = "actual"
    ratchet_months: int = 12
    excess_rate: float = 0.0
    power_factor: float = _RATED_POWER_FACTOR
    market_fee: float = 0.0
    carbon_kg_per_kwh: float = 0.0

    def price(self, minute: int) -> float:
        """Return the price of a kWh at a minute of the local day."""
        return next(band.price for band in self.bands if band.holds(minute))

    def kw_price(self) -> float:
        """Return the price of a kW and month at the site's power factor."""
        return self.demand_rate * (1 + _RATED_POWER_FACTOR - self.power_factor)


@dataclass(frozen=True, slots=True)
class BatterySite:
    """A battery as installed; see the planner for the meaning of its numbers."""

    device: str
    capacity_kwh: float
    power_kw: float
    efficiency: float = 0.95
    low: float = 0.1
    high: float = 0.9


@dataclass(frozen=True, slots=True)
class ConverterSite:
    """A fuel cell or an electrolyser as installed."""

    device: str
    power_kw: float
    kwh_per_kg: float
    least: float = 0.2
    ramp_kw: float = 0.0  # per half hour; 0 where it follows at once
    start_cost: float = 0.0
    heat_ratio: float = 0.0  # usable kWh of heat per kWh of electricity


@dataclass(frozen=True, slots=True)
class Fill:
    """Hydrogen that vehicles take in one half hour of every day."""

    minute: int
    kg: float


@dataclass(frozen=True, slots=True)
class HydrogenSite:
    """The hydrogen store with what comes in and goes out of it.

    Attributes:
        delivery_kg, pipeline_kg: most per half hour, by trailer and by pipeline.
        pipeline_least_kg: taken from the pipeline in every half hour, wanted or not.
        service: share of the dispensed hydrogen that must be served.
        unserved_price: what a kilogram costs that vehicles do not get.
    """

    device: str
    capacity_kg: float
    delivery_kg: float = 0.0
    delivery_price: float = 0.0
    fills: tuple[Fill, ...] = ()
    pipeline_kg: float = 0.0
    pipeline_price: float = 0.0
    pipeline_least_kg: float = 0.0
    service: float = 1.0
    unserved_price: float = 0.0


@dataclass(frozen=True, slots=True)
class DayWindow:
    """When something happens on which days; minutes since local midnight.

    A window whose end is not after its beginning runs past midnight.
    """

    begins: int
    ends: int
    days: Literal["all", "work", "off"] = "all"

    def on(self, *, day_off: bool) -> bool:
        """Tell whether it happens on a day."""
        return self.days == "all" or (self.days == "off") == day_off

    @property
    def minutes(self) -> int:
        """Return how long it is."""
        return (self.ends - self.begins - 1) % _FULL_DAY + 1


@dataclass(frozen=True, slots=True)
class ChargingSite:
    """A charger whose vehicle is there in a window and leaves with its energy."""

    device: str
    power_kw: float
    window: DayWindow
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class DeferrableSite:
    """A load that runs once in a window, such as water heating: when is free."""

    device: str
    power_kw: float
    window: DayWindow
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class SheddableSite:
    """A load that may be shed within limits of comfort.

    Attributes:
        window: outside it nothing is shed.
        price: what a kWh costs that people go without.
        most_hours: most hours of full shedding in a day.
        run_hours, pause_hours: after so many hours of full shedding comes such a pause.
    """

    device: str
    power_kw: float
    window: DayWindow
    price: float
    most_hours: float = 2.0
    run_hours: float = 0.5
    pause_hours: float = 0.5


@dataclass(frozen=True, slots=True)
class HeatBand:
    """Heat that is needed at a time of day, kW."""

    begins: int
    ends: int
    kw: float

    def holds(self, minute: int) -> bool:
        """Tell whether a minute of the day lies in the band."""
        return within(minute, self.begins, self.ends)


@dataclass(frozen=True, slots=True)
class HeatSite:
    """Heat: what is needed, what makes it beside the fuel cells, and its store.

    Attributes:
        device: the store, or the meter of the heat.
        heat_pump_kw, cop: electric power, and heat per electricity.
        loss: share of the store's content that is lost per hour.
    """

    device: str
    demand: tuple[HeatBand, ...]
    store_kwh: float = 0.0
    loss: float = 0.01
    boiler_kw: float = 0.0
    boiler_price: float = 0.0
    heat_pump_kw: float = 0.0
    cop: float = 3.0

    def demand_kw(self, minute: int) -> float:
        """Return what is needed at a minute of the local day."""
        return next((band.kw for band in self.demand if band.holds(minute)), 0.0)


@dataclass(frozen=True, slots=True)
class EnergySite:
    """What the planner and the demand controller know of an area.

    Attributes:
        meter: device that measures the import of the whole site.
        contract_kw: the demand that must not be exceeded when no plan says otherwise.
        photovoltaic: devices that generate from the sun.
        critical_kw: load that must live when the grid is gone.
    """

    meter: str
    contract_kw: float
    import_limit_kw: float
    export_limit_kw: float
    tariff: EnergyTariff
    photovoltaic: tuple[str, ...] = ()
    batteries: tuple[BatterySite, ...] = ()
    fuel_cells: tuple[ConverterSite, ...] = ()
    electrolysers: tuple[ConverterSite, ...] = ()
    hydrogen: HydrogenSite | None = None
    charging: tuple[ChargingSite, ...] = ()
    deferrable: tuple[DeferrableSite, ...] = ()
    sheddable: tuple[SheddableSite, ...] = ()
    heat: HeatSite | None = None
    critical_kw: float = 0.0

    def devices(self) -> tuple[str, ...]:
        """Return the ids of all devices that it names, in reading order."""
        assets = [battery.device for battery in self.batteries]
        assets += [unit.device for unit in (*self.fuel_cells, *self.electrolysers)]
        assets += [charger.device for charger in self.charging]
        assets += [load.device for load in self.deferrable]
        assets += [load.device for load in self.sheddable]
        stores = [self.hydrogen.device] if self.hydrogen else []
        stores += [self.heat.device] if self.heat else []
        return tuple(dict.fromkeys((self.meter, *self.photovoltaic, *assets, *stores)))


def within(minute: int, begins: int, ends: int) -> bool:
    """Tell whether a minute of the day lies in a window that may run past midnight."""
    if begins < ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends
