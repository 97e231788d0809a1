"""The parts of an area as a tree: the area, its contract, its gateways with their devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from desktop.models.area_draft import tables_at
from desktop.models.area_field_words import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        self._filling = False
        self.setObjectName("parts")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
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
        """Show the draft as it is by now."""
        if not self._draft.known:
            return
        self._filling = True
        closed = {part for part, row in self._rows.items() if not row.isExpanded()}
        self.clear()
        self._rows = {}
        state = self._draft.state
        top = self._row(None, (), state.values)
        self._row(top, _ENERGY, {}, CONTRACT.text(self._language))
        devices = list(tables_at(state, ("devices",)))
        for at, gateway in tables_at(state, ("gateways",)):
            branch = self._row(top, at, gateway)
            for place, device in devices:
                if device.get("gateway") == gateway.get("id"):
                    self._row(branch, place, device)
        for place, device in devices:
            if place not in self._rows:  # of a gateway that is not there
                self._row(top, place, device)
        for part, row in self._rows.items():
            row.setExpanded(part not in closed or not part)
        self._filling = False
        self._follow()

    def _row(
        self, above: QTreeWidgetItem | None, part: Path, one: Mapping[str, Any], words: str = ""
    ) -> QTreeWidgetItem:
        row = QTreeWidgetItem()
        if above is None:
            self.addTopLevelItem(row)
        else:
            above.addChild(row)
        names = one.get("name")
        found = names.get(self._language, "") if isinstance(names, dict) else ""
        words = words or str(found or one.get("id", "?"))
        wrong = self._draft.mistakes_below(part) if part else ()
        row.setText(0, f"▲ {words}" if wrong else words)
        row.setData(0, _PART, part)
        row.setToolTip(0, str(one.get("id", words)))
        if wrong:
            row.setForeground(0, QBrush(QColor(self._theme.tokens.alarm)))
        self._rows[part] = row
        return row

    def _current(self, row: QTreeWidgetItem | None, _before: object) -> None:
        if row is not None and not self._filling:
            self.part_wanted.emit(row.data(0, _PART))

    def _follow(self) -> None:
        row = self._rows.get(self._draft.chosen)
        if row is not None and row is not self.currentItem():
            self._filling = True
            self.setCurrentItem(row)
            self._filling = False
