"""What a plan is to be good at: cost as it is, or the peak, the carbon, the reserve as well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from energy_planner.plant import Month

if TYPE_CHECKING:
    from energy_planner.plant import DemandCharge, Plant, Tariff

_TIE = 0.01  # of the rate of a month


@dataclass(frozen=True, slots=True)
class Aim:
    """What counts beside the bill; all zero is the bill alone.

    Attributes:
        peak_price: of a kW of the peak, on top of what the months bill.
        carbon_price: of a kilogram of CO2.
        reserve: share of each battery's usable content that is kept for a disaster.
        most_kw: the peak that is allowed at most, such as another contract.
    """

    peak_price: float = 0.0
    carbon_price: float = 0.0
    reserve: float = 0.0
    most_kw: float = float("inf")


def aimed(plant: Plant, tariff: Tariff, aim: Aim) -> tuple[Plant, Tariff]:
    """Return plant and tariff with what the aim adds; the bill itself is reckoned without."""
    if aim.reserve:
        kept = tuple(
            replace(
                battery,
                reserve_kwh=min(
                    aim.reserve * (battery.high - battery.low) * battery.capacity_kwh,
                    battery.start_kwh - battery.low * battery.capacity_kwh,
                ),
            )
            for battery in plant.batteries
        )
        plant = replace(plant, batteries=kept)
    if aim.carbon_price and tariff.carbon is not None:
        dearer = tariff.import_price + aim.carbon_price * tariff.carbon
        tariff = replace(tariff, import_price=dearer)
    if tariff.demand:
        tariff = replace(tariff, demand=_held(tariff.demand, aim))
    return plant, tariff


def _held(demand: DemandCharge, aim: Aim) -> DemandCharge:
    """Price the peak in a month of its own: the real ones may bill a higher one anyway.

    Where a lower peak saves nothing today it still breaks ties: what is billed now falls out of its
    window one day, and a peak that nobody needed is the next one's floor.
    """
    rate = max((month.rate for month in demand.months), default=0.0)
    price = max(aim.peak_price, _TIE * rate)
    return replace(demand, months=(*demand.months, Month(price)), most_kw=aim.most_kw)
