"""The model district with twenty invented days behind it, and a moment to plan from."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from area_configs.loader import load_area
from energy_planner.day_plan import Request
from energy_planner.forecast.history import History, history_of
from energy_planner.forecast.peaks import peaks_of
from energy_planner.site import State

TOKYO = ZoneInfo("Asia/Tokyo")
AREA = load_area("harumi")
SITE = AREA.energy
DAYS = 20
BEGIN = datetime(2026, 10, 1, tzinfo=TOKYO)
NOW = BEGIN + timedelta(days=DAYS - 1, hours=10, minutes=10)


def known(scale: float = 1.0) -> History:
    """Two humps a day up to some 470 kW; the import as if somebody had held 430 kW."""
    slots = (DAYS - 1) * 48 + 20
    hour = np.arange(slots) % 48 / 2
    dice = np.random.default_rng(3)
    load = (
        200
        + 120 * np.exp(-(((hour - 11) / 3.2) ** 2))
        + 260 * np.exp(-(((hour - 18.5) / 2.4) ** 2))
    )
    load = scale * (load + dice.normal(0, 6, slots))
    sun = np.clip(60 * np.sin(np.pi * (hour - 6) / 12), 0, None)
    times = BEGIN.timestamp() + 1800.0 * np.arange(slots)
    bought = np.minimum(load - sun, 430.0)
    return history_of(times, {"load_kw": load, "pv_kw": sun, "import_kw": bought}, TOKYO)


def request(scale: float = 1.0) -> Request:
    past = known(scale)
    content = {"battery-main": 150.0, "hydrogen-bank": 120.0}
    return Request(SITE, past, NOW, 24.0, State(content, {}, peaks_of(past, NOW)))
