"""Rings to triangles: fans where they fit, ear cutting for the rest and for holes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mapbox_earcut
import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkTriangleFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SLACK = 1e-6  # of the ring's area: how far a fan triangle may turn the wrong way
_CLOSE = 1e-4  # of the ring's area: how far the triangles' area may differ from it
_CORNERS = 3
_OTHERS = np.array(
    [[1, 2], [2, 0], [0, 1]]
)  # axes seen along each axis, so that left turns stay left
_FEW = 200  # rings, of which VTK's ear cutting in bulk takes longer than earcut one by one
_MANY = 500  # VTK's ear cutting takes time with the square of the corners, earcut's does not


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
    pierced = np.zeros(len(holes), bool)
    pierced[:-1] = holes[1:]
    left = np.flatnonzero(~holes & ~pierced)
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for apex in (0, 1):
        fan, fits = _fans(points, starts, left, apex)
        found.append(fan)
        left = left[~fits]
    if len(left) > _FEW:
        long = np.diff(starts)[left] > _MANY
        cut, missed = _ears(points, starts, left[~long])
        found.append(cut)
        left = np.concatenate([missed, left[long]])
    solid = np.append(np.flatnonzero(~holes), len(holes))
    outer = np.union1d(left, np.flatnonzero(pierced & ~holes))
    found.append(_cut(points, starts, outer, solid[np.searchsorted(solid, outer) + 1]))
    triangles = np.concatenate([part for part, _ in found])
    owners = np.concatenate([ring for _, ring in found])
    order = np.argsort(owners, kind="stable")
    return triangles[order].astype(np.int32), owners[order].astype(np.int32)


def _fans(
    points: NDArray[np.float64], starts: NDArray[np.int64], rings: NDArray[np.int64], apex: int
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]:
    """Fan rings from one of their corners.

    Returns:
        The triangles of the fans that fit and their rings, and (rings,) True where one does.
    """
    if not len(rings):
        return (np.zeros((0, 3), np.int64), rings), np.zeros(0, bool)
    first, size = starts[:-1][rings], np.diff(starts)[rings]
    count = size - 2
    ends = np.cumsum(count)
    step = np.arange(ends[-1]) - np.repeat(ends - count, count) + 1
    first_of, size_of = np.repeat(first, count), np.repeat(size, count)
    fan = np.empty((len(step), _CORNERS), np.int64)
    fan[:, 0] = first_of + apex
    fan[:, 1] = first_of + (step + apex) % size_of
    fan[:, 2] = first_of + (step + apex + 1) % size_of
    turns = doubled_areas(points, fan)
    normal = np.add.reduceat(turns, ends - count)
    area2 = np.einsum("ij,ij->i", normal, normal)
    along = np.einsum("ij,ij->i", turns, np.repeat(normal, count, axis=0))
    wrong = along < -_SLACK * np.repeat(area2, count)
    fits = np.add.reduceat(wrong, ends - count) == 0
    chosen = np.repeat(fits, count)
    return (fan[chosen], np.repeat(rings, count)[chosen]), fits


def doubled_areas(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (m, 3) normals of triangles, twice as long as their area (np.cross is slower)."""
    a = points[triangles[:, 0]]
    u, v = points[triangles[:, 1]] - a, points[triangles[:, 2]] - a
    return np.column_stack(
        [
            u[:, 1] * v[:, 2] - u[:, 2] * v[:, 1],
            u[:, 2] * v[:, 0] - u[:, 0] * v[:, 2],
            u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0],
        ]
    )


