"""The hydrogen side: fuel cells, electrolysers, the tank, deliveries and dispensing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FuelCell:
    """A PEM fuel cell; kW electric.

    Attributes:
        kwh_per_kg: electric energy out of one kilogram of hydrogen.
        least: minimum load as a share of the power while it runs.
        ramp_kw: largest change from step to step.
        start_cost: price of one start.
        running, power_now_kw: its state before the first step.
        heat_ratio: usable kWh of heat per kWh of electricity.
    """

    id: str
    power_kw: float
    kwh_per_kg: float = 16.65
    least: float = 0.2
    ramp_kw: float = float("inf")
    start_cost: float = 0.0
    running: bool = False
    power_now_kw: float | None = None
    heat_ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Electrolyser:
    """A PEM electrolyser; kW electric.

    Attributes:
        kwh_per_kg: electric energy into one kilogram of hydrogen.
        least: minimum load as a share of the power while it runs.
        start_cost: price of one start.
    """

    id: str
    power_kw: float
    kwh_per_kg: float = 55.0
    least: float = 0.2
    start_cost: float = 0.0
    running: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hydrogen that can be bought, by trailer or pipeline.

    Attributes:
        least_kg: taken in every step, wanted or not.
    """

    kg_per_step: float
    price_per_kg: float
    id: str = "hydrogen delivery"
    least_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class HydrogenTank:
    """The store between all of them; kg.

    Attributes:
        dispensing: (T,) kg that buses and cars take in each step: a service that is kept.
        end_kg: what must be in it at the end; None takes what is in it now.
        service: share of the dispensing that must be served over the plan.
        unserved_price: what a kilogram costs that vehicles do not get.
    """

    id: str
    capacity_kg: float
    start_kg: float
    dispensing: NDArray[np.float64]
    end_kg: float | None = None
    service: float = 1.0
    unserved_price: float = 0.0

    @property
    def wanted_end_kg(self) -> float:
        """Return what must be in it at the end."""
        return self.start_kg if self.end_kg is None else self.end_kg
