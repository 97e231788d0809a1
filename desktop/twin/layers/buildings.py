"""Buildings: merged walls and roofs, darker at the foot, with thin edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import CityDrawing

_SHADED_M = 9.0  # up to here over the ground the light between houses fades
_EDGE_PX = 1.0


class BuildingsLayer(LayerView):
    """All buildings of all models, one actor for faces and one for edges per model."""

    def build(self, city: CityDrawing, colours: CityColours) -> None:
        """Draw the buildings anew."""
        self.remove()
        for blocks in city.blocks:
            self.add(surface(blocks.mesh, _paint(blocks.heights, colours)))
            self.add_lines(blocks.edges, colours.edge, _EDGE_PX)


def _paint(heights: NDArray[np.float32], colours: CityColours) -> NDArray[np.uint8]:
    """Return a colour per point: darker near the foot, as little light comes between houses."""
    share = np.clip(heights / _SHADED_M, 0, 1)[:, None] ** 0.7
    foot, top = np.array(colours.foot, float), np.array(colours.building, float)
    paint: NDArray[np.uint8] = (foot + (top - foot) * share).astype(np.uint8)
    return paint
