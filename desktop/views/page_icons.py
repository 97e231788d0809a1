"""Drawn signs of the pages: line drawings on a grid of 24."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from desktop.views.icons import GRID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Point = tuple[float, float]


def page_icon(page: str, colour: str, size: int, ratio: float = 1.0) -> QIcon:
    """Return the sign of a page in one colour; KeyError for a page without one."""
    pixmap = QPixmap(int(size * ratio), int(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / GRID, size / GRID)
    pen = QPen(QColor(colour), 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    path = QPainterPath()
    PAGE_SIGNS[page](path)
    painter.drawPath(path)
    painter.end()
    return QIcon(pixmap)


def _overview(path: QPainterPath) -> None:
    _line(path, [(3, 20.5), (3, 10), (9, 7), (9, 20.5)])
    _line(path, [(9, 20.5), (9, 3.5), (16, 3.5), (16, 20.5)])
    _line(path, [(16, 11), (21, 11), (21, 20.5)])
    _line(path, [(2, 20.5), (22, 20.5)])


def _editor(path: QPainterPath) -> None:
    _line(path, [(12, 20.5), (3.5, 20.5), (3.5, 7), (10, 7), (10, 12)])
    _line(path, [(13, 17.5), (20, 8.5), (22, 10), (15, 19), (12.4, 20)])
    path.addEllipse(QPointF(16, 4.6), 2.2, 2.2)


def _alarms(path: QPainterPath) -> None:
    path.moveTo(5, 17.5)
    path.cubicTo(8, 14, 5, 4, 12, 4)
    path.cubicTo(19, 4, 16, 14, 19, 17.5)
    path.closeSubpath()
    _line(path, [(12, 4), (12, 2)])
    _line(path, [(9.8, 20.6), (14.2, 20.6)])


def _energy(path: QPainterPath) -> None:
    _line(path, [(13.5, 2.5), (5.5, 13.5), (11.5, 13.5), (10.5, 21.5), (18.5, 10), (12.5, 10)])
    path.closeSubpath()


def _trends(path: QPainterPath) -> None:
    _line(path, [(3, 3), (3, 21), (21.5, 21)])
    _line(path, [(6, 16), (10, 10), (14, 13), (20, 5)])


def _values(path: QPainterPath) -> None:
    path.addRoundedRect(3, 4, 18, 16, 1.5, 1.5)
    for y in (9.3, 14.6):
        _line(path, [(3, y), (21, y)])
    _line(path, [(10, 4), (10, 20)])


def _devices(path: QPainterPath) -> None:
    path.addRoundedRect(6.5, 6.5, 11, 11, 1.5, 1.5)
    for at in (9, 12, 15):
        _line(path, [(at, 6.5), (at, 3)])
        _line(path, [(at, 17.5), (at, 21)])
        _line(path, [(6.5, at), (3, at)])
        _line(path, [(17.5, at), (21, at)])


def _care(path: QPainterPath) -> None:
    path.moveTo(12, 20.5)
    path.cubicTo(0, 12.5, 3, 3.5, 8, 3.8)
    path.cubicTo(10.4, 4, 11.6, 6, 12, 7.2)
    path.cubicTo(12.4, 6, 13.6, 4, 16, 3.8)
    path.cubicTo(21, 3.5, 24, 12.5, 12, 20.5)


def _residents(path: QPainterPath) -> None:
    path.addEllipse(QPointF(8.5, 8), 3.4, 3.4)
    path.moveTo(2.5, 19.5)
    path.cubicTo(2.5, 12.5, 14.5, 12.5, 14.5, 19.5)
    for y, begins in ((8, 15), (13, 16.5), (18, 18)):
        _line(path, [(begins, y), (21.5, y)])


def _technician(path: QPainterPath) -> None:
    _line(path, [(4, 20), (13, 11)])
    path.moveTo(20.6, 7.2)
    path.cubicTo(21.5, 11, 17.5, 14.2, 13.6, 12.6)
    path.moveTo(16.8, 3.4)
    path.cubicTo(13, 2.6, 9.8, 6.5, 11.4, 10.4)
    _line(path, [(20.6, 7.2), (17.2, 9.4), (14.6, 6.8), (16.8, 3.4)])


def _audit(path: QPainterPath) -> None:
    path.moveTo(12, 2.5)
    path.cubicTo(15, 5, 18, 5.4, 20, 5.4)
    path.cubicTo(20.5, 13, 17, 19, 12, 21.5)
    path.cubicTo(7, 19, 3.5, 13, 4, 5.4)
    path.cubicTo(6, 5.4, 9, 5, 12, 2.5)
    _line(path, [(8.4, 11.8), (11.2, 14.6), (15.8, 9)])


def _settings(path: QPainterPath) -> None:
    for y, knob in ((6, 15.5), (12, 8.5), (18, 14)):
        _line(path, [(3, y), (knob - 2.2, y)])
        path.addEllipse(QPointF(knob, y), 2.2, 2.2)
        _line(path, [(knob + 2.2, y), (21, y)])


def _line(path: QPainterPath, points: Sequence[_Point]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)


PAGE_SIGNS: dict[str, Callable[[QPainterPath], None]] = {
    "overview": _overview,
    "alarms": _alarms,
    "energy": _energy,
    "trends": _trends,
    "values": _values,
    "devices": _devices,
    "care": _care,
    "residents": _residents,
    "technician": _technician,
    "audit": _audit,
    "editor": _editor,
    "settings": _settings,
}
