"""The list of gateways and devices: searched by words, gateways set off from their devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.models.fleet_table import Column, FleetTable, Role, Row
from desktop.views.column_room import ColumnRoom
from desktop.views.delegates import ROW_PX, RowPainter
from desktop.views.icons import mark_icon
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QPainter

    from desktop.views.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_MARK_PX = 16
_INDENT_PX = 16
_WIDTHS = {Column.STATE: 100, Column.MODEL: 120, Column.SEEN: 76, Column.SETTING: 96}


class FleetFilter(QSortFilterProxyModel):
    """Rows in which every word occurs; a gateway stays where one of its devices does."""

    def __init__(self, table: FleetTable) -> None:
        super().__init__(table)
        self._words: list[str] = []
        self.setSourceModel(table)

    def find(self, text: str) -> None:
        """Show the rows that contain every word of a text."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        table = self.sourceModel()
        if self._holds(table, source_row) or not isinstance(table, FleetTable):
            return True
        row = table.row_at(source_row)
        if row.device:
            return False
        below = (at for at in range(table.rowCount()) if table.row_at(at).gateway == row.gateway)
        return any(self._holds(table, at) for at in below)

    def _holds(self, table: QAbstractItemModel, at: int) -> bool:
        text = str(table.index(at, 0).data(Role.SEARCH))
        return all(word in text for word in self._words)


class FleetList(QTableView):
    """One row chosen shows it, several can be changed together."""

    row_chosen = Signal(object)  # Row

    def __init__(self, table: FleetTable, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = FleetFilter(table)
        self.setModel(self.rows)
        self.setItemDelegate(_FleetPainter(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table: no trap for the keyboard
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        ColumnRoom(self, Column.NAME)
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def choose(self, row: Row) -> None:
        """Choose a row, where it is listed."""
        table = self.rows.sourceModel()
        if not isinstance(table, FleetTable) or (at := table.place(row)) < 0:
            return
        index = self.rows.mapFromSource(table.index(at, 0))
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)

    def chosen(self) -> list[Row]:
        """Return every chosen row."""
        found = self.selectionModel().selectedRows()
        return [index.data(Role.ROW) for index in found]

    def choose_all_of(self, gateway: str) -> None:
        """Choose every listed device of a gateway."""
        selection = QItemSelection()
        for at in range(self.rows.rowCount()):
            index = self.rows.index(at, 0)
            row = index.data(Role.ROW)
            if row.device and row.gateway == gateway:
                selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect | flags.Rows)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(current.data(Role.ROW))


class _FleetPainter(RowPainter):
    """Gateways in bold, devices set in below them, the state with its mark."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, state = index.data(Role.ROW), index.data(Role.STATE)
        self.ground(painter, option, state)
        rect = option.rect.adjusted(STEP, 0, -STEP, 0)
        if index.column() == Column.STATE:
            icon = mark_icon(state, self.theme.tokens, _MARK_PX, 2.0)
            top = rect.center().y() - _MARK_PX // 2
            icon.paint(painter, rect.left(), top, _MARK_PX, _MARK_PX)
            rect.setLeft(rect.left() + _MARK_PX + STEP)
        elif index.column() == Column.NAME and row.device:
            rect.setLeft(rect.left() + _INDENT_PX)
        font = option.font
        font.setBold(not row.device)
        painter.save()
        painter.setFont(font)
        painter.setPen(self.theme.colour("muted" if index.column() > Column.STATE else "text"))
        text = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, rect.width()
        )
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()
