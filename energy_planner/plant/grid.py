"""The grid contract and what it costs: energy, feed-in, and the clocked peak with its ratchet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Steps = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """The connection; kW."""

    import_limit_kw: float
    export_limit_kw: float = 0.0
    id: str = "grid"


@dataclass(frozen=True, slots=True)
class Month:
    """One month that today's peak may still be billed in.

    Attributes:
        rate: price of one kW of contract power in that month.
        floor_kw: what is billed in it anyway: the highest known or expected monthly maximum
            that is still in its twelve-month window.
    """

    rate: float
    floor_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class DemandCharge:
    """The charge on the highest clocked mean import, with the 12-month ratchet.

    Actual-demand contracts bill each month the highest 30-minute mean of that month and the 11
    before (TEPCO EP, determination of contract power). Intervals are clocked, never rolling.

    Attributes:
        months: this month first, then those whose bill the peak still decides, at most 12.
        interval_h: length of a clocked interval.
        incumbent_kw: highest completed interval of this month.
        elapsed_kwh: import of the running interval so far.
        most_kw: the peak that is allowed at most; a limit with a name.
        over_price: of a kW above the incumbent, on top of the bill: what a plan must not do lightly.
        always_billed: what the months bill whatever the peak, such as an agreed contract.
    """

    months: tuple[Month, ...]
    interval_h: float = 0.5
    incumbent_kw: float = 0.0
    elapsed_kwh: float = 0.0
    most_kw: float = float("inf")
    over_price: float = 0.0
    always_billed: float = 0.0

    def worth(self, peak_kw: float) -> float:
        """Return what the first kW off a peak would save in all months; 0 where nothing."""
        if peak_kw <= self.incumbent_kw:
            return 0.0
        return sum(month.rate for month in self.months if peak_kw > month.floor_kw)

    def bill(self, peak_kw: float) -> float:
        """Return what all its months bill for a peak."""
        peak = max(peak_kw, self.incumbent_kw)
        return self.always_billed + sum(
            month.rate * max(peak, month.floor_kw) for month in self.months
        )


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices per step, in one currency per kWh.

    Attributes:
        import_price: (T,) price of a kWh from the grid; may be negative.
        export_price: (T,) what a fed-in kWh earns.
        carbon: (T,) kg CO2 per imported kWh, for the carbon objective; empty where unknown.
    """

    import_price: Steps
    export_price: Steps
    demand: DemandCharge | None = None
    carbon: Steps | None = field(default=None)
