"""A model in the making: its columns by name, its buses, its named limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from energy_planner.optimiser.limits import Give, Limit
from energy_planner.optimiser.matrices import Model

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from energy_planner.forecast.inputs import Inputs
    from energy_planner.plant import Electrolyser, FuelCell

    Columns = NDArray[np.int64]


@dataclass(slots=True)
class Assembled:
    """The model with the names of its columns and limits.

    Attributes:
        power: columns in kW by (asset, direction): `import`, `export`, `charge`, ...
        level: columns of contents by asset, kWh or kg, at the end of each step.
        on: (power columns, on/off columns, rated kW) of each asset that starts and stops.
        most_rows: rows that bound the power of each such asset while it is on.
        starts: columns of the starts of each such asset.
        peak: the one column of the billed peak, kW; empty where no demand charge is known.
        balance, peak_rows: rows of the electric bus, and of the clocked intervals.
        tank_rows: rows of the hydrogen balance; empty without a tank.
    """

    model: Model
    power: dict[tuple[str, str], Columns] = field(default_factory=dict)
    level: dict[str, Columns] = field(default_factory=dict)
    on: list[tuple[Columns, Columns, float]] = field(default_factory=list)
    most_rows: dict[str, Columns] = field(default_factory=dict)
    starts: dict[str, Columns] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    peak: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    balance: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    peak_rows: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    tank_rows: Columns = field(default_factory=lambda: np.zeros(0, np.int64))
    interval_h: float = 0.5


class Bus:
    """Gathers what flows into (+) and out of (-) one bus until its balance is written."""

    def __init__(self) -> None:
        self.terms: list[tuple[int, Columns, ArrayLike]] = []

    def flow(self, columns: Columns, value: ArrayLike, offset: int = 0) -> None:
        """Let columns flow in, per unit of theirs."""
        self.terms.append((offset, columns, value))


class Draft:
    """What the parts of a plant write into.

    Attributes:
        electric: kW; hydrogen: kg per step; heat: kWh per step.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs, self.hours, self.steps = inputs, inputs.hours, len(inputs.load_kw)
        self.model = Model()
        self.made = Assembled(self.model)
        self.electric, self.hydrogen, self.heat = Bus(), Bus(), Bus()

    def column(self, asset: str, name: str, high: ArrayLike, cost: ArrayLike = 0.0) -> Columns:
        """Add a power per step, zero to `high`, under its name."""
        columns = self.model.var(self.steps, 0.0, high, cost)
        self.made.power[asset, name] = columns
        return columns

    def one_way(self, inward: Columns, outward: Columns, most_in: float, most_out: float) -> None:
        """Forbid both directions at once, where prices would make that a business."""
        direction = self.model.var(self.steps, 0.0, 1.0, integer=True)
        ins, outs = (0, direction, -most_in), (0, direction, most_out)
        self.model.rows(self.steps, -np.inf, 0.0, (0, inward, 1.0), ins)
        self.model.rows(self.steps, -np.inf, most_out, (0, outward, 1.0), outs)

    def on_off(self, power: Columns, asset: FuelCell | Electrolyser) -> None:
        """Tie a power to its on/off column: minimum load while on, a price for each start."""
        model, steps = self.model, self.steps
        on = model.var(steps, 0.0, 1.0, integer=True)
        start = model.var(steps, 0.0, 1.0, asset.start_cost)
        most = (0, on, -asset.power_kw)
        self.made.most_rows[asset.id] = model.rows(steps, -np.inf, 0.0, (0, power, 1.0), most)
        model.rows(steps, 0.0, np.inf, (0, power, 1.0), (0, on, -asset.least * asset.power_kw))
        was_on = np.zeros(steps)
        was_on[0] = float(asset.running)
        model.rows(steps, -np.inf, was_on, (0, on, 1.0), (1, on[:-1], -1.0), (0, start, -1.0))
        self.made.on.append((power, on, asset.power_kw))
        self.made.starts[asset.id] = start

    def limit(self, limit: Limit) -> None:
        """Give a limit its name."""
        self.made.limits.append(limit)

    def at_least(self, asset: str, unit: str, level: Columns, least: float) -> None:
        """Want a content at the end; it is the first to give way."""
        row = self.model.rows(1, least, np.inf, (0, level[-1:], 1.0))
        last = np.array([self.steps - 1])
        self.limit(Limit(asset, "end_level", unit, Give.END_LEVEL, row, 1, last))
