"""What stands between the buildings: bridges, plants, street furniture, structures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import surface

if TYPE_CHECKING:
    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import CityDrawing

_EDGE_PX = 1.0
_COLOURS = {
    "bridge": "road",
    "vegetation": "plant",
    "furniture": "mast",
    "construction": "foot",
    "generic": "foot",
}


class SurroundingsLayer(LayerView):
    """All of them, one actor per kind and model."""

    def build(self, city: CityDrawing, colours: CityColours) -> None:
        """Draw them anew."""
        self.remove()
        for piece in city.pieces:
            if piece.kind in _COLOURS:
                self.add(surface(piece.mesh), getattr(colours, _COLOURS[piece.kind]))
                if piece.edges is not None:
                    self.add_lines(piece.edges, colours.edge, _EDGE_PX)
