"""The widget with a map in it: paints the scene's picture, and turns hands into views.

Hands: drag with the left button to move the map, with the right or middle button (or Ctrl and
left) to turn and tilt it; the wheel zooms to the pointer. Arrows move, Shift and arrows turn, + and
- zoom, Home shows all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.twin.scene import NoPicture, Scene
from desktop.twin.scene.flight import Flight
from desktop.twin.scene.hands import ARROWS, DEGREES_PER_PX, ZOOM, ZOOMS, Drag, step_by_key
from desktop.twin.scene.words import NO_GRAPHICS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

MARGINS = (36, 56, 36, 44)
_STILL_MS = 150
_COARSE = 0.6
_CLICK_PX = 4.0
_NOTCH = 120.0


class MapWidget(QWidget):
    """A scene in a widget; who draws more over it fills in `paint_over`, `clicked` and `hover`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = Scene()
        self._image: QImage | None = None
        self._rows: NDArray[np.uint8] | None = None
        self._dirty, self._coarse, self._broken, self._homely = True, False, False, True
        self._drag: Drag | None = None
        self._still = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._still.timeout.connect(self._sharpen)
        self._flight = Flight(self)
        self._flight.moved.connect(self._fly)
        self._scene.wardrobe.opened.connect(self.invalidate)
        self.setMinimumSize(240, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def home(self) -> None:
        """Show the whole district."""
        self._flight.stop()
        self._scene.home(MARGINS)
        self._homely = True
        self.invalidate()

    def invalidate(self) -> None:
        """Ask for a new picture; many asks before the next paint make one picture."""
        self._dirty = True
        self.update()

    def close_graphics(self) -> None:
        """Give the graphics back; for good."""
        self._flight.stop()
        self._still.stop()
        self._scene.close()

    # ------------------------------------------------------------ what others fill in

    def paint_over(self, painter: QPainter) -> None:
        """Paint what stands over the picture."""

    def clicked(self, at: QPointF) -> None:
        """Take a click with the left button."""

    def hover(self, at: QPointF) -> None:
        """Take the pointer passing by."""

    # ------------------------------------------------------------ painting

    @override
    def sizeHint(self) -> QSize:
        return QSize(960, 640)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        size = (max(1, self.width()), max(1, self.height()))
        if size == self._scene.camera.size:
            return  # a hidden widget is told its size at every grab
        self._scene.camera.size = size
        if self._homely:
            self._scene.home(MARGINS)
        self.invalidate()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(*self._scene.colours.sky))
        if (image := self._picture()) is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), image)
            self.paint_over(painter)
        else:
            room = self.rect().adjusted(24, 24, -24, -24)
            words = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
            painter.setPen(QColor(*self._scene.colours.ink))
            painter.drawText(room, int(words), f"{NO_GRAPHICS.ja}\n\n{NO_GRAPHICS.en}")
        painter.end()

    def _picture(self) -> QImage | None:
        """Return the picture, rendered anew where something changed; None without graphics."""
        if self._dirty and not self._broken:
            ratio = self.devicePixelRatioF() * (_COARSE if self._coarse else 1.0)
            try:
                self._image = self.rendered(ratio, fine=not self._coarse)
            except NoPicture:
                self._broken = True
                return None
            self._dirty = False
        return self._image

    def rendered(self, ratio: float, *, fine: bool = True) -> QImage:
        """Render the scene at so many pixels for each of the widget's.

        Raises:
            NoPicture: this machine gives no OpenGL context.
        """
        width, height = (max(1, round(n * ratio)) for n in (self.width(), self.height()))
        self._rows = self._scene.picture(width, height, fine=fine)
        layout = QImage.Format.Format_RGBX8888
        # QImage borrows the rows; they stay referenced here as long as it lives
        return QImage(self._rows.data, width, height, 4 * width, layout)

    # ------------------------------------------------------------ hands

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._flight.stop()
        turns = event.button() != Qt.MouseButton.LeftButton or bool(
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        self._drag = Drag(event.position(), event.position(), turns)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self.hover(event.position())
            return
        drag, here = self._drag, event.position()
        if not drag.moved and (here - drag.start).manhattanLength() < _CLICK_PX:
            return
        drag.moved = True
        if drag.turns:
            step = here - drag.last
            self._scene.camera.orbit(-step.x() * DEGREES_PER_PX, step.y() * DEGREES_PER_PX)
        else:
            self._scene.camera.pan(drag.last.toTuple(), here.toTuple())
        drag.last = here
        self._moved()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and not drag.moved and event.button() == Qt.MouseButton.LeftButton:
            self.clicked(event.position())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._flight.stop()
        notches = event.angleDelta().y() / _NOTCH
        self._scene.camera.zoom(ZOOM**notches, *event.position().toTuple())
        self._moved()
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, middle = event.key(), (self.width() / 2, self.height() / 2)
        if key in ARROWS:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step_by_key(self._scene.camera, key, turns=shift)
            self._moved()
        elif key in ZOOMS:
            self._scene.camera.zoom(ZOOM ** ZOOMS[key], *middle)
            self._moved()
        elif key == Qt.Key.Key_Home:
            self.home()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------ moving

    def _moved(self) -> None:
        """Draw coarsely while the view moves, and finely once it rests."""
        self._homely = False
        self._coarse = True
        self._still.start()
        self.invalidate()

    def _sharpen(self) -> None:
        self._coarse = False
        self.invalidate()

    def _go(self, target: NDArray[np.float64], distance: float) -> None:
        self._homely = False
        self._flight.start(self._scene.camera, target, distance, smooth=self.isVisible())

    def _fly(self) -> None:
        self._moved() if self._flight.flying else self._sharpen()
