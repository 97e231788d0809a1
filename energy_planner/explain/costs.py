"""What a course of the assets costs and lets through: the plan, what runs now, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.plant import DemandCharge, Plant, Tariff

    Series = NDArray[np.float64]
    Powers = Mapping[tuple[str, str], Series]

_ON_KW = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a course brings, by the forecast.

    Attributes:
        import_kw: (T,) mean import per step; negative where it feeds in.
        peak_kw: billed peak, the incumbent included.
        energy_cost: import less what is fed in.
        demand_cost: what all months bill for the peak.
        hydrogen_cost: what is bought, and what vehicles do not get.
        other_cost: starts, shedding, heat of the boiler.
        carbon_kg: emissions of the import; None where they are not known.
    """

    import_kw: Series
    peak_kw: float
    energy_cost: float
    demand_cost: float
    hydrogen_cost: float
    other_cost: float
    carbon_kg: float | None

    @property
    def cost(self) -> float:
        """Return the whole cost."""
        return self.energy_cost + self.demand_cost + self.hydrogen_cost + self.other_cost


def outcome(plant: Plant, inputs: Inputs, tariff: Tariff, power: Powers) -> Outcome:
    """Return what a plan's powers bring."""
    bought, sold = power[plant.grid.id, "import"], power[plant.grid.id, "export"]
    return _outcome(
        inputs, tariff, bought - sold, _hydrogen(plant, power), _others(plant, inputs, power)
    )


def nothing(plant: Plant, inputs: Inputs, tariff: Tariff) -> Outcome:
    """Return what doing nothing brings.

    Storage rests, vehicles charge when they come, loads run when their window begins, hydrogen
    is bought as it is dispensed, heat comes from the boiler first.
    """
    load = inputs.load_kw - inputs.pv_kw + sum(at_once(plant, inputs.hours).values())
    other = 0.0
    if heat := plant.heat:
        boiler = np.minimum(heat.demand_kw, heat.boiler_kw)
        other = float((boiler * inputs.hours).sum()) * heat.boiler_price
        load = load + np.minimum((heat.demand_kw - boiler) / heat.cop, heat.heat_pump_kw)
    return _outcome(inputs, tariff, load, _dispensed(plant), other)


def at_once(plant: Plant, hours: Series) -> dict[str, Series]:
    """Return (T,) the power of each charger and waiting load that runs as soon as it may."""
    found: dict[str, Series] = {}
    parts = [(s.id, s.arrives, s.departs, s.energy_kwh, s.power_kw) for s in plant.vehicles]
    parts += [(s.id, s.begins, s.ends, s.energy_kwh, s.power_kw) for s in plant.shiftable]
    for device, begins, ends, energy, power in parts:
        own = _at_once(hours, slice(begins, ends), energy, power)
        found[device] = found.get(device, np.zeros(len(hours))) + own
    return found


def held(plant: Plant, inputs: Inputs, tariff: Tariff, relief_kw: Series) -> Outcome:
    """Return what a course of given relief brings, such as the plan that is in force.

    Args:
        plant: whose other assets do nothing.
        inputs: the forecast.
        tariff: the prices.
        relief_kw: (T,) how much less is imported than when doing nothing.
    """
    idle = nothing(plant, inputs, tariff)
    return _outcome(inputs, tariff, idle.import_kw - relief_kw, idle.hydrogen_cost, idle.other_cost)


def _outcome(inputs: Inputs, tariff: Tariff, net: Series, hydrogen: float, other: float) -> Outcome:
    hours, bought = inputs.hours, np.maximum(net, 0.0)
    energy = float((hours * (bought * tariff.import_price)).sum())
    energy -= float((hours * np.maximum(-net, 0.0) * tariff.export_price).sum())
    carbon = None if tariff.carbon is None else float((hours * bought * tariff.carbon).sum())
    demand = tariff.demand
    peak = _peak(inputs, demand, bought)
    bill = demand.bill(peak) if demand else 0.0
    return Outcome(net, peak, energy, bill, hydrogen, other, carbon)


def _peak(inputs: Inputs, demand: DemandCharge | None, bought: Series) -> float:
    if demand is None:
        return float(bought.max())
    number = inputs.intervals(demand.interval_h)
    used = np.bincount(number, bought * inputs.hours)
    used[0] += demand.elapsed_kwh
    return max(demand.incumbent_kw, float(used.max()) / demand.interval_h)


def _hydrogen(plant: Plant, power: Powers) -> float:
    cost = 0.0
    for delivery in (plant.delivery, plant.pipeline):
        if delivery:
            cost += float(power[delivery.id, "buy"].sum()) * delivery.price_per_kg
    if plant.tank and (plant.tank.id, "unserved") in power:
        cost += float(power[plant.tank.id, "unserved"].sum()) * plant.tank.unserved_price
    return cost


def _dispensed(plant: Plant) -> float:
    """Return what the dispensed hydrogen costs when all of it is bought."""
    prices = [d.price_per_kg for d in (plant.pipeline, plant.delivery) if d]
    return float(plant.tank.dispensing.sum()) * min(prices) if plant.tank and prices else 0.0


def _others(plant: Plant, inputs: Inputs, power: Powers) -> float:
    cost = sum(_starts(plant, power), 0.0)
    for load in plant.sheddable:
        cost += float((power[load.id, "shed"] * inputs.hours).sum()) * load.price
    if plant.heat and (plant.heat.id, "boiler") in power:
        made = power[plant.heat.id, "boiler"] * inputs.hours
        cost += float(made.sum()) * plant.heat.boiler_price
    return cost


def _starts(plant: Plant, power: Powers) -> Iterator[float]:
    cells = [(c.id, "generate", c.running, c.start_cost) for c in plant.fuel_cells]
    makers = [(e.id, "consume", e.running, e.start_cost) for e in plant.electrolysers]
    for asset, way, running, price in (*cells, *makers):
        on = power[asset, way] > _ON_KW
        starts = np.flatnonzero(on & ~np.concatenate([[running], on[:-1]]))
        yield price * len(starts)


def _at_once(hours: Series, window: slice, energy_kwh: float, power_kw: float) -> Series:
    """Return (T,) the power of a load that runs as soon as it may until it has its energy."""
    power = np.zeros(len(hours))
    most = power_kw * hours[window]
    before = np.concatenate([[0.0], np.cumsum(most)[:-1]])
    power[window] = np.clip(energy_kwh - before, 0.0, most) / hours[window]
    return power
