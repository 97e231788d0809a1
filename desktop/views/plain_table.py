"""A plain table of texts: whole rows, no grid, no trap for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.views.column_room import ColumnRoom
from desktop.views.delegates import ROW_PX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QAbstractItemModel


class PlainTable(QTableView):
    """Shows a model; `widths` in pixels by column, `stretched` takes what is left."""

    def __init__(
        self,
        model: QAbstractItemModel,
        widths: Mapping[int, int],
        stretched: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        self._room, self._stretched = ColumnRoom(self, stretched), stretched

    def fit_words(self, row_px: int) -> None:
        """Make columns as wide as their words in any size of text, and rows so tall."""
        header = self.horizontalHeader()
        for column in range(header.count()):
            if column != self._stretched:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setDefaultSectionSize(row_px)
        self._room.fit()
