"""The drawn lines: one plot for each unit, above one another on one local time axis.

A gap stays a gap, a lone point is a dot, a state is a staircase, an alarm limit a dashed line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from area_configs.domain.quantities import Kind
from desktop.models.judgement import stale_after_us
from desktop.models.series import isolated
from desktop.models.wording import number, quantity_of
from desktop.views.panels import label
from desktop.views.time_axis import TimeAxis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from area_configs.domain.quantities import Quantity
    from area_configs.domain.readings import Series
    from desktop.models.area_models import AreaModels
    from desktop.models.trend import Trend
    from desktop.views.theme import Theme

_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.SolidLine,
)
_REDRAW_MS = 250
_AXIS_PX = 104
_LINE_PX = 1.6
_SHORTEST_S = 30.0
_SPARSE = 0.25  # of the span: with less data than this the plot begins where the data does


class PlotArea(QWidget):
    """Draws the series of a trend up to now; `cursor_moved` says which instant is pointed at."""

    cursor_moved = Signal(object)  # seconds UTC, None where nothing is pointed at
    redrawn = Signal()

    def __init__(
        self, models: AreaModels, trend: Trend, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models, self._trend, self._theme = models, trend, theme
        self._zone = ZoneInfo(models.area.timezone)
        self._view = pg.GraphicsLayoutWidget()
        self._view.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._empty = label("muted")
        self._empty.setParent(self._view)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._plots: list[Any] = []
        self._curves: dict[Series, Curve] = {}
        self._members: list[list[Curve]] = []  # of each plot
        self._cursors: list[Any] = []
        self._cursor_s: float | None = None
        self._timer = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self._time_passed)
        self._connect()
        self.rebuild()

    @property
    def cursor_s(self) -> float | None:
        """Return the instant pointed at, seconds UTC."""
        return self._cursor_s

    def point_at(self, instant_s: float | None) -> None:
        """Put the cursor at an instant, or away."""
        self._cursor_s = instant_s
        for line in self._cursors:
            line.setVisible(instant_s is not None)
            if instant_s is not None:
                line.setPos(instant_s)
        self.cursor_moved.emit(instant_s)

    def step(self, points: int) -> None:
        """Move the cursor along the points of the first series, from now where it is away."""
        curve = next(iter(self._curves.values()), None)
        if curve is None or not len(curve.times):
            return
        here = np.inf if self._cursor_s is None else self._cursor_s
        at = int(np.searchsorted(curve.times, here, side="left"))
        at = min(max(at + points, 0), len(curve.times) - 1)
        self.point_at(float(curve.times[at]))

    def value_at(self, series: Series) -> tuple[float, float] | None:
        """Return instant and value of the point nearest to the cursor, else of the newest one."""
        curve = self._curves.get(series)
        return curve.nearest(self._cursor_s) if curve else None

    def pen_of(self, series: Series) -> QPen:
        """Return how a series is drawn: a hue of its own, and a dash where one plot has several."""
        chosen, tokens = self._trend.series, self._theme.tokens
        colour = tokens.lines[chosen.index(series) % len(tokens.lines)]
        beside = [other for other in chosen if _axis_key(other) == _axis_key(series)]
        pen = pg.mkPen(colour, width=_LINE_PX, style=_DASHES[beside.index(series)])
        pen.setCosmetic(True)
        return pen  # type: ignore[no-any-return]  # pyqtgraph has no types

    def rebuild(self) -> None:
        """Lay out the plots anew, as after a change of series, theme or language."""
        self._view.clear()
        self._plots, self._curves, self._cursors, self._members = [], {}, [], []
        self._view.setBackground(self._theme.tokens.field)
        by_unit: dict[str, list[Series]] = {}
        for series in self._trend.series:
            by_unit.setdefault(_axis_key(series), []).append(series)
        for place, members in enumerate(by_unit.values()):
            self._add_plot(place, members, last=place == len(by_unit) - 1)
        self.redraw()

    def redraw(self) -> None:
        """Draw the lines up to now."""
        now_us = self._models.clock()
        begins_us = self._begins_us(now_us)
        for series, curve in self._curves.items():
            gap_us = stale_after_us(self._models.judge.period_s(series))
            times, values = self._models.series.window(series, begins_us, now_us, gap_us)
            curve.draw(times, values)
        for plot in self._plots:
            plot.setXRange(begins_us / 1e6, now_us / 1e6, padding=0)
        self._show_emptiness()
        self.redrawn.emit()

    def set_empty_text(self, text: str) -> None:
        """Say this where no series has a value in the span."""
        self._empty.setText(text)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()  # while hidden it was not

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self._view.rect().adjusted(_AXIS_PX, 0, 0, -24))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return False

    def _connect(self) -> None:
        self._trend.changed.connect(self.rebuild)
        self._models.series.changed.connect(self._points_came)
        self._theme.changed.connect(self.rebuild)
        self._view.scene().sigMouseMoved.connect(self._mouse_moved)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._time_passed)
        self._clock.start()

    def _show_emptiness(self) -> None:
        """Without values there is no scale: numbers on the axis would be invented."""
        for plot, curves in zip(self._plots, self._members, strict=True):
            known = any(len(curve.times) for curve in curves)
            plot.getAxis("left").setStyle(showValues=known)
        self._empty.setVisible(not any(len(c.times) for c in self._curves.values()))

    def _points_came(self, series: list[Series]) -> None:
        if not self._timer.isActive() and any(one in self._curves for one in series):
            self._timer.start()

    def _time_passed(self) -> None:
        if self.isVisible():
            self.redraw()

    def _begins_us(self, now_us: int) -> int:
        """Return where the plot begins: a span ago, or near the first point while data is young."""
        firsts = [self._models.series.first_us(series) for series in self._trend.series]
        known = [first for first in firsts if first is not None]
        span_us = self._trend.span_s * 1_000_000
        held_us = now_us - min(known) if known else span_us
        if held_us > _SPARSE * span_us:
            return now_us - span_us
        return now_us - max(int(held_us * 1.1), int(_SHORTEST_S * 1e6))

    def _add_plot(self, place: int, members: list[Series], *, last: bool) -> None:
        quantity = quantity_of(members[0].quantity)
        axes = {"bottom": TimeAxis(self._zone), "left": ValueAxis()}
        plot = self._view.addPlot(row=place, col=0, axisItems=axes)
        self._dress(plot, quantity, last=last)
        for series in members:
            self._curves[series] = Curve(plot, self.pen_of(series), quantity)
        self._members.append([self._curves[series] for series in members])
        _add_limits(plot, self._models, members, self._theme)
        cursor = pg.InfiniteLine(angle=90, pen=pg.mkPen(self._theme.tokens.muted))
        cursor.setVisible(False)
        plot.addItem(cursor, ignoreBounds=True)
        self._cursors.append(cursor)
        self._plots.append(plot)

    def _dress(self, plot: Any, quantity: Quantity, *, last: bool) -> None:
        tokens = self._theme.tokens
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.layout.setContentsMargins(0, 8, 0, 0)  # half a line for the topmost number
        plot.showGrid(x=True, y=True, alpha=0.18)
        plot.getAxis("bottom").setStyle(showValues=last)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(tokens.border))
            axis.setTextPen(pg.mkPen(tokens.muted))
        plot.setLabel("left", quantity.symbol, color=tokens.muted)
        if quantity.kind in {Kind.STATE, Kind.EVENT}:
            _name_states(plot, quantity, self._models)

    def _mouse_moved(self, position: QPointF) -> None:
        for plot in self._plots:
            if plot.sceneBoundingRect().contains(position):
                self.point_at(float(plot.vb.mapSceneToView(position).x()))
                return
        self.point_at(None)


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """The left axis: digits grouped as everywhere else on the screen."""

    def __init__(self) -> None:
        super().__init__("left")
        self._decimals = 0
        self.enableAutoSIPrefix(False)
        self.setWidth(_AXIS_PX)

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


class Curve:
    """One line with dots where a point stands alone."""

    def __init__(self, plot: Any, pen: QPen, quantity: Quantity) -> None:
        self.times: NDArray[np.float64] = np.empty(0)
        self.values: NDArray[np.float64] = np.empty(0)
        self._step = quantity.kind in {Kind.STATE, Kind.EVENT}
        step = "right" if self._step else None
        self._line = plot.plot(pen=pen, connect="finite", antialias=True, stepMode=step)
        self._line.setClipToView(True)
        if not self._step:
            self._line.setDownsampling(auto=True, method="peak")
        brush = QColor(pen.color())
        self._dots = pg.ScatterPlotItem(size=4, pen=None, brush=brush, pxMode=True)
        plot.addItem(self._dots)

    def draw(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Draw these points; NaN breaks the line."""
        known = np.isfinite(values)
        self.times, self.values = times[known], values[known]
        self._line.setData(times, values)
        alone = isolated(values)
        self._dots.setData(times[alone], values[alone])

    def nearest(self, instant_s: float | None) -> tuple[float, float] | None:
        """Return the point nearest to an instant, the newest one for None."""
        if not len(self.times):
            return None
        at = -1 if instant_s is None else int(np.argmin(np.abs(self.times - instant_s)))
        return float(self.times[at]), float(self.values[at])


def _axis_key(series: Series) -> str:
    quantity = quantity_of(series.quantity)
    return quantity.symbol or quantity.id


def _add_limits(plot: Any, models: AreaModels, members: list[Series], theme: Theme) -> None:
    language = models.language
    for rule in models.area.alarms:
        if (rule.device, rule.quantity) in members:
            limit = rule.above if rule.above is not None else rule.below
            pen = pg.mkPen(theme.tokens.alarm, style=Qt.PenStyle.DashLine)
            value = f"{limit:g} {quantity_of(rule.quantity).symbol}".rstrip()
            text = f"{rule.name.text(language)} {value}"
            look = {"color": theme.tokens.alarm, "position": 0.02, "anchors": [(0, 1), (0, 1)]}
            line = pg.InfiniteLine(limit, angle=0, pen=pen, label=text, labelOpts=look)
            plot.addItem(line, ignoreBounds=True)


def _name_states(plot: Any, quantity: Quantity, models: AreaModels) -> None:
    names = [(code, name.text(models.language)) for code, name in quantity.states.items()]
    plot.getAxis("left").setTicks([names])
    if names:
        plot.setYRange(min(quantity.states), max(quantity.states), padding=0.1)
