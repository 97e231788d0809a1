"""The whole model of a plant: every asset's columns and rows, the buses, the named limits.

Form and golden values follow the reference problem (battery, PEM fuel cell, electrolyser, tank,
delivery, dispensing, demand charge); block order is fixed, see `matrices`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser import heat_part, hydrogen_part, loads_part
from energy_planner.optimiser.draft import Assembled, Draft
from energy_planner.optimiser.limits import Give, Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.plant import Battery, DemandCharge, Grid, Plant, Tariff

    Columns = NDArray[np.int64]


def assemble(plant: Plant, inputs: Inputs, tariff: Tariff) -> Assembled:
    """Return the model of a plant over the steps of its inputs."""
    draft = Draft(inputs)
    _grid(draft, plant.grid, tariff)
    for battery in plant.batteries:
        _battery(draft, battery, negative=bool((tariff.import_price < 0).any()))
    hydrogen_part.converters(draft, plant)
    loads_part.movable(draft, plant)
    hydrogen_part.store(draft, plant)
    heat_part.heat_side(draft, plant.heat)
    _balance(draft, plant.grid)
    _peak(draft, plant.grid, tariff.demand)
    return draft.made


def _grid(draft: Draft, grid: Grid, tariff: Tariff) -> None:
    hours = draft.hours
    bought = draft.column(grid.id, "import", grid.import_limit_kw, hours * tariff.import_price)
    sold = draft.column(grid.id, "export", grid.export_limit_kw, -hours * tariff.export_price)
    sun = draft.column("photovoltaic", "generate", draft.inputs.pv_kw)
    draft.electric.flow(bought, 1.0)
    draft.electric.flow(sold, -1.0)
    draft.electric.flow(sun, 1.0)
    if bool((tariff.import_price < tariff.export_price).any()):
        draft.one_way(bought, sold, grid.import_limit_kw, grid.export_limit_kw)


def _battery(draft: Draft, battery: Battery, *, negative: bool) -> None:
    model, steps, hours = draft.model, draft.steps, draft.hours
    charge = draft.column(battery.id, "charge", battery.power_kw)
    discharge = draft.column(battery.id, "discharge", battery.power_kw)
    level = model.var(steps, battery.floor_kwh, battery.high * battery.capacity_kwh)
    draft.made.level[battery.id] = level
    draft.electric.flow(charge, -1.0)
    draft.electric.flow(discharge, 1.0)
    begin = np.zeros(steps)
    begin[0] = battery.start_kwh
    model.rows(
        steps,
        begin,
        begin,
        (0, level, 1.0),
        (1, level[:-1], -1.0),
        (0, charge, -battery.efficiency * hours),
        (0, discharge, hours / battery.efficiency),
    )
    draft.at_least(battery.id, "kWh", level, battery.wanted_end_kwh)
    if negative:
        draft.one_way(charge, discharge, battery.power_kw, battery.power_kw)
    if battery.guard_kwh is not None:
        _guard(draft, battery, level)


def _guard(draft: Draft, battery: Battery, level: Columns) -> None:
    """Keep back what holding the target may take; going below has a price, it is no limit."""
    guard = np.asarray(battery.guard_kwh, float) + battery.floor_kwh
    below = draft.model.var(draft.steps, 0.0, np.inf, battery.guard_price)
    draft.model.rows(draft.steps, guard, np.inf, (0, level, 1.0), (0, below, 1.0))


def _balance(draft: Draft, grid: Grid) -> None:
    load, steps = draft.inputs.load_kw, draft.steps
    rows = draft.model.rows(steps, load, load, *draft.electric.terms)
    draft.made.balance = rows
    draft.limit(Limit(grid.id, "import_limit", "kW", Give.ECONOMIC, rows, 1, np.arange(steps)))


def _peak(draft: Draft, grid: Grid, demand: DemandCharge | None) -> None:
    if demand is None:
        return
    made, model = draft.made, draft.model
    made.interval_h = demand.interval_h
    single = len(demand.months) == 1 and demand.months[0].floor_kw <= demand.incumbent_kw
    cost = demand.months[0].rate if single else 0.0
    made.peak = model.var(1, demand.incumbent_kw, np.inf, cost)
    made.peak_rows = _clocked(draft, demand, made.power[grid.id, "import"])
    if not single:
        _ratchet(draft, demand)
    if demand.over_price:
        over = model.var(1, 0.0, np.inf, demand.over_price)
        model.rows(1, -demand.incumbent_kw, np.inf, (0, over, 1.0), (0, made.peak, -1.0))
    if np.isfinite(demand.most_kw):
        row = model.rows(1, -np.inf, demand.most_kw, (0, made.peak, 1.0))
        step = np.array([0])
        draft.limit(Limit(grid.id, "contract", "kW", Give.CONTRACT, row, -1, step))


def _clocked(draft: Draft, demand: DemandCharge, bought: Columns) -> Columns:
    """The billed peak is at least the mean import of every clocked interval."""
    model, number = draft.model, draft.inputs.intervals(demand.interval_h)
    count = int(number[-1]) + 1
    low = np.zeros(count)
    low[0] = demand.elapsed_kwh / demand.interval_h
    rows = model.rows(count, low, np.inf, (0, np.repeat(draft.made.peak, count), 1.0))
    model.add_to(rows[number], bought, -draft.hours / demand.interval_h)
    return rows


def _ratchet(draft: Draft, demand: DemandCharge) -> None:
    """Each coming month bills the higher of this peak and what it bills anyway."""
    floors = np.array([month.floor_kw for month in demand.months])
    rates = np.array([month.rate for month in demand.months])
    billed = draft.model.var(len(floors), floors, np.inf, rates)
    one_each = np.repeat(draft.made.peak, len(floors))
    draft.model.rows(len(floors), 0.0, np.inf, (0, billed, 1.0), (0, one_each, -1.0))
