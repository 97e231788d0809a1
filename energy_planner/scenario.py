"""What if: another contract, tariff, weather, or assets that are away; applied before planning."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from area_configs.domain.energy import EnergySite, EnergyTariff
    from energy_planner.day_plan import Request
    from energy_planner.forecast.days import Days
    from energy_planner.forecast.history import History


class _Device(Protocol):
    @property
    def device(self) -> str: ...


_Asset = TypeVar("_Asset", bound=_Device)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs from the area as it is; the default differs in nothing.

    Attributes:
        contract_kw: another contract; None keeps the area's.
        demand_rate: another price of a kW and month; None keeps it.
        energy_price: factor on the price of each imported kWh.
        hydrogen_price: factor on the price of delivered hydrogen.
        sun: factor on what the sun gives: a dull day, or more roofs.
        load: factor on the load: a hot day, or new buildings.
        absent: devices that cannot be used.
    """

    contract_kw: float | None = None
    demand_rate: float | None = None
    energy_price: float = 1.0
    hydrogen_price: float = 1.0
    sun: float = 1.0
    load: float = 1.0
    absent: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_plain(self) -> bool:
        """Tell whether it differs in nothing."""
        return self == Scenario()


def applied(request: Request, scenario: Scenario) -> Request:
    """Return a request with what a scenario changes; the peaks that there were stay."""
    site = _site(request.site, scenario)
    known = _known(request.known, scenario)
    return replace(request, site=site, known=known)


def _site(site: EnergySite, scenario: Scenario) -> EnergySite:
    contract = site.contract_kw if scenario.contract_kw is None else scenario.contract_kw
    hydrogen = site.hydrogen
    if hydrogen:
        hydrogen = replace(
            hydrogen,
            delivery_price=hydrogen.delivery_price * scenario.hydrogen_price,
            pipeline_price=hydrogen.pipeline_price * scenario.hydrogen_price,
        )
    return replace(
        site,
        contract_kw=contract,
        tariff=_tariff(site.tariff, scenario),
        hydrogen=hydrogen,
        batteries=_present(site.batteries, scenario),
        fuel_cells=_present(site.fuel_cells, scenario),
        electrolysers=_present(site.electrolysers, scenario),
        charging=_present(site.charging, scenario),
        deferrable=_present(site.deferrable, scenario),
        sheddable=_present(site.sheddable, scenario),
    )


def _present(group: tuple[_Asset, ...], scenario: Scenario) -> tuple[_Asset, ...]:
    return tuple(one for one in group if one.device not in scenario.absent)


def _tariff(tariff: EnergyTariff, scenario: Scenario) -> EnergyTariff:
    bands = tuple(replace(b, price=b.price * scenario.energy_price) for b in tariff.bands)
    rate = tariff.demand_rate if scenario.demand_rate is None else scenario.demand_rate
    return replace(tariff, bands=bands, demand_rate=rate)


def _known(known: History, scenario: Scenario) -> History:
    sun = known.sun and _scaled(known.sun, scenario.sun)
    return replace(known, load=_scaled(known.load, scenario.load), sun=sun)


def _scaled(days: Days, factor: float) -> Days:
    return replace(days, values=days.values * factor)
