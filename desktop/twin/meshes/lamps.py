"""The lamps over the city, and how bright surfaces are under them: worked out once, not per pixel.

The lamps stay with the city, so that a face is as bright from wherever it is seen. Without a
graphics card, lighting every pixel anew is most of what a picture costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml import Mesh

SUN = (-0.55, -0.85, 1.15)  # afternoon from the south-west: south walls bright, others calm
_FILL = (0.8, 0.5, 0.6)
LAMPS = ((SUN, 0.78), (_FILL, 0.22))  # towards each, and its strength
AMBIENT, DIFFUSE = 0.46, 0.78


def brightness(mesh: Mesh, *, ground: bool = False) -> NDArray[np.float32]:
    """Return (n,) by how much the colour at each point is multiplied, as VTK lights a flat face.

    A point that several faces share has their mean, by area. Of ground both sides look up: not
    every file turns its triangles the same way.
    """
    normals = np.zeros((len(mesh.points), 3))
    corners = mesh.points[mesh.triangles].astype(np.float64)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if ground:
        faces[faces[:, 2] < 0] *= -1
    for corner in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(
                mesh.triangles[:, corner], faces[:, axis], minlength=len(normals)
            )
    length = np.linalg.norm(normals, axis=1)
    normals /= np.where(length > 0, length, 1.0)[:, None]
    light = np.zeros(len(normals))
    for towards, strength in LAMPS:
        way = np.array(towards) / np.linalg.norm(towards)
        light += strength * np.clip(normals @ way, 0, None)
    return (AMBIENT + DIFFUSE * light).astype(np.float32)


def lit(
    colours: NDArray[np.integer | np.floating], bright: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Return colours (3,) or (n, 3) as they look where points are so bright (n,)."""
    seen: NDArray[np.uint8] = np.clip(colours * bright[:, None], 0, 255).astype(np.uint8)
    return seen
