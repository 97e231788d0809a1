"""The page of trends: a list of every series to tick, and a large plot of those ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QWidget
from typing_extensions import override

from desktop.models.series_picker import Role
from desktop.models.trend import MAX_SERIES
from desktop.views.delegates import SeriesPainter
from desktop.views.panels import Panel, Translated, column, label, row
from desktop.views.trend_sets_button import TrendSetsButton
from desktop.views.wide_trend_panel import WideTrendPanel

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_PICKER_PX = 352


class TrendsPage(Translated):
    """Up to six series; each unit has its own plot, all share the time axis."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trend = models.wide_trend
        self.panel = WideTrendPanel(models, models.wide_trend, theme)
        self._rows = QSortFilterProxyModel(self)
        self._rows.setSourceModel(models.picker)
        self._rows.setSortRole(Role.SORT)
        self._rows.sort(0)
        self._rows.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(SeriesPainter(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._rows.setFilterFixedString)
        self.sets = TrendSetsButton(models.trend_sets, models.wide_trend)
        self._heading, self._hint = label("heading"), label("small")
        self._none = QPushButton()
        self._none.clicked.connect(lambda: self._trend.show([]))
        self._trend.changed.connect(self._count)
        self._lay_out()
        self.setTabOrder(self.filter, self.sets.button)  # the list is what one comes for
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._heading.setText(self.tr("Series"))
        self._none.setText(self.tr("Clear"))
        self.filter.setPlaceholderText(self.tr("Filter by device or quantity"))
        self.filter.setAccessibleName(self.tr("Filter the series"))
        self.list.setAccessibleName(self.tr("Series to plot; Space ticks one"))
        self._count()

    def _count(self) -> None:
        words = self.tr("{n} of at most {most} shown")
        self._hint.setText(words.format(n=len(self._trend.series), most=MAX_SERIES))
        self._none.setEnabled(bool(self._trend.series))

    def _lay_out(self) -> None:
        left = Panel()
        left.setFixedWidth(_PICKER_PX)
        foot = row(self._hint)
        foot.addStretch(1)
        foot.addWidget(self._none)
        head = row(self._heading)
        head.addStretch(1)
        head.addWidget(self.sets)
        left.setLayout(column(head, self.filter, self.list, foot, margin=8))
        whole = row(left, self.panel, margin=8)
        whole.setStretch(1, 1)
        self.setLayout(whole)
