"""What is drawn in a plot: lines with dots where a point stands alone, and bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from area_configs.domain.quantity import Kind
from desktop.models.series import isolated
from desktop.models.tiles import NOTHING, Drawn, points
from desktop.views.plot_band import Band

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from area_configs.domain.quantity import Quantity

_GHOST_ALPHA = 0.55


class Curve:
    """One series: its line, its band where periods are drawn, and what it is compared with."""

    def __init__(self, plot: Any, pen: QPen, quantity: Quantity) -> None:
        self.drawn = Drawn(NOTHING, 0)
        self.times: NDArray[np.float64] = np.empty(0)
        self.values: NDArray[np.float64] = np.empty(0)
        self._compared: NDArray[np.float64] = np.empty(0)
        self.is_step = quantity.kind in {Kind.STATE, Kind.EVENT}
        step = "right" if self.is_step else None
        self._band = Band(pen.color())
        plot.addItem(self._band)
        self._ghost = plot.plot(pen=_ghost_pen(pen), connect="finite", stepMode=step)
        self._line = plot.plot(pen=pen, connect="finite", antialias=True, stepMode=step)
        for line in (self._ghost, self._line):
            line.setClipToView(True)
            if not self.is_step:
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
        self._band.draw(stretch if drawn.period_s and not self.is_step else NOTHING)

    def draw_ghost(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Draw what it is compared with; nothing with empty arrays."""
        if len(values) or len(self._compared):
            self._compared = values
            self._ghost.setData(times, values)

    @property
    def is_compared(self) -> bool:
        """Tell whether anything is drawn that it is compared with."""
        return bool(len(self._compared))

    @property
    def reach(self) -> tuple[float, float] | None:
        """Return the least and the most of everything that is drawn, None of nothing."""
        stretch = self.drawn.stretch
        parts = (stretch.low, stretch.high, self._compared)
        known = [part[np.isfinite(part)] for part in parts]
        known = [part for part in known if len(part)]
        if not known:
            return None
        return min(float(p.min()) for p in known), max(float(p.max()) for p in known)

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
