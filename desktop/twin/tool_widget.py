"""The map with tools in hand: plan view, section, measuring.

P turns to the plan view and back, X opens and closes a section ([ and ] move it, Shift turns it),
M begins and ends measuring: click places; Backspace takes the last one back, Escape ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from typing_extensions import override

from desktop.twin.map_widget import MapWidget
from desktop.twin.scene.measure import Measure, place_at
from desktop.twin.scene.section import Section
from desktop.twin.scene.tool_paint import KNOB_PX, ToolPaint

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from area_configs.domain.names import Language

_STEP_M, _STEP_DEG = 5.0, 15.0
_GRIP_PX = 6.0
_MOVES: dict[int, int] = {
    Qt.Key.Key_BracketLeft: -1,
    Qt.Key.Key_BraceLeft: -1,
    Qt.Key.Key_BracketRight: 1,
    Qt.Key.Key_BraceRight: 1,
}


class ToolWidget(MapWidget):
    """A map widget whose hands may hold a tool; who fills it in takes clicks by `choose_at`."""

    tools_changed = Signal()  # plan, section or measuring began or ended

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measure: Measure | None = None
        self._knob: QPointF | None = None  # where the section's handle is being dragged

    @property
    def plan(self) -> bool:
        """Tell whether the map is seen straight from above, true to scale."""
        return self._scene.camera.plan

    @property
    def section(self) -> Section | None:
        """Return the section, None where everything is seen."""
        return self._scene.section

    def set_plan(self, on: bool) -> None:
        """Look straight from above without perspective, or as before."""
        self._flight.stop()
        self._scene.camera.plan = on
        self._told()

    def set_section(self, on: bool) -> None:
        """Cut the city open through the middle of the picture, or close it again."""
        camera = self._scene.camera
        self._scene.section = Section(camera.target.copy(), camera.heading) if on else None
        self._told()

    def set_measuring(self, on: bool) -> None:
        """Begin a new line, or end measuring."""
        self.measure = Measure() if on else None
        shapes = Qt.CursorShape
        self.setCursor(shapes.CrossCursor if on else shapes.ArrowCursor)
        self._told()

    def set_dressed(self, on: bool) -> None:
        """Show pictures on buildings near the eye, or plain walls everywhere."""
        self._scene.dressed = on
        self.invalidate()

    def choose_at(self, at: QPointF) -> None:
        """Take a click with no tool in hand."""

    def paint_tools(self, painter: QPainter, language: Language) -> None:
        """Paint the line that is measured and the section's handle."""
        camera = self._scene.camera
        tools = ToolPaint(painter, camera, self._scene.colours, language)
        if self.section is not None:
            tools.section(self.section, 2 * camera.half_height)
        if self.measure is not None:
            tools.measure(self.measure)

    @override
    def clicked(self, at: QPointF) -> None:
        if self.measure is None:
            self.choose_at(at)
        elif (place := place_at(self._scene, at.x(), at.y())) is not None:
            self.measure.places.append(place)
            self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._on_knob(event.position()):
            self._knob = event.position()
        else:
            super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        section = self.section
        if self._knob is None or section is None:
            super().mouseMoveEvent(event)
            return
        level = float(section.origin[2])
        begin = self._scene.camera.on_ground(*self._knob.toTuple(), level)
        end = self._scene.camera.on_ground(*event.position().toTuple(), level)
        if begin is not None and end is not None:
            section.move(float((end - begin) @ section.normal))
            self._knob = event.position()
            self._moved()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._knob is None:
            super().mouseReleaseEvent(event)
        self._knob = None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_P:
            self.set_plan(not self.plan)
        elif key == Qt.Key.Key_X:
            self.set_section(self.section is None)
        elif key == Qt.Key.Key_M:
            self.set_measuring(self.measure is None)
        elif key in _MOVES and self.section is not None:
            self._shift_section(self.section, _MOVES[key], turn=shift)
        elif self.measure is not None and key in {Qt.Key.Key_Backspace, Qt.Key.Key_Escape}:
            self._take_back(self.measure, key)
        else:
            super().keyPressEvent(event)

    def _shift_section(self, section: Section, steps: int, *, turn: bool) -> None:
        section.turn(steps * _STEP_DEG) if turn else section.move(steps * _STEP_M)
        self._moved()

    def _take_back(self, measure: Measure, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.set_measuring(False)
        elif measure.places:
            measure.places.pop()
            self.update()

    def _on_knob(self, at: QPointF) -> bool:
        if self.section is None:
            return False
        x, y, depth = self._scene.camera.project(self.section.origin[None, :])
        away = (QPointF(float(x[0]), float(y[0])) - at).manhattanLength()
        return bool(depth[0] > 0) and away <= KNOB_PX + _GRIP_PX

    def _told(self) -> None:
        self.invalidate()
        self.tools_changed.emit()
