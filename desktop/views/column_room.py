"""The column of a table that takes what is left keeps room enough to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

_LEAST_EM = 12


class ColumnRoom(QObject):
    """Stretches a column; where less than a name's room is left, the table scrolls sideways."""

    def __init__(self, table: QTableView, column: int) -> None:
        super().__init__(table)
        self._table, self._column = table, column
        self._header = table.horizontalHeader()
        self._header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.viewport().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False

    def fit(self) -> None:
        """Look anew how much room the other columns leave."""
        header, modes = self._header, QHeaderView.ResizeMode
        others = (n for n in range(header.count()) if n != self._column)
        left = self._table.viewport().width() - sum(header.sectionSize(n) for n in others)
        least = self._table.fontMetrics().horizontalAdvance("m") * _LEAST_EM
        wanted = modes.Stretch if left >= least else modes.Interactive
        if header.sectionResizeMode(self._column) is not wanted:
            header.setSectionResizeMode(self._column, wanted)
        if wanted is modes.Interactive:
            header.resizeSection(self._column, least)
