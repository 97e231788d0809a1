"""The symbols of devices: a drawing per kind, a rim per state; no two states look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from area_configs.domain.devices import DeviceKind
from desktop.models.device_states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.twin.colour_scales import CityColours

RADIUS = 13.0
ALARM_RADIUS = 16.0
_RIM = 1.6
_ALARM_SIDES = 8


def reach(state: State) -> float:
    """Return the radius of a symbol in logical pixels."""
    return ALARM_RADIUS if state is State.ALARM else RADIUS


def paint_symbol(
    painter: QPainter,
    at: QPointF,
    kind: DeviceKind | None,
    state: State,
    colours: CityColours,
    *,
    chosen: bool = False,
) -> None:
    """Paint a device's symbol; without a kind only the state shows, as in the legend."""
    painter.save()
    painter.translate(at)
    if chosen:
        _paint_choice(painter, reach(state), colours)
    ink = _PAINT[state](painter, colours)
    if kind is not None:
        _paint_kind(painter, kind, ink)
    painter.restore()


def _paint_choice(painter: QPainter, radius: float, colours: CityColours) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*colours.paper), 7))
    painter.drawEllipse(QPointF(), radius + 4.5, radius + 4.5)
    painter.setPen(QPen(QColor(*colours.accent), 3.5))
    painter.drawEllipse(QPointF(), radius + 4.5, radius + 4.5)


def _normal(painter: QPainter, colours: CityColours) -> QColor:
    ink = QColor(*colours.ink)
    _disc(painter, QBrush(QColor(*colours.paper)), QPen(ink, _RIM))
    return ink


def _uncertain(painter: QPainter, colours: CityColours) -> QColor:
    ink = QColor(*colours.uncertain)
    _disc(painter, QBrush(QColor(*colours.paper)), QPen(ink, 3.0))
    _badge(painter, "?", ink)
    return ink


def _no_data(painter: QPainter, colours: CityColours) -> QColor:
    ink = QColor(*colours.no_data)
    veil = QColor(*colours.paper)
    veil.setAlpha(150)
    pen = QPen(ink, 2.0, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([2.2, 1.6])
    _disc(painter, QBrush(veil), pen)
    return ink


def _stale(painter: QPainter, colours: CityColours) -> QColor:
    ink = QColor(*colours.stale)
    _disc(painter, QBrush(QColor(*colours.paper)), QPen(Qt.PenStyle.NoPen))
    hatch = QColor(ink)
    hatch.setAlpha(140)
    _disc(painter, QBrush(hatch, Qt.BrushStyle.BDiagPattern), QPen(ink, 2.2))
    return ink


def _alarm(painter: QPainter, colours: CityColours) -> QColor:
    red = QColor(*colours.alarm)
    halo = QColor(red)
    halo.setAlpha(70)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawEllipse(QPointF(), ALARM_RADIUS + 6, ALARM_RADIUS + 6)
    sign = QPainterPath()
    sign.addPolygon(_octagon(ALARM_RADIUS))
    sign.closeSubpath()
    painter.setBrush(red)
    painter.setPen(QPen(QColor(*colours.paper), _RIM))
    painter.drawPath(sign)
    _badge(painter, "!", red)
    return QColor(255, 255, 255)


_PAINT: dict[State, Callable[[QPainter, CityColours], QColor]] = {
    State.NORMAL: _normal,
    State.UNCERTAIN: _uncertain,
    State.NO_DATA: _no_data,
    State.STALE: _stale,
    State.ALARM: _alarm,
}


def _disc(painter: QPainter, brush: QBrush, pen: QPen) -> None:
    painter.setBrush(brush)
    painter.setPen(pen)
    painter.drawEllipse(QPointF(), RADIUS, RADIUS)


def _octagon(radius: float) -> QPolygonF:
    ring = QPainterPath()
    ring.addEllipse(QPointF(), radius, radius)
    eighth = 1 / _ALARM_SIDES
    return QPolygonF([ring.pointAtPercent((n + 0.5) * eighth) for n in range(_ALARM_SIDES)])


def _badge(painter: QPainter, sign: str, colour: QColor) -> None:
    box = QRectF(RADIUS * 0.4, -RADIUS * 1.45, 14, 14)
    painter.setPen(QPen(QColor(255, 255, 255), 1.2))
    painter.setBrush(colour)
    painter.drawEllipse(box)
    font = painter.font()
    font.setPixelSize(10)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)


