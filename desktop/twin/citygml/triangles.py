"""Rings to triangles: fans where they fit, ear cutting for the rest and for holes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mapbox_earcut
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SLACK = 1e-6  # of the ring's area: how far a fan triangle may turn the wrong way


def triangulate(
    points: NDArray[np.float64], starts: NDArray[np.int64], holes: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cut rings into triangles that face as their ring does.

    Args:
        points: (n, 3) metres; ring r is `points[starts[r]:starts[r + 1]]`, not closed.
        starts: (rings + 1,) first point of each ring, and the end.
        holes: (rings,) True where a ring is a hole in the nearest ring before it that is none.

    Returns:
        (m, 3) indices into `points`, and (m,) the ring that each triangle was cut from.
    """
    sizes = np.diff(starts)
    pierced = np.zeros(len(holes), bool)
    pierced[:-1] = holes[1:]
    simple = ~holes & ~pierced
    found: list[NDArray[np.int64]] = []
    rings: list[NDArray[np.int64]] = []
    for size in np.unique(sizes[simple]):
        chosen = np.flatnonzero(simple & (sizes == size))
        fan, left = _fans(points, starts[:-1][chosen], int(size))
        found.append(fan.reshape(-1, 3))
        rings.append(np.repeat(chosen[~left], size - 2))
        for ring in chosen[left]:
            _cut(points, starts, (int(ring), int(ring) + 1), found, rings)
    for ring in np.flatnonzero(pierced & ~holes):
        end = int(ring) + 1
        while end < len(holes) and holes[end]:
            end += 1
        _cut(points, starts, (int(ring), end), found, rings)
    if not found:
        return np.zeros((0, 3), np.int32), np.zeros(0, np.int32)
    triangles, owners = np.concatenate(found), np.concatenate(rings)
    order = np.argsort(owners, kind="stable")
    return triangles[order].astype(np.int32), owners[order].astype(np.int32)


def newell(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area vectors of rings (..., n, 3): normal times area (Newell's method)."""
    local = ring - ring[..., :1, :]
    area: NDArray[np.float64] = np.cross(local, np.roll(local, -1, axis=-2)).sum(axis=-2) / 2
    return area


def _fans(
    points: NDArray[np.float64], firsts: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Fan rings of one size from the first corner that sees all others.

    Returns:
        (k, size - 2, 3) indices of the fans that fit, and (rings,) True where none does.
    """
    corners = np.arange(size)
    fans = np.zeros((len(firsts), size - 2, 3), np.int64)
    left = np.ones(len(firsts), bool)
    for apex in range(size):
        todo = np.flatnonzero(left)
        if not len(todo):
            break
        index = firsts[todo, None] + np.roll(corners, -apex)
        local = points[index] - points[index[:, :1]]
        turns = np.cross(local[:, 1:-1], local[:, 2:])
        normal = turns.sum(axis=1)
        area2 = (normal**2).sum(axis=1)
        fits = ((turns * normal[:, None]).sum(axis=2) >= -_SLACK * area2[:, None]).all(axis=1)
        good = todo[fits]
        fans[good] = np.stack(
            [
                np.broadcast_to(index[fits, :1], (len(good), size - 2)),
                index[fits, 1:-1],
                index[fits, 2:],
            ],
            axis=2,
        )
        left[good] = False
    return fans[~left], left


def _cut(
    points: NDArray[np.float64],
    starts: NDArray[np.int64],
    span: tuple[int, int],
    found: list[NDArray[np.int64]],
    rings: list[NDArray[np.int64]],
) -> None:
    """Ear-cut one ring with its holes (rings `span`), seen along its normal's main axis."""
    first, end = int(starts[span[0]]), int(starts[span[1]])
    local = points[first:end] - points[first]
    outer = local[: int(starts[span[0] + 1]) - first]
    normal = newell(outer)
    flat = np.ascontiguousarray(np.delete(local, int(np.argmax(np.abs(normal))), axis=1))
    ends = (starts[span[0] + 1 : span[1] + 1] - first).astype(np.uint32)
    cut = mapbox_earcut.triangulate_float64(flat, ends).astype(np.int64).reshape(-1, 3)
    a, b, c = local[cut[:, 0]], local[cut[:, 1]], local[cut[:, 2]]
    backwards = np.cross(b - a, c - a) @ normal < 0
    cut[backwards] = cut[backwards][:, ::-1]
    found.append(cut + first)
    rings.append(np.full(len(cut), span[0], np.int64))
