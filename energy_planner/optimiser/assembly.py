"""The whole model of a plant: every asset's columns and rows, the two buses, the named limits.

Form and golden values follow the reference problem (battery, PEM fuel cell, electrolyser, tank,
delivery, dispensing, demand charge); block order is fixed, see `matrices`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.limits import Give, Limit
from energy_planner.optimiser.matrices import Model

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.plant import (
        Battery,
        DemandCharge,
        Electrolyser,
        EvSession,
        FuelCell,
        Plant,
        ShiftableLoad,
        Tariff,
    )

    Columns = NDArray[np.int64]


@dataclass(slots=True)
class Assembled:
    """The model with the names of its columns and limits.

    Attributes:
        power: columns in kW by (asset, direction): `import`, `export`, `charge`, ...
        level: columns of contents by asset, kWh or kg, at the end of each step.
        on: (power columns, on/off columns, rated kW) of each asset that starts and stops.
        peak: the one column of the billed peak, kW; empty where no demand charge is known.
        balance, peak_rows: rows of the electric bus, and of the clocked intervals.
    """

    model: Model
    power: dict[tuple[str, str], Columns] = field(default_factory=dict)
    level: dict[str, Columns] = field(default_factory=dict)
    on: list[tuple[Columns, Columns, float]] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    peak: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    balance: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    peak_rows: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    interval_h: float = 0.5


class _Bus:
    """Gathers what flows into (+) and out of (-) one bus until its balance is written."""

    def __init__(self) -> None:
        self.terms: list[tuple[int, Columns, ArrayLike]] = []

    def flow(self, columns: Columns, value: ArrayLike, offset: int = 0) -> None:
        self.terms.append((offset, columns, value))


def assemble(plant: Plant, inputs: Inputs, tariff: Tariff) -> Assembled:
    """Return the model of a plant over the steps of its inputs."""
    return _Assembly(plant, inputs, tariff).build()


class _Assembly:
    def __init__(self, plant: Plant, inputs: Inputs, tariff: Tariff) -> None:
        self._plant, self._inputs, self._tariff = plant, inputs, tariff
        self._steps, self._hours = len(inputs.load_kw), inputs.hours
        self._model = Model()
        self._made = Assembled(self._model)
        self._electric, self._hydrogen = _Bus(), _Bus()

    def build(self) -> Assembled:
        self._grid()
        for battery in self._plant.batteries:
            self._battery(battery)
        for fuel_cell in self._plant.fuel_cells:
            self._fuel_cell(fuel_cell)
        for electrolyser in self._plant.electrolysers:
            self._electrolyser(electrolyser)
        for session in self._plant.vehicles:
            self._window_load(session, session.arrives, session.departs, Give.SERVICE)
        for load in self._plant.shiftable:
            self._window_load(load, load.begins, load.ends, Give.SERVICE)
        self._tank()
        self._balance()
        self._peak()
        return self._made

    def _column(self, asset: str, name: str, high: ArrayLike, cost: ArrayLike = 0.0) -> Columns:
        columns = self._model.var(self._steps, 0.0, high, cost)
        self._made.power[asset, name] = columns
        return columns

    def _grid(self) -> None:
        grid, tariff, hours = self._plant.grid, self._tariff, self._hours
        bought = self._column(grid.id, "import", grid.import_limit_kw, hours * tariff.import_price)
        sold = self._column(grid.id, "export", grid.export_limit_kw, -hours * tariff.export_price)
        sun = self._column("photovoltaic", "generate", self._inputs.pv_kw)
        self._electric.flow(bought, 1.0)
        self._electric.flow(sold, -1.0)
        self._electric.flow(sun, 1.0)
        if bool((tariff.import_price < tariff.export_price).any()):
            self._one_way(bought, sold, grid.import_limit_kw, grid.export_limit_kw)

    def _one_way(self, inward: Columns, outward: Columns, most_in: float, most_out: float) -> None:
        """Forbid both directions at once, where prices would make that a business."""
        model, steps = self._model, self._steps
        direction = model.var(steps, 0.0, 1.0, integer=True)
        model.rows(steps, -np.inf, 0.0, (0, inward, 1.0), (0, direction, -most_in))
        model.rows(steps, -np.inf, most_out, (0, outward, 1.0), (0, direction, most_out))

    def _battery(self, battery: Battery) -> None:
        model, steps, hours = self._model, self._steps, self._hours
        charge = self._column(battery.id, "charge", battery.power_kw)
        discharge = self._column(battery.id, "discharge", battery.power_kw)
        level = model.var(steps, battery.floor_kwh, battery.high * battery.capacity_kwh)
        self._made.level[battery.id] = level
        self._electric.flow(charge, -1.0)
        self._electric.flow(discharge, 1.0)
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
        end = model.rows(1, battery.wanted_end_kwh, np.inf, (0, level[-1:], 1.0))
        self._limit(battery.id, "end_level", "kWh", Give.END_LEVEL, end, np.array([steps - 1]))
        if bool((self._tariff.import_price < 0).any()):
            self._one_way(charge, discharge, battery.power_kw, battery.power_kw)

    def _fuel_cell(self, cell: FuelCell) -> None:
        model, steps = self._model, self._steps
        power = self._column(cell.id, "generate", cell.power_kw)
        self._on_off(power, cell)
        self._electric.flow(power, 1.0)
        self._hydrogen.flow(power, -self._hours / cell.kwh_per_kg)
        if np.isfinite(cell.ramp_kw) and steps > 1:
            bounds = (-cell.ramp_kw, cell.ramp_kw)
            model.rows(steps - 1, *bounds, (0, power[1:], 1.0), (0, power[:-1], -1.0))
        if np.isfinite(cell.ramp_kw) and cell.power_now_kw is not None:
            now = cell.power_now_kw
            model.rows(1, now - cell.ramp_kw, now + cell.ramp_kw, (0, power[:1], 1.0))

    def _electrolyser(self, electrolyser: Electrolyser) -> None:
        power = self._column(electrolyser.id, "consume", electrolyser.power_kw)
        self._on_off(power, electrolyser)
        self._electric.flow(power, -1.0)
        self._hydrogen.flow(power, self._hours / electrolyser.kwh_per_kg)

    def _on_off(self, power: Columns, asset: FuelCell | Electrolyser) -> None:
        """Tie a power to its on/off column: minimum load while on, a price for each start."""
        model, steps = self._model, self._steps
        on = model.var(steps, 0.0, 1.0, integer=True)
        start = model.var(steps, 0.0, 1.0, asset.start_cost)
        model.rows(steps, -np.inf, 0.0, (0, power, 1.0), (0, on, -asset.power_kw))
        model.rows(steps, 0.0, np.inf, (0, power, 1.0), (0, on, -asset.least * asset.power_kw))
        was_on = np.zeros(steps)
        was_on[0] = float(asset.running)
        model.rows(steps, -np.inf, was_on, (0, on, 1.0), (1, on[:-1], -1.0), (0, start, -1.0))
        self._made.on.append((power, on, asset.power_kw))

    def _window_load(
        self, asset: EvSession | ShiftableLoad, begins: int, ends: int, give: Give
    ) -> None:
        most = np.zeros(self._steps)
        most[begins:ends] = asset.power_kw
        power = self._column(asset.id, "consume", most)
        inside = power[begins:ends]
        need = self._model.rows(1, asset.energy_kwh, np.inf)
        rows = np.repeat(need, len(inside))
        self._model.add_to(rows, inside, self._hours[begins:ends])
        self._electric.flow(power, -1.0)
        self._limit(asset.id, "energy", "kWh", give, need, np.array([ends - 1]))

    def _tank(self) -> None:
        tank, model, steps = self._plant.tank, self._model, self._steps
        if tank is None:
            return
        if delivery := self._plant.delivery:
            bought = model.var(steps, 0.0, delivery.kg_per_step, delivery.price_per_kg)
            self._made.power[delivery.id, "buy"] = bought
            self._hydrogen.flow(bought, 1.0)
        level = model.var(steps, 0.0, tank.capacity_kg)
        self._made.level[tank.id] = level
        begin = -tank.dispensing.astype(float)
        begin[0] += tank.start_kg
        flows = [(offset, columns, -np.asarray(v)) for offset, columns, v in self._hydrogen.terms]
        rows = model.rows(steps, begin, begin, (0, level, 1.0), (1, level[:-1], -1.0), *flows)
        served = np.flatnonzero(tank.dispensing > 0)
        self._limit(tank.id, "dispensing", "kg", Give.SERVICE, rows[served], served, sign=-1)
        end = model.rows(1, tank.wanted_end_kg, np.inf, (0, level[-1:], 1.0))
        self._limit(tank.id, "end_level", "kg", Give.END_LEVEL, end, np.array([steps - 1]))

    def _balance(self) -> None:
        load = self._inputs.load_kw
        rows = self._model.rows(self._steps, load, load, *self._electric.terms)
        self._made.balance = rows
        every = np.arange(self._steps)
        grid = self._plant.grid.id
        self._limit(grid, "import_limit", "kW", Give.ECONOMIC, rows, every)

    def _peak(self) -> None:
        demand = self._tariff.demand
        if demand is None:
            return
        self._made.interval_h = demand.interval_h
        model, bought = self._model, self._made.power[self._plant.grid.id, "import"]
        single = len(demand.months) == 1 and demand.months[0].floor_kw <= demand.incumbent_kw
        cost = demand.months[0].rate if single else 0.0
        peak = model.var(1, demand.incumbent_kw, np.inf, cost)
        self._made.peak = peak
        self._made.peak_rows = self._clocked(demand, bought, peak)
        if not single:
            self._ratchet(demand, peak)

    def _clocked(self, demand: DemandCharge, bought: Columns, peak: Columns) -> Columns:
        """The billed peak is at least the mean import of every clocked interval."""
        number = self._inputs.intervals(demand.interval_h)
        count = int(number[-1]) + 1
        low = np.zeros(count)
        low[0] = demand.elapsed_kwh / demand.interval_h
        rows = self._model.rows(count, low, np.inf, (0, np.repeat(peak, count), 1.0))
        self._model.add_to(rows[number], bought, -self._hours / demand.interval_h)
        return rows

    def _ratchet(self, demand: DemandCharge, peak: Columns) -> None:
        """Each coming month bills the higher of this peak and what it bills anyway."""
        floors = np.array([month.floor_kw for month in demand.months])
        rates = np.array([month.rate for month in demand.months])
        billed = self._model.var(len(floors), floors, np.inf, rates)
        one_each = np.repeat(peak, len(floors))
        self._model.rows(len(floors), 0.0, np.inf, (0, billed, 1.0), (0, one_each, -1.0))

    def _limit(  # noqa: PLR0913, PLR0917 - the fields of a limit, in their order
        self,
        asset: str,
        name: str,
        unit: str,
        give: Give,
        rows: Columns,
        steps: Columns,
        sign: int = 1,
    ) -> None:
        self._made.limits.append(Limit(asset, name, unit, give, rows, sign, steps))
