"""Wires the twin of one area: its city, its layers, and the frame around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.app.cities import Cities
from desktop.app.layers import LayerDesk
from desktop.app.twin_exports import TwinExports
from desktop.app.twin_search import TwinSearch
from desktop.bridge.view_file import ViewFile
from desktop.models.saved_views import SavedViews
from desktop.twin.viewport import TwinViewport

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.models.twin_layers import TwinLayers
    from desktop.twin.meshes import CityDrawing
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme
    from desktop.views.twin_bar import TwinBar
    from desktop.views.twin_frame import TwinFrame


class TwinDesk(QObject):
    """The twin and everything that is wired to it alone."""

    city_failed = Signal(str)  # why a file cannot be shown

    def __init__(
        self,
        models: AreaModels,
        frame: TwinFrame,
        languages: Languages,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._frame, self._languages, self._theme = frame, languages, theme
        self.drawn = False
        self.city: CityDrawing | None = None
        self.twin = TwinViewport(models.area, models.selection, models.states)
        self.layers = LayerDesk(models, self.twin, self)
        self.cities = Cities(models.area, self)
        self.search = TwinSearch(self.twin, frame, self)
        self.exports = TwinExports(models, self.twin, frame, self)
        self.views = SavedViews(ViewFile(models.area.id), self)
        self._connect()
        self._connect_rows(models.layers)
        self._connect_bar(frame.bar)
        frame.show_twin(self.twin)
        self._dress()
        self._speak()
        self.cities.start()

    def close(self) -> None:
        """End every thread and give the graphics back."""
        self.cities.blockSignals(True)  # a city still under way meets no window any more
        self.cities.close()
        self.search.close()
        self.exports.close()
        self.layers.close()
        self.twin.close_graphics()

    def _connect(self) -> None:
        self.cities.progressed.connect(self._frame.reading.show_progress)
        self.cities.failed.connect(self.city_failed)
        self.cities.drawn.connect(self._show)
        self._frame.stop_wanted.connect(self.cities.stop)
        self._theme.changed.connect(self._dress)
        self._languages.changed.connect(self._speak)

    def _connect_rows(self, layers: TwinLayers) -> None:
        """Let a building be the same one on the map and in the layers' tables."""
        self.twin.building_chosen.connect(layers.choose_building)
        layers.building_chosen.connect(self._show_building)
        self._frame.card.closed.connect(lambda: layers.choose_building(""))

    def _show_building(self, ident: str) -> None:
        if ident and ident != self.twin.chosen_building:
            self.twin.fly_to_building(ident)

    def _connect_bar(self, bar: TwinBar) -> None:
        twin, views = self.twin, self.views
        bar.home_wanted.connect(twin.home)
        bar.plan_wanted.connect(twin.set_plan)
        bar.section_wanted.connect(twin.set_section)
        bar.measure_wanted.connect(twin.set_measuring)
        bar.dress_wanted.connect(twin.set_dressed)
        bar.view_saved.connect(lambda name: views.save(name, twin.view))
        bar.view_dropped.connect(views.drop)
        bar.view_wanted.connect(self._show_view)
        views.changed.connect(lambda: bar.show_views(views.names))
        twin.tools_changed.connect(self._show_tools)
        bar.show_views(views.names)

    def _show_view(self, name: str) -> None:
        if view := self.views.get(name):
            self.twin.show_view(view)

    def _show_tools(self) -> None:
        twin = self.twin
        section, measuring = twin.section is not None, twin.measure is not None
        self._frame.bar.show_tools(plan=twin.plan, section=section, measuring=measuring)

    def _show(self, city: CityDrawing) -> None:
        self._frame.reading.hide()
        self.twin.show_city(city)
        self.search.show_city()
        self.drawn, self.city = True, city

    def _dress(self) -> None:
        self.twin.set_theme(self._theme.name != "light")

    def _speak(self) -> None:
        self.twin.set_language(self._languages.language)
        self.search.set_language(self._languages.language)
