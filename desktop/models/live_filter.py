"""Which rows of the live values a table shows, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from typing_extensions import override

from desktop.models.device_states import State
from desktop.models.live_readings import Column, Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from area_configs.domain.readings import Series
    from desktop.models.live_readings import LiveReadings

Index = QModelIndex | QPersistentModelIndex
_SEARCHED = (Column.DEVICE, Column.QUANTITY, Column.GATEWAY, Column.QUALITY, Column.STATE)


class LiveFilter(QSortFilterProxyModel):
    """Rows by words, by device, by series, or abnormal ones only; all given tests must hold."""

    def __init__(self, live: LiveReadings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._words: list[str] = []
        self._abnormal_only = False
        self._device = ""
        self._series: Collection[Series] | None = None
        self.setSourceModel(live)
        self.setSortRole(Role.SORT)

    def find(self, text: str) -> None:
        """Show the rows that contain every word of a text, in any of their names."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def show_abnormal_only(self, only: bool) -> None:
        """Show abnormal rows only, or all."""
        self.beginFilterChange()
        self._abnormal_only = only
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def show_device(self, device: str) -> None:
        """Show the rows of one device only; empty shows all."""
        self.beginFilterChange()
        self._device, self._series = device, None
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def show_series(self, series: Collection[Series]) -> None:
        """Show these series only."""
        self.beginFilterChange()
        self._device, self._series = "", series
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def row_of(self, device: str) -> int:
        """Return the first shown row of a device, -1 where none is shown."""
        rows = range(self.rowCount())
        return next((r for r in rows if self.index(r, 0).data(Role.DEVICE) == device), -1)

    def row_of_series(self, series: Series) -> int:
        """Return the row of a series, -1 where it is not shown."""
        index = self.mapFromSource(self._live.index(self._live.row_of(series), 0))
        return index.row()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        series = self._live.series_at(source_row)
        if self._device and series.device != self._device:
            return False
        if self._series is not None and series not in self._series:
            return False
        if self._abnormal_only and self._live.state_of(series) is State.NORMAL:
            return False
        return not self._words or self._contains(source_row)

    def _contains(self, row: int) -> bool:
        role = Qt.ItemDataRole.DisplayRole
        texts = (str(self._live.index(row, column).data(role)) for column in _SEARCHED)
        text = " ".join(texts).casefold()
        return all(word in text for word in self._words)
