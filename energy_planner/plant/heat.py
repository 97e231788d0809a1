"""The heat side: what is needed, what makes it beside the fuel cells, and its store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Heat:
    """Heat in kW and kWh; what is made too much is cooled away.

    Attributes:
        demand_kw: (T,) what is needed in each step.
        store_kwh, start_kwh: size of the store, and what is in it now.
        loss: share of its content that is lost per hour.
        boiler_kw, boiler_price: the boiler's most, and the price of a kWh of its heat.
        heat_pump_kw, cop: electric power of the heat pump, and its heat per electricity.
    """

    id: str
    demand_kw: NDArray[np.float64]
    store_kwh: float = 0.0
    start_kwh: float = 0.0
    loss: float = 0.01
    boiler_kw: float = 0.0
    boiler_price: float = 0.0
    heat_pump_kw: float = 0.0
    cop: float = 3.0
