"""Every layer of the twin: those of the city itself, and those with a theme that may be switched.

A layer is a module of `layers` and its line here; legend, choices and table come from the module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.twin.layers.alarms import AlarmsLayer
from desktop.twin.layers.barrier_free.layer import BarrierFreeLayer
from desktop.twin.layers.development import DevelopmentLayer
from desktop.twin.layers.energy import EnergyLayer
from desktop.twin.layers.flood.layer import FloodLayer
from desktop.twin.layers.ground import GroundLayer
from desktop.twin.layers.hydrogen import HydrogenLayer
from desktop.twin.layers.links import LinksLayer
from desktop.twin.layers.people import PeopleLayer
from desktop.twin.layers.sunlight import SunlightLayer
from desktop.twin.layers.surroundings import SurroundingsLayer

if TYPE_CHECKING:
    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.layer_view import CityLayer
    from desktop.twin.theme_view import ThemeView

# In the order in which they are offered.
THEMES: tuple[type[ThemeView], ...] = (
    AlarmsLayer,
    EnergyLayer,
    HydrogenLayer,
    LinksLayer,
    SunlightLayer,
    PeopleLayer,
    FloodLayer,
    BarrierFreeLayer,
    DevelopmentLayer,
)


def city_layers(renderer: vtkRenderer) -> list[CityLayer]:
    """Return new, empty layers of the city below and beside its buildings, in drawing order."""
    return [GroundLayer(renderer), SurroundingsLayer(renderer)]
