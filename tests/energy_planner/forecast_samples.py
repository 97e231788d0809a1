"""A made-up series with a known pattern: workdays and days off, a season, heat, seeded noise."""

from __future__ import annotations

from datetime import date

import numpy as np

from energy_planner.forecast.calendar_days import days_off
from energy_planner.forecast.days import Days

FIRST = date(2025, 1, 6)


def days(count: int = 90, slots: int = 24, noise: float = 2.0, seed: int = 3) -> Days:
    dice = np.random.default_rng(seed)
    off = days_off(FIRST, count)
    hour = np.arange(slots) * 24 / slots
    heat = (
        15 + 10 * np.sin(np.arange(count) / 30)[:, None] + 5 * np.sin((hour - 9) / 24 * 2 * np.pi)
    )
    shape = 100 + 60 * np.exp(-(((hour - 18) / 3) ** 2))
    work = np.where(off[:, None], 0.7, 1.0)
    values = shape * work + 3 * np.maximum(heat - 20, 0) + dice.normal(0, noise, (count, slots))
    return Days(values, off, FIRST, heat)
