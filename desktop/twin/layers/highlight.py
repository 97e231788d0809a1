"""The chosen building, drawn once more in the colour of choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml import Mesh
from desktop.twin.colour_scales import blend
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import edge_lines, surface

if TYPE_CHECKING:
    from desktop.twin.colour_scales import CityColours

_LIFT = 2
_EDGE_PX = 2.0
_STRENGTH = 0.45


class HighlightLayer(LayerView):
    """At most one building, in the accent colour."""

    def show(self, mesh: Mesh, building: int, colours: CityColours) -> None:
        """Draw the triangles of one building of a mesh in front of the rest."""
        self.remove()
        triangles = mesh.triangles[mesh.building == building]
        if len(triangles):
            used, compact = np.unique(triangles, return_inverse=True)
            corners = compact.reshape(-1, 3).astype(np.int32)
            part = Mesh(mesh.points[used], corners, np.zeros(len(corners), np.int32))
            data = surface(part)
            fill = blend(colours.building, colours.accent, _STRENGTH)
            self.add(data, fill, lift=_LIFT)
            self.add_lines(edge_lines(data), colours.accent, _EDGE_PX)
