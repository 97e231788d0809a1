"""The ground: terrain or a surface through the buildings' feet, with roads and water on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.vtkRenderingCore import vtkTexture

from desktop.twin.citygml import Mesh
from desktop.twin.colour_scales import blend
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import brightness, lay_image, lit, sheet, surface

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import CityDrawing

_SUNK_M = 0.4  # so that the grid does not cut through floors where it is only an estimate
_UNDER_TERRAIN_M = 4.0
_LIFTS = {"terrain": 0, "water": 1, "road": 2}
_COLOURS = {"terrain": "ground", "water": "water", "road": "road"}


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
        self._square, self._shade = ground.square, sheet(ground.light[::-1])
        lowered = ground.grid.points.copy()
        lowered[:, 2] -= np.where(ground.covered, _UNDER_TERRAIN_M, _SUNK_M)
        grid = Mesh(lowered, ground.grid.triangles, ground.grid.building)
        self._lay(grid, _fading(ground.out, colours))
        for piece in city.pieces:
            if piece.kind in _LIFTS:
                colour = np.array(getattr(colours, _COLOURS[piece.kind]))
                self._lay(piece.mesh, colour, lift=_LIFTS[piece.kind])

    def _lay(self, mesh: Mesh, colours: NDArray[np.integer], *, lift: int = 0) -> None:
        """Draw a piece of ground with the shadows of buildings on it."""
        data = lay_image(surface(mesh, lit(colours, brightness(mesh, ground=True))), self._square)
        self.add_lit(data, lift=lift).SetTexture(self._shade)


def _fading(out: NDArray[np.float64], colours: CityColours) -> NDArray[np.uint8]:
    """Return the ground's colour per point, fading into the sky far out."""
    steps = np.array([blend(colours.ground, colours.sky, n / 255) for n in range(256)], np.uint8)
    faded: NDArray[np.uint8] = steps[(out * 255).astype(int)]
    return faded
