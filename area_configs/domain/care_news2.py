"""NEWS2 from a complete set that a person entered (Royal College of Physicians, 2017, chart 1).

It is off by default. A wearable gives no part of it: it knows neither blood pressure nor
consciousness, and a partial total would look like a low one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["low", "low-medium", "medium", "high"]
_HIGH, _MEDIUM, _RED = 7, 5, 3
# Highest value of each band and its points.
_BANDS: Mapping[str, tuple[tuple[float, int], ...]] = {
    "respiration": ((8, 3), (11, 1), (20, 0), (24, 2), (inf, 3)),
    "spo2_1": ((91, 3), (93, 2), (95, 1), (inf, 0)),
    "spo2_2_air": ((83, 3), (85, 2), (87, 1), (inf, 0)),
    "spo2_2_oxygen": ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (inf, 3)),
    "systolic": ((90, 3), (100, 2), (110, 1), (219, 0), (inf, 3)),
    "pulse": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (inf, 3)),
    "temperature": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (inf, 2)),
}


@dataclass(frozen=True, slots=True)
class News2Set:
    """The seven inputs of one moment; None where it was not taken.

    Attributes:
        respiration: per minute.
        spo2: percent.
        oxygen: given oxygen.
        systolic: mmHg.
        pulse: per minute.
        alert: alert; False is any of confused, voice, pain, unresponsive.
        temperature: degrees Celsius.
        second_scale: the second oxygen scale, only where it was prescribed.
    """

    respiration: int | None
    spo2: int | None
    oxygen: bool | None
    systolic: int | None
    pulse: int | None
    alert: bool | None
    temperature: float | None
    second_scale: bool = False


@dataclass(frozen=True, slots=True)
class News2:
    """Points by input, their sum (0 to 20) and the band it falls in."""

    points: Mapping[str, int]
    total: int
    level: Level


def news2(given: News2Set) -> News2 | None:
    """Return the score, None where any input is missing: there is no partial total."""
    respiration, spo2, systolic = given.respiration, given.spo2, given.systolic
    pulse, temperature = given.pulse, given.temperature
    if respiration is None or spo2 is None or systolic is None or pulse is None:
        return None
    if temperature is None or given.oxygen is None or given.alert is None:
        return None
    points = {
        "respiration": _band("respiration", respiration),
        "spo2": _band(_scale(given), spo2),
        "oxygen": 2 if given.oxygen else 0,
        "systolic": _band("systolic", systolic),
        "pulse": _band("pulse", pulse),
        "consciousness": 0 if given.alert else 3,
        "temperature": _band("temperature", round(temperature, 1)),
    }
    total = sum(points.values())
    return News2(points, total, _level(total, red=_RED in points.values()))


def _scale(given: News2Set) -> str:
    if not given.second_scale:
        return "spo2_1"
    return "spo2_2_oxygen" if given.oxygen else "spo2_2_air"


def _band(name: str, value: float) -> int:
    return next(points for top, points in _BANDS[name] if value <= top)


def _level(total: int, *, red: bool) -> Level:
    if total >= _HIGH:
        return "high"
    if total >= _MEDIUM:
        return "medium"
    return "low-medium" if red else "low"
