"""What one more kW or kWh of each asset would bring, and what binds in every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from energy_planner.optimiser.draft import Assembled
    from energy_planner.optimiser.solve import Solution

_TIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Margin:
    """One more unit of one asset's size, and what it would save over the plan.

    Attributes:
        what: `power` in kW, or `content` in kWh or kg.
        saves: over the whole plan, in the tariff's currency.
        at_peak: the part of it that is saved in the steps that decide the peak.
    """

    asset: str
    what: str
    saves: float
    at_peak: float


def margins(made: Assembled, prices: Solution | None, peak_steps: list[int]) -> tuple[Margin, ...]:
    """Return what more of each asset would save, most first; from the duals of its bounds."""
    if prices is None:
        return ()
    reduced = np.minimum(prices.col_dual, 0.0)  # an upper bound that binds has a negative one
    found = []
    for (asset, _way), columns in made.power.items():
        found.append(_margin(asset, "power", -reduced[columns], peak_steps))
    for power, on, rated in made.on:
        found.append(_on_margin(made, prices, (power, on, rated), peak_steps))
    for asset, columns in made.level.items():
        found.append(_margin(asset, "content", -reduced[columns], peak_steps))
    telling = [margin for margin in found if margin and margin.saves > _TIGHT]
    return tuple(sorted(telling, key=lambda margin: -margin.saves))


def limits_by_step(made: Assembled, plan: Solution) -> list[tuple[tuple[str, str], ...]]:
    """Return, for each step, (asset, `power` or `empty` or `full`) of what is at a limit."""
    bounds, steps = made.model.bounds, len(made.balance)
    binding: list[list[tuple[str, str]]] = [[] for _ in range(steps)]

    def note(asset: str, what: str, where: NDArray[np.bool_]) -> None:
        for step in np.flatnonzero(where).tolist():
            binding[step].append((asset, what))

    for (asset, _way), columns in made.power.items():
        high = bounds.high[columns]
        note(asset, "power", (plan.x[columns] > high - _TIGHT) & (high > _TIGHT))
    for asset, columns in made.level.items():
        note(asset, "empty", plan.x[columns] < bounds.low[columns] + _TIGHT)
        note(asset, "full", plan.x[columns] > bounds.high[columns] - _TIGHT)
    return [tuple(dict.fromkeys(found)) for found in binding]


def _margin(
    asset: str, what: str, saved: NDArray[np.float64], peak_steps: list[int]
) -> Margin | None:
    return Margin(asset, what, float(saved.sum()), float(saved[peak_steps].sum()))


def _on_margin(
    made: Assembled,
    prices: Solution,
    running: tuple[NDArray[np.int64], NDArray[np.int64], float],
    peak_steps: list[int],
) -> Margin | None:
    """An asset that starts and stops is bounded by a row: power - rated x on <= 0."""
    power, _on, _rated = running
    name = next(asset for (asset, _), columns in made.power.items() if columns is power)
    rows = made.most_rows.get(name)
    if rows is None:
        return None
    saved = -np.minimum(prices.row_dual[rows], 0.0)
    return Margin(name, "power", float(saved.sum()), float(saved[peak_steps].sum()))
