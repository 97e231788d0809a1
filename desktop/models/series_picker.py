"""The list of every series with a tick on those that a trend shows."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from area_configs.domain.readings import Series
from desktop.models.wording import quantity_of

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.trend import Trend

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class Role(IntEnum):
    """What a view may ask for beside the text."""

    DEVICE_NAME = Qt.ItemDataRole.UserRole + 1
    QUANTITY_NAME = Qt.ItemDataRole.UserRole + 2
    SORT = Qt.ItemDataRole.UserRole + 3  # those shown first, then in file order


class SeriesPicker(QAbstractListModel):
    """One row for each point of the area; ticking a row shows its series in the trend."""

    def __init__(self, area: Area, trend: Trend, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trend = trend
        self._language: Language = "ja"
        self._names = {device.id: device.name for device in area.devices}
        self._rows = [
            Series(device.id, point.quantity)
            for device in area.devices
            for point in area.profile_of(device).points
        ]
        trend.changed.connect(self._tell)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self._tell()

    def series_at(self, row: int) -> Series:
        """Return the series of a row."""
        return self._rows[row]

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        series = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            shown = series in self._trend.series
            return Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return f"{self._device(series)} · {self._quantity(series)}"
        return self._fact(series, index.row(), role)

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self._trend.toggle(self._rows[index.row()])
        return True

    def _fact(self, series: Series, row: int, role: int) -> Any:
        match role:
            case Role.DEVICE_NAME:
                return self._device(series)
            case Role.QUANTITY_NAME:
                return self._quantity(series)
            case Role.SORT:
                return row if series in self._trend.series else row + len(self._rows)
        return None

    def _device(self, series: Series) -> str:
        return self._names[series.device].text(self._language)

    def _quantity(self, series: Series) -> str:
        return quantity_of(series.quantity).name.text(self._language)

    def _tell(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
