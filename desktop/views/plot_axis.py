"""The axes of plots: drawn directly at each frame, digits grouped as everywhere else on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from typing_extensions import override

from desktop.models.wording import number

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

AXIS_PX = 104
_HALF_PX = 8.0  # of a line
_AIR = 1.5  # lines from number to number: none lies on its neighbour, however low the plot


class DirectAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis that keeps what to draw, not a recording of it.

    pyqtgraph plays a QPicture, which looks its font up anew for every number: a third of the time of
    a frame while a wheel zooms.
    """

    picture: Any  # what to draw; pyqtgraph sets it to None when it is no longer true

    @override
    def boundingRect(self) -> QRectF:
        """Leave room for half a number at both ends: pyqtgraph drops those that lie half outside."""
        room: QRectF = super().boundingRect()
        return room.adjusted(0, -_HALF_PX, 0, _HALF_PX)

    @override
    def paint(self, p: QPainter, *_: Any) -> None:
        if self.picture is None:
            self.picture = self.generateDrawSpecs(p) or ()
        if self.picture:
            axis, ticks, texts = self.picture
            p.save()
            p.setRenderHint(p.RenderHint.Antialiasing, False)
            for pen, begin, end in (axis, *ticks):
                # every line is upright or level: filling is some ten times as fast as stroking
                line = QRectF(begin, end).normalized().toRect()
                p.fillRect(line.adjusted(0, 0, not line.width(), not line.height()), pen.color())
            p.setPen(self.textPen())
            for box, flags, text in texts:
                p.drawText(box, int(flags), text)
            p.restore()


class ValueAxis(DirectAxis):
    """The left axis."""

    def __init__(self) -> None:
        super().__init__("left")
        self._decimals = 0
        self.enableAutoSIPrefix(False)
        self.setWidth(AXIS_PX)

    @override
    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[Any]:  # pyqtgraph passes by name
        line_px = _AIR * QFontMetricsF(self.font()).height()
        step = round_step((maxVal - minVal) * line_px / max(size, line_px))
        self._decimals = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
        numbers = np.arange(np.ceil(minVal / step), np.floor(maxVal / step) + 1)
        return [(step, [float(number * step) + 0.0 for number in numbers])]  # no minus zero

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [number(value, self._decimals) for value in values]


def round_step(least: float) -> float:
    """Return the smallest of 1, 2 or 5 times a power of ten that is not under `least`."""
    if not least > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9)))
