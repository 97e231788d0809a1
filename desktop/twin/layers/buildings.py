"""Buildings: merged walls and roofs, darker at the foot, with thin edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import edge_lines, heights_over_foot, surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml import CityModel, Mesh
    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import GroundHeight

DRAWN_LOD = 2
_SHADED_M = 9.0  # up to here over the ground the light between houses fades


class BuildingsLayer(LayerView):
    """All buildings of all models, one actor for faces and one for edges per model."""

    def build(
        self, models: Sequence[CityModel], ground: GroundHeight, colours: CityColours
    ) -> None:
        """Draw the buildings anew."""
        del ground
        self.remove()
        for model in models:
            mesh = model.mesh(DRAWN_LOD)
            if not len(mesh.triangles):
                continue
            data = surface(mesh, _paint(mesh, colours))
            self.add(data)
            self.add_lines(edge_lines(data), colours.edge, 1.0)


def _paint(mesh: Mesh, colours: CityColours) -> NDArray[np.uint8]:
    """Return a colour per point: darker near the foot, as little light comes between houses."""
    up = heights_over_foot(mesh)
    share = np.clip(up / _SHADED_M, 0, 1)[:, None] ** 0.7
    foot, top = np.array(colours.foot, float), np.array(colours.building, float)
    paint: NDArray[np.uint8] = (foot + (top - foot) * share).astype(np.uint8)
    return paint
