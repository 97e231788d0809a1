"""Merged polydata: triangles with the number of their building, lines, colours by point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFeatureEdges, vtkStaticCleanPolyData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml import Mesh

BUILDING = "building"
_FEATURE_ANGLE = 25.0
_WELD_M = 0.02


def surface(mesh: Mesh, colours: NDArray[np.uint8] | None = None) -> vtkPolyData:
    """Return triangles as polydata with the cell array `building`, and colours (n, 3) by point."""
    data = vtkPolyData()
    data.SetPoints(_points(mesh.points))
    data.SetPolys(_cells(mesh.triangles))
    number = numpy_to_vtk(mesh.building, deep=True)
    number.SetName(BUILDING)
    data.GetCellData().AddArray(number)
    if colours is not None:
        paint = numpy_to_vtk(colours, deep=True)
        paint.SetName("colour")
        data.GetPointData().SetScalars(paint)
    return data


def repaint(data: vtkPolyData, colours: NDArray[np.uint8]) -> None:
    """Give the points of a painted surface other colours (n, 3), in place: nothing else moves."""
    paint = data.GetPointData().GetScalars()
    vtk_to_numpy(paint)[:] = colours
    paint.Modified()


def segments(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> vtkPolyData:
    """Return straight lines from (n, 3) to (n, 3)."""
    data = vtkPolyData()
    count = len(starts)
    data.SetPoints(_points(np.concatenate([starts, ends])))
    lines = np.column_stack([np.arange(count), np.arange(count) + count])
    data.SetLines(_cells(lines))
    return data


def edge_lines(data: vtkPolyData) -> vtkPolyData:
    """Return the edges where a surface bends sharply or ends: what makes a block look like one."""
    weld = vtkStaticCleanPolyData()
    weld.SetInputData(data)
    weld.ToleranceIsAbsoluteOn()
    weld.SetAbsoluteTolerance(_WELD_M)
    edges = vtkFeatureEdges()
    edges.SetInputConnection(weld.GetOutputPort())
    edges.SetFeatureAngle(_FEATURE_ANGLE)
    edges.ColoringOff()
    edges.NonManifoldEdgesOn()
    edges.Update()
    found = vtkPolyData()
    found.ShallowCopy(edges.GetOutput())
    return found


def usual_length(lines: vtkPolyData) -> float:
    """Return the median length of straight lines, metres; 0 where there are none."""
    ends = vtk_to_numpy(lines.GetLines().GetConnectivityArray()).reshape(-1, 2)
    if not len(ends):
        return 0.0
    points = vtk_to_numpy(lines.GetPoints().GetData())
    return float(np.median(np.linalg.norm(points[ends[:, 1]] - points[ends[:, 0]], axis=1)))


def lay_image(data: vtkPolyData, bounds: NDArray[np.float64]) -> vtkPolyData:
    """Give points texture coordinates: an image over ((x, y), (x, y)) is seen from above."""
    points = vtk_to_numpy(data.GetPoints().GetData())[:, :2]
    share = ((points - bounds[0]) / (bounds[1] - bounds[0])).astype(np.float32)
    places = numpy_to_vtk(share, deep=True)
    places.SetName("image")
    data.GetPointData().SetTCoords(places)
    return data


def _points(places: NDArray[np.float32]) -> vtkPoints:
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(places, np.float32), deep=True))
    return points


def _cells(corners: NDArray[np.integer]) -> vtkCellArray:
    count, size = corners.shape
    offsets = numpy_to_vtkIdTypeArray(np.arange(count + 1, dtype=np.int64) * size, deep=True)
    ids = numpy_to_vtkIdTypeArray(np.ascontiguousarray(corners.ravel(), np.int64), deep=True)
    cells = vtkCellArray()
    cells.SetData(offsets, ids)
    return cells
