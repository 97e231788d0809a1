"""How rows are painted: glyph, mark, hatching for what is stale or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from desktop.models import area_tree, live_readings
from desktop.models.device_states import State
from desktop.views.icons import paint_kind, paint_mark
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop.views.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 32
_MARK_PX = 16
_GLYPH_PX = 20
_UNSURE = {State.STALE, State.NO_DATA}


class RowPainter(QStyledItemDelegate):
    """Paints the ground of a row and the text in it."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * STEP, ROW_PX)

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, state: State) -> None:
        """Fill the cell: chosen, hatched where the value is not to be relied on, or plain."""
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, self.theme.colour("chosen"))
        elif state is State.ALARM:
            painter.fillRect(option.rect, self.theme.colour("alarm_field"))
        if state in _UNSURE:
            painter.setBrushOrigin(0, option.rect.top())
            hatch = QBrush(self.theme.colour("hatch"), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(option.rect, hatch)

    def write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        colour: str = "text",
        right: bool = False,
    ) -> None:
        """Write one line, cut with an ellipsis where it does not fit."""
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        metrics = painter.fontMetrics()
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setPen(self.theme.colour(colour))
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), cut)

    def plate(self, painter: QPainter, rect: QRect, text: str, colour: str) -> None:
        """Put a plain ground behind right-aligned text, so that hatching does not cross it."""
        width = min(rect.width(), painter.fontMetrics().horizontalAdvance(text)) + STEP
        box = QRectF(rect.right() - width + STEP / 2, rect.top() + 5, width, rect.height() - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(box, 3, 3)


class TreePainter(RowPainter):
    """Rows of the area tree: mark, glyph, name; headline at the right."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setFont(option.font)
        state = State(index.data(area_tree.Role.STATE))
        device = bool(index.data(area_tree.Role.DEVICE))
        self.ground(painter, option, state if device else State.NORMAL)
        if index.column() == area_tree.Column.NAME:
            self._name(painter, option, index, state)
        else:
            self._headline(painter, option, index, state)
        painter.restore()

    def _name(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, state: State
    ) -> None:
        rect, theme = option.rect, self.theme
        top = rect.top() + (rect.height() - _MARK_PX) // 2
        left = rect.left() + 2
        paint_mark(painter, QRectF(left, top, _MARK_PX, _MARK_PX), state, theme.tokens)
        left += _MARK_PX + STEP
        device = bool(index.data(area_tree.Role.DEVICE))
        if device or index.parent().isValid():
            kind = DeviceKind(index.data(area_tree.Role.KIND)) if device else None
            box = QRectF(left, top - 2, _GLYPH_PX, _GLYPH_PX)
            paint_kind(painter, box, kind, theme.colour("muted"))
            left += _GLYPH_PX + STEP
        if not device:
            _embolden(painter)
        text = QRect(left, rect.top(), rect.right() - left, rect.height())
        self.write(painter, text, str(index.data()))

    def _headline(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, state: State
    ) -> None:
        rect, text = option.rect.adjusted(0, 0, -STEP, 0), str(index.data())
        if not index.data(area_tree.Role.DEVICE):
            self.write(painter, rect, text, colour="muted", right=True)
            return
        _embolden(painter)
        if state in _UNSURE:
            self.plate(painter, rect, text, self.theme.tokens.field)
        self.write(painter, rect, text, colour=_text_colour(state), right=True)


class ValuePainter(RowPainter):
    """Rows of the live values."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setFont(option.font)
        state = State(index.data(live_readings.Role.STATE))
        self.ground(painter, option, state)
        rect = option.rect.adjusted(STEP, 0, -STEP, 0)
        match live_readings.Column(index.column()):
            case live_readings.Column.STATE:
                self._mark(painter, rect, index, state)
            case live_readings.Column.DEVICE:
                self._device(painter, rect, index)
            case live_readings.Column.VALUE:
                self._value(painter, rect, index, state)
            case column:
                self._plain(painter, rect, index, column)
        painter.setPen(QPen(self.theme.colour("grid"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _mark(self, painter: QPainter, rect: QRect, index: Index, state: State) -> None:
        top = rect.top() + (rect.height() - _MARK_PX) / 2
        box = QRectF(rect.left(), top, _MARK_PX, _MARK_PX)
        paint_mark(painter, box, state, self.theme.tokens)
        self.write(
            painter,
            rect.adjusted(_MARK_PX + STEP, 0, 0, 0),
            str(index.data()),
            colour="alarm" if state is State.ALARM else "muted",
        )

    def _device(self, painter: QPainter, rect: QRect, index: Index) -> None:
        kind = DeviceKind(index.data(live_readings.Role.KIND))
        top = rect.top() + (rect.height() - _GLYPH_PX) / 2
        box = QRectF(rect.left(), top, _GLYPH_PX, _GLYPH_PX)
        paint_kind(painter, box, kind, self.theme.colour("muted"))
        self.write(painter, rect.adjusted(_GLYPH_PX + STEP, 0, 0, 0), str(index.data()))

    def _value(self, painter: QPainter, rect: QRect, index: Index, state: State) -> None:
        _embolden(painter)
        text = str(index.data())
        if state in _UNSURE:
            self.plate(painter, rect, text, self.theme.tokens.field)
        self.write(painter, rect, text, colour=_text_colour(state), right=True)

    def _plain(
        self, painter: QPainter, rect: QRect, index: Index, column: live_readings.Column
    ) -> None:
        quiet = {live_readings.Column.AGE, live_readings.Column.GATEWAY}
        right = column is live_readings.Column.AGE
        colour = "muted" if column in quiet else "text"
        self.write(painter, rect, str(index.data()), colour=colour, right=right)


def _embolden(painter: QPainter) -> None:
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)


def _text_colour(state: State) -> str:
    if state is State.ALARM:
        return "alarm"
    return "muted" if state in _UNSURE else "text"
