"""Vital signs and rooms: what wearables, tags and room sensors measure at an instant."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Look(Protocol):
    """One device at one instant; `second` counts from local midnight."""

    @property
    def second(self) -> float:
        """Return the seconds since local midnight."""
        ...

    def noise(self, what: str, amount: float) -> float:
        """Return the device's own slow noise, up to an amount either way."""
        ...

    def counted(self, what: str, today: float) -> float:
        """Return a counter: what it stood at when the date began, and today's."""
        ...


def _awake(look: Look) -> float:
    """Return how awake people are, 0 at three in the night to 1 in the afternoon."""
    return 0.5 - 0.5 * math.cos((look.second / 3600 - 3.0) / 24.0 * math.tau)


def _heart_rate(look: Look) -> float:
    return 58.0 + 18.0 * _awake(look) + look.noise("heart", 6.0)


def _steps(look: Look) -> float:
    """4,000 steps between six and ten at night; they only grow."""
    share = min(1.0, max(0.0, (look.second - 6 * 3600) / (16 * 3600)))
    return look.counted("steps", 4000.0 * share)


VITAL_SIGNS: Mapping[str, Callable[[Look], float]] = {
    "heart_rate": _heart_rate,
    "pulse_rate": _heart_rate,
    "rr_interval": lambda look: 60_000.0 / _heart_rate(look),
    "spo2": lambda look: 96.5 + look.noise("spo2", 1.4),
    "body_temperature": lambda look: 36.4 + 0.3 * _awake(look) + look.noise("fever", 0.2),
    "systolic_pressure": lambda look: 122.0 + 8.0 * _awake(look) + look.noise("systolic", 7.0),
    "diastolic_pressure": lambda look: 76.0 + 4.0 * _awake(look) + look.noise("diastolic", 4.0),
    "mean_arterial_pressure": lambda look: 92.0 + 5.0 * _awake(look) + look.noise("mean", 4.0),
    "body_mass": lambda look: 57.4 + look.noise("mass", 0.4),
    "steps": _steps,
    "cadence": lambda look: 84.0 + look.noise("cadence", 12.0),
    "battery_level": lambda look: 78.0 + look.noise("battery", 3.0),
    "carbon_dioxide": lambda look: 640.0 + 160.0 * _awake(look) + look.noise("co2", 90.0),
    "motion": lambda look: float(_awake(look) + look.noise("motion", 0.6) > 0.5),
    "presence": lambda _look: 1.0,
    "signal_strength": lambda _look: -50.0,
    "fall_event": lambda _look: 0.0,
    "sos_event": lambda _look: 0.0,
    "opening": lambda look: float(look.noise("opening", 1.0) > 0.7),
}
