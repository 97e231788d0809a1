"""Columns and rows of the heat side: boiler, heat pump, store; fuel cells give theirs before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.limits import Give, Limit

if TYPE_CHECKING:
    from energy_planner.optimiser.draft import Draft
    from energy_planner.plant import Heat


def heat_side(draft: Draft, heat: Heat | None) -> None:
    """Add the heat side; after everything that makes heat."""
    if heat is None:
        return
    model, steps, hours = draft.model, draft.steps, draft.hours
    if heat.boiler_kw:
        boiler = draft.column(heat.id, "boiler", heat.boiler_kw, heat.boiler_price * hours)
        draft.heat.flow(boiler, hours)
    if heat.heat_pump_kw:
        pump = draft.column(heat.id, "heat_pump", heat.heat_pump_kw)
        draft.electric.flow(pump, -1.0)
        draft.heat.flow(pump, heat.cop * hours)
    level = model.var(steps, 0.0, heat.store_kwh)
    draft.made.level[heat.id] = level
    kept = (1 - heat.loss) ** hours
    need = -heat.demand_kw * hours
    need[0] += kept[0] * heat.start_kwh
    flows = [(offset, columns, -np.asarray(v)) for offset, columns, v in draft.heat.terms]
    # What is made too much is cooled away: at most the balance, not equal to it.
    rows = model.rows(steps, -np.inf, need, (0, level, 1.0), (1, level[:-1], -kept[1:]), *flows)
    short = np.flatnonzero(heat.demand_kw > 0)
    draft.limit(Limit(heat.id, "heat", "kWh", Give.SERVICE, rows[short], -1, short))
