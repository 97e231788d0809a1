"""The ground: terrain or a surface through the buildings' feet, with roads and water on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTexture

from desktop.twin.citygml import Mesh
from desktop.twin.colour_scales import blend
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import lay_image, surface

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.colour_scales import CityColours, Rgb
    from desktop.twin.meshes import CityDrawing, GroundHeight

_SUNK_M = 0.4  # so that the grid does not cut through floors where it is only an estimate
_UNDER_TERRAIN_M = 4.0
_ROAD_LIFT, _WATER_LIFT = 2, 1


class GroundLayer(LayerView):
    """Terrain, its surroundings, roads and water."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._square = np.array([[-1.0, -1.0], [1.0, 1.0]])
        self._shade = vtkTexture()

    def build(self, city: CityDrawing, colours: CityColours) -> None:
        """Draw the ground anew."""
        self.remove()
        if city.ground is None:
            return
        ground = city.ground
        self._square, self._shade = ground.square, _texture(ground.light)
        lowered = ground.grid.points.copy()
        lowered[:, 2] -= np.where(ground.covered, _UNDER_TERRAIN_M, _SUNK_M)
        grid = Mesh(lowered, ground.grid.triangles, ground.grid.building)
        self._lay(surface(grid, _fading(ground.out, colours)), None)
        for model in city.models:
            for piece in model.surfaces:
                self._surface(piece.kind, piece.mesh, city.height, colours)

    def _surface(self, kind: str, mesh: Mesh, ground: GroundHeight, colours: CityColours) -> None:
        if not len(mesh.triangles):
            return
        if kind == "terrain":
            self._lay(surface(mesh), colours.ground)
        elif kind == "road":
            self._lay(surface(draped(mesh, ground)), colours.road, lift=_ROAD_LIFT)
        elif kind == "water":
            self._lay(surface(draped(mesh, ground)), colours.water, lift=_WATER_LIFT)

    def _lay(self, data: vtkPolyData, colour: Rgb | None, *, lift: int = 0) -> None:
        """Draw a piece of ground with the shadows of buildings on it."""
        self.add(lay_image(data, self._square), colour, lift=lift).SetTexture(self._shade)


def draped(mesh: Mesh, ground: GroundHeight) -> Mesh:
    """Return a surface laid on the ground where it is buried: LOD1 roads come with height 0."""
    points = mesh.points.astype(np.float64)
    below = np.flatnonzero(points[:, 2] == 0)
    if not len(below):
        return mesh
    heights = ground.at(points[below, 0], points[below, 1])
    points[below, 2] = np.maximum(points[below, 2], heights)
    return Mesh(points.astype(np.float32), mesh.triangles, mesh.building)


def _fading(out: NDArray[np.float64], colours: CityColours) -> NDArray[np.uint8]:
    """Return the ground's colour per point, fading into the sky far out."""
    steps = np.array([blend(colours.ground, colours.sky, n / 255) for n in range(256)], np.uint8)
    faded: NDArray[np.uint8] = steps[(out * 255).astype(int)]
    return faded


def _texture(light: NDArray[np.uint8]) -> vtkTexture:
    image = vtkImageData()
    image.SetDimensions(light.shape[1], light.shape[0], 1)
    image.GetPointData().SetScalars(numpy_to_vtk(light.ravel(), deep=True))
    texture = vtkTexture()
    texture.SetInputData(image)
    texture.SetWrap(vtkTexture.ClampToEdge)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.SetColorModeToDirectScalars()
    return texture
