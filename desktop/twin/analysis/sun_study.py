"""Sun and shadow on a whole district: on a grid of ground, and on every facet of its buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.analysis.shadows import shadows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.analysis.shadows import Shadows

    Points = NDArray[np.float32]

SKIN_M = 0.05  # samples stand this far off their own facet
_SKY_M = 5_000.0
_MOST_POINTS, _FINEST_M = 100_000, 2.0
_UPWARD = 0.5  # of a facet's normal: a roof rather than a wall
# Four samples per triangle: its middle and the middles of its corners' quarters.
_SAMPLES = np.array([(1, 1, 1), (4, 1, 1), (1, 4, 1), (1, 1, 4)], np.float32)
_SAMPLES /= _SAMPLES.sum(axis=1, keepdims=True)
ROOF, NORTH, EAST, SOUTH, WEST = range(5)


@dataclass(frozen=True, slots=True)
class GroundGrid:
    """Places on open ground.

    Attributes:
        shape: rows (south to north) and columns.
        points: (rows x columns, 3) on the ground, row by row.
        open: which of them lie neither under a roof nor on water.
        step: metres between them.
    """

    shape: tuple[int, int]
    points: Points
    open: NDArray[np.bool_]
    step: float


@dataclass(frozen=True, slots=True)
class Light:
    """Light found: of ground places (NaN where they are not open), and of facets.

    Both count hours, or at one instant the share from 0 to 1 that is lit.
    """

    ground: Points
    facets: Points


class SunStudy:
    """A district ready for questions about the sun; made once per city, off the GUI thread."""

    def __init__(
        self, blocks: Points, ground: Points, water: Points, bounds: NDArray[np.float64]
    ) -> None:
        """Take triangles (n, 3, 3) of buildings, ground and water, and ((x, y), (x, y))."""
        self._blocks = np.ascontiguousarray(blocks, np.float32)
        self._tracer = shadows_of(self._blocks)
        self.grid = _grid(self._tracer_over(ground), self._tracer_over(water), self._tracer, bounds)
        edges = self._blocks[:, 1:] - self._blocks[:, :1]
        across = np.cross(edges[:, 0], edges[:, 1])
        length = np.linalg.norm(across, axis=1, keepdims=True)
        self.areas = length[:, 0] / 2
        self.normals = across / np.maximum(length, 1e-9)
        spots = np.einsum("sc,tcx->tsx", _SAMPLES, self._blocks) + SKIN_M * self.normals[:, None]
        self._spots = np.ascontiguousarray(spots.reshape(-1, 3), np.float32)

    def light(self, ways: Points, step_h: float, plane_m: float = 0.1) -> Light:
        """Return hours of sun for directions (n, 3) that stand for `step_h` hours each.

        Args:
            ways: unit vectors towards the sun; those below the horizon give nothing.
            step_h: hours that each direction stands for; 1 for one direction gives shares.
            plane_m: height over the ground at which ground light is asked.
        """
        raised = self.grid.points[self.grid.open] + np.array([0, 0, plane_m], np.float32)
        ground, spots = np.zeros(len(raised), np.float32), np.zeros(len(self._spots), np.float32)
        for way in ways[ways[:, 2] > 0]:
            ground += self._tracer.free(raised, way)
            facing = np.repeat(self.normals @ way > 0, len(_SAMPLES))
            seen = np.flatnonzero(facing)
            spots[seen] += self._tracer.free(self._spots[seen], way)
        everywhere = np.full(len(self.grid.points), np.nan, np.float32)
        everywhere[self.grid.open] = ground * step_h
        return Light(everywhere, spots.reshape(-1, len(_SAMPLES)).mean(axis=1) * step_h)

    def by_side(
        self, light: Light, facets: NDArray[np.bool_], north: tuple[float, float] = (0, 1)
    ) -> list[float | None]:
        """Return the mean by area on roof, north, east, south and west walls of some facets."""
        side = _side(self.normals, north)
        found: list[float | None] = []
        for wanted in (ROOF, NORTH, EAST, SOUTH, WEST):
            chosen = facets & (side == wanted)
            total = float(self.areas[chosen].sum())
            mean = float((light.facets[chosen] * self.areas[chosen]).sum()) / total if total else 0
            found.append(mean if total else None)
        return found

    @staticmethod
    def _tracer_over(triangles: Points) -> Shadows:
        return shadows_of(np.ascontiguousarray(triangles, np.float32).reshape(-1, 3, 3))


def _side(normals: Points, north: tuple[float, float]) -> NDArray[np.int64]:
    """Return which side each facet faces; -1 for floors."""
    turn = np.degrees(np.arctan2(normals[:, 0], normals[:, 1]) - np.arctan2(*north)) % 360
    wall = NORTH + (np.round(turn / 90).astype(int) % 4)
    side: NDArray[np.int64] = np.where(normals[:, 2] > _UPWARD, ROOF, wall)
    side[normals[:, 2] < -_UPWARD] = -1
    return side


def ground_grid_of(ground: Shadows, bounds: NDArray[np.float64], step: float) -> GroundGrid:
    """Return a grid of places on a ground over ((x, y), (x, y)); open where the ground is known."""
    x = np.arange(bounds[0, 0], bounds[1, 0] + step, step)
    y = np.arange(bounds[0, 1], bounds[1, 1] + step, step)
    across, along = np.meshgrid(x, y)
    sky = np.column_stack([across.ravel(), along.ravel(), np.full(across.size, _SKY_M)])
    points = np.ascontiguousarray(sky, np.float32)
    away = ground.below(points)
    known = np.isfinite(away)
    points[:, 2] = np.where(known, _SKY_M - np.where(known, away, 0), 0)
    return GroundGrid((len(y), len(x)), points, known, step)


def _grid(
    ground: Shadows, water: Shadows, roofs: Shadows, bounds: NDArray[np.float64]
) -> GroundGrid:
    wide, tall = bounds[1] - bounds[0]
    step = max(_FINEST_M, float(np.sqrt(wide * tall / _MOST_POINTS)))
    grid = ground_grid_of(ground, bounds, step)
    above = grid.points.copy()
    above[:, 2] = _SKY_M
    covered = np.isfinite(roofs.below(above)) | np.isfinite(water.below(above))
    return GroundGrid(grid.shape, grid.points, grid.open & ~covered, step)
