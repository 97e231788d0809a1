"""Signs of alarms: the shape says how urgent, filled says nobody has answered, the mark says why.

Critical is an octagon, high a triangle, medium a diamond, low a square.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from area_configs.domain.alarms import Priority
from desktop.models.alarm_rows import NO_DATA, OPEN_STATES
from desktop.models.device_states import State
from desktop.views.icons import GRID, paint_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from desktop.models.alarm_rows import AlarmRow
    from desktop.views.theme import Tokens

_Point = tuple[float, float]
_SHAPES: Mapping[Priority, Sequence[_Point]] = {
    Priority.CRITICAL: (
        *((7.4, 1), (16.6, 1), (23, 7.4), (23, 16.6)),
        *((16.6, 23), (7.4, 23), (1, 16.6), (1, 7.4)),
    ),
    Priority.HIGH: ((12, 1.5), (23.5, 21.5), (0.5, 21.5)),
    Priority.MEDIUM: ((12, 1), (23, 12), (12, 23), (1, 12)),
    Priority.LOW: ((3.5, 3.5), (20.5, 3.5), (20.5, 20.5), (3.5, 20.5)),
}


def paint_alarm(painter: QPainter, box: QRectF, row: AlarmRow, tokens: Tokens) -> None:
    """Draw the sign of an alarm, or the mark of missing data, inside a square."""
    if row.state == NO_DATA or row.priority is None or row.state == "normal":
        state = State.NO_DATA if row.state == NO_DATA else State.NORMAL
        paint_mark(painter, box, state, tokens)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    colour, field = colours(row, tokens)
    filled = row.state in OPEN_STATES and not row.acknowledged
    painter.setPen(QPen(QColor(colour), 2.2))
    painter.setBrush(QColor(colour if filled else field))
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in _SHAPES[row.priority]]))
    pen = QPen(QColor(field if filled else colour), 2.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    _MARKS.get(row.state, _exclaim)(painter, 14.5 if row.priority is Priority.HIGH else 12.0)
    painter.restore()


def alarm_icon(row: AlarmRow, tokens: Tokens, size: int, ratio: float = 1.0) -> QIcon:
    """Return the sign of an alarm as an icon."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_alarm(painter, QRectF(0, 0, size, size), row, tokens)
    painter.end()
    return QIcon(pixmap)


def colours(row: AlarmRow, tokens: Tokens) -> tuple[str, str]:
    """Return the colour of an alarm and of the ground that goes with it."""
    if row.state not in OPEN_STATES:
        return tokens.muted, tokens.field
    if row.priority in {Priority.CRITICAL, Priority.HIGH}:
        return tokens.alarm, tokens.alarm_field
    if row.priority is Priority.MEDIUM:
        return tokens.warning, tokens.warning_field
    return tokens.text, tokens.field


def _exclaim(painter: QPainter, middle: float) -> None:
    painter.drawLine(QPointF(12, middle - 5), QPointF(12, middle + 0.6))
    painter.drawLine(QPointF(12, middle + 4.6), QPointF(12, middle + 4.7))


def _returned(painter: QPainter, middle: float) -> None:
    painter.drawLine(QPointF(12, middle - 4), QPointF(12, middle + 4))
    painter.drawLine(QPointF(12, middle + 4), QPointF(8.5, middle + 0.5))
    painter.drawLine(QPointF(12, middle + 4), QPointF(15.5, middle + 0.5))


def _paused(painter: QPainter, middle: float) -> None:
    for x in (9.8, 14.2):
        painter.drawLine(QPointF(x, middle - 3.4), QPointF(x, middle + 3.4))


def _crossed(painter: QPainter, middle: float) -> None:
    painter.drawLine(QPointF(8.6, middle - 3.4), QPointF(15.4, middle + 3.4))
    painter.drawLine(QPointF(15.4, middle - 3.4), QPointF(8.6, middle + 3.4))


def _lowered(painter: QPainter, middle: float) -> None:
    painter.drawLine(QPointF(8.4, middle), QPointF(15.6, middle))


_MARKS: Mapping[str, Callable[[QPainter, float], None]] = {
    "returned_unacked": _returned,
    "latched": _returned,
    "shelved": _paused,
    "out_of_service": _crossed,
    "suppressed": _lowered,
}
