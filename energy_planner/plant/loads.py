"""Loads that can wait: charging sessions of vehicles and shiftable consumption."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvSession:
    """A vehicle at a charger from step `arrives` up to, not including, step `departs`.

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
