"""The shape of the `[energy]` table of an area file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from area_configs.domain.energy import (
    BatterySite,
    ChargingSite,
    ConverterSite,
    DayWindow,
    DeferrableSite,
    EnergySite,
    EnergyTariff,
    Fill,
    HeatBand,
    HeatSite,
    HydrogenSite,
    SheddableSite,
    TariffBand,
)
from area_configs.schema.fields import Id, Items, StrictFile, Text

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
Clock = Annotated[str, Field(pattern=_CLOCK, description="time of day, hh:mm")]
Size = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
OnDays = Literal["all", "work", "off"]


class BandFile(StrictFile):
    """One price by the time of day."""

    begins: Clock = Field(description="time of day, hh:mm")
    ends: Clock = Field(description="time of day, hh:mm; not after `begins`: past midnight")
    price: float = Field(description="price of a kWh")


class TariffFile(StrictFile):
    """Prices of the contract."""

    currency: Text = Field(default="JPY", description="ISO 4217 code")
    bands: Items[BandFile] = Field(min_length=1, description="prices that cover the whole day")
    export_price: float = Field(default=0.0, description="what a fed-in kWh earns")
    demand_rate: Size = Field(default=0.0, description="price of a kW of the highest half hour")
    demand: Literal["actual", "agreed"] = Field(
        default="actual",
        description="actual: the highest half hour is billed; agreed: the contract is",
    )
    ratchet_months: int = Field(
        default=12, ge=1, le=12, description="months that one half hour is billed in"
    )
    excess_rate: Size = Field(
        default=0.0, description="price of a kW above the contract, where that is agreed"
    )
    power_factor: Share = Field(default=0.85, description="of the whole site, 0 to 1")
    market_fee: float = Field(default=0.0, description="added to a kWh at market prices")
    carbon_kg_per_kwh: Size = Field(default=0.0, description="emissions of an imported kWh")

    def to_domain(self) -> EnergyTariff:
        """Return the tariff as the domain knows it."""
        bands = tuple(
            TariffBand(minute(band.begins), minute(band.ends), band.price) for band in self.bands
        )
        return EnergyTariff(bands=bands, **self.model_dump(exclude={"bands"}))


class BatteryFile(StrictFile):
    """A battery that plans may move."""

    device: Id = Field(description="id of the device")
    capacity_kwh: Size = Field(description="its capacity")
    power_kw: Size = Field(description="its power, each way")
    efficiency: Share = Field(default=0.95, description="one way, 0 to 1")
    low: Share = Field(default=0.1, description="least content as a share of the capacity")
    high: Share = Field(default=0.9, description="most content as a share of the capacity")


class ConverterFile(StrictFile):
    """A fuel cell or an electrolyser that plans may move."""

    device: Id = Field(description="id of the device")
    power_kw: Size = Field(description="its electric power")
    kwh_per_kg: float = Field(gt=0, description="electric energy per kilogram of hydrogen")
    least: Share = Field(default=0.2, description="least load as a share of the power")
    ramp_kw: Size = Field(default=0.0, description="largest change per half hour; 0: any")
    start_cost: Size = Field(default=0.0, description="price of a start")
    heat_ratio: Size = Field(default=0.0, description="usable heat per electricity")


class FillFile(StrictFile):
    """Hydrogen that vehicles take every day."""

    at: Clock = Field(description="time of day, hh:mm")
    kg: Size = Field(description="kilograms within half an hour")


class HydrogenFile(StrictFile):
    """The hydrogen store."""

    device: Id = Field(description="id of the device that measures it")
    capacity_kg: Size = Field(description="what it can hold")
    delivery_kg: Size = Field(default=0.0, description="most that is delivered per half hour")
    delivery_price: Size = Field(default=0.0, description="price of a delivered kilogram")
    fills: Items[FillFile] = Field(default=(), description="what vehicles take every day")
    pipeline_kg: Size = Field(default=0.0, description="most from the pipeline per half hour")
    pipeline_price: Size = Field(default=0.0, description="price of a kilogram from the pipeline")
    pipeline_least_kg: Size = Field(default=0.0, description="taken in every half hour anyway")
    service: Share = Field(default=1.0, description="share of what vehicles want that is served")
    unserved_price: Size = Field(default=0.0, description="cost of a kilogram that is not served")

    def to_domain(self) -> HydrogenSite:
        """Return the store as the domain knows it."""
        fills = tuple(Fill(minute(fill.at), fill.kg) for fill in self.fills)
        return HydrogenSite(fills=fills, **self.model_dump(exclude={"fills"}))


class WindowFile(StrictFile):
    """When something happens on which days."""

    begins: Clock = Field(description="time of day, hh:mm")
    ends: Clock = Field(description="time of day, hh:mm; not after `begins`: past midnight")
    days: OnDays = Field(default="all", description="all days, working days or days off")

    def window(self) -> DayWindow:
        """Return the window as the domain knows it."""
        return DayWindow(minute(self.begins), minute(self.ends), self.days)


class WindowLoadFile(WindowFile):
    """A load that takes its energy in a window."""

    device: Id = Field(description="id of the device")
    power_kw: Size = Field(description="most that it takes")
    energy_kwh: Size = Field(description="what it takes in each window")


class SheddableFile(WindowFile):
    """A load that may be shed within limits of comfort."""

    device: Id = Field(description="id of the device")
    power_kw: Size = Field(description="what can be shed")
    price: Size = Field(description="cost of a kWh that people go without")
    most_hours: Size = Field(default=2.0, description="most hours of full shedding in a day")
    run_hours: Size = Field(default=0.5, description="hours of full shedding in a row")
    pause_hours: Size = Field(default=0.5, description="hours of pause after them")


class HeatBandFile(StrictFile):
    """Heat that is needed at a time of day."""

    begins: Clock = Field(description="time of day, hh:mm")
    ends: Clock = Field(description="time of day, hh:mm; not after `begins`: past midnight")
    kw: Size = Field(description="what is needed")


class HeatFile(StrictFile):
    """Heat: what is needed, what makes it beside the fuel cells, and its store."""

    device: Id = Field(description="id of the store, or of the meter of the heat")
    demand: Items[HeatBandFile] = Field(min_length=1, description="what is needed by the day")
    store_kwh: Size = Field(default=0.0, description="what the store can hold")
    loss: Share = Field(default=0.01, description="share of the content lost per hour")
    boiler_kw: Size = Field(default=0.0, description="most that the boiler gives")
    boiler_price: Size = Field(default=0.0, description="price of a kWh of its heat")
    heat_pump_kw: Size = Field(default=0.0, description="electric power of the heat pump")
    cop: float = Field(default=3.0, gt=0, description="its heat per electricity")

    def to_domain(self) -> HeatSite:
        """Return the heat as the domain knows it."""
        demand = tuple(HeatBand(minute(b.begins), minute(b.ends), b.kw) for b in self.demand)
        return HeatSite(demand=demand, **self.model_dump(exclude={"demand"}))


class EnergyFile(StrictFile):
    """The energy side of an area."""

    meter: Id = Field(description="device that measures the import of the whole site")
    contract_kw: Size = Field(description="demand that must not be exceeded")
    import_limit_kw: Size = Field(description="most that the connection can draw")
    export_limit_kw: Size = Field(default=0.0, description="most that it can feed in")
    tariff: TariffFile = Field(description="the table [energy.tariff]")
    photovoltaic: Items[Id] = Field(default=(), description="devices that generate from the sun")
    batteries: Items[BatteryFile] = Field(default=(), description="batteries that plans may move")
    fuel_cells: Items[ConverterFile] = Field(default=(), description="fuel cells")
    electrolysers: Items[ConverterFile] = Field(default=(), description="electrolysers")
    hydrogen: HydrogenFile | None = Field(default=None, description="the hydrogen store")
    charging: Items[WindowLoadFile] = Field(default=(), description="charging of vehicles")
    deferrable: Items[WindowLoadFile] = Field(default=(), description="loads that can wait")
    sheddable: Items[SheddableFile] = Field(default=(), description="loads that can be shed")
    heat: HeatFile | None = Field(default=None, description="the heat side")
    critical_kw: Size = Field(default=0.0, description="load that must live without the grid")

    def to_domain(self) -> EnergySite:
        """Return the energy side as the domain knows it."""
        return EnergySite(
            meter=self.meter,
            contract_kw=self.contract_kw,
            import_limit_kw=self.import_limit_kw,
            export_limit_kw=self.export_limit_kw,
            tariff=self.tariff.to_domain(),
            photovoltaic=self.photovoltaic,
            batteries=tuple(BatterySite(**battery.model_dump()) for battery in self.batteries),
            fuel_cells=tuple(ConverterSite(**cell.model_dump()) for cell in self.fuel_cells),
            electrolysers=tuple(ConverterSite(**unit.model_dump()) for unit in self.electrolysers),
            hydrogen=self.hydrogen.to_domain() if self.hydrogen else None,
            charging=tuple(ChargingSite(**_windowed(load)) for load in self.charging),
            deferrable=tuple(DeferrableSite(**_windowed(load)) for load in self.deferrable),
            sheddable=tuple(SheddableSite(**_windowed(load)) for load in self.sheddable),
            heat=self.heat.to_domain() if self.heat else None,
            critical_kw=self.critical_kw,
        )


def _windowed(load: WindowFile) -> dict[str, Any]:
    """Return the fields of a load with its window as one of them."""
    return {"window": load.window(), **load.model_dump(exclude={"begins", "ends", "days"})}


def minute(clock: str) -> int:
    """Return the minute of the day of `hh:mm`."""
    return int(clock[:2]) * 60 + int(clock[3:])
