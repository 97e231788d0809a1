"""Four plots above one another on one time axis: load, storage, dispatch, grid; a step can be chosen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desktop.models import energy_lines
from desktop.views.panels import Translated
from desktop.views.plot_axis import ValueAxis
from desktop.views.time_axis import TimeAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.models.energy import EnergyBoard
    from desktop.models.energy_lines import Course, Plots
    from desktop.views.theme import Theme

_AXIS_PX = 56
_HEIGHTS = (3, 2, 3, 3)
_WIDE_PX, _LINE_PX = 2.0, 1.4
_DASH, _DOT = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
_SOLID = Qt.PenStyle.SolidLine


class EnergyPlots(Translated):
    """Draws the shown proposal; the mouse and the arrow keys choose the step that is explained."""

    step_chosen = Signal(int)

    def __init__(self, board: EnergyBoard, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board, self._theme = board, theme
        self._content: Plots | None = None
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._plots: list[Any] = []
        self._heads: list[Any] = []
        self._cursors: list[Any] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._view)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        theme.changed.connect(self.rebuild)
        board.changed.connect(self.rebuild)
        board.step_changed.connect(self._move_cursor)
        self._stale = True
        for place in range(len(_HEIGHTS)):
            self._add(place)

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(
            self.tr("Plots of load, storage, dispatch and grid; left and right choose a step")
        )
        self.rebuild()

    @property
    def text(self) -> str:
        """Return the names of all lines, plot by plot: what the legends say."""
        groups = self._groups()
        return "\n".join(", ".join(c.name for c in group if c.name) for group in groups)

    def rebuild(self) -> None:
        """Draw everything anew, as after a new plan, another theme or language; hidden, later."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        made = self._board.shown
        self._content = energy_lines.plots(self._board, made) if made else None
        self._cursors = []
        tokens = self._theme.tokens
        self._view.setBackground(tokens.surface)
        titles = (
            (self.tr("Load less sun"), "kW"),
            (self.tr("Storage"), "%"),
            (self.tr("Dispatched and shed"), "kW"),
            (self.tr("Grid import"), "kW"),
        )
        for place, ((title, unit), courses) in enumerate(zip(titles, self._groups(), strict=True)):
            self._heads[place].setText(self._legend(f"{title} ({unit})", courses))
            self._fill(place, courses)
        self._move_cursor()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.rebuild()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None or self._board.shown is None:
            super().keyPressEvent(event)
            return
        last = self._board.shown.made.steps.count - 1
        self.step_chosen.emit(min(max(self._board.step + by, 0), last))

    def _groups(self) -> tuple[Sequence[Course], ...]:
        shown = self._content
        return (
            (shown.load, shown.storage, shown.dispatch, shown.grid) if shown else ((), (), (), ())
        )

    def _add(self, place: int) -> None:
        head = pg.LabelItem("", justify="left", size="12px")
        self._view.addItem(head, row=2 * place, col=0)
        self._heads.append(head)
        left = ValueAxis()
        left.setWidth(_AXIS_PX)
        axes = {"bottom": TimeAxis(self._board.zone), "left": left}
        plot = self._view.addPlot(row=2 * place + 1, col=0, axisItems=axes)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.showGrid(x=True, y=True, alpha=0.15)
        self._view.ci.layout.setRowStretchFactor(2 * place + 1, _HEIGHTS[place])
        self._plots.append(plot)

    def _fill(self, place: int, courses: Sequence[Course]) -> None:
        """Draw the lines of one plot in the colours of the theme."""
        plot, tokens = self._plots[place], self._theme.tokens
        plot.clear()
        for side in ("left", "bottom"):
            plot.getAxis(side).setPen(pg.mkPen(tokens.border))
            plot.getAxis(side).setTextPen(pg.mkPen(tokens.muted))
        plot.getViewBox().setBackgroundColor(tokens.field)
        for course in courses:
            self._draw(plot, course)
        self._frame(plot, place, courses)

    def _frame(self, plot: Any, place: int, courses: Sequence[Course]) -> None:
        """Set the ranges, the line of now and the cursor."""
        tokens = self._theme.tokens
        known = self._content is not None
        plot.getAxis("left").setStyle(showValues=known)
        plot.getAxis("bottom").setStyle(showValues=known and place == len(_HEIGHTS) - 1)
        if self._content is None:
            return
        plot.setXRange(self._content.begins_s, self._content.ends_s, padding=0)
        if place == 1:
            plot.setYRange(0, 100, padding=0.04)
        else:
            plot.setYRange(*_span(courses, self._content), padding=0.08)
        now = pg.InfiniteLine(self._content.now_s, pen=pg.mkPen(tokens.text, width=1))
        plot.addItem(now, ignoreBounds=True)
        cursor = pg.InfiniteLine(angle=90, pen=pg.mkPen(tokens.accent, style=_DASH))
        plot.addItem(cursor, ignoreBounds=True)
        self._cursors.append(cursor)

    def _draw(self, plot: Any, course: Course) -> None:
        colour, width, style = self._stroke(course)
        pen = pg.mkPen(colour, width=width, style=style)
        x, y = _stairs(course.edges, course.values)
        if course.upper is None:
            plot.plot(x, y, pen=pen, connect="finite")
            return
        _, high = _stairs(course.edges, course.upper)
        faint = QColor(colour)
        faint.setAlpha(48)
        bounds = [pg.PlotCurveItem(x, values) for values in (y, high)]
        plot.addItem(pg.FillBetweenItem(*bounds, brush=faint))

    def _stroke(self, course: Course) -> tuple[str, float, Qt.PenStyle]:
        tokens = self._theme.tokens
        if course.role == "asset":
            return tokens.lines[course.number % len(tokens.lines)], _WIDE_PX, _SOLID
        return {
            "measured": (tokens.text, _WIDE_PX, _SOLID),
            "forecast": (tokens.lines[0], _LINE_PX, _SOLID),
            "band": (tokens.lines[0], _LINE_PX, _SOLID),
            "said": (tokens.lines[2], _LINE_PX, _DOT),
            "idle": (tokens.muted, _LINE_PX, _DASH),
            "current": (tokens.lines[1], _LINE_PX, _SOLID),
            "proposed": (tokens.lines[0], _WIDE_PX, _SOLID),
            "contract": (tokens.alarm, _LINE_PX, _DASH),
            "target": (tokens.warning, _LINE_PX, _DASH),
        }[course.role]

    def _legend(self, title: str, courses: Sequence[Course]) -> str:
        tokens = self._theme.tokens
        parts = [f'<span style="color:{tokens.text}"><b>{escape(title)}</b></span>']
        for course in courses:
            if course.name:
                colour, _, style = self._stroke(course)
                mark = {_DASH: "- -", _DOT: "· · ·"}.get(
                    style, "■" if course.upper is not None else "━"
                )
                parts.append(
                    f'<span style="color:{colour}"><b>{mark}</b></span> '
                    f'<span style="color:{tokens.text}">{escape(course.name)}</span>'
                )
        return "&nbsp;&nbsp;&nbsp;".join(parts)

    def _clicked(self, event: Any) -> None:
        for plot in self._plots:
            if plot.sceneBoundingRect().contains(event.scenePos()):
                at = plot.vb.mapSceneToView(QPointF(event.scenePos())).x()
                self._choose(float(at))

    def _choose(self, second: float) -> None:
        made = self._board.shown
        if made is None:
            return
        starts = np.array([moment.timestamp() for moment in made.made.steps.starts()])
        if second >= starts[0]:
            self.step_chosen.emit(int(np.searchsorted(starts, second, side="right")) - 1)

    def _move_cursor(self) -> None:
        made = self._board.shown
        if made is None or not self._cursors:
            return
        begins = made.made.steps.starts()[self._board.step].timestamp()
        for cursor in self._cursors:
            cursor.setPos(begins)


def _stairs(
    edges: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def _span(courses: Sequence[Course], content: Plots) -> tuple[float, float]:
    """Return the lowest and highest value of what is seen, zero included."""
    seen = [0.0]
    for course in courses:
        inside = (course.edges[1:] > content.begins_s) & (course.edges[:-1] < content.ends_s)
        for values in (course.values, course.upper):
            if values is not None and np.isfinite(values[inside]).any():
                known = values[inside][np.isfinite(values[inside])]
                seen += [float(known.min()), float(known.max())]
    return min(seen), max(1.0, *seen)
