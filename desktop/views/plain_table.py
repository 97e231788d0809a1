"""A plain table of texts: whole rows, no grid, no trap for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

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
        ColumnRoom(self, stretched)
