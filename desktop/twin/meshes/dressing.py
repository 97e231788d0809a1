"""Shapes with pictures on them, as the graphics take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTexture

from desktop.twin.citygml import Mesh
from desktop.twin.meshes.polydata import surface

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    from desktop.twin.meshes.atlas import Atlas
    from desktop.twin.meshes.squares import Shape


def atlas_surface(shape: Shape, atlas: Atlas) -> tuple[vtkPolyData, Mesh | None]:
    """Return the triangles that have a picture, with places on the sheet; and the others."""
    worn = _part(shape.mesh, atlas.covered)
    data = surface(worn)
    places = numpy_to_vtk(np.ascontiguousarray(atlas.uv), deep=True)
    places.SetName("image")
    data.GetPointData().SetTCoords(places)
    return data, None if atlas.covered.all() else _part(shape.mesh, ~atlas.covered)


def sheet(pixels: NDArray[np.uint8]) -> vtkTexture:
    """Return a texture of (rows, columns) or (rows, columns, 3) values, first row on top."""
    rows, columns = pixels.shape[:2]
    flat = np.ascontiguousarray(pixels[::-1]).reshape(rows * columns, -1)
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    image.GetPointData().SetScalars(numpy_to_vtk(flat, deep=True))
    texture = vtkTexture()
    texture.SetInputData(image)
    texture.SetWrap(vtkTexture.ClampToEdge)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.SetColorModeToDirectScalars()
    return texture


def _part(mesh: Mesh, chosen: NDArray[np.bool_]) -> Mesh:
    return Mesh(mesh.points, mesh.triangles[chosen], mesh.building[chosen])
