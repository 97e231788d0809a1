"""The hand on a plot: the wheel zooms where it points, dragging pans, a click marks, two clicks follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.models.trend import Trend

_NOTCH = 120.0  # the wheel's unit, Qt documentation of QWheelEvent::angleDelta
_PER_NOTCH = 0.8
_CLICK_PX = 4


class Plot(Protocol):
    """The plot under the hand."""

    @property
    def width_px(self) -> float:
        """Return the width of what is drawn."""
        ...

    def instant_at(self, x_px: float, /) -> float:
        """Return the instant at a place of the viewport, seconds UTC."""
        ...

    def mark_here(self) -> None:
        """Set or remove the mark at the cursor."""
        ...


class PlotHand(QObject):
    """Watches a plot's viewport; a plot whose trend may not be moved leaves it off."""

    def __init__(self, view: QWidget, trend: Trend, plot: Plot) -> None:
        super().__init__(view)
        self._trend, self._plot = trend, plot
        self._from_px: float | None = None
        self._begins: tuple[int, int] = (0, 0)
        self._dragged = False
        self.is_on = False
        view.viewport().installEventFilter(self)  # type: ignore[attr-defined]  # a graphics view

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.is_on:
            return False
        if isinstance(event, QWheelEvent):
            self._zoom(event)
            return True
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        left = Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseButtonDblClick if event.button() == left:
                self._from_px = None
                self._trend.follow()
                return True
            case QEvent.Type.MouseButtonPress if event.button() == left:
                self._from_px, self._dragged = event.position().x(), False
                self._begins = self._trend.window_us()
            case QEvent.Type.MouseMove if self._from_px is not None:
                self._drag(event.position().x())
            case QEvent.Type.MouseButtonRelease if self._from_px is not None:
                self._from_px = None
                if not self._dragged:
                    self._plot.mark_here()
        return False

    def _drag(self, x_px: float) -> None:
        moved = x_px - (self._from_px or 0.0)
        if not self._dragged and abs(moved) < _CLICK_PX:
            return
        self._dragged = True
        begins, ends = self._begins
        step = int(moved / self._plot.width_px * (ends - begins))
        self._trend.hold(begins - step, ends - step)

    def _zoom(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        at_us = int(self._plot.instant_at(event.position().x()) * 1e6)
        if notches:
            self._trend.zoom(_PER_NOTCH**notches, at_us)
