"""The energy side of an area: its contract, tariff and the assets that a plan may move."""

from __future__ import annotations

from dataclasses import dataclass


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
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(frozen=True, slots=True)
class EnergyTariff:
    """Prices in one currency.

    Attributes:
        bands: they cover the whole day; the first that holds a minute is its price, per kWh.
        export_price: what a fed-in kWh earns.
        demand_rate: per kW of the highest half hour and month.
    """

    currency: str
    bands: tuple[TariffBand, ...]
    export_price: float
    demand_rate: float

    def price(self, minute: int) -> float:
        """Return the price of a kWh at a minute of the local day."""
        return next(band.price for band in self.bands if band.holds(minute))


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


@dataclass(frozen=True, slots=True)
class Fill:
    """Hydrogen that vehicles take in one half hour of every day."""

    minute: int
    kg: float


@dataclass(frozen=True, slots=True)
class HydrogenSite:
    """The hydrogen store with what comes in and goes out of it."""

    device: str
    capacity_kg: float
    delivery_kg: float = 0.0  # most per half hour
    delivery_price: float = 0.0
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class EnergySite:
    """What the planner and the demand controller know of an area.

    Attributes:
        meter: device that measures the import of the whole site.
        contract_kw: the demand that must not be exceeded when no plan says otherwise.
        photovoltaic: devices that generate from the sun.
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

    def devices(self) -> tuple[str, ...]:
        """Return the ids of all devices that it names, in reading order."""
        converters = (*self.fuel_cells, *self.electrolysers)
        assets = [b.device for b in self.batteries] + [c.device for c in converters]
        named = (self.meter, *self.photovoltaic, *assets)
        return (*named, self.hydrogen.device) if self.hydrogen else named
