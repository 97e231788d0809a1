"""How deep water stands at places: by a flood zone's surface, or by a level that comes ashore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.analysis.shadows import shadows_of
from desktop.twin.analysis.sun_study import ground_grid_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.analysis.shadows import Shadows
    from desktop.twin.analysis.sun_study import GroundGrid

    Points = NDArray[np.float32]

_SKY_M = 5_000.0
_STEP_M = 5.0


@dataclass(frozen=True, slots=True)
class Shore:
    """A district's land and where water may come from.

    Attributes:
        grid: places on the ground; `water` tells which of them are water already.
    """

    grid: GroundGrid
    water: NDArray[np.bool_]

    def depth(self, level: float) -> Points:
        """Return metres of water (n,) over the ground at a level over the datum; 0 where it is dry.

        Water comes from rivers and canals over the lowest way: a hollow behind a higher bank
        stays dry.
        """
        heights = self.grid.points[:, 2].reshape(self.grid.shape)
        wet = self.water.reshape(self.grid.shape)
        low = (heights < level) & self.grid.open.reshape(self.grid.shape) | wet
        reached = _reached(wet, low)
        depth = np.where(reached & ~wet, level - heights, 0.0)
        return depth.ravel().astype(np.float32)

    def at(self, depth: Points, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the depth (n,) at places (n, 2), that of the nearest grid point."""
        cells = np.round((places - self.grid.points[0, :2]) / self.grid.step).astype(int)
        rows, columns = self.grid.shape
        inside = (cells >= 0).all(axis=1) & (cells < (columns, rows)).all(axis=1)
        found = np.zeros(len(places))
        column, row = cells[inside].T
        found[inside] = depth[row * columns + column]
        return found


def shore_of(ground: Points, water: Points, bounds: NDArray[np.float64]) -> Shore:
    """Make a district ready for questions about water; triangles (n, 3, 3), ((x, y), (x, y))."""
    grid = ground_grid_of(shadows_of(ground), bounds, _STEP_M)
    above = grid.points.copy()
    above[:, 2] = _SKY_M
    away = shadows_of(water).below(above)
    drawn = np.isfinite(away)
    usual = float(np.median(_SKY_M - away[drawn])) if drawn.any() else -np.inf
    # the bed beside a drawn surface, at the foot of a quay, is under water as well
    return Shore(grid, drawn | (grid.open & (grid.points[:, 2] < usual)))


class FloodSurface:
    """The surface of one assumed flood: how high water stands where it stands at all."""

    def __init__(self, triangles: Points) -> None:
        self._tracer: Shadows = shadows_of(np.ascontiguousarray(triangles, np.float32))

    def levels(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the height of the water over the datum at places (n, 2), NaN where it is dry."""
        sky = np.column_stack([places, np.full(len(places), _SKY_M)])
        away = self._tracer.below(np.ascontiguousarray(sky, np.float32)).astype(np.float64)
        return np.where(np.isinf(away), np.nan, _SKY_M - away)


def _reached(seed: NDArray[np.bool_], passable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what can be reached from the seed over passable cells, across edges."""
    reached = seed & passable
    while True:
        spread = reached.copy()
        spread[1:] |= reached[:-1]
        spread[:-1] |= reached[1:]
        spread[:, 1:] |= reached[:, :-1]
        spread[:, :-1] |= reached[:, 1:]
        spread &= passable
        if (spread == reached).all():
            return reached
        reached = spread
