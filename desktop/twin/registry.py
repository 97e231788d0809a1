"""The layers that are built from the city, in the order in which they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.twin.layers.buildings import BuildingsLayer
from desktop.twin.layers.ground import GroundLayer

if TYPE_CHECKING:
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.layer_view import CityLayer


def city_layers(renderer: vtkRenderer) -> list[CityLayer]:
    """Return a new, empty set of city layers in a renderer."""
    return [GroundLayer(renderer), BuildingsLayer(renderer)]
