"""Wires the twin of one area: its city, its layers, and the frame around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.app.cities import Cities
from desktop.app.layers import LayerDesk
from desktop.twin.viewport import TwinViewport

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.twin.meshes import CityDrawing
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme
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
        self.twin = TwinViewport(models.area, models.selection, models.states)
        self.layers = LayerDesk(models, self.twin, self)
        self.cities = Cities(models.area, self)
        self._connect()
        frame.show_twin(self.twin)
        self._dress()
        self._speak()
        self.cities.start()

    def close(self) -> None:
        """End every thread and give the graphics back."""
        self.cities.close()
        self.layers.close()
        self.twin.close_graphics()

    def _connect(self) -> None:
        self.cities.progressed.connect(self._frame.reading.show_progress)
        self.cities.failed.connect(self.city_failed)
        self.cities.drawn.connect(self._show)
        self._frame.stop_wanted.connect(self.cities.stop)
        self._theme.changed.connect(self._dress)
        self._languages.changed.connect(self._speak)

    def _show(self, city: CityDrawing) -> None:
        self._frame.reading.hide()
        self.twin.show_city(city)
        self.drawn = True

    def _dress(self) -> None:
        self.twin.set_theme(self._theme.name == "dark")

    def _speak(self) -> None:
        self.twin.set_language(self._languages.language)
