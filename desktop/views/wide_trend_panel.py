"""The large plot of the trend page: any window, comparison, statistics, and what is drawn as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.models import trend_statistics, wording
from desktop.models.trend import SPANS_S, Compare
from desktop.models.trend_statistics import Column, TrendStatistics
from desktop.views.column_room import ColumnRoom
from desktop.views.panels import ElidedLabel, row
from desktop.views.theme import STEP
from desktop.views.trend_panel import TrendPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from area_configs.domain.readings import Series
    from desktop.models.area_models import AreaModels
    from desktop.models.trend import Trend
    from desktop.views.legend import Entry
    from desktop.views.theme import Theme

_ROW_PX = 26
_TABLE_SHARE = 0.24
_STATISTICS_MS = 300
_ZOOM, _PAN = 0.5, 0.25
_LONG_S = 2 * 86_400


class WideTrendPanel(TrendPanel):
    """Wheel and + - zoom, dragging and Shift+arrows pan, a click or M marks, Home follows the time."""

    spans_s = SPANS_S
    entry_px = 700  # with least, most and difference
    export_wanted = Signal(str)  # csv, xlsx or png
    report_wanted = Signal(str)  # day or month

    def __init__(
        self, models: AreaModels, trend: Trend, theme: Theme, parent: QWidget | None = None
    ) -> None:
        self.compare, self.now = QComboBox(), QPushButton()
        self.closer, self.wider = QPushButton("+"), QPushButton(wording.MINUS)
        self.export, self.menu = QPushButton(), QMenu()
        self.window_text = ElidedLabel("small", 120)
        self.statistics = TrendStatistics(models.area)
        self.table = QTableView()
        super().__init__(models, trend, theme, parent)
        self.plot.let_move()
        self._lay_out_more()
        self._soon = QTimer(self, interval=_STATISTICS_MS, singleShot=True)
        self._soon.timeout.connect(self.sum_up)
        self._connect_more()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        names = {
            Compare.NOTHING: self.tr("Compare with nothing"),
            Compare.DAY: self.tr("Compare with the day before"),
            Compare.WEEK: self.tr("Compare with the week before"),
            Compare.FORECAST: self.tr("Compare with the forecast"),
        }
        self.compare.clear()
        for what, name in names.items():
            self.compare.addItem(name, what)
        self.compare.setCurrentIndex(list(names).index(self._trend.compare))
        self.compare.setAccessibleName(self.tr("What the lines are compared with"))
        self.now.setText(self.tr("Follow"))
        self.now.setToolTip(self.tr("Show the time up to now again (Home)"))
        for button, words in ((self.closer, self.tr("Zoom in")), (self.wider, self.tr("Zoom out"))):
            button.setAccessibleName(words)
            button.setToolTip(words)
        self._write_menu()
        self.table.setAccessibleName(self.tr("Statistics of what is visible"))
        self.statistics.set_language(self._models.language)
        self.sum_up()

    def sum_up(self) -> None:
        """Write the statistics of what is visible, and which window that is."""
        begins, ends = self.plot.lines.window_us()
        passed_s = (min(ends, self._models.clock()) - begins) / 1e6
        rows = [
            trend_statistics.of(
                series, self.plot.drawn(series), passed_s, self._models.judge.period_s(series)
            )
            for series in self._trend.series
        ]
        self.statistics.take(rows)
        self._fit_table()
        self.compare.setCurrentIndex(self.compare.findData(self._trend.compare))
        self.window_text.setText(self._window_words(begins, ends))
        self.now.setEnabled(not self._trend.follows)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_table()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        actions = {
            Qt.Key.Key_Plus: lambda: self._trend.zoom(_ZOOM, self._middle_us()),
            Qt.Key.Key_Minus: lambda: self._trend.zoom(1 / _ZOOM, self._middle_us()),
            Qt.Key.Key_Home: self._trend.follow,
            Qt.Key.Key_M: self.plot.mark_here,
        }
        if shift:
            actions[Qt.Key.Key_Left] = lambda: self._trend.pan(-_PAN)
            actions[Qt.Key.Key_Right] = lambda: self._trend.pan(_PAN)
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    @override
    def _entry(self, series: Series) -> Entry:
        entry = super()._entry(series)
        language, words = self._models.language, entry.value
        between = self.plot.extremes_at(series)
        if between and between[0] != between[1]:
            low, high = (wording.value_text(series.quantity, one, language) for one in between)
            words = f"{words} ({low} – {high})"  # noqa: RUF001  # the dash of a range
        change = self.plot.difference(series)
        if change is not None:
            words = f"{words}  Δ {wording.value_text(series.quantity, change, language)}"
        return replace(entry, value=words)

    @override
    def _when(self, instant: datetime) -> str:
        begins, ends = self._trend.window_us()
        if (ends - begins) / 1e6 < _LONG_S:
            return super()._when(instant)
        return f"{instant:%Y-%m-%d %H:%M}"

    def _window_words(self, begins_us: int, ends_us: int) -> str:
        first, last = (
            datetime.fromtimestamp(at / 1e6, tz=self._zone) for at in (begins_us, ends_us)
        )
        coarsest = max((self.plot.drawn(one).period_s for one in self._trend.series), default=0)
        made = trend_statistics.made_of(coarsest, self._models.language)
        words = f"{first:%Y-%m-%d %H:%M:%S} – {last:%Y-%m-%d %H:%M:%S} · {made}"  # noqa: RUF001  # a range
        return f"{words} · {lack}" if (lack := self._lack_words()) else words

    def _lack_words(self) -> str:
        """Say why no forecast is drawn where one was asked for."""
        if self._trend.compare is not Compare.FORECAST or self.plot.is_compared:
            return ""
        board = self._models.energy
        if board and board.busy:
            return self.tr("the forecast is being made")
        return self.tr("these series have no forecast")

    def _fit_table(self) -> None:
        """Leave the plots most of the height: what lacks room in the table is scrolled to.

        Where the plots would tell nothing, the table goes: its figures are in the exported file too.
        """
        header = self.table.horizontalHeader().sizeHint().height()
        wanted = header + self.table.verticalHeader().length() + 2
        left = self.height() - self.plot.y() - self.plot.least_px - 2 * STEP
        tall = min(wanted, left, max(header + 2 * _ROW_PX, int(self.height() * _TABLE_SHARE)))
        self.table.setVisible(bool(self._trend.series) and tall > header + _ROW_PX)
        self.table.setFixedHeight(max(tall, 1))

    def _middle_us(self) -> int:
        if self.plot.cursor_s is not None:
            return int(self.plot.cursor_s * 1e6)
        return sum(self._trend.window_us()) // 2

    def _lay_out_more(self) -> None:
        self.export.setMenu(self.menu)
        self.compare.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for button in (self.wider, self.closer):
            button.setMinimumWidth(36)
        self.tools = row(self.compare, self.window_text, gap=8)
        self.tools.addStretch(1)
        for widget in (self.now, self.wider, self.closer, self.export):
            self.tools.addWidget(widget)
        self.box.insertLayout(1, self.tools)
        self.box.setStretch(2, 0)
        self.box.setStretch(3, 1)
        self.table.setModel(self.statistics)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(_ROW_PX)
        self.table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        ColumnRoom(self.table, Column.SERIES)
        self.box.addWidget(self.table)

    def _write_menu(self) -> None:
        self.export.setText(self.tr("Export"))
        self.menu.clear()
        names = {
            "csv": self.tr("Values as CSV"),
            "xlsx": self.tr("Values and statistics as XLSX"),
            "png": self.tr("Picture as PNG"),
        }
        for form, name in names.items():
            self.menu.addAction(name, partial(self.export_wanted.emit, form))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Report of the day…"), partial(self.report_wanted.emit, "day"))
        self.menu.addAction(
            self.tr("Report of the month…"), partial(self.report_wanted.emit, "month")
        )

    def _connect_more(self) -> None:
        self.compare.activated.connect(self._compare_chosen)
        self.now.clicked.connect(self._trend.follow)
        self.closer.clicked.connect(lambda: self._trend.zoom(_ZOOM, self._middle_us()))
        self.wider.clicked.connect(lambda: self._trend.zoom(1 / _ZOOM, self._middle_us()))
        self.plot.redrawn.connect(self._sum_up_soon)
        self._trend.changed.connect(self.sum_up)

    def _sum_up_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _compare_chosen(self, _row: int) -> None:
        self._trend.compare_with(Compare(self.compare.currentData()))
