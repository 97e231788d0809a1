"""What is drawn in a plot: lines with dots where a point stands alone, bands, and the value axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from typing_extensions import override

from area_configs.domain.quantities import Kind
from desktop.models.series import isolated
from desktop.models.tiles import NOTHING, Drawn, Stretch, points
from desktop.models.wording import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from area_configs.domain.quantities import Quantity

AXIS_PX = 104
_BAND_ALPHA = 0.28
_GHOST_ALPHA = 0.55


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """The left axis: digits grouped as everywhere else on the screen."""

    def __init__(self) -> None:
        super().__init__("left")
        self._decimals = 0
        self.enableAutoSIPrefix(False)
        self.setWidth(AXIS_PX)

    @override
    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[Any]:  # pyqtgraph passes by name
        levels: list[Any] = super().tickValues(minVal, maxVal, size)
        finest = min((spacing for spacing, values in levels[:2] if len(values)), default=1.0)
        self._decimals = max(0, int(np.ceil(-np.log10(finest) - 1e-9)))
        return levels

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [number(value, self._decimals) for value in values]


class Band(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """The room between least and most: no peak of a long time is lost in its mean."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self._brush = QColor(colour)
        self._brush.setAlphaF(_BAND_ALPHA)
        self._polygons: list[QPolygonF] = []
        self._box = QRectF()
        self.setVisible(False)  # an empty box would still be taken for the point 0, 0

    def draw(self, stretch: Stretch) -> None:
        """Fill between the least and the most of each period."""
        self.prepareGeometryChange()
        known = np.isfinite(stretch.low)
        self._polygons, self._box = [], QRectF()
        self.setVisible(bool(known.any()))
        if known.any():
            low, high = float(np.nanmin(stretch.low)), float(np.nanmax(stretch.high))
            first, last = float(stretch.begins_s[0]), float(stretch.ends_s[-1])
            self._box = QRectF(QPointF(first, low), QPointF(last, high))
            self._polygons = [_outline(stretch, *run) for run in _runs(known)]
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._box

    @override
    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        for polygon in self._polygons:
            painter.drawPolygon(polygon)


class Curve:
    """One series: its line, its band where periods are drawn, and what it is compared with."""

    def __init__(self, plot: Any, pen: QPen, quantity: Quantity) -> None:
        self.drawn = Drawn(NOTHING, 0)
        self.times: NDArray[np.float64] = np.empty(0)
        self.values: NDArray[np.float64] = np.empty(0)
        self._step = quantity.kind in {Kind.STATE, Kind.EVENT}
        step = "right" if self._step else None
        self._band = Band(pen.color())
        plot.addItem(self._band)
        self._ghost = plot.plot(pen=_ghost_pen(pen), connect="finite", stepMode=step)
        self._line = plot.plot(pen=pen, connect="finite", antialias=True, stepMode=step)
        for line in (self._ghost, self._line):
            line.setClipToView(True)
            if not self._step:
                line.setDownsampling(auto=True, method="peak")
        brush = QColor(pen.color())
        self._dots = pg.ScatterPlotItem(size=4, pen=None, brush=brush, pxMode=True)
        plot.addItem(self._dots)

    def draw(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Draw these points; NaN breaks the line."""
        self.draw_periods(Drawn(points(times, values), 0))

    def draw_periods(self, drawn: Drawn) -> None:
        """Draw means with the band of their periods, or single points; NaN breaks the line."""
        stretch = drawn.stretch
        self.drawn = drawn
        times = (stretch.begins_s + stretch.ends_s) / 2
        known = np.isfinite(stretch.mean)
        self.times, self.values = times[known], stretch.mean[known]
        self._line.setData(times, stretch.mean, antialias=not drawn.period_s)
        alone = isolated(stretch.mean)
        self._dots.setData(times[alone], stretch.mean[alone])
        self._band.draw(stretch if drawn.period_s and not self._step else NOTHING)

    def draw_ghost(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Draw what it is compared with; nothing with empty arrays."""
        self._ghost.setData(times, values)

    def nearest(self, instant_s: float | None) -> tuple[float, float] | None:
        """Return the point nearest to an instant, the newest one for None."""
        if not len(self.times):
            return None
        at = -1 if instant_s is None else int(np.argmin(np.abs(self.times - instant_s)))
        return float(self.times[at]), float(self.values[at])

    def extremes(self, instant_s: float | None) -> tuple[float, float] | None:
        """Return least and most of the period nearest to an instant; None of single points."""
        stretch = self.drawn.stretch
        known = np.flatnonzero(np.isfinite(stretch.mean))
        if not self.drawn.period_s or not len(known):
            return None
        middle = (stretch.begins_s[known] + stretch.ends_s[known]) / 2
        at = known[-1 if instant_s is None else int(np.argmin(np.abs(middle - instant_s)))]
        return float(stretch.low[at]), float(stretch.high[at])


def _ghost_pen(pen: QPen) -> QPen:
    ghost, colour = QPen(pen), QColor(pen.color())
    colour.setAlphaF(_GHOST_ALPHA)
    ghost.setColor(colour)
    ghost.setStyle(Qt.PenStyle.DotLine)
    return ghost


def _runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _outline(stretch: Stretch, first: int, last: int) -> QPolygonF:
    """Walk along the mosts and back along the leasts; a lone period keeps its length."""
    part = slice(first, last)
    times = (stretch.begins_s[part] + stretch.ends_s[part]) / 2
    times[0], times[-1] = stretch.begins_s[first], stretch.ends_s[last - 1]
    if last - first == 1:
        times = np.array([stretch.begins_s[first], stretch.ends_s[first]])
        low, high = np.repeat(stretch.low[part], 2), np.repeat(stretch.high[part], 2)
    else:
        low, high = stretch.low[part], stretch.high[part]
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(
        np.concatenate((times, times[::-1])), np.concatenate((high, low[::-1]))
    )
    return polygon