def _paint_kind(painter: QPainter, kind: DeviceKind, ink: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    join, cap = Qt.PenJoinStyle.RoundJoin, Qt.PenCapStyle.RoundCap
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, cap, join))
    painter.drawPath(kind_path(kind))


def kind_path(kind: DeviceKind) -> QPainterPath:
    """Return a kind's drawing as lines in the square from -7 to 7."""
    path = QPainterPath()
    for line in _LINES[kind]:
        points = [QPointF(x, y) for x, y in line]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
    for x, y, radius in _CIRCLES.get(kind, ()):
        path.addEllipse(QPointF(x, y), radius, radius)
    return path


_BOLT = ((1.5, -7.0), (-3.5, 1.0), (0.0, 1.0), (-1.5, 7.0), (3.5, -1.5), (0.0, -1.5), (1.5, -7.0))
_DROP = (
    (0.0, -7.0),
    (-4.3, 0.4),
    (-4.6, 3.0),
    (-3.0, 5.8),
    (0.0, 7.0),
    (3.0, 5.8),
    (4.6, 3.0),
    (4.3, 0.4),
    (0.0, -7.0),
)
_WAVE = ((-6.5, 0.0), (-4.3, -2.2), (-2.2, 0.0), (0.0, -2.2), (2.2, 0.0), (4.3, -2.2), (6.5, 0.0))


def _box(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))


