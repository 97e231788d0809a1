"""Columns and rows of loads that move: charging, loads that wait, loads that are shed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.limits import Give, Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from energy_planner.optimiser.draft import Draft
    from energy_planner.plant import Plant, SheddableLoad

    # id, first step, step after the last, kWh, kW
    Window = tuple[str, int, int, float, float]


def movable(draft: Draft, plant: Plant) -> None:
    """Add charging sessions and loads that wait for their window."""
    sessions = ((s.id, s.arrives, s.departs, s.energy_kwh, s.power_kw) for s in plant.vehicles)
    loads = ((s.id, s.begins, s.ends, s.energy_kwh, s.power_kw) for s in plant.shiftable)
    _windows(draft, sessions)
    _windows(draft, loads)
    for load in plant.sheddable:
        _shed(draft, load)


def _windows(draft: Draft, windows: Iterable[Window]) -> None:
    by_asset: dict[str, list[Window]] = {}
    for window in windows:
        by_asset.setdefault(window[0], []).append(window)
    for asset, own in by_asset.items():
        most = np.zeros(draft.steps)
        for _, begins, ends, _, power_kw in own:
            most[begins:ends] = power_kw
        power = draft.column(asset, "consume", most)
        draft.electric.flow(power, -1.0)
        for window in own:
            _need(draft, window, power)


def _need(draft: Draft, window: Window, power: NDArray[np.int64]) -> None:
    asset, begins, ends, energy_kwh, _ = window
    row = draft.model.rows(1, energy_kwh, np.inf)
    inside = power[begins:ends]
    draft.model.add_to(np.repeat(row, len(inside)), inside, draft.hours[begins:ends])
    draft.limit(Limit(asset, "energy", "kWh", Give.SERVICE, row, 1, np.array([ends - 1])))


def _shed(draft: Draft, load: SheddableLoad) -> None:
    """Shed within comfort: so many hours a day, and a pause after each run."""
    hours = draft.hours
    shed = draft.column(load.id, "shed", load.power_kw, load.price * hours)
    draft.electric.flow(shed, 1.0)
    most_kw = float(load.power_kw.max(initial=0.0))
    days = load.day - load.day.min()
    daily = draft.model.rows(int(days.max()) + 1, -np.inf, most_kw * load.most_hours)
    draft.model.add_to(daily[days], shed, hours)
    step_h = float(hours.max())
    width = round((load.run_hours + load.pause_hours) / step_h)
    if 1 < width <= draft.steps:
        windows = draft.model.rows(
            draft.steps - width + 1, -np.inf, most_kw * max(load.run_hours, step_h)
        )
        for late in range(width):
            inside = slice(late, late + len(windows))
            draft.model.add_to(windows, shed[inside], hours[inside])
