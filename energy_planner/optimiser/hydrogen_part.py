"""Columns and rows of fuel cells, electrolysers, the tank and what is bought and dispensed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.limits import Give, Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.optimiser.draft import Draft
    from energy_planner.plant import Delivery, Electrolyser, FuelCell, HydrogenTank, Plant


def converters(draft: Draft, plant: Plant) -> None:
    """Add every fuel cell and electrolyser."""
    for cell in plant.fuel_cells:
        _fuel_cell(draft, cell)
    for electrolyser in plant.electrolysers:
        _electrolyser(draft, electrolyser)


def store(draft: Draft, plant: Plant) -> None:
    """Add the tank with its deliveries; after everything that makes or takes hydrogen."""
    tank, model, steps = plant.tank, draft.model, draft.steps
    if tank is None:
        return
    for delivery in (plant.delivery, plant.pipeline):
        if delivery:
            _bought(draft, delivery)
    if tank.service < 1:
        _unserved(draft, tank)
    level = model.var(steps, 0.0, tank.capacity_kg)
    draft.made.level[tank.id] = level
    begin = -tank.dispensing.astype(float)
    begin[0] += tank.start_kg
    flows = [(offset, columns, -np.asarray(v)) for offset, columns, v in draft.hydrogen.terms]
    rows = model.rows(steps, begin, begin, (0, level, 1.0), (1, level[:-1], -1.0), *flows)
    draft.made.tank_rows = rows
    served = np.flatnonzero(tank.dispensing > 0)
    draft.limit(Limit(tank.id, "dispensing", "kg", Give.SERVICE, rows[served], -1, served))
    draft.at_least(tank.id, "kg", level, tank.wanted_end_kg)


def _fuel_cell(draft: Draft, cell: FuelCell) -> None:
    power = draft.column(cell.id, "generate", cell.power_kw)
    draft.on_off(power, cell)
    draft.electric.flow(power, 1.0)
    draft.hydrogen.flow(power, -draft.hours / cell.kwh_per_kg)
    if cell.heat_ratio:
        draft.heat.flow(power, cell.heat_ratio * draft.hours)
    if np.isfinite(cell.ramp_kw):
        _ramp(draft, cell, power)


def _ramp(draft: Draft, cell: FuelCell, power: NDArray[np.int64]) -> None:
    model, steps, ramp = draft.model, draft.steps, cell.ramp_kw
    if steps > 1:
        model.rows(steps - 1, -ramp, ramp, (0, power[1:], 1.0), (0, power[:-1], -1.0))
    if (now := cell.power_now_kw) is not None:
        model.rows(1, now - ramp, now + ramp, (0, power[:1], 1.0))


def _electrolyser(draft: Draft, electrolyser: Electrolyser) -> None:
    power = draft.column(electrolyser.id, "consume", electrolyser.power_kw)
    draft.on_off(power, electrolyser)
    draft.electric.flow(power, -1.0)
    draft.hydrogen.flow(power, draft.hours / electrolyser.kwh_per_kg)


def _bought(draft: Draft, delivery: Delivery) -> None:
    least, most = delivery.least_kg, delivery.kg_per_step
    bought = draft.model.var(draft.steps, least, most, delivery.price_per_kg)
    draft.made.power[delivery.id, "buy"] = bought
    draft.hydrogen.flow(bought, 1.0)


def _unserved(draft: Draft, tank: HydrogenTank) -> None:
    """Let vehicles go without a share of what they want, at a price."""
    missed = draft.model.var(draft.steps, 0.0, tank.dispensing, tank.unserved_price)
    draft.made.power[tank.id, "unserved"] = missed
    draft.hydrogen.flow(missed, 1.0)
    most = (1 - tank.service) * float(tank.dispensing.sum())
    row = draft.model.rows(1, -np.inf, most)
    draft.model.add_to(np.repeat(row, draft.steps), missed, 1.0)
    last = np.array([draft.steps - 1])
    draft.limit(Limit(tank.id, "service_level", "kg", Give.SERVICE, row, -1, last))