_LINES: dict[DeviceKind, tuple[tuple[tuple[float, float], ...], ...]] = {
    DeviceKind.SMART_METER: (((0.0, 0.0), (3.2, -3.2)), ((-3.0, 4.2), (3.0, 4.2))),
    DeviceKind.BUILDING_METER: (
        _box(-5.0, -7.0, 5.0, 7.0),
        ((-2.0, -3.5), (-1.9, -3.5)),
        ((2.0, -3.5), (2.1, -3.5)),
        ((-2.0, 0.0), (-1.9, 0.0)),
        ((2.0, 0.0), (2.1, 0.0)),
        ((-1.5, 7.0), (-1.5, 3.5), (1.5, 3.5), (1.5, 7.0)),
    ),
    DeviceKind.FEEDER_METER: (_BOLT,),
    DeviceKind.PHOTOVOLTAIC: (
        ((-4.5, -5.0), (4.5, -5.0), (7.0, 5.0), (-7.0, 5.0), (-4.5, -5.0)),
        ((-5.7, 0.0), (5.7, 0.0)),
        ((0.0, -5.0), (0.0, 5.0)),
    ),
    DeviceKind.BATTERY: (
        _box(-7.0, -4.0, 5.5, 4.0),
        ((7.0, -1.6), (7.0, 1.6)),
        ((-4.0, -1.6), (-4.0, 1.6)),
        ((-1.0, -1.6), (-1.0, 1.6)),
        ((2.0, -1.6), (2.0, 1.6)),
    ),
    DeviceKind.FUEL_CELL: (
        _box(-3.0, -6.0, 3.0, 6.0),
        ((0.0, -6.0), (0.0, 6.0)),
        ((-7.0, -3.0), (-3.0, -3.0)),
        ((3.0, 3.0), (7.0, 3.0)),
    ),
    DeviceKind.ELECTROLYSER: (
        _DROP,
        ((-1.8, 2.5), (1.8, 2.5)),
        ((0.0, 0.7), (0.0, 4.3)),
    ),
    DeviceKind.HYDROGEN_BANK: (
        _box(-6.5, -3.5, -2.8, 6.5),
        _box(-1.8, -3.5, 1.8, 6.5),
        _box(2.8, -3.5, 6.5, 6.5),
        ((-4.6, -3.5), (-4.6, -6.0), (4.6, -6.0), (4.6, -3.5)),
        ((0.0, -3.5), (0.0, -6.0)),
    ),
    DeviceKind.RIVER_GAUGE: (
        tuple((x, y + 2.0) for x, y in _WAVE),
        tuple((x, y + 6.0) for x, y in _WAVE),
        ((0.0, -7.0), (0.0, -2.5)),
        ((-2.0, -7.0), (2.0, -7.0)),
        ((0.0, -4.8), (2.0, -4.8)),
    ),
    DeviceKind.PEOPLE_COUNTER: (
        ((-4.5, 6.8), (-4.5, 3.0), (-2.5, 0.6), (2.5, 0.6), (4.5, 3.0), (4.5, 6.8)),
    ),
    DeviceKind.RAIN_GAUGE: (
        ((-4.5, 0.5), (-3.2, 7.0), (3.2, 7.0), (4.5, 0.5)),
        ((-5.6, 0.5), (5.6, 0.5)),
        ((-3.6, -6.5), (-4.4, -3.2)),
        ((0.4, -6.5), (-0.4, -3.2)),
        ((4.4, -6.5), (3.6, -3.2)),
    ),
    DeviceKind.WEARABLE: (
        ((-7.0, 0.0), (-3.0, 0.0), (-1.2, -4.6), (1.4, 4.6), (3.2, 0.0), (7.0, 0.0)),
    ),
    DeviceKind.PRESENCE_TAG: (
        ((0.0, 7.0), (-4.6, 0.6), (-5.0, -2.6), (-3.0, -5.8), (0.0, -7.0)),
        ((0.0, -7.0), (3.0, -5.8), (5.0, -2.6), (4.6, 0.6), (0.0, 7.0)),
    ),
    DeviceKind.ROOM_SENSOR: (
        _box(-6.5, -6.5, 6.5, 6.5),
        ((0.0, 1.2), (0.0, -4.2)),
    ),
    DeviceKind.EV_CHARGER: (
        _box(-6.5, -6.5, 1.5, 7.0),
        ((-4.2, -3.6), (-0.8, -3.6)),
        ((1.5, 1.0), (4.0, 1.0), (4.0, 5.0), (6.5, 5.0), (6.5, -3.5), (4.2, -6.0)),
    ),
    DeviceKind.WATER_HEATER: (
        _box(-4.5, -7.0, 4.5, 7.0),
        ((-1.8, 3.6), (-0.8, 1.2), (-1.8, -1.2), (-0.8, -3.6)),
        ((1.2, 3.6), (2.2, 1.2), (1.2, -1.2), (2.2, -3.6)),
    ),
    DeviceKind.AIR_CONDITIONER: (
        _box(-7.0, -6.0, 7.0, 0.0),
        ((-4.5, -2.2), (4.5, -2.2)),
        ((-4.0, 2.4), (-5.2, 6.4)),
        ((0.0, 2.4), (0.0, 6.4)),
        ((4.0, 2.4), (5.2, 6.4)),
    ),
    DeviceKind.HYDROGEN_STATION: (
        _box(-6.5, -6.5, 2.0, 7.0),
        ((-4.2, -4.0), (-4.2, 1.0)),
        ((-0.4, -4.0), (-0.4, 1.0)),
        ((-4.2, -1.5), (-0.4, -1.5)),
        ((2.0, 0.0), (4.6, 0.0), (4.6, 5.4), (6.8, 5.4), (6.8, -4.0)),
    ),
}
_CIRCLES: dict[DeviceKind, tuple[tuple[float, float, float], ...]] = {
    DeviceKind.SMART_METER: ((0.0, 0.0, 6.8),),
    DeviceKind.PEOPLE_COUNTER: ((0.0, -3.6, 2.9),),
    DeviceKind.PRESENCE_TAG: ((0.0, -2.2, 1.9),),
    DeviceKind.ROOM_SENSOR: ((0.0, 3.0, 1.8),),
}
