"""The parts of an area as a tree: the area, its contract, its gateways with their devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from desktop.models.area_draft import tables_at
from desktop.models.area_field_words import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.domain.names import Language
    from area_configs.loader.locator import Path
    from desktop.models.area_draft import AreaDraft
    from desktop.views.theme import Theme

_PART = Qt.ItemDataRole.UserRole
_ENERGY: Path = ("energy",)


class PartTree(QTreeWidget):
    """Choosing a row chooses the part; parts with mistakes are marked, by sign and colour."""

    part_wanted = Signal(object)

    def __init__(self, draft: AreaDraft, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft, self._theme = draft, theme
        self._language: Language = "ja"
        self._rows: dict[Path, QTreeWidgetItem] = {}
        self._shape: list[tuple[Path, Path | None]] = []
        self._filling = False
        self.setObjectName("parts")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        # A name's end tells it from its neighbours: what is too long gives up its middle.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.currentItemChanged.connect(self._current)
        draft.changed.connect(self.refresh)
        draft.chosen_changed.connect(self._follow)
        theme.changed.connect(self.refresh)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self.refresh()

    def row(self, part: Path) -> QTreeWidgetItem | None:
        """Return the row of a part."""
        return self._rows.get(part)

    def refresh(self) -> None:
        """Show the draft as it is by now; rows stay where the parts are the same."""
        if not self._draft.known:
            return
        parts = list(self._parts())
        self._filling = True
        if [(part, above) for part, above, _ in parts] != self._shape:
            self._build(parts)
        for part, _, one in parts:
            self._show(self._rows[part], part, one)
        self._filling = False
        self._follow()

    def _parts(self) -> Iterator[tuple[Path, Path | None, Mapping[str, Any]]]:
        """Give each part, the one that it hangs below, and what stands in it."""
        state = self._draft.state
        yield (), None, state.values
        yield _ENERGY, (), {}
        below: dict[Any, list[tuple[Path, Mapping[str, Any]]]] = {}
        for place, device in tables_at(state, ("devices",)):
            below.setdefault(str(device.get("gateway")), []).append((place, device))
        for at, gateway in tables_at(state, ("gateways",)):
            yield at, (), gateway
            for place, device in below.pop(str(gateway.get("id")), ()):
                yield place, at, device
        for lost in below.values():  # of gateways that are not there
            for place, device in lost:
                yield place, (), device

    def _build(self, parts: list[tuple[Path, Path | None, Mapping[str, Any]]]) -> None:
        closed = {part for part, row in self._rows.items() if not row.isExpanded()}
        self.clear()
        self._rows, self._shape = {}, [(part, above) for part, above, _ in parts]
        for part, above, _ in parts:
            row = self._rows[part] = QTreeWidgetItem()
            row.setData(0, _PART, part)
            if above is None:
                self.addTopLevelItem(row)
            else:
                self._rows[above].addChild(row)
        for part, row in self._rows.items():
            row.setExpanded(part not in closed or not part)

    def _show(self, row: QTreeWidgetItem, part: Path, one: Mapping[str, Any]) -> None:
        names = one.get("name")
        found = names.get(self._language, "") if isinstance(names, dict) else ""
        words = str(found or one.get("id", "?"))
        if part == _ENERGY:
            words = CONTRACT.text(self._language)
        wrong = bool(part and self._draft.mistakes_of(part))
        shown = f"▲ {words}" if wrong else words
        if shown != row.text(0):
            row.setText(0, shown)
        tip = f"{words} ({one['id']})" if "id" in one else words
        if tip != row.toolTip(0):
            row.setToolTip(0, tip)
        ink = QBrush(QColor(self._theme.tokens.alarm)) if wrong else QBrush()
        if ink != row.foreground(0):
            row.setForeground(0, ink)

    def _current(self, row: QTreeWidgetItem | None, _before: object) -> None:
        if row is not None and not self._filling:
            self.part_wanted.emit(row.data(0, _PART))

    def _follow(self) -> None:
        row = self._rows.get(self._draft.chosen)
        if row is not None and row is not self.currentItem():
            self._filling = True
            self.setCurrentItem(row)
            self._filling = False
