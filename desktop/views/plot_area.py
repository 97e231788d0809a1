"""The drawn lines: one plot for each unit, above one another on one local time axis.

A gap stays a gap, a lone point is a dot, a state is a staircase, an alarm limit a dashed line. A long
window is drawn by its periods: their mean in the band of their least and most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from area_configs.domain.quantity import Kind
from desktop.models.plot_lines import PlotLines
from desktop.models.tiles import NOTHING, RAW, Drawn
from desktop.models.wording import quantity_of
from desktop.views.panels import label
from desktop.views.plot_axis import AXIS_PX, ValueAxis
from desktop.views.plot_curves import Curve
from desktop.views.plot_hand import PlotHand
from desktop.views.time_axis import TimeAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPen, QResizeEvent, QShowEvent

    from area_configs.domain.quantity import Quantity
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
_ASK_MS = 120  # while a hand zooms the hub is asked so often at most
_LINE_PX = 1.6
_LEAST_PX = 56
_LABEL_SHARE = 0.32  # of the width, for the name of a limit
_AIR = 0.06  # above and below the lines, of the height


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
        self._marks: list[Any] = []
        self._mark_s: float | None = None
        self.lines = PlotLines(models, trend)
        self._hand = PlotHand(self._view, trend, self)
        self._timer = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self._time_passed)
        self._asking = QTimer(self, interval=_ASK_MS, singleShot=True)
        self._asking.timeout.connect(self._ask)
        self._window = trend.window_us()
        self._undressed = False
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

    @property
    def mark_s(self) -> float | None:
        """Return the instant that was marked to measure from, seconds UTC."""
        return self._mark_s

    def mark(self, instant_s: float | None) -> None:
        """Mark an instant to measure differences from, or none."""
        self._mark_s = instant_s
        for line in self._marks:
            line.setVisible(instant_s is not None)
            if instant_s is not None:
                line.setPos(instant_s)
        self.cursor_moved.emit(self._cursor_s)

    def mark_here(self) -> None:
        """Mark where the cursor is; where it is on the mark already, take the mark away."""
        self.mark(None if self._mark_s == self._cursor_s else self._cursor_s)

    @property
    def width_px(self) -> float:
        """Return the width of the time axis."""
        return max(1.0, float(self._view.width() - AXIS_PX))

    @property
    def least_px(self) -> int:
        """Return the height below which the plots would tell nothing."""
        return _LEAST_PX * max(1, len(self._plots))

    def let_move(self) -> None:
        """Let the wheel zoom and the mouse pan."""
        self._hand.is_on = True

    def instant_at(self, x_px: float) -> float:
        """Return the instant at a place of the widget, seconds UTC."""
        if not self._plots:
            return self._window[1] / 1e6
        return float(self._plots[0].vb.mapSceneToView(QPointF(x_px, 0.0)).x())

    @property
    def is_compared(self) -> bool:
        """Tell whether any series has something drawn behind it."""
        return any(curve.is_compared for curve in self._curves.values())

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

    def drawn(self, series: Series) -> Drawn:
        """Return what is drawn of a series."""
        curve = self._curves.get(series)
        return curve.drawn if curve else Drawn(NOTHING, RAW)

    def difference(self, series: Series) -> float | None:
        """Return by how much a value differs from the one at the mark, None without a mark."""
        curve = self._curves.get(series)
        if curve is None or self._mark_s is None:
            return None
        here, there = curve.nearest(self._cursor_s), curve.nearest(self._mark_s)
        return here[1] - there[1] if here and there else None

    def extremes_at(self, series: Series) -> tuple[float, float] | None:
        """Return least and most of the period at the cursor, None of single points."""
        curve = self._curves.get(series)
        return curve.extremes(self._cursor_s) if curve else None

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
        self._plots, self._curves, self._members = [], {}, []
        self._cursors, self._marks = [], []
        self._view.setBackground(self._theme.tokens.field)
        by_unit: dict[str, list[Series]] = {}
        for series in self._trend.series:
            by_unit.setdefault(_axis_key(series), []).append(series)
        for place, members in enumerate(by_unit.values()):
            self._add_plot(place, members, last=place == len(by_unit) - 1)
        self.redraw()

    def redraw(self) -> None:
        """Draw the lines of the window."""
        self._window = self.lines.window_us()
        width = self.width_px
        for series, curve in self._curves.items():
            curve.draw_periods(self.lines.of(series, self._window, width))
            curve.draw_ghost(*self.lines.compared(series, self._window, width))
        for plot, curves in zip(self._plots, self._members, strict=True):
            plot.setXRange(self._window[0] / 1e6, self._window[1] / 1e6, padding=0)
            _fit(plot, curves)
        if self._trend.is_tiled and not self._asking.isActive():
            self._asking.start()
        self._show_emptiness()
        self.redrawn.emit()

    def set_empty_text(self, text: str) -> None:
        """Say this where no series has a value in the span."""
        self._empty.setText(text)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._undressed:
            self._dress_again()
        else:
            self.redraw()  # while hidden it was not

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self._view.rect().adjusted(AXIS_PX, 0, 0, -24))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return False

    def _connect(self) -> None:
        self._trend.changed.connect(self.rebuild)
        self._trend.moved.connect(self._time_passed)
        self._models.tiles.changed.connect(self._tiles_came)
        self._models.series.changed.connect(self._points_came)
        self._models.forecasts.changed.connect(self._points_came)
        self._theme.changed.connect(self._dress_again)
        self._view.scene().sigMouseMoved.connect(self._mouse_moved)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._time_passed)
        self._clock.start()

    def _dress_again(self) -> None:
        """Take the colours of another theme; hidden, when it is shown."""
        self._undressed = not self.isVisible()
        if not self._undressed:
            self.rebuild()

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

    def _ask(self) -> None:
        if self._trend.is_tiled:
            self.lines.ask(self._window, self.width_px)

    def _tiles_came(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self.redraw()

    def _add_plot(self, place: int, members: list[Series], *, last: bool) -> None:
        quantity = quantity_of(members[0].quantity)
        axes = {"bottom": TimeAxis(self._zone), "left": ValueAxis()}
        plot = self._view.addPlot(row=place, col=0, axisItems=axes, enableMenu=False)
        self._dress(plot, quantity, last=last)
        for series in members:
            self._curves[series] = Curve(plot, self.pen_of(series), quantity)
        self._members.append([self._curves[series] for series in members])
        _add_limits(plot, self._models, members, self._theme)
        self._cursors.append(self._upright(plot, Qt.PenStyle.SolidLine))
        self._marks.append(self._upright(plot, Qt.PenStyle.DashLine))
        self._plots.append(plot)

    def _upright(self, plot: Any, style: Qt.PenStyle) -> Any:
        line = pg.InfiniteLine(angle=90, pen=pg.mkPen(self._theme.tokens.muted, style=style))
        line.setVisible(False)
        plot.addItem(line, ignoreBounds=True)
        return line

    def _dress(self, plot: Any, quantity: Quantity, *, last: bool) -> None:
        tokens = self._theme.tokens
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


def _fit(plot: Any, curves: Sequence[Curve]) -> None:
    """Let the value axis reach from the least to the most; states keep all their names."""
    reaches = [curve.reach for curve in curves if not curve.is_step]
    known = [reach for reach in reaches if reach]
    if known:
        low, high = min(low for low, _ in known), max(high for _, high in known)
        plot.setYRange(low, high if high > low else low + (abs(low) or 1.0) * 0.01, padding=_AIR)


def _axis_key(series: Series) -> str:
    quantity = quantity_of(series.quantity)
    return quantity.symbol or quantity.id


def _add_limits(plot: Any, models: AreaModels, members: list[Series], theme: Theme) -> None:
    language = models.language
    rules = [one for one in models.area.alarms if (one.device, one.quantity) in members]
    for place, rule in enumerate(rules):
        limit = rule.above if rule.above is not None else rule.below
        pen = pg.mkPen(theme.tokens.alarm, style=Qt.PenStyle.DashLine)
        value = f"{limit:g} {quantity_of(rule.quantity).symbol}".rstrip()
        text = f"{rule.name.text(language)} {value}"
        # limits close to one another are written beside one another, not on top
        share = 0.02 + _LABEL_SHARE * (place % 3)
        look = {"color": theme.tokens.alarm, "position": share, "anchors": [(0, 1), (0, 1)]}
        line = pg.InfiniteLine(limit, angle=0, pen=pen, label=text, labelOpts=look)
        plot.addItem(line, ignoreBounds=True)


def _name_states(plot: Any, quantity: Quantity, models: AreaModels) -> None:
    names = [(code, name.text(models.language)) for code, name in quantity.states.items()]
    plot.getAxis("left").setTicks([names])
    if names:
        plot.setYRange(min(quantity.states), max(quantity.states), padding=0.1)
