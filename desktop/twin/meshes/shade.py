"""The light that reaches the ground between buildings: soft shadows as one grey image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml import Mesh

_MOST_CELLS, _FINEST_M = 768, 0.6
_FLAT_M2 = 1e-3  # walls have no area seen from above
_CHUNK = 1_000_000
_TALLEST_M = 80.0
_SHADOW, _NEARNESS = 0.20, 0.34  # how much a shadow and the nearness of walls darken
_SOFT_M, _NEAR_M = 1.2, 6.0


def ground_light(
    meshes: Sequence[Mesh], bounds: NDArray[np.float64], sun: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """Return a square image of the share of light that reaches the ground, 255 for all of it.

    Args:
        meshes: buildings.
        bounds: ((x, y), (x, y)) of the square that the image covers; row 0 is its south.
        sun: where the light comes from (east, north, up).
    """
    side = float(bounds[1, 0] - bounds[0, 0])
    cells = min(_MOST_CELLS, max(1, round(side / _FINEST_M)))
    cell = side / cells
    roofs = np.zeros((cells, cells), np.float32)
    for mesh in meshes:
        heights = heights_over_foot(mesh)
        _raster(roofs, mesh, heights, (bounds[0], cell))
    shadow = _blurred(_shadow(roofs, cell, sun), _SOFT_M / cell)
    near = _blurred((roofs > 0).astype(np.float32), _NEAR_M / cell)
    light: NDArray[np.float32] = 1 - _SHADOW * shadow - _NEARNESS * near
    return (np.clip(light, 0, 1) * 255).astype(np.uint8)


def heights_over_foot(mesh: Mesh) -> NDArray[np.float32]:
    """Return each point's metres over the lowest point of its building."""
    owner = np.zeros(len(mesh.points), np.int64)
    owner[mesh.triangles.ravel()] = np.repeat(mesh.building, 3)
    feet = np.full(int(owner.max(initial=0)) + 1, np.inf, np.float32)
    np.minimum.at(feet, owner, mesh.points[:, 2])
    heights: NDArray[np.float32] = mesh.points[:, 2] - feet[owner]
    return heights


def _raster(
    grid: NDArray[np.float32],
    mesh: Mesh,
    heights: NDArray[np.float32],
    place: tuple[NDArray[np.float64], float],
) -> None:
    """Raise the grid's cells to the triangles above them."""
    low, cell = place
    flat = (mesh.points[:, :2].astype(np.float64) - low) / cell - 0.5
    corners, tall = flat[mesh.triangles], heights[mesh.triangles]
    edges = corners[:, 1:] - corners[:, :1]
    area = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    seen = np.abs(area) * cell**2 > _FLAT_M2
    corners, tall, area = corners[seen], tall[seen], area[seen]
    first = np.clip(np.ceil(corners.min(axis=1)).astype(int), 0, len(grid) - 1)
    last = np.clip(np.floor(corners.max(axis=1)).astype(int), -1, len(grid) - 1)
    size = np.maximum(last - first + 1, 0)
    ends = np.cumsum(size.prod(axis=1))
    begin = 0
    while begin < len(ends):
        done = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, done + _CHUNK)))
        part = slice(begin, end)
        row, column, height = _covered(
            corners[part], tall[part], area[part], first[part], size[part]
        )
        np.maximum.at(grid, (row, column), height)
        begin = end


def _covered(
    corners: NDArray[np.float64],
    tall: NDArray[np.float32],
    area: NDArray[np.float64],
    first: NDArray[np.int64],
    size: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return row, column and height of every cell whose middle lies in one of some triangles."""
    count = size.prod(axis=1)
    face = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(face)) - np.repeat(np.cumsum(count) - count, count)
    column = first[face, 0] + nth % size[face, 0]
    row = first[face, 1] + nth // size[face, 0]
    shares = []
    for a, b in ((1, 2), (2, 0), (0, 1)):
        way = corners[face, b] - corners[face, a]
        away = np.column_stack([column, row]) - corners[face, a]
        shares.append((way[:, 0] * away[:, 1] - way[:, 1] * away[:, 0]) / area[face])
    share = np.stack(shares, axis=1)
    inside = (share >= 0).all(axis=1)
    height = (share[inside] * tall[face[inside]]).sum(axis=1).astype(np.float32)
    return row[inside], column[inside], height


def _shadow(
    roofs: NDArray[np.float32], cell: float, sun: tuple[float, float, float]
) -> NDArray[np.float32]:
    """Return 1 where a roof stands between a cell on the ground and the sun."""
    level = float(np.hypot(sun[0], sun[1]))
    fall = sun[2] / level * cell
    dark = np.zeros(roofs.shape, bool)
    for step in range(1, int(min(roofs.max(initial=0), _TALLEST_M) / fall) + 1):
        right, up = round(-sun[0] / level * step), round(-sun[1] / level * step)
        to, source = _shifted(up, right, len(roofs))
        dark[to] |= roofs[source] > step * fall
    return dark.astype(np.float32)


def _shifted(up: int, right: int, cells: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    def pair(step: int) -> tuple[slice, slice]:
        if step >= 0:
            return slice(step, cells), slice(0, cells - step)
        return slice(0, cells + step), slice(-step, cells)

    (rows_to, rows_from), (columns_to, columns_from) = pair(up), pair(right)
    return (rows_to, columns_to), (rows_from, columns_from)


def _blurred(image: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Return an image averaged over a box twice, which is nearly a bell."""
    reach = max(1, round(radius))
    for axis in (0, 1, 0, 1):
        image = _averaged(image, reach, axis)
    return image


def _averaged(image: NDArray[np.float32], reach: int, axis: int) -> NDArray[np.float32]:
    width = [(0, 0), (0, 0)]
    width[axis] = (reach + 1, reach)
    total = np.cumsum(np.pad(image, width, mode="edge"), axis=axis, dtype=np.float64)
    size = image.shape[axis]
    upper = np.take(total, np.arange(size) + 2 * reach + 1, axis=axis)
    lower = np.take(total, np.arange(size), axis=axis)
    averaged: NDArray[np.float32] = ((upper - lower) / (2 * reach + 1)).astype(np.float32)
    return averaged
