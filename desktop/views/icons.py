"""Drawn signs: a glyph for every kind of device, a mark for every state.

Glyphs are line drawings on a grid of 24; marks differ by shape first and by colour second, and
have the shapes and hues that the twin has too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from area_configs.domain.devices import DeviceKind
from desktop.models.device_states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop.views.theme import Tokens

GRID = 24.0
_KEPT_ICONS = 128  # states, in some sizes and the colours of each theme
_Point = tuple[float, float]


def paint_kind(painter: QPainter, box: QRectF, kind: DeviceKind | None, colour: QColor) -> None:
    """Draw the glyph of a kind of device inside a square; None draws a gateway's."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    pen = QPen(colour, 1.7)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    (GLYPHS[kind] if kind else _gateway)(path)
    painter.drawPath(path)
    painter.restore()


def kind_pixmap(kind: DeviceKind | None, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return a glyph as a picture with a transparent ground."""
    pixmap = _blank(size, ratio)
    painter = QPainter(pixmap)
    paint_kind(painter, QRectF(0, 0, size, size), kind, QColor(colour))
    painter.end()
    return pixmap


def paint_mark(painter: QPainter, box: QRectF, state: State, tokens: Tokens) -> None:
    """Draw the mark of a state inside a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    MARKS[state](painter, tokens)
    painter.restore()


@lru_cache(maxsize=_KEPT_ICONS)
def mark_icon(state: State, tokens: Tokens, size: int = 16, ratio: float = 1.0) -> QIcon:
    """Return the mark of a state as an icon, the same one each time.

    Qt keeps the pictures of every icon that was ever drawn, up to ten megabytes: an icon made anew
    with each value would fill them within hours.
    """
    pixmap = _blank(size, ratio)
    painter = QPainter(pixmap)
    paint_mark(painter, QRectF(0, 0, size, size), state, tokens)
    painter.end()
    return QIcon(pixmap)


def _blank(size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _stroke(path: QPainterPath, points: Sequence[_Point], *, close: bool = False) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if close:
        path.closeSubpath()


def _bolt(path: QPainterPath, x: float, y: float, size: float) -> None:
    _stroke(
        path,
        [
            (x + 0.6 * size, y),
            (x + 0.2 * size, y + 0.55 * size),
            (x + 0.75 * size, y + 0.45 * size),
            (x + 0.35 * size, y + size),
        ],
    )


def _wave(path: QPainterPath, y: float, left: float, right: float) -> None:
    width = (right - left) / 2
    path.moveTo(left, y)
    for start in (left, left + width):
        path.cubicTo(start + width * 0.33, y - 3, start + width * 0.66, y + 3, start + width, y)


def _gateway(path: QPainterPath) -> None:
    path.addRoundedRect(3, 13, 18, 7, 1.5, 1.5)
    _stroke(path, [(7, 16.5), (7.2, 16.5)])
    _stroke(path, [(11, 16.5), (11.2, 16.5)])
    _stroke(path, [(17, 13), (17, 8)])
    path.arcMoveTo(13.5, 4.5, 7, 7, 30)
    path.arcTo(13.5, 4.5, 7, 7, 30, 120)


def _smart_meter(path: QPainterPath) -> None:
    path.addRoundedRect(4, 3, 16, 18, 2, 2)
    path.addRoundedRect(7, 6, 10, 5, 1, 1)
    _bolt(path, 9, 13, 6)


def _building_meter(path: QPainterPath) -> None:
    _stroke(path, [(4, 21), (4, 5), (14, 3), (14, 21)])
    _stroke(path, [(2.5, 21), (21.5, 21)])
    for y in (8, 12, 16):
        _stroke(path, [(7, y), (7.2, y)])
        _stroke(path, [(10.8, y), (11, y)])
    _bolt(path, 14.5, 9, 8)


def _feeder_meter(path: QPainterPath) -> None:
    _stroke(path, [(7, 21), (10.5, 3), (13.5, 3), (17, 21)])
    _stroke(path, [(4, 8), (20, 8)])
    _stroke(path, [(5, 13), (19, 13)])
    _stroke(path, [(8.4, 14.5), (15.8, 20)])
    _stroke(path, [(15.6, 14.5), (8.2, 20)])


def _photovoltaic(path: QPainterPath) -> None:
    _stroke(path, [(6, 11), (21, 11), (18, 20), (2.5, 20)], close=True)
    _stroke(path, [(4.4, 15.5), (19.5, 15.5)])
    _stroke(path, [(11, 11), (8, 20)])
    _stroke(path, [(16, 11), (13, 20)])
    path.addEllipse(QPointF(6, 5), 2.2, 2.2)
    _stroke(path, [(10.5, 5), (11.5, 5)])
    _stroke(path, [(9, 8), (9.7, 8.7)])


def _battery(path: QPainterPath) -> None:
    path.addRoundedRect(2.5, 7, 17, 11, 2, 2)
    _stroke(path, [(22, 10.5), (22, 14.5)])
    for x in (6.5, 10.5, 14.5):
        _stroke(path, [(x, 10.5), (x, 14.5)])


def _fuel_cell(path: QPainterPath) -> None:
    for x in (3, 8.5, 14):
        path.addRoundedRect(x, 4, 3.2, 16, 1, 1)
    _stroke(path, [(6.2, 8), (8.5, 8)])
    _stroke(path, [(11.7, 16), (14, 16)])
    _bolt(path, 17, 8, 7)


def _electrolyser(path: QPainterPath) -> None:
    path.moveTo(12, 2.5)
    path.cubicTo(16, 8, 19, 11, 19, 14.5)
    path.cubicTo(19, 18.5, 16, 21.5, 12, 21.5)
    path.cubicTo(8, 21.5, 5, 18.5, 5, 14.5)
    path.cubicTo(5, 11, 8, 8, 12, 2.5)
    _bolt(path, 8, 10, 8)


def _hydrogen_bank(path: QPainterPath) -> None:
    for x in (3, 9.5, 16):
        path.addRoundedRect(x, 7, 5, 14, 2.4, 2.4)
        _stroke(path, [(x + 2.5, 7), (x + 2.5, 4)])
    _stroke(path, [(5.5, 4), (18.5, 4)])


def _river_gauge(path: QPainterPath) -> None:
    path.addRect(9, 2.5, 6, 13)
    for y in (5.5, 8.5, 11.5):
        _stroke(path, [(9, y), (12, y)])
    _wave(path, 18, 2.5, 21.5)
    _wave(path, 21.5, 2.5, 21.5)


def _people_counter(path: QPainterPath) -> None:
    for x, y in ((8.5, 7.5), (16.5, 9)):
        path.addEllipse(QPointF(x, y), 2.6, 2.6)
    path.moveTo(3.5, 20)
    path.cubicTo(3.5, 10.5, 13.5, 10.5, 13.5, 20)
    path.moveTo(15, 14.2)
    path.cubicTo(18.5, 13, 21, 16, 21, 20)


def _rain_gauge(path: QPainterPath) -> None:
    _stroke(path, [(6.5, 12), (8, 21), (16, 21), (17.5, 12)])
    _stroke(path, [(5, 12), (19, 12)])
    for x in (7.5, 12.5, 17.5):
        _stroke(path, [(x, 3), (x - 1.4, 8)])


def _wearable(path: QPainterPath) -> None:
    path.addRoundedRect(6, 6.5, 12, 11, 3, 3)
    _stroke(path, [(8.5, 6.5), (9.2, 2.5), (14.8, 2.5), (15.5, 6.5)])
    _stroke(path, [(8.5, 17.5), (9.2, 21.5), (14.8, 21.5), (15.5, 17.5)])
    _stroke(path, [(8, 12), (10.2, 12), (11.3, 9.4), (12.9, 14.6), (14, 12), (16, 12)])


def _presence_tag(path: QPainterPath) -> None:
    path.moveTo(12, 21.5)
    path.cubicTo(3, 12, 5, 2.5, 12, 2.5)
    path.cubicTo(19, 2.5, 21, 12, 12, 21.5)
    path.addEllipse(QPointF(12, 9), 2.6, 2.6)


def _room_sensor(path: QPainterPath) -> None:
    path.addRoundedRect(3, 3, 18, 18, 3, 3)
    path.addEllipse(QPointF(12, 15.5), 2.4, 2.4)
    _stroke(path, [(12, 13), (12, 6.5)])


def _ev_charger(path: QPainterPath) -> None:
    path.addRoundedRect(3.5, 3, 10, 18, 1.5, 1.5)
    _bolt(path, 5.2, 7, 8)
    _stroke(path, [(13.5, 13), (16.5, 13), (16.5, 18.5), (20.5, 18.5), (20.5, 8), (17, 4.5)])


def _water_heater(path: QPainterPath) -> None:
    path.addRoundedRect(5, 2.5, 14, 19, 3, 3)
    for x in (9, 13.2):
        path.moveTo(x, 17)
        path.cubicTo(x + 3.4, 13.6, x - 1.6, 10.8, x + 1.8, 7)


def _air_conditioner(path: QPainterPath) -> None:
    path.addRoundedRect(2.5, 4, 19, 9, 2, 2)
    _stroke(path, [(6, 9.8), (18, 9.8)])
    for x, lean in ((6.5, -1.5), (12, 0), (17.5, 1.5)):
        _stroke(path, [(x, 15.5), (x + lean, 20.5)])


def _hydrogen_station(path: QPainterPath) -> None:
    path.addRoundedRect(3, 3, 11, 18, 1.5, 1.5)
    _stroke(path, [(6, 7), (6, 14)])
    _stroke(path, [(11, 7), (11, 14)])
    _stroke(path, [(6, 10.5), (11, 10.5)])
    _stroke(path, [(14, 12), (17, 12), (17, 19), (20.5, 19), (20.5, 7)])


GLYPHS: dict[DeviceKind, Callable[[QPainterPath], None]] = {
    DeviceKind.SMART_METER: _smart_meter,
    DeviceKind.BUILDING_METER: _building_meter,
    DeviceKind.FEEDER_METER: _feeder_meter,
    DeviceKind.PHOTOVOLTAIC: _photovoltaic,
    DeviceKind.BATTERY: _battery,
    DeviceKind.FUEL_CELL: _fuel_cell,
    DeviceKind.ELECTROLYSER: _electrolyser,
    DeviceKind.HYDROGEN_BANK: _hydrogen_bank,
    DeviceKind.RIVER_GAUGE: _river_gauge,
    DeviceKind.PEOPLE_COUNTER: _people_counter,
    DeviceKind.RAIN_GAUGE: _rain_gauge,
    DeviceKind.WEARABLE: _wearable,
    DeviceKind.PRESENCE_TAG: _presence_tag,
    DeviceKind.ROOM_SENSOR: _room_sensor,
    DeviceKind.EV_CHARGER: _ev_charger,
    DeviceKind.WATER_HEATER: _water_heater,
    DeviceKind.AIR_CONDITIONER: _air_conditioner,
    DeviceKind.HYDROGEN_STATION: _hydrogen_station,
}


def _normal(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(tokens.muted), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(12, 12), 6, 6)


def _uncertain(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(tokens.warning), 2.4))
    painter.setBrush(QColor(tokens.warning_field))
    painter.drawPolygon(_polygon([(12, 1.5), (22.5, 12), (12, 22.5), (1.5, 12)]))
    path = QPainterPath(QPointF(9, 9.6))
    path.cubicTo(9, 5.6, 15, 5.6, 15, 9.4)
    path.cubicTo(15, 11.6, 12, 11.6, 12, 14)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.drawEllipse(QPointF(12, 17.3), 0.5, 0.5)


def _no_data(painter: QPainter, tokens: Tokens) -> None:
    pen = QPen(QColor(tokens.muted), 2.2)
    pen.setDashPattern([1.9, 1.6])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    painter.setPen(QPen(QColor(tokens.muted), 2.6))
    painter.drawLine(QPointF(8.5, 12), QPointF(15.5, 12))


def _stale(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(tokens.stale), 2.2))
    painter.setBrush(QColor(tokens.stale_field))
    painter.drawEllipse(QPointF(12, 12), 9.5, 9.5)
    for shift in (-7.5, 0, 7.5):
        half = (9.5**2 - (shift / 2**0.5) ** 2) ** 0.5 / 2**0.5
        middle = 12 + shift / 2
        painter.drawLine(
            QPointF(middle - half, middle + half), QPointF(middle + half, middle - half)
        )


def _alarm(painter: QPainter, tokens: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.alarm))
    painter.drawPolygon(_polygon(_OCTAGON))
    pen = QPen(QColor(tokens.alarm_field), 3.2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(12, 6.5), QPointF(12, 13))
    painter.drawLine(QPointF(12, 17.6), QPointF(12, 17.7))


_OCTAGON = ((7.4, 1), (16.6, 1), (23, 7.4), (23, 16.6), (16.6, 23), (7.4, 23), (1, 16.6), (1, 7.4))


def _polygon(points: Sequence[_Point]) -> QPolygonF:
    return QPolygonF([QPointF(*point) for point in points])


MARKS: dict[State, Callable[[QPainter, Tokens], None]] = {
    State.NORMAL: _normal,
    State.UNCERTAIN: _uncertain,
    State.NO_DATA: _no_data,
    State.STALE: _stale,
    State.ALARM: _alarm,
}
