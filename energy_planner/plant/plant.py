"""The plant as a whole, and the contradictions that make planning pointless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.errors import PlanInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from energy_planner.plant.grid import Grid
    from energy_planner.plant.heat import Heat
    from energy_planner.plant.hydrogen import Delivery, Electrolyser, FuelCell, HydrogenTank
    from energy_planner.plant.loads import EvSession, SheddableLoad, ShiftableLoad
    from energy_planner.plant.storage import Battery

_DUST = 1e-6  # of a kWh: what adding up leaves


@dataclass(frozen=True, slots=True)
class Plant:
    """Everything that a plan may use."""

    grid: Grid
    batteries: tuple[Battery, ...] = ()
    fuel_cells: tuple[FuelCell, ...] = ()
    electrolysers: tuple[Electrolyser, ...] = ()
    tank: HydrogenTank | None = None
    delivery: Delivery | None = None
    vehicles: tuple[EvSession, ...] = ()
    shiftable: tuple[ShiftableLoad, ...] = ()
    pipeline: Delivery | None = None
    sheddable: tuple[SheddableLoad, ...] = ()
    heat: Heat | None = None

    def check(self, steps: int) -> None:
        """Refuse contradictions in the plant itself.

        Raises:
            PlanInputError: all of them at once.
        """
        mistakes = tuple(self._mistakes(steps))
        if mistakes:
            raise PlanInputError(mistakes)

    def _mistakes(self, steps: int) -> Iterator[str]:
        yield from _negative(self)
        for battery in self.batteries:
            yield from _battery_mistakes(battery)
        yield from _hydrogen_mistakes(self, steps)
        for session in self.vehicles:
            yield from _window(session.id, session.arrives, session.departs, steps)
        for load in self.shiftable:
            yield from _window(load.id, load.begins, load.ends, steps)
        for shed in self.sheddable:
            yield from _sheddable_mistakes(shed, steps)
        if self.heat:
            yield from _heat_mistakes(self.heat, steps)


def _hydrogen_mistakes(plant: Plant, steps: int) -> Iterator[str]:
    if plant.tank:
        yield from _tank_mistakes(plant.tank, steps)
    elif plant.fuel_cells or plant.electrolysers:
        yield "fuel cells and electrolysers need a hydrogen tank"
    pipe = plant.pipeline
    if pipe and pipe.least_kg > pipe.kg_per_step:
        yield f"{pipe.id}: at least {pipe.least_kg:g} kg a step are more than its most"


def _negative(plant: Plant) -> Iterator[str]:
    sizes = [(plant.grid.id, "import limit", plant.grid.import_limit_kw)]
    sizes += [(b.id, "capacity", b.capacity_kwh) for b in plant.batteries]
    for group in (
        plant.batteries,
        plant.fuel_cells,
        plant.electrolysers,
        plant.vehicles,
        plant.shiftable,
    ):
        sizes += [(asset.id, "power", asset.power_kw) for asset in group]
    for asset, what, size in sizes:
        if not size >= 0 or not np.isfinite(size):
            yield f"{what} of {asset} is {size:g}: it must be a finite number, zero or more"


def _battery_mistakes(battery: Battery) -> Iterator[str]:
    low, high = battery.floor_kwh, battery.high * battery.capacity_kwh
    if low > high:
        yield f"{battery.id}: its least content {low:g} kWh is above its most {high:g} kWh"
    elif not battery.low * battery.capacity_kwh - _DUST <= battery.start_kwh <= high + _DUST:
        yield f"{battery.id}: it holds {battery.start_kwh:g} kWh, outside its own limits"
    if not 0 < battery.efficiency <= 1:
        yield f"{battery.id}: efficiency {battery.efficiency:g} is not between 0 and 1"


def _tank_mistakes(tank: HydrogenTank, steps: int) -> Iterator[str]:
    if len(tank.dispensing) != steps:
        yield f"{tank.id}: dispensing has {len(tank.dispensing)} steps, the plan has {steps}"
    if not 0 <= tank.start_kg <= tank.capacity_kg:
        yield f"{tank.id}: it holds {tank.start_kg:g} kg of {tank.capacity_kg:g} kg"
    if tank.wanted_end_kg > tank.capacity_kg:
        yield f"{tank.id}: {tank.wanted_end_kg:g} kg are wanted at the end, more than it can hold"


def _window(asset: str, begins: int, ends: int, steps: int) -> Iterator[str]:
    if not 0 <= begins < ends <= steps:
        yield f"{asset}: steps {begins} to {ends} are not a window of the plan's {steps} steps"


def _sheddable_mistakes(load: SheddableLoad, steps: int) -> Iterator[str]:
    if not len(load.power_kw) == len(load.day) == steps:
        yield f"{load.id}: its powers and days must have the plan's {steps} steps"
    elif (load.power_kw < 0).any():
        yield f"{load.id}: what can be shed is negative at step {int(np.argmax(load.power_kw < 0))}"
    if min(load.most_hours, load.run_hours, load.pause_hours, load.price) < 0:
        yield f"{load.id}: hours and price of shedding must be zero or more"


def _heat_mistakes(heat: Heat, steps: int) -> Iterator[str]:
    if len(heat.demand_kw) != steps:
        yield f"{heat.id}: the heat demand has {len(heat.demand_kw)} steps, the plan has {steps}"
    if not 0 <= heat.start_kwh <= heat.store_kwh:
        yield f"{heat.id}: it holds {heat.start_kwh:g} kWh of {heat.store_kwh:g} kWh"
    if heat.cop <= 0:
        yield f"{heat.id}: a heat pump's COP of {heat.cop:g} is not above zero"
