"""Loads that can move: charging sessions, loads that wait for a window, loads that can be shed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EvSession:
    """A vehicle at a charger from step `arrives` up to, not including, step `departs`.

    Sessions of one id are one charger: they share its power and must not overlap.

    Attributes:
        energy_kwh: what must be charged by the departure, at the plug.
        power_kw: largest charging power.
    """

    id: str
    arrives: int
    departs: int
    energy_kwh: float
    power_kw: float


@dataclass(frozen=True, slots=True)
class ShiftableLoad:
    """Consumption that may move inside a window, such as water heating or pumping.

    Attributes:
        begins, ends: first step and the step after the last.
        energy_kwh: what it takes in the window in all.
        power_kw: most that it takes at once.
    """

    id: str
    begins: int
    ends: int
    energy_kwh: float
    power_kw: float


@dataclass(frozen=True, slots=True)
class SheddableLoad:
    """Part of the load that may be shed, within limits of comfort.

    Attributes:
        power_kw: (T,) what can be shed in each step; zero where comfort forbids it.
        price: what a kWh costs that people go without.
        day: (T,) number of the local day that each step lies in.
        most_hours: most hours of full shedding in a day.
        run_hours, pause_hours: in any window of both together, at most `run_hours` of it.
    """

    id: str
    power_kw: NDArray[np.float64]
    price: float
    day: NDArray[np.int64]
    most_hours: float = 2.0
    run_hours: float = 0.5
    pause_hours: float = 0.5
