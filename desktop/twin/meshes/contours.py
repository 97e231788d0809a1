"""Lines of equal value on a grid of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkFiltersCore import vtkContourFilter

from desktop.twin.citygml import Mesh
from desktop.twin.meshes.polydata import surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData


def grid_mesh(points: NDArray[np.float32], shape: tuple[int, int], keep: NDArray[np.bool_]) -> Mesh:
    """Return the squares of a grid (rows x columns) whose corners are all kept."""
    rows, columns = shape
    number = np.arange(rows * columns).reshape(shape)
    corners = [number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]]
    a, b, c, d = (corner.ravel() for corner in corners)
    whole = keep[a] & keep[b] & keep[c] & keep[d]
    lower, upper = np.column_stack([a, b, c])[whole], np.column_stack([a, c, d])[whole]
    triangles = np.concatenate([lower, upper]).astype(np.int32)
    return Mesh(points, triangles, np.zeros(len(triangles), np.int32))


def iso_lines(mesh: Mesh, values: NDArray[np.float32], levels: Sequence[float]) -> vtkPolyData:
    """Return the lines on a mesh where values (one per point) are at a level."""
    data = surface(mesh)
    numbers = numpy_to_vtk(np.nan_to_num(values), deep=True)
    numbers.SetName("value")
    data.GetPointData().SetScalars(numbers)
    contour = vtkContourFilter()
    contour.SetInputData(data)
    contour.ComputeScalarsOff()
    for place, level in enumerate(levels):
        contour.SetValue(place, level)
    contour.Update()
    found: vtkPolyData = contour.GetOutput()
    return found
