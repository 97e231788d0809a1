"""What every forecasting model is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from energy_planner.forecast.days import Ahead, Days


class Model(Protocol):
    """Learns from days and says the next ones."""

    name: str
    least_days: int

    def fit(self, days: Days) -> None:
        """Learn; `days` has at least `least_days` days."""
        ...

    def predict(self, days: Days, ahead: Ahead) -> NDArray[np.float64]:
        """Return (K, S) for the days ahead that follow `days`."""
        ...
