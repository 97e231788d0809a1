"""Finds buildings by what is written, and shows what their city file says of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from area_configs.domain.errors import CityFileError
from desktop.bridge.calculations import Calculations
from desktop.twin.scene.words import attribute_rows, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language
    from desktop.twin.citygml import Building, CityModel
    from desktop.twin.viewport import TwinViewport
    from desktop.views.twin_frame import TwinFrame

_MOST = 50
_KIND = "building"


class TwinSearch(QObject):
    """Searches in a thread: the first search reads every attribute of the city."""

    def __init__(self, twin: TwinViewport, frame: TwinFrame, parent: QObject) -> None:
        super().__init__(parent)
        self._twin, self._frame = twin, frame
        self._language: Language = "ja"
        self._text, self._shown, self._city = "", "", 0
        self._work = Calculations(self)
        self._work.arrived.connect(self._look)
        field = frame.bar.search
        field.asked.connect(self.ask)
        field.chosen.connect(twin.fly_to_building)
        twin.search_wanted.connect(self._begin)
        twin.building_chosen.connect(self._show)
        frame.card.closed.connect(self._let_go)

    def ask(self, text: str) -> None:
        """Search for a text and show what is found."""
        self._text = text
        self._look()

    def show_city(self) -> None:
        """Search in the city that the twin shows now."""
        self._city += 1
        self._show("")

    def set_language(self, language: Language) -> None:
        """Describe buildings in another language."""
        self._language = language
        self._show(self._shown)

    def close(self) -> None:
        """End the thread."""
        self._work.close()

    def _begin(self) -> None:
        self._frame.bar.search.setFocus()
        self._frame.bar.search.selectAll()

    def _look(self) -> None:
        text, language, models = self._text, self._language, self._twin.models
        if not text.strip():
            return
        found = self._work.answer(
            (self._city, text, language), lambda: _found(models, text, language)
        )
        self._frame.bar.search.show_found(text, found)

    def _show(self, ident: str) -> None:
        self._shown = ident
        building = self._twin.building(ident) if ident else None
        if building is None:
            self._frame.card.hide()
            return
        title, facts = describe(building, self._language)
        self._frame.card.show_building(title, facts, building.id, _rows(building, self._language))

    def _let_go(self) -> None:
        self._show("")
        self._twin.choose_no_building()
        self._twin.setFocus()


def _found(models: Sequence[CityModel], text: str, language: Language) -> list[tuple[str, str]]:
    """Return id and words of the buildings that a text finds; none in files that have changed."""
    found: list[tuple[str, str]] = []
    for model in models:
        try:
            hits = [thing for thing in model.search(text, _MOST * 4) if thing.kind == _KIND]
            found += [(hit.id, " · ".join(describe(hit, language))) for hit in hits]
        except CityFileError:
            continue
    return found[:_MOST]


def _rows(building: Building, language: Language) -> list[tuple[str, str]]:
    """Return attributes and values; the reason where the file cannot be asked any more."""
    try:
        return attribute_rows(building, language)
    except CityFileError as error:
        return [("", str(error))]
