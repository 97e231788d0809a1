"""A table of live values over a filter; choosing a row chooses its device everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.models.live_filter import LiveFilter
from desktop.models.live_readings import Column, Role
from desktop.views.delegates import ROW_PX, ValuePainter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.readings import Series
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

STRETCH = 0


class ValuesTable(QTableView):
    """Shows some columns of the live values; `widths` in pixels, 0 takes what is left."""

    series_chosen = Signal(str, str)  # device, quantity: the person chose this row

    def __init__(
        self,
        models: AreaModels,
        theme: Theme,
        widths: Mapping[Column, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = LiveFilter(models.live, self)
        self.setModel(self.rows)
        self.setItemDelegate(ValuePainter(theme, self))
        self._behave()
        self.set_columns(widths)
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def follow(self, device: str) -> None:
        """Mark a row of the chosen device, if one is shown."""
        if self.currentIndex().data(Role.DEVICE) == device:
            return
        row = self.rows.row_of(device) if device else -1
        self.setCurrentIndex(self.rows.index(row, Column.VALUE))

    def set_columns(self, widths: Mapping[Column, int]) -> None:
        """Show these columns in these widths."""
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for column in Column:
            width = widths.get(column)
            self.setColumnHidden(column, width is None)
            if width == STRETCH:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            elif width is not None:
                self.setColumnWidth(column, width)

    def make_sortable(self) -> None:
        """Let the header sort; the abnormal first until somebody clicks."""
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.sortByColumn(Column.STATE, Qt.SortOrder.AscendingOrder)

    def mark(self, series: Series | None) -> None:
        """Mark the row of a series, if it is shown."""
        row = self.rows.row_of_series(series) if series else -1
        self.setCurrentIndex(self.rows.index(row, Column.VALUE))

    def _behave(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table: no trap for the keyboard
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and self.hasFocus():
            self.series_chosen.emit(current.data(Role.DEVICE), current.data(Role.QUANTITY))
