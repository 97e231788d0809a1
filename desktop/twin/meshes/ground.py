"""The ground: its height anywhere, from terrain where there is some and from buildings' feet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml import Mesh
from desktop.twin.meshes.rays import RayFinder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST_SAMPLES = 1500
_NEIGHBOURS = 8
_GRID = 72
_APRON = 1.6  # half width of the ground drawn, in half diagonals of the city
_LEVEL_FROM, _LEVEL_OVER = 0.9, 0.5  # where the ground begins to flatten, in half diagonals
_CHUNK = 512
_SKY_M = 10_000.0


class GroundHeight:
    """Height of the ground over the datum at any place, metres.

    On terrain it is exact; elsewhere it is the weighted mean of the nearest known heights
    (inverse distance squared), which are terrain points and the feet of buildings.
    """

    def __init__(self, terrain: Sequence[Mesh], buildings: Sequence[Mesh]) -> None:
        self._terrain = [RayFinder(mesh) for mesh in terrain if len(mesh.triangles)]
        known = [mesh.points.astype(np.float64) for mesh in terrain]
        known += [_feet(mesh) for mesh in buildings if len(mesh.points)]
        self._known = _thinned(np.concatenate([np.zeros((0, 3)), *known]))

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return heights at places (n,), (n,); 0 where nothing at all is known."""
        places = np.column_stack([x, y])
        heights = np.zeros(len(places))
        for begin in range(0, len(places), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            heights[part] = self._near(places[part])
        for index, place in enumerate(places if self._terrain else places[:0]):
            exact = self._on_terrain(float(place[0]), float(place[1]))
            heights[index] = heights[index] if exact is None else exact
        return heights

    def covered(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tell at which places terrain is known."""
        found = [self._on_terrain(*place) is not None for place in zip(x, y, strict=True)]
        return np.array(found, bool)

    def _near(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(self._known):
            return np.zeros(len(places))
        away = ((places[:, None, :] - self._known[None, :, :2]) ** 2).sum(axis=2)
        count = min(_NEIGHBOURS, len(self._known))
        nearest = np.argpartition(away, count - 1, axis=1)[:, :count]
        weight = 1 / (np.take_along_axis(away, nearest, axis=1) + 1.0)
        total = (weight * self._known[nearest, 2]).sum(axis=1)
        heights: NDArray[np.float64] = total / weight.sum(axis=1)
        return heights

    def _on_terrain(self, x: float, y: float) -> float | None:
        for terrain in self._terrain:
            if hit := terrain.hit((x, y, _SKY_M), (x, y, -_SKY_M)):
                return _SKY_M - 2 * _SKY_M * hit[0]
        return None


def ground_grid(
    height: GroundHeight, bounds: NDArray[np.float64]
) -> tuple[Mesh, NDArray[np.float64]]:
    """Return a square of ground around a city, and (n,) how far out each point lies, 0 to 1.

    Args:
        height: of the ground.
        bounds: ((x, y), (x, y)) lowest and highest corner of the city.
    """
    middle, half = bounds.mean(axis=0), np.linalg.norm(bounds[1] - bounds[0]) / 2
    steps = np.linspace(-1, 1, _GRID)
    steps = np.sign(steps) * np.abs(steps) ** 1.5 * half * _APRON * 2  # dense where the city is
    x, y = (axis.ravel() for axis in np.meshgrid(middle[0] + steps, middle[1] + steps))
    out = np.hypot(x - middle[0], y - middle[1]) / half
    z = height.at(x, y)
    level = np.clip((out - _LEVEL_FROM) / _LEVEL_OVER, 0, 1)
    z += (np.median(z[out <= 1]) - z) * level  # nothing is known out there: let it be flat
    points = np.column_stack([x, y, z]).astype(np.float32)
    triangles = _grid_triangles(_GRID)
    mesh = Mesh(points, triangles, np.zeros(len(triangles), np.int32))
    return mesh, np.clip((out - 1.0) / (_APRON * 1.1), 0, 1)


def _grid_triangles(size: int) -> NDArray[np.int32]:
    first = (np.arange(size - 1)[:, None] * size + np.arange(size - 1)).ravel()
    lower = np.column_stack([first, first + 1, first + size + 1])
    upper = np.column_stack([first, first + size + 1, first + size])
    return np.concatenate([lower, upper]).astype(np.int32)


def _feet(mesh: Mesh) -> NDArray[np.float64]:
    """Return the lowest point of every building of a mesh."""
    owner = mesh.building[:, None].repeat(3, axis=1).ravel()
    points = mesh.points[mesh.triangles.ravel()].astype(np.float64)
    order = np.lexsort((points[:, 2], owner))
    _, first = np.unique(owner[order], return_index=True)
    return points[order][first]


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:: max(1, len(points) // _MOST_SAMPLES)]
