"""How rows are painted: glyph, mark, hatching for what is stale or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionButton, QStyleOptionViewItem
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from desktop.models import area_tree, live_readings, series_picker
from desktop.models.device_states import State
from desktop.views.icons import paint_kind, paint_mark
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QObject

    from desktop.views.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 32
_TWO_LINES_PX = 40
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
        return QSize(hint.width() + 2 * STEP, max(ROW_PX, self.theme.px(28)))

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
    """Rows of the area tree: mark, glyph, name; at the right the headline of the same row."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setFont(option.font)
        state = State(index.data(area_tree.Role.STATE))
        device = bool(index.data(area_tree.Role.DEVICE))
        self.ground(painter, option, state if device else State.NORMAL)
        left = self._signs(painter, option.rect, index, state)
        rect = QRect(left, option.rect.top(), option.rect.right() - left, option.rect.height())
        rect = self._headline(painter, rect, index, state)
        painter.setFont(option.font)
        if not device:
            _embolden(painter)
        self.write(painter, rect, str(index.data()))
        painter.restore()

    def _signs(self, painter: QPainter, rect: QRect, index: Index, state: State) -> int:
        """Draw mark and glyph; return where the text begins."""
        top = rect.top() + (rect.height() - _MARK_PX) // 2
        left = rect.left() + 2
        paint_mark(painter, QRectF(left, top, _MARK_PX, _MARK_PX), state, self.theme.tokens)
        left += _MARK_PX + STEP
        device = bool(index.data(area_tree.Role.DEVICE))
        if device or index.parent().isValid():
            kind = DeviceKind(index.data(area_tree.Role.KIND)) if device else None
            box = QRectF(left, top - 2, _GLYPH_PX, _GLYPH_PX)
            paint_kind(painter, box, kind, self.theme.colour("muted"))
            left += _GLYPH_PX + STEP
        return left

    def _headline(self, painter: QPainter, rect: QRect, index: Index, state: State) -> QRect:
        """Write the headline at the right; return what is left for the name."""
        text = str(index.sibling(index.row(), area_tree.Column.HEADLINE).data())
        device = bool(index.data(area_tree.Role.DEVICE))
        if device:
            _embolden(painter)
        box = rect.adjusted(0, 0, -STEP, 0)
        if device and state in _UNSURE:
            self.plate(painter, box, text, self.theme.tokens.field)
        colour = _text_colour(state) if device else "muted"
        self.write(painter, box, text, colour=colour, right=True)
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * STEP
        return rect.adjusted(0, 0, -width, 0)


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


class SeriesPainter(RowPainter):
    """Rows of the series list: a tick box, the quantity, and below it the device."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, max(_TWO_LINES_PX, self.theme.px(_TWO_LINES_PX)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setFont(option.font)
        self.ground(painter, option, State.NORMAL)
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        box = QStyleOptionButton()
        box.rect = self._box(option.rect)
        box.state = QStyle.StateFlag.State_Enabled
        box.state |= QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter)
        painter.setPen(self.theme.colour("muted"))  # the style's own edge is lost on dark grounds
        painter.drawRect(box.rect.adjusted(0, 0, -1, -1))
        text = option.rect.adjusted(STEP + _MARK_PX + STEP, 1, -STEP, -1)
        text.setHeight(text.height() // 2)
        if ticked:
            _embolden(painter)
        self.write(painter, text, str(index.data(series_picker.Role.QUANTITY_NAME)))
        painter.setFont(option.font)
        text.translate(0, text.height())
        self.write(painter, text, str(index.data(series_picker.Role.DEVICE_NAME)), colour="muted")
        painter.restore()

    @override
    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Tick by a click anywhere in the row, or by the space bar."""
        clicked = event.type() == QEvent.Type.MouseButtonRelease
        if isinstance(event, QKeyEvent):
            clicked = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        return clicked and model.setData(index, True, Qt.ItemDataRole.CheckStateRole)

    @staticmethod
    def _box(rect: QRect) -> QRect:
        top = rect.top() + (rect.height() - _MARK_PX) // 2
        return QRect(rect.left() + STEP, top, _MARK_PX, _MARK_PX)


def _embolden(painter: QPainter) -> None:
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)


def _text_colour(state: State) -> str:
    if state is State.ALARM:
        return "alarm"
    return "muted" if state in _UNSURE else "text"
