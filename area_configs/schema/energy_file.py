"""The shape of the `[energy]` table of an area file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from area_configs.domain.energy import (
    BatterySite,
    ConverterSite,
    EnergySite,
    EnergyTariff,
    Fill,
    HydrogenSite,
    TariffBand,
)
from area_configs.schema.fields import Id, Items, StrictFile, Text

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
Clock = Annotated[str, Field(pattern=_CLOCK, description="time of day, hh:mm")]
Size = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


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

    def to_domain(self) -> EnergyTariff:
        """Return the tariff as the domain knows it."""
        bands = tuple(
            TariffBand(minute(band.begins), minute(band.ends), band.price) for band in self.bands
        )
        return EnergyTariff(self.currency, bands, self.export_price, self.demand_rate)


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

    def to_domain(self) -> HydrogenSite:
        """Return the store as the domain knows it."""
        fills = tuple(Fill(minute(fill.at), fill.kg) for fill in self.fills)
        return HydrogenSite(
            self.device, self.capacity_kg, self.delivery_kg, self.delivery_price, fills
        )


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
        )


def minute(clock: str) -> int:
    """Return the minute of the day of `hh:mm`."""
    return int(clock[:2]) * 60 + int(clock[3:])
