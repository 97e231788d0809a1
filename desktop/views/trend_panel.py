"""A plot with its controls: what to show, over which span, and the values under the cursor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton, QWidget
from typing_extensions import override

from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.trend import SPANS_S
from desktop.views.legend import Entry, Legend
from desktop.views.panels import Panel, column, label, row
from desktop.views.plot_area import PlotArea

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from desktop.models.area_models import AreaModels
    from desktop.models.trend import Trend
    from desktop.views.theme import Theme


class TrendPanel(Panel):
    """Left and right arrow keys move the cursor from point to point."""

    spans_s: Sequence[int] = SPANS_S[:3]
    entry_px = 440  # what an entry of the legend needs

    def __init__(
        self, models: AreaModels, trend: Trend, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models, self._trend, self._theme = models, trend, theme
        self._zone = ZoneInfo(models.area.timezone)
        self.plot = PlotArea(models, trend, theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._heading = label("heading")
        self.legend = Legend(theme, column_px=self.entry_px)
        self._spans = QButtonGroup(self)
        self.bar = row(self._heading, gap=8)
        self._add_spans()
        self.box = column(self.bar, self.legend, self.plot, margin=8, gap=4)
        self.box.setStretch(2, 1)
        self.setLayout(self.box)
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        names = (self.tr("10 min"), self.tr("1 hour"), self.tr("24 hours"))
        longer = (self.tr("7 days"), self.tr("30 days"), self.tr("1 year"))
        for span, name in zip(self.spans_s, names + longer, strict=False):
            button = self._spans.button(span)
            button.setText(name)
            button.setAccessibleName(self.tr("Show the last {span}").format(span=name))
        self._heading.setText(self.tr("Trend"))
        self.setAccessibleName(self.tr("Trend plot; the arrow keys move the cursor"))
        self.plot.set_empty_text(self.tr("No values in this span"))
        self.plot.rebuild()
        self.show_values()

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which instants are written."""
        return self._zone

    def show_values(self, *_: object) -> None:
        """Write the legend: each series with its value under the cursor, or its newest one."""
        entries = [self._entry(series) for series in self._trend.series]
        self.legend.show_entries(entries, self.tr("Choose a device to see its trend."))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.plot.step(step)

    def _entry(self, series: Series) -> Entry:
        device = self._models.area.device(series.device).name.text(self._models.language)
        quantity = wording.quantity_of(series.quantity).name.text(self._models.language)
        point = self.plot.value_at(series)
        pen, name = self.plot.pen_of(series), f"{device} · {quantity}"
        if point is None:
            return Entry(pen, name, wording.UNKNOWN, "")
        instant, value = point
        text = wording.value_text(series.quantity, value, self._models.language)
        when = datetime.fromtimestamp(instant, tz=self._zone)
        return Entry(pen, name, text, self._when(when))

    def _when(self, instant: datetime) -> str:
        return f"{instant:%H:%M:%S}"

    def _add_spans(self) -> None:
        self.bar.addStretch(1)
        for span in self.spans_s:
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(span == self._trend.span_s)
            self._spans.addButton(button, span)
            self.bar.addWidget(button)

    def _check_span(self) -> None:
        """Mark the span that is shown; none while another window is held."""
        self._spans.setExclusive(False)
        for span in self.spans_s:
            followed = self._trend.follows and span == self._trend.span_s
            self._spans.button(span).setChecked(followed)
        self._spans.setExclusive(True)

    def _connect(self) -> None:
        self._spans.idClicked.connect(self._trend.set_span)
        self._trend.moved.connect(self._check_span)
        self.plot.cursor_moved.connect(self.show_values)
        self.plot.redrawn.connect(self.show_values)


class DeviceTrendPanel(TrendPanel):
    """The trend of the chosen device, with a choice among its quantities."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        self.quantities = QComboBox()
        super().__init__(models, models.device_trend, theme, parent)
        self.quantities.setMinimumWidth(200)
        self.bar.insertWidget(1, self.quantities)
        self.quantities.activated.connect(self._chosen)
        models.device_trend.changed.connect(self._fill)
        self._fill()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        self.quantities.setAccessibleName(self.tr("Quantity to plot"))
        self._fill()

    def _fill(self, *_: object) -> None:
        models, device = self._models, self._models.selection.device
        self.quantities.clear()
        self.quantities.setVisible(bool(device))
        if not device:
            return
        for point in models.area.profile_of(models.area.device(device)).points:
            name = wording.quantity_of(point.quantity).name.text(models.language)
            self.quantities.addItem(name, point.quantity)
        shown = self._trend.series[0].quantity if self._trend.series else ""
        self.quantities.setCurrentIndex(self.quantities.findData(shown))

    def _chosen(self, _row: int) -> None:
        quantity = str(self.quantities.currentData())
        self._trend.show([Series(self._models.selection.device, quantity)])
