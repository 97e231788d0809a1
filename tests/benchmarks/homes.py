"""Five homes with sun and batteries: the data, the tariff and the yardsticks of the closed loop."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from energy_planner.forecast.days import Days
from energy_planner.forecast.inputs import Inputs
from energy_planner.optimiser.assembly import assemble
from energy_planner.optimiser.solve import Solver
from energy_planner.plant import Battery, DemandCharge, Grid, Month, Plant, Tariff

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SMART_AREA_DATA", ROOT.parent / "shared" / "data")) / "ems"
FOLDER = DATA / "citylearn_2022"

CAPACITY_KWH, POWER_KW, EFFICIENCY = 32.0, 12.5, 0.92
DEMAND_RATE, EXPORT_PRICE = 20.0, 0.05
BLOCK_DAYS = 30


def column(file: str, name: str) -> np.ndarray:
    with (FOLDER / file).open(encoding="utf-8") as opened:
        return np.array([float(row[name]) for row in csv.DictReader(opened)])


@dataclass(frozen=True)
class Homes:
    """Hours of a year: net load of all, by days; the last hour of the first day is left out."""

    net: Days
    price: np.ndarray  # (24,) of a kWh by the hour of the day


def homes() -> Homes:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))["buildings"]
    net = np.zeros(len(column("Building_1.csv", "day_type")))
    for number in range(1, 6):
        file, sun_kw = f"Building_{number}.csv", schema[f"Building_{number}"]["pv"]
        watts = column(file, "solar_generation") / 1000
        net += column(file, "non_shiftable_load")
        net -= watts * sun_kw["attributes"]["nominal_power"]
    kind, heat = column("Building_1.csv", "day_type"), column("weather.csv", _TEMPERATURE)
    part = slice(1, 1 + (len(net) - 1) // 24 * 24)
    off = np.isin(kind[part][::24], (1, 7, 8))
    hours = np.arange(24)
    price = np.where((hours >= 16) & (hours < 21), 0.54, 0.22)
    days = Days(net[part].reshape(-1, 24), off, date(2021, 8, 1), heat[part].reshape(-1, 24))
    return Homes(days, price)


def blocks(days: Days) -> list[tuple[int, int]]:
    """Return first day and the day after the last of each month of thirty days."""
    begins = range(62, days.count - BLOCK_DAYS - 2, BLOCK_DAYS)
    return [(day, day + BLOCK_DAYS) for day in begins]


def bill(imports: np.ndarray, price: np.ndarray, hours: float) -> tuple[float, float]:
    """Return cost of a month and its peak; imports are negative where it feeds in."""
    bought, sold = np.maximum(imports, 0), np.maximum(-imports, 0)
    peak = float(bought.max())
    return float((bought * price - sold * EXPORT_PRICE).sum()) * hours + DEMAND_RATE * peak, peak


def perfect(net: np.ndarray, price: np.ndarray) -> tuple[float, float]:
    """Return cost and peak of the cheapest course with all of the month known, hour by hour."""
    battery = Battery(
        "battery", CAPACITY_KWH, POWER_KW, CAPACITY_KWH / 2, EFFICIENCY, low=0.0, high=1.0
    )
    plant = Plant(Grid(1e3, 1e3), (battery,))
    charge = DemandCharge((Month(DEMAND_RATE),), interval_h=1.0)
    tariff = Tariff(price, np.full(len(net), EXPORT_PRICE), charge)
    inputs = Inputs(np.ones(len(net)), np.maximum(net, 0), np.maximum(-net, 0))
    made = assemble(plant, inputs, tariff)
    best = Solver(made.model, relaxed=True).run()
    assert best
    return best.objective, float(best.x[made.peak[0]])


_TEMPERATURE = "outdoor_dry_bulb_temperature"
