"""The reference problem with published golden values: one district, seed 7, half hours."""

from __future__ import annotations

import numpy as np

from energy_planner.forecast.inputs import Inputs
from energy_planner.plant import (
    Battery,
    Delivery,
    DemandCharge,
    Electrolyser,
    FuelCell,
    Grid,
    HydrogenTank,
    Month,
    Plant,
    Tariff,
)

FILLS = (12, 13, 26, 40, 41)  # half hours of a day at which the buses fill


def inputs(steps: int, seed: int = 7) -> Inputs:
    dice = np.random.default_rng(seed)
    index = np.arange(steps)
    hour, day = index % 48 / 2, index // 48
    noise = dice.normal(0, 25, steps)
    cloud = np.clip(dice.beta(4, 2, day[-1] + 1), 0.25, 1)[day]
    shimmer = dice.normal(0, 0.05, steps)
    load = 700 + 450 * np.exp(-(((hour - 11) / 3.2) ** 2))
    load = load + 650 * np.exp(-(((hour - 18.5) / 2.4) ** 2))
    load = load * (1 - 0.18 * (day % 7 >= 5)) * (1 + 0.05 * np.sin(2 * np.pi * day / 7)) + noise
    arc = np.where((hour > 5.5) & (hour < 18.5), np.sin(np.pi * (hour - 5.5) / 13), 0.0)
    sun = np.clip(600 * cloud * np.maximum(arc, 0) * (1 + shimmer), 0, 600)
    return Inputs(np.full(steps, 0.5), load, sun)


def plant(steps: int, **changes: object) -> Plant:
    parts: dict = {
        "grid": Grid(3000.0, 500.0),
        "batteries": (Battery("battery", 1000.0, 400.0, 500.0),),
        "fuel_cells": (FuelCell("fuel cell", 500.0, ramp_kw=250.0, start_cost=300.0),),
        "electrolysers": (Electrolyser("electrolyser", 400.0, start_cost=200.0),),
        "tank": HydrogenTank("tank", 250.0, 125.0, dispensing(steps)),
        "delivery": Delivery(20.0, 1100.0),
    }
    return Plant(**(parts | changes))


def dispensing(steps: int) -> np.ndarray:
    return np.where(np.isin(np.arange(steps) % 48, FILLS), 12.0, 0.0)


def tariff(steps: int, demand: DemandCharge | None = None) -> Tariff:
    hour = np.arange(steps) % 48 / 2
    night, midday = (hour >= 22) | (hour < 8), (hour >= 13) & (hour < 16)
    price = np.where(night, 15.0, np.where(midday, 28.0, 22.0))
    return Tariff(price, np.full(steps, 8.0), demand or DemandCharge((Month(1890.0),)))
