"""Small shapes that layers draw: discs, ribbons with arrows, columns, and coloured buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml import Mesh
from desktop.twin.meshes.polydata import edge_lines, repaint, surface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    from desktop.twin.meshes.city import Blocks

_ROUND = 48
_ARROW_WIDE, _ARROW_LONG = 2.6, 4.5  # of the ribbon's width
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Coloured triangles and the edges around them."""

    data: vtkPolyData
    edges: vtkPolyData


class MeshParts:
    """Cuts buildings out of their models; keeps each cut, and only paints it anew."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Blocks, NDArray[np.int32], NDArray[np.int32], Part]] = {}

    def of_buildings(self, blocks: Blocks, colours: Mapping[int, Colour]) -> Part | None:
        """Return these buildings of a model, each in its colour; None where there are none.

        The same buildings give the same part again, repainted.
        """
        numbers = np.array(sorted(colours), np.int32)
        if not len(numbers):
            return None
        paint = np.array([colours[int(n)] for n in numbers], np.uint8)
        kept = self._kept.get(id(blocks))
        if kept is not None and kept[0] is blocks and np.array_equal(kept[1], numbers):
            repaint(kept[3].data, paint[kept[2]])
            return kept[3]
        mesh, owner, edges = _cut(blocks.mesh, numbers)
        if not len(mesh.triangles):
            return None
        part = Part(surface(mesh, paint[owner]), edges)
        self._kept[id(blocks)] = (blocks, numbers, owner, part)
        return part


def _cut(mesh: Mesh, numbers: NDArray[np.int32]) -> tuple[Mesh, NDArray[np.int32], vtkPolyData]:
    """Return the part of a mesh, the rank of each point's building, and the edges."""
    chosen = np.isin(mesh.building, numbers)
    triangles, building = mesh.triangles[chosen], mesh.building[chosen]
    flat = triangles.ravel()
    owners = np.searchsorted(numbers, np.repeat(building, 3))
    # points that touching buildings share are doubled: each keeps the colour of its own
    pairs, corners = np.unique(np.column_stack([flat, owners]), axis=0, return_inverse=True)
    part = Mesh(mesh.points[pairs[:, 0]], corners.reshape(-1, 3).astype(np.int32), building)
    return part, pairs[:, 1].astype(np.int32), edge_lines(surface(part))


def discs(middles: Sequence[NDArray[np.float64]], radii: Sequence[float]) -> Mesh:
    """Return flat discs around middles (n, 3), one number each in `building`."""
    turn = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    rim = np.column_stack([np.cos(turn), np.sin(turn), np.zeros(_ROUND)])
    points = [
        np.concatenate([np.array([middle]), np.array(middle) + rim * radius])
        for middle, radius in zip(middles, radii, strict=True)
    ]
    steps = np.arange(_ROUND)
    fan = np.column_stack([np.zeros(_ROUND, int), steps + 1, (steps + 1) % _ROUND + 1])
    fans = [fan + number * (_ROUND + 1) for number in range(len(points))]
    return _joined(points, fans)


def arrows(starts: NDArray[np.float64], ends: NDArray[np.float64], widths: Sequence[float]) -> Mesh:
    """Return flat arrows from (n, 3) to (n, 3), seen from above, one number each."""
    points, triangles = [], []
    for number, (start, end, wide) in enumerate(zip(starts, ends, widths, strict=True)):
        way = end - start
        along = way / max(float(np.linalg.norm(way)), 1e-6)
        aside = np.array([-along[1], along[0], 0.0])
        neck = end - along * min(wide * _ARROW_LONG, float(np.linalg.norm(way)) / 2)
        half, head = aside * wide / 2, aside * wide * _ARROW_WIDE / 2
        shape = [start - half, start + half, neck + half, neck - half, neck - head, neck + head]
        points.append(np.array([*shape, end]))
        triangles.append(np.array([(0, 3, 2), (0, 2, 1), (4, 6, 5)]) + 7 * number)
    return _joined(points, triangles)


def columns(feet: NDArray[np.float64], tops: NDArray[np.float64], radius: float) -> Mesh:
    """Return upright columns with four sides from (n, 3) to (n, 3), one number each."""
    square = radius * np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], float)
    sides = []
    for at in range(4):
        after = (at + 1) % 4
        sides += [(at, after, after + 4), (at, after + 4, at + 4)]
    sides += [(4, 5, 6), (4, 6, 7)]
    points = [
        np.concatenate([foot + square, top + square]) for foot, top in zip(feet, tops, strict=True)
    ]
    return _joined(points, [np.array(sides) + 8 * number for number in range(len(points))])


def _joined(points: list[NDArray[np.float64]], triangles: list[NDArray[np.int64]]) -> Mesh:
    if not points:
        return Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros(0, np.int32))
    number = np.repeat(np.arange(len(triangles)), [len(t) for t in triangles])
    return Mesh(
        np.concatenate(points).astype(np.float32),
        np.concatenate(triangles).astype(np.int32),
        number.astype(np.int32),
    )
