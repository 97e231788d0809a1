"""The twin as the area editor has it: devices and gateways are put down and dragged by hand.

A click puts down what is armed, on the ground or on the roof under the pointer. A symbol that is
dragged goes along; with Shift it goes up and down. Escape ends either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPen
from typing_extensions import override

from desktop.twin.scene.labels import Box
from desktop.twin.scene.measure import place_at
from desktop.twin.scene.overlay import symbol_box
from desktop.twin.scene.posts import posts
from desktop.twin.viewport import TwinViewport

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

    from area_configs.domain.areas import Area, Device, Gateway, Position
    from area_configs.domain.names import Language

_REACH_PX = 12.0
_SIGN_PX = 7.0
_DRAG_PX = 4.0
_EDGE_PX = 4.0
_FURTHER_PX = (32.0, 64.0, 112.0, 160.0)
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))


class PlacingViewport(TwinViewport):
    """Shows an area that is being edited; what a hand does comes as `placed`, in degrees and metres.

    Attributes:
        armed: what the next click puts down, empty for nothing.
    """

    placed = Signal(str, float, float, float, str)  # what, latitude, longitude, height, building
    lifted = Signal(str, float)  # a device or gateway is dragged up or down: what, height
    gateway_chosen = Signal(str)
    disarmed = Signal()

    armed = ""
    _held = ""
    _begun: QPointF | None = None
    _moved_along = False

    def set_area(self, area: Area) -> None:
        """Show another state of the area; the view stays."""
        self._area = area
        self._plant()
        self.invalidate()

    def arm(self, what: str) -> None:
        """Let the next click put this down; empty for nothing."""
        self.armed = what
        shapes = Qt.CursorShape
        self.setCursor(shapes.CrossCursor if what else shapes.ArrowCursor)
        self.update()

    @override
    def choose_at(self, at: QPointF) -> None:
        if self.armed:
            self._put(self.armed, at)
            self.arm("")
            self.disarmed.emit()
        elif gateway := self._gateway_at(at):
            self.gateway_chosen.emit(gateway)
        else:
            super().choose_at(at)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        held = "" if self.armed else self._device_at(at) or self._gateway_at(at)
        left = event.button() == Qt.MouseButton.LeftButton
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not (held and left and plain) or self.measure is not None:
            super().mousePressEvent(event)
            return
        self._held, self._begun, self._moved_along = held, at, False
        self.setFocus()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._held or self._begun is None:
            super().mouseMoveEvent(event)
            return
        at = event.position()
        if not self._moved_along and (at - self._begun).manhattanLength() < _DRAG_PX:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._lift(self._held, self._begun.y() - at.y())
            self._begun = at
        else:
            self._put(self._held, at)
        self._moved_along = True

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, ""
        if not held:
            super().mouseReleaseEvent(event)
        elif not self._moved_along:
            self.choose_at(event.position())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.armed or self._held):
            self._held = ""
            self.arm("")
            self.disarmed.emit()
        else:
            super().keyPressEvent(event)

    @override
    def paint_over(self, painter: QPainter) -> None:
        self.kept_free = [_box(rect) for rect in self._names(painter)]
        super().paint_over(painter)

    @override
    def paint_tools(self, painter: QPainter, language: Language) -> None:
        super().paint_tools(painter, language)
        for spot in self._gateway_spots():
            if spot is not None:
                self._sign(painter, spot)

    def _names(self, painter: QPainter) -> list[QRectF]:
        """Name each gateway clear of the symbols of devices; return where labels make room for it."""
        metrics = QFontMetricsF(painter.font())
        symbols = [_rect(symbol_box(mark)) for mark in self._marks()]
        taken: list[QRectF] = []
        for gateway, spot in zip(self._area.gateways, self._gateway_spots(), strict=True):
            name = gateway.name.text(self._language)
            wide, tall = metrics.horizontalAdvance(name), metrics.height()
            boxes = [] if spot is None else self._name_boxes(spot, wide, tall)
            free = [one for one in boxes if not any(map(one.intersects, taken))]
            if spot is not None and free:
                box = min(free, key=lambda one: sum(map(one.intersects, symbols)))
                taken.append(box)
                self._tie(painter, spot, box)
                self._name(painter, box, name)
        return taken

    def _sign(self, painter: QPainter, spot: QPointF) -> None:
        """Paint a gateway: a filled square."""
        colours = self._scene.colours
        square = QRectF(spot.x() - _SIGN_PX, spot.y() - _SIGN_PX, 2 * _SIGN_PX, 2 * _SIGN_PX)
        painter.setPen(QPen(QColor(*colours.paper), 2.0))
        painter.setBrush(QColor(*colours.accent))
        painter.drawRect(square)

    def _name_boxes(self, spot: QPointF, wide: float, tall: float) -> list[QRectF]:
        """Return where a gateway's name may stand within the picture, the nearest places first."""
        wide, tall = wide + 8, tall + 4
        boxes = []
        for away in (_SIGN_PX + 4, *_FURTHER_PX):
            for across, down in _SIDES:
                x = spot.x() + across * (away + wide / 2) - wide / 2
                y = spot.y() + down * (away + tall / 2) - tall / 2
                within = min(max(x, _EDGE_PX), self.width() - wide - _EDGE_PX)
                boxes.append(QRectF(within, y, wide, tall))
        sign = QRectF(spot, spot).adjusted(-_SIGN_PX, -_SIGN_PX, _SIGN_PX, _SIGN_PX)
        picture = QRectF(self.rect())
        return [box for box in boxes if picture.contains(box) and not box.intersects(sign)]

    def _tie(self, painter: QPainter, spot: QPointF, box: QRectF) -> None:
        """Draw a line to a name that stands away from its sign."""
        painter.setPen(QPen(QColor(*self._scene.colours.accent), 1.0))
        painter.drawLine(spot, box.center())

    def _name(self, painter: QPainter, box: QRectF, name: str) -> None:
        colours = self._scene.colours
        painter.setPen(QPen(QColor(*colours.accent), 1.0))
        painter.setBrush(QColor(*colours.paper))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(*colours.ink))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), name)

    def _plant(self) -> None:
        feet, self._tops = posts(self._area.devices, self._frame, self._scene)
        self._scene.set_masts(feet, self._tops)

    def _put(self, what: str, at: QPointF) -> None:
        place = place_at(self._scene, at.x(), at.y())
        if place is None:
            return  # the sky
        hit = self._scene.building_at(at.x(), at.y())
        building = self._scene.building(hit).id if hit else ""
        latitude, longitude = self._frame.place(float(place[0]), float(place[1]))
        height = float(place[2]) - self._ground(float(place[0]), float(place[1]))
        self.placed.emit(what, latitude, longitude, max(0.0, height), building)

    def _lift(self, what: str, up_px: float) -> None:
        position = self._position(what)
        if position is not None:
            height = position.height_m + up_px * self._scene.camera.metres_per_pixel
            self.lifted.emit(what, height)

    def _position(self, what: str) -> Position | None:
        placed: list[Device | Gateway] = [*self._area.devices, *self._area.gateways]
        return next((one.position for one in placed if one.id == what), None)

    def _ground(self, x: float, y: float) -> float:
        return float(self._scene.city.height.at(np.array([x]), np.array([y]))[0])

    def _gateway_places(self) -> NDArray[np.float64]:
        found = np.zeros((len(self._area.gateways), 3))
        for index, gateway in enumerate(self._area.gateways):
            position = gateway.position
            x, y = self._frame.local(position.latitude, position.longitude)
            found[index] = x, y, self._ground(x, y) + position.height_m
        return found

    def _gateway_spots(self) -> list[QPointF | None]:
        places = self._gateway_places()
        if not len(places):
            return []
        across, down, depth = self._scene.camera.project(places)
        return [
            QPointF(float(x), float(y)) if ahead > 0 else None
            for x, y, ahead in zip(across, down, depth, strict=True)
        ]

    def _gateway_at(self, at: QPointF) -> str:
        for gateway, spot in zip(self._area.gateways, self._gateway_spots(), strict=True):
            if spot is not None and (spot - at).manhattanLength() <= _REACH_PX:
                return gateway.id
        return ""


def _rect(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)


def _box(rect: QRectF) -> Box:
    return Box(rect.x(), rect.y(), rect.width(), rect.height())
