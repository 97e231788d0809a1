"""The layers with a theme in one scene: draws those that are wanted, keeps their tags and legends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.twin.registry import THEMES
from desktop.twin.theme_view import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vtkmodules.vtkRenderingCore import vtkRenderer

    from area_configs.domain.names import Name
    from desktop.models.twin_layers import LayerFacts
    from desktop.twin.citygml import Frame
    from desktop.twin.colour_scales import CityColours
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Outlook, Tag, ThemeView


class Themes:
    """The layers by key; `show` brings the picture in line with what is wanted."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._layers: dict[str, ThemeView] = {kind.info.key: kind(renderer) for kind in THEMES}
        self._facts: dict[str, LayerFacts] = {}

    @property
    def tags(self) -> list[Tag]:
        """Return the texts that stand in the picture."""
        return [tag for key in self._facts for tag in self._layers[key].tags]

    @property
    def told(self) -> list[tuple[Name, LayerFacts]]:
        """Return the name of every layer in the picture and what it says of itself."""
        return [(self._layers[key].info.name, facts) for key, facts in self._facts.items()]

    @property
    def cover_buildings(self) -> bool:
        """Tell whether one of them paints buildings: then nothing else may stand before it."""
        return any(self._layers[key].covers_buildings for key in self._facts)

    def show(
        self,
        wanted: Mapping[str, str],
        outlook: Outlook,
        frame: Frame,
        city: CityDrawing,
        colours: CityColours,
    ) -> tuple[dict[str, LayerFacts], bool]:
        """Draw the wanted layers, each by its choice; return what they say, and if pixels changed."""
        facts, changed = {}, False
        for key, layer in self._layers.items():
            if key in wanted:
                facts[key] = layer.show(Moment(outlook, frame, city, colours, wanted[key]))
                changed |= layer.changed
            elif key in self._facts:
                layer.hide()
                changed |= layer.changed
        self._facts = facts
        return facts, changed
