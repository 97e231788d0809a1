"""The table of alarms: signs, grounds by urgency, several rows to be chosen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTableView
from typing_extensions import override

from desktop.models.alarm_desk import URGENT
from desktop.models.alarm_rows import NO_DATA
from desktop.models.alarm_table import Column, Role
from desktop.models.device_states import State
from desktop.views.alarm_signs import colours, paint_alarm
from desktop.views.column_room import ColumnRoom
from desktop.views.delegates import ROW_PX, Index, RowPainter
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.alarm_rows import AlarmRow
    from desktop.models.alarm_table import AlarmTable
    from desktop.views.theme import Theme

_SIGN_PX = 18
_WIDTHS = {
    Column.STATE: 192,
    Column.PRIORITY: 72,
    Column.DEVICE: 208,
    Column.VALUE: 104,
    Column.SINCE: 136,
    Column.ACTION: 208,
    Column.ANSWER: 160,
}


class AlarmList(QTableView):
    """Keeps what is chosen through every change of the rows."""

    chosen_changed = Signal()

    def __init__(
        self, table: AlarmTable, desk: AlarmDesk, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._keys: list[str] = []
        self.setModel(table)
        self.setItemDelegate(_AlarmPainter(desk, theme, self))
        self._behave()
        table.modelAboutToBeReset.connect(self._remember)
        table.modelReset.connect(self._choose_again)
        table.dataChanged.connect(self.chosen_changed)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    def chosen(self) -> list[AlarmRow]:
        """Return the chosen rows in the order of the list."""
        rows = self._table.rows
        picked = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [rows[at] for at in picked if at < len(rows)]

    def choose(self, key: str) -> None:
        """Choose one row, if it is listed."""
        at = self._table.row_of(key)
        if at >= 0:
            self.setCurrentIndex(self._table.index(at, Column.STATE))
            self.selectRow(at)

    def _behave(self) -> None:
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
        header.setMinimumSectionSize(40)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        ColumnRoom(self, Column.WHAT)

    def _remember(self) -> None:
        self._keys = [row.key for row in self.chosen()]

    def _choose_again(self) -> None:
        flags = QItemSelectionModel.SelectionFlag
        selection = self.selectionModel()
        selection.blockSignals(True)  # one change is told at the end, not one for each row
        current = QModelIndex()
        for at in sorted(at for at in map(self._table.row_of, self._keys) if at >= 0):
            index = self._table.index(at, Column.STATE)
            selection.select(index, flags.Select | flags.Rows)
            current = current if current.isValid() else index
        if current.isValid():
            selection.setCurrentIndex(current, flags.NoUpdate)
        selection.blockSignals(False)
        self.viewport().update()
        self.chosen_changed.emit()


class _AlarmPainter(RowPainter):
    def __init__(self, desk: AlarmDesk, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._desk = desk

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._desk.row(index.data(Role.KEY))
        if row is None:
            return
        painter.save()
        painter.setFont(option.font)
        self.ground(painter, option, _ground(row))
        rect = option.rect.adjusted(STEP, 0, -STEP, 0)
        column = Column(index.column())
        if column is Column.STATE:
            top = rect.top() + (rect.height() - _SIGN_PX) / 2
            box = QRectF(rect.left(), top, _SIGN_PX, _SIGN_PX)
            paint_alarm(painter, box, row, self.theme.tokens)
            rect = rect.adjusted(_SIGN_PX + STEP, 0, 0, 0)
        self._write(painter, rect, str(index.data()), row, column)
        painter.setPen(QPen(self.theme.colour("grid"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _write(
        self, painter: QPainter, rect: QRect, text: str, row: AlarmRow, column: Column
    ) -> None:
        strong = {Column.STATE, Column.PRIORITY, Column.WHAT, Column.VALUE}
        if column in strong and not row.acknowledged:
            font = QFont(painter.font())
            font.setBold(True)
            painter.setFont(font)
        if not text:
            return
        if row.state == NO_DATA and column is not Column.STATE:
            self._plate(painter, rect, text)
        if column in {Column.STATE, Column.PRIORITY}:
            painter.setPen(QColor(colours(row, self.theme.tokens)[0]))
            self._line(painter, rect, text)
            return
        self.write(painter, rect, text, right=column is Column.VALUE)

    def _plate(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Put a plain ground behind text, so that hatching does not cross it."""
        width = min(rect.width(), painter.fontMetrics().horizontalAdvance(text)) + STEP
        box = QRectF(rect.left() - STEP / 2, rect.top() + 5, width, rect.height() - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.colour("field"))
        painter.drawRoundedRect(box, 3, 3)

    @staticmethod
    def _line(painter: QPainter, rect: QRect, text: str) -> None:
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), cut)


def _ground(row: AlarmRow) -> State:
    if row.state == NO_DATA:
        return State.NO_DATA
    loud = row.priority in URGENT and row.state == "unacked_active"
    return State.ALARM if loud else State.NORMAL
