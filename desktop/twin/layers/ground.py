"""The ground: terrain or a surface through the buildings' feet, with roads and water on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTexture

from desktop.twin.citygml import Mesh
from desktop.twin.colour_scales import blend
from desktop.twin.layer_view import SUN, LayerView
from desktop.twin.meshes import ground_grid, ground_light, lay_image, surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkPolyData
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.citygml import CityModel
    from desktop.twin.colour_scales import CityColours, Rgb
    from desktop.twin.meshes import GroundHeight

_SUNK_M = 0.4  # so that the grid does not cut through floors where it is only an estimate
_UNDER_TERRAIN_M = 4.0
_RIM_M = 60.0
_ROAD_LIFT, _WATER_LIFT = 2, 1


class GroundLayer(LayerView):
    """Terrain, its surroundings, roads and water."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._square = np.array([[-1.0, -1.0], [1.0, 1.0]])
        self._shade = vtkTexture()

    def build(
        self, models: Sequence[CityModel], ground: GroundHeight, colours: CityColours
    ) -> None:
        """Draw the ground anew."""
        self.remove()
        bounds = city_bounds(models)
        if bounds is None:
            return
        self._square = _square(bounds[:, :2])
        light = ground_light([model.mesh(2) for model in models], self._square, SUN)
        self._shade = _texture(light)
        mesh, out = ground_grid(ground, bounds[:, :2])
        covered = ground.covered(mesh.points[:, 0], mesh.points[:, 1])
        mesh.points[:, 2] -= np.where(covered, _UNDER_TERRAIN_M, _SUNK_M)
        self._lay(surface(mesh, _fading(out, colours)), None)
        for model in models:
            for piece in model.surfaces:
                self._surface(piece.kind, piece.mesh, ground, colours)

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


def city_bounds(models: Sequence[CityModel]) -> NDArray[np.float64] | None:
    """Return the lowest and highest corner (2, 3) of everything drawn; None for nothing."""
    points = [model.mesh(2).points for model in models]
    points += [s.mesh.points for m in models for s in m.surfaces if s.kind != "flood"]
    points = [some for some in points if len(some)]
    if not points:
        return None
    low = np.min([some.min(axis=0) for some in points], axis=0)
    high = np.max([some.max(axis=0) for some in points], axis=0)
    return np.array([low, high], np.float64)


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


def _square(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a square around bounds, with room for shadows at its rim."""
    half = float((bounds[1] - bounds[0]).max()) / 2 + _RIM_M
    middle = bounds.mean(axis=0)
    return np.array([middle - half, middle + half])


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
