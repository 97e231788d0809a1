"""Whether buildings are closed and face outward, so that their far sides need not be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from desktop.twin.citygml import Mesh

_OPEN = 0.01  # share of a building's surface: how far its faces may be from closing it


def all_solid(mesh: Mesh) -> bool:
    """Tell whether every building is closed (its faces sum up to nothing) and faces outward."""
    owner, count = mesh.building, int(mesh.building.max(initial=-1)) + 1
    corners = mesh.points[mesh.triangles].astype(np.float64)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    sums = np.array([np.bincount(owner, faces[:, axis], count) for axis in range(3)])
    whole = np.bincount(owner, np.linalg.norm(faces, axis=1), count)
    begin = np.zeros((count, 3))
    begin[owner[::-1]] = corners[::-1, 0]
    volume = np.bincount(owner, np.einsum("ij,ij->i", corners[:, 0] - begin[owner], faces), count)
    there = whole > 0
    closed = np.linalg.norm(sums, axis=0) <= _OPEN * whole
    return bool((closed & (volume > 0))[there].all())
