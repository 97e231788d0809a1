"""Rays against triangles by VTK's static cell locator, for machines without Embree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import reference, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData, vtkStaticCellLocator

if TYPE_CHECKING:
    from numpy.typing import NDArray


_EDGE_M = 1e-4  # a ray through the edge of two triangles meets one of them


class CellRays:
    """Finds the first triangle on a ray."""

    def __init__(self, triangles: NDArray[np.float32]) -> None:
        points, cells = vtkPoints(), vtkCellArray()
        points.SetData(numpy_to_vtk(triangles.reshape(-1, 3), deep=True))
        offsets = np.arange(len(triangles) + 1, dtype=np.int64) * 3
        corners = np.arange(len(triangles) * 3, dtype=np.int64)
        cells.SetData(
            numpy_to_vtkIdTypeArray(offsets, deep=True), numpy_to_vtkIdTypeArray(corners, deep=True)
        )
        self._data = vtkPolyData()
        self._data.SetPoints(points)
        self._data.SetPolys(cells)
        self._locator = vtkStaticCellLocator()
        self._locator.SetDataSet(self._data)
        self._locator.BuildLocator()

    def share(self, start: NDArray[np.float32], end: NDArray[np.float32]) -> float | None:
        """Return the share of the way from start to end to the first triangle, None for none."""
        share, place, inside = reference(0.0), [0.0] * 3, [0.0] * 3
        met = self._locator.IntersectWithLine(  # type: ignore[call-overload]  # stubs take no reference
            start.tolist(), end.tolist(), _EDGE_M, share, place, inside, reference(0), reference(0)
        )
        return float(share) if met else None  # type: ignore[arg-type]  # ditto
