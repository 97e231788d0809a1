"""Phase 1 of the CityLearn Challenge 2022: five homes, their batteries, and how a year is scored.

The rules are those of the environment `citylearn` 1.3.6 (MIT), module `energy_model.py` for the
battery and `cost_function.py` for the score; on a clock rule a year here agrees with it to 0.0004.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.homes import FOLDER, column

if TYPE_CHECKING:
    from collections.abc import Callable

HOMES = 5
CAPACITY_KWH, POWER_KW = 6.4, 5.0
MONTH_H = 730  # hours of a group of the load factor
_CURVE_X, _CURVE_Y = (0.0, 0.3, 0.7, 0.8, 1.0), (0.83, 0.83, 0.9, 0.9, 0.85)
_LIMIT_X, _LIMIT_Y = (0.0, 0.8, 1.0), (1.0, 1.0, 0.2)
_FADES = 1e-5  # capacity lost per full use


@dataclass(frozen=True)
class Year:
    """Hours of a year: (5, T) load and sun in kW; (T,) price, carbon; (2, T) irradiance, foretold."""

    load: np.ndarray
    sun: np.ndarray
    price: np.ndarray
    carbon: np.ndarray
    irradiance: np.ndarray

    @property
    def net(self) -> np.ndarray:
        """Return (5, T) what each home takes without a battery."""
        return self.load - self.sun


def year(hours: int) -> Year:
    """Return the first hours of the data; the environment foretells irradiance a day ahead exactly."""
    about = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))["buildings"]
    names = [f"Building_{number}" for number in range(1, HOMES + 1)]
    rated = [about[name]["pv"]["attributes"]["nominal_power"] for name in names]
    load = [column(f"{name}.csv", "non_shiftable_load") for name in names]
    watts = [column(f"{name}.csv", "solar_generation") for name in names]
    sun = [w / 1000 * kw for w, kw in zip(watts, rated, strict=True)]
    rays = [column("weather.csv", f"{kind}_solar_irradiance") for kind in ("diffuse", "direct")]
    cut = slice(0, hours)
    return Year(
        np.array(load)[:, cut],
        np.array(sun)[:, cut],
        _first("pricing.csv")[cut],
        _first("carbon_intensity.csv")[cut],
        np.array(rays),
    )


class Batteries:
    """Five batteries; efficiency goes with the power, the limit with the charge."""

    def __init__(self) -> None:
        self.content = np.zeros(HOMES)
        self._capacity = np.full(HOMES, CAPACITY_KWH)

    def move(self, wanted: np.ndarray) -> np.ndarray:
        """Charge (positive) or discharge for an hour; return the kWh at the terminals."""
        most = POWER_KW * np.interp(self.content / self._capacity, _LIMIT_X, _LIMIT_Y)
        energy = np.clip(wanted, -most, most)
        share = np.sqrt(np.interp(np.abs(energy) / POWER_KW, _CURVE_X, _CURVE_Y))
        inside = np.where(energy >= 0, energy * share, energy / share)
        after = np.clip(self.content + inside, 0, self._capacity)
        moved, self.content = after - self.content, after
        given = np.where(moved >= 0, moved / share, moved * share)
        self._capacity = self._capacity - _FADES * CAPACITY_KWH * np.abs(given) / (
            2 * self._capacity
        )
        return given


def simulate(known: Year, decide: Callable[[int, np.ndarray, float, float], np.ndarray]):
    """Return (5, T) what homes take, the batteries as `decide` says after each hour for the next.

    It is told the hour, the contents, the homes' sum in that hour, and the month's highest so far.
    """
    batteries, net, wanted, peak = Batteries(), known.net, np.zeros(HOMES), 0.0
    for hour in range(net.shape[1]):
        net[:, hour] += batteries.move(wanted)
        total = float(net[:, hour].sum())
        peak = total if hour % MONTH_H == 0 else max(peak, total)
        ends = (hour + 1) % MONTH_H == 0
        wanted = decide(hour, batteries.content, total, 0.0 if ends else peak)
    return net


def score(known: Year, net: np.ndarray) -> dict[str, float]:
    """Return price, emission, ramping, load factor and their mean, no batteries being 1."""
    idle = known.net
    parts = {
        "price": _price(known, net) / _price(known, idle),
        "emission": _emission(known, net) / _emission(known, idle),
        "ramping": _ramping(net) / _ramping(idle),
        "one_less_load_factor": _flatness(net) / _flatness(idle),
    }
    grid = (parts["ramping"] + parts["one_less_load_factor"]) / 2
    return parts | {"score": (parts["price"] + parts["emission"] + grid) / 3}


def _price(known: Year, net: np.ndarray) -> float:
    return float(np.maximum(0, net.sum(axis=0) * known.price).sum())


def _emission(known: Year, net: np.ndarray) -> float:
    return float((np.maximum(0, net) * known.carbon).sum())


def _ramping(net: np.ndarray) -> float:
    return float(np.abs(np.diff(net.sum(axis=0))).sum())


def _flatness(net: np.ndarray) -> float:
    total = net.sum(axis=0)
    months = [total[at : at + MONTH_H] for at in range(0, len(total), MONTH_H)]
    return float(np.mean([1 - month.mean() / month.max() for month in months]))


def _first(file: str) -> np.ndarray:
    with (FOLDER / file).open(encoding="utf-8") as opened:
        name = next(csv.reader(opened))[0]
    return column(file, name)