def _ears(
    points: NDArray[np.float64], starts: NDArray[np.int64], rings: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]:
    """Cut rings without holes all at once; return also those whose area did not come out."""
    none = np.zeros((0, 3), np.int64), np.zeros(0, np.int64)
    if not len(rings):
        return none, rings
    first, size = starts[:-1][rings], np.diff(starts)[rings]
    ends = np.cumsum(size)
    index = np.arange(ends[-1]) - np.repeat(ends - size - first, size)
    triangles, owner = _by_vtk(points[index], np.concatenate([[0], ends]))
    areas = np.sqrt((doubled_areas(points, index[triangles]) ** 2).sum(axis=1))
    cut = np.bincount(owner, areas, minlength=len(rings))
    local = points[index] - np.repeat(points[first], size, axis=0)
    whole = np.linalg.norm(_area_vectors(local, ends - size, size), axis=1)
    right = np.abs(cut - whole) <= _CLOSE * whole
    keep = right[owner]
    return (index[triangles[keep]], rings[owner[keep]]), rings[~right]


def _by_vtk(
    points: NDArray[np.float64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return triangles (m, 3) of polygons that follow one another, and (m,) their polygons."""
    places = vtkPoints()
    places.SetData(numpy_to_vtk(np.ascontiguousarray(points)))
    cells = vtkCellArray()
    cells.SetData(
        numpy_to_vtkIdTypeArray(offsets, deep=True),
        numpy_to_vtkIdTypeArray(np.arange(len(points), dtype=np.int64), deep=True),
    )
    data = vtkPolyData()
    data.SetPoints(places)
    data.SetPolys(cells)
    number = numpy_to_vtk(np.arange(len(offsets) - 1, dtype=np.int64), deep=True)
    number.SetName("ring")
    data.GetCellData().AddArray(number)
    cutter = vtkTriangleFilter()
    cutter.SetInputData(data)
    cutter.Update()
    cut = cutter.GetOutput()
    corners = vtk_to_numpy(cut.GetPolys().GetConnectivityArray()).astype(np.int64)
    rings = vtk_to_numpy(cut.GetCellData().GetArray("ring")).astype(np.int64)
    return corners.reshape(-1, _CORNERS), rings


def _cut(
    points: NDArray[np.float64],
    starts: NDArray[np.int64],
    rings: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ear-cut rings one by one, each with its holes (the rings up to `ends`).

    They are seen along the main axis of their normal.
    """
    if not len(rings):
        return np.zeros((0, 3), np.int64), rings
    first, size = starts[rings], starts[ends] - starts[rings]
    shift = np.cumsum(size) - size
    index = np.arange(size.sum()) + np.repeat(first - shift, size)
    local = points[index] - np.repeat(points[first], size, axis=0)
    normals = _area_vectors(local, shift, starts[rings + 1] - first)
    main = np.abs(normals).argmax(axis=1)
    flat = np.take_along_axis(local, np.repeat(_OTHERS[main], size, axis=0), axis=1)
    spans = zip(shift.tolist(), (shift + size).tolist(), rings.tolist(), ends.tolist(), strict=True)
    borders = starts.astype(np.uint32)
    pieces = [
        mapbox_earcut.triangulate_float64(flat[a:b], borders[r + 1 : e + 1] - borders[r])
        for a, b, r, e in spans
    ]
    count = np.array([len(piece) for piece in pieces]) // _CORNERS
    cut = np.concatenate(pieces).astype(np.int64).reshape(-1, _CORNERS)
    cut += np.repeat(shift, count)[:, None]
    a = flat[cut[:, 0]]
    u, v = flat[cut[:, 1]] - a, flat[cut[:, 2]] - a
    along = np.repeat(normals[np.arange(len(main)), main], count)
    backwards = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) * along < 0
    cut[backwards] = cut[backwards][:, ::-1]
    return index[cut], np.repeat(rings, count)


def _area_vectors(
    points: NDArray[np.float64], first: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return Newell's vectors of rings, of any length: `size` points from `first` on each."""
    ends = np.cumsum(size)
    index = np.arange(ends[-1]) + np.repeat(first - ends + size, size)
    after = index + 1
    after[ends - 1] = first
    turns = np.cross(points[index], points[after])
    vectors: NDArray[np.float64] = np.add.reduceat(turns, ends - size)
    return vectors
