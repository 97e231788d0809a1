"""Stationary batteries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery; kW at its terminals, kWh inside.

    Attributes:
        efficiency: one way; charging stores power x efficiency, discharging draws
            power / efficiency.
        low, high: allowed share of the capacity.
        start_kwh: what is in it now.
        end_kwh: what must be in it at the end; None takes what is in it now.
        reserve_kwh: kept back for surprises; the schedule may not go below `low` plus this.
        guard_kwh: (T,) kept back at the end of each step where that can be done: what holding
            the target may take if the forecast errs; None for none.
        guard_price: what a kWh below the guard costs in each step.
    """

    id: str
    capacity_kwh: float
    power_kw: float
    start_kwh: float
    efficiency: float = 0.95
    low: float = 0.1
    high: float = 0.9
    end_kwh: float | None = None
    reserve_kwh: float = 0.0
    guard_kwh: NDArray[np.float64] | None = None
    guard_price: float = 0.0

    @property
    def floor_kwh(self) -> float:
        """Return the least that the schedule may leave in it."""
        return self.low * self.capacity_kwh + self.reserve_kwh

    @property
    def wanted_end_kwh(self) -> float:
        """Return what must be in it at the end."""
        return self.start_kwh if self.end_kwh is None else self.end_kwh
