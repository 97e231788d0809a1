"""Flat surfaces laid on the ground: LOD1 roads and much water come with height 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml import Mesh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.meshes.ground import GroundHeight

_EDGE_M = 24.0
_MOST_TRIANGLES = 60_000  # a road across a whole prefecture stays coarse


def draped(mesh: Mesh, ground: GroundHeight) -> Mesh:
    """Return a surface that follows the ground wherever its own height is 0."""
    points = mesh.points.astype(np.float64)
    flat = (points[mesh.triangles, 2] == 0).all(axis=1)
    if not flat.any():
        return mesh
    mesh = _refined(mesh, flat)
    points = mesh.points.astype(np.float64)
    below = np.flatnonzero(points[:, 2] == 0)
    heights = ground.at(points[below, 0], points[below, 1])
    points[below, 2] = np.maximum(points[below, 2], heights)
    return Mesh(points.astype(np.float32), mesh.triangles, mesh.building)


def _refined(mesh: Mesh, flat: NDArray[np.bool_]) -> Mesh:
    """Cut large flat triangles into four until they are small enough to bend with the ground."""
    points, triangles, owner = mesh.points, mesh.triangles, mesh.building
    while True:
        corners = points[triangles]
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        large = flat & (longest > _EDGE_M)
        if not large.any() or len(triangles) + 3 * large.sum() > _MOST_TRIANGLES:
            return Mesh(points, triangles, owner)
        points, cut = _quartered(points, triangles[large])
        triangles = np.concatenate([triangles[~large], cut])
        owner = np.concatenate([owner[~large], np.tile(owner[large], 4)])
        flat = np.concatenate([flat[~large], np.ones(len(cut), bool)])


def _quartered(
    points: NDArray[np.float32], triangles: NDArray[np.int32]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return points with those halfway along the edges, and four triangles for each."""
    a, b, c = triangles.T
    sides = np.concatenate([np.column_stack(pair) for pair in ((a, b), (b, c), (c, a))])
    edges, which = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    ab, bc, ca = (which.reshape(3, -1) + len(points)).astype(np.int32)
    middles = (points[edges[:, 0]] + points[edges[:, 1]]) / 2
    fours = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    cut = np.concatenate([np.column_stack(corners) for corners in fours]).astype(np.int32)
    return np.concatenate([points, middles]), cut
