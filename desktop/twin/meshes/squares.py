"""The buildings of a model cut into squares, each drawn, refined and left out as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml import Mesh, Skin
from desktop.twin.meshes.lamps import brightness
from desktop.twin.meshes.polydata import edge_lines, surface, usual_length
from desktop.twin.meshes.shade import heights_over_foot
from desktop.twin.meshes.solids import all_solid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    from desktop.twin.citygml import CityModel

SQUARE_M = 500.0
FAR_LOD, NEAR_LOD = 1, 2
_KIND = "building"


@dataclass(frozen=True, slots=True)
class Shape:
    """One square at one level of detail.

    Attributes:
        heights: (n,) each point's metres over its building's foot.
        bright: (n,) how bright each point's face is under the lamps.
        edges: the lines where surfaces bend; detail_m: how long they usually are.
        solid: every building is closed and faces outward.
        skin: images and materials of its triangles; None where there are none.
    """

    mesh: Mesh
    heights: NDArray[np.float32]
    bright: NDArray[np.float32]
    edges: vtkPolyData
    detail_m: float
    solid: bool
    skin: Skin | None


@dataclass(frozen=True, slots=True)
class Square:
    """Buildings that stand in one square of a model.

    Attributes:
        model: number of the model.
        middle, radius: a ball around them, local metres.
        far: how they look from afar.
        near: how they look from nearby; the same where the files say no more.
    """

    model: int
    middle: NDArray[np.float64]
    radius: float
    far: Shape
    near: Shape


def squares(number: int, model: CityModel) -> Iterator[Square]:
    """Yield the squares of a model, empty ones left out."""
    near, far = model.layer(_KIND, NEAR_LOD), model.layer(_KIND, FAR_LOD)
    if not len(near.triangles):
        return
    place = _places(near, far, len(model.buildings))
    skin = model.skin(_KIND, NEAR_LOD)
    for at in np.unique(place[near.building]):
        fine = _shape(near, place[near.building] == at, skin)
        coarse = fine if far is near else _shape(far, place[far.building] == at, None)
        low, high = fine.mesh.points.min(axis=0), fine.mesh.points.max(axis=0)
        middle = (low.astype(np.float64) + high) / 2
        yield Square(number, middle, float(np.linalg.norm(high - low)) / 2, coarse, fine)


def _places(near: Mesh, far: Mesh, count: int) -> NDArray[np.int64]:
    """Return the number of the square of every building, by its first triangle."""
    first = np.zeros((count, 2))
    for mesh in (far, near):
        building, triangle = np.unique(mesh.building, return_index=True)
        first[building] = mesh.points[mesh.triangles[triangle, 0], :2]
    cell = np.floor(first / SQUARE_M).astype(np.int64)
    cell -= cell.min(axis=0)
    numbers: NDArray[np.int64] = cell[:, 0] * (int(cell[:, 1].max()) + 1) + cell[:, 1]
    return numbers


def _shape(mesh: Mesh, chosen: NDArray[np.bool_], skin: Skin | None) -> Shape:
    used, corners = np.unique(mesh.triangles[chosen], return_inverse=True)
    triangles = corners.reshape(-1, 3).astype(np.int32)
    part = Mesh(mesh.points[used], triangles, mesh.building[chosen])
    look = None
    if skin is not None:
        look = Skin(skin.uv[used], skin.image[chosen], skin.material[chosen])
    heights, bright = heights_over_foot(part), brightness(part)
    edges = edge_lines(surface(part))
    return Shape(part, heights, bright, edges, usual_length(edges), all_solid(part), look)
