"""The newest value of every point of the area, one row each, with its quality and age."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from area_configs.domain.names import Language, Name
from area_configs.domain.quality import Level
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.judgement import urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.areas import Area
    from area_configs.domain.readings import Reading
    from desktop.models.device_states import State
    from desktop.models.judgement import Judge

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, in order."""

    STATE = 0
    DEVICE = 1
    QUANTITY = 2
    VALUE = 3
    QUALITY = 4
    AGE = 5
    GATEWAY = 6


class Role(IntEnum):
    """What a view may ask for beside the texts; Qt hands a StrEnum back as plain text."""

    SORT = Qt.ItemDataRole.UserRole + 1
    DEVICE = Qt.ItemDataRole.UserRole + 2  # device id
    QUANTITY = Qt.ItemDataRole.UserRole + 3  # quantity id
    STATE = Qt.ItemDataRole.UserRole + 4  # State of the point
    KIND = Qt.ItemDataRole.UserRole + 5  # DeviceKind


HEADERS = {
    Column.STATE: Name("状態", "State"),
    Column.DEVICE: Name("機器", "Device"),
    Column.QUANTITY: Name("項目", "Quantity"),
    Column.VALUE: Name("値", "Value"),
    Column.QUALITY: Name("品質", "Quality"),
    Column.AGE: Name("経過", "Age"),
    Column.GATEWAY: Name("ゲートウェイ", "Gateway"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NONE = QModelIndex()


class LiveReadings(QAbstractTableModel):
    """The newest reading of every series; rows are the points of the area, in file order.

    A reading whose point no profile names gets a row of its own at the end.
    """

    def __init__(
        self, area: Area, judge: Judge, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._judge = judge
        self._clock = clock
        self._language: Language = "ja"
        self._devices = {device.id: device for device in area.devices}
        self._kinds = {device.id: area.profile_of(device).kind for device in area.devices}
        self._gateways = {gateway.id: gateway.name for gateway in area.gateways}
        self._rows = [
            Series(device.id, point.quantity)
            for device in area.devices
            for point in area.profile_of(device).points
        ]
        self._row_of = {series: row for row, series in enumerate(self._rows)}
        self._latest: dict[Series, Reading] = {}
        self._missing_since: dict[Series, int] = {}

    def latest(self, series: Series) -> Reading | None:
        """Return the newest reading of a series, None where it was never heard."""
        return self._latest.get(series)

    def missing_since_us(self, series: Series) -> int | None:
        """Return since when a series answers without a value, None where it has one."""
        return self._missing_since.get(series)

    def series_at(self, row: int) -> Series:
        """Return the series of a row."""
        return self._rows[row]

    def row_of(self, series: Series) -> int:
        """Return the row of a series, -1 where it has none."""
        return self._row_of.get(series, -1)

    def take(self, readings: Iterable[Reading]) -> None:
        """Take a batch; older readings than the held ones change nothing. One signal tells all."""
        changed: list[int] = []
        for reading in readings:
            held = self._latest.get(reading.series)
            if reading.device not in self._devices or (
                held is not None and held.observed_us >= reading.observed_us
            ):
                continue
            changed.append(self._row_for(reading.series))
            self._latest[reading.series] = reading
            if reading.value is None:
                self._missing_since.setdefault(reading.series, reading.observed_us)
            else:
                self._missing_since.pop(reading.series, None)
        if changed:
            self._tell(min(changed), max(changed), Column.STATE, Column.AGE)

    def forget(self) -> None:
        """Know no value any more, as where another instant begins to be shown."""
        self._latest.clear()
        self._missing_since.clear()
        if self._rows:
            self._tell(0, len(self._rows) - 1, Column.STATE, Column.AGE)

    def tick(self) -> None:
        """Let time pass: ages grow, values go stale."""
        if self._rows:
            self._tell(0, len(self._rows) - 1, Column.STATE, Column.AGE)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        if self._rows:
            self._tell(0, len(self._rows) - 1, Column.STATE, Column.GATEWAY)

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[Column(section)].text(self._language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in {Column.VALUE, Column.AGE} else _LEFT
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        series, column = self._rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(series, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in {Column.VALUE, Column.AGE} else _LEFT
            case Qt.ItemDataRole.ToolTipRole if column in {Column.VALUE, Column.QUALITY}:
                return wording.quality_text(self.latest(series), self._language)
            case _:
                return self._fact(series, column, role)

    def state_of(self, series: Series) -> State:
        """Judge a series now."""
        return self._judge.point(series, self.latest(series), self._clock())

    def _fact(self, series: Series, column: Column, role: int) -> Any:
        match role:
            case Role.SORT:
                return self._sort_key(series, column)
            case Role.DEVICE:
                return series.device
            case Role.QUANTITY:
                return series.quantity
            case Role.STATE:
                return self.state_of(series)
            case Role.KIND:
                return self._kinds[series.device]
        return None

    def _text(self, series: Series, column: Column) -> str:
        reading = self.latest(series)
        device = self._devices[series.device]
        match column:
            case Column.STATE:
                return wording.STATE_NAMES[self.state_of(series)].text(self._language)
            case Column.DEVICE:
                return device.name.text(self._language)
            case Column.QUANTITY:
                return wording.quantity_of(series.quantity).name.text(self._language)
            case Column.GATEWAY:
                return self._gateways[device.gateway].text(self._language)
            case _:
                return self._reading_text(series, reading, column)

    def _reading_text(self, series: Series, reading: Reading | None, column: Column) -> str:
        if column is Column.QUALITY:
            return wording.quality_text(reading, self._language)
        if reading is None:
            return wording.UNKNOWN
        if column is Column.VALUE:
            return wording.value_text(series.quantity, reading.value, self._language)
        return wording.age_text(reading.observed_us, self._clock(), self._language)

    def _sort_key(self, series: Series, column: Column) -> Any:
        reading = self.latest(series)
        match column:
            case Column.STATE:
                return -urgency(self.state_of(series))
            case Column.VALUE:
                known = reading is not None and reading.value is not None
                return reading.value if known and reading else float("-inf")
            case Column.QUALITY:
                return -int(reading.quality.level if reading else Level.BAD)
            case Column.AGE:
                return -reading.observed_us if reading else 0
            case _:
                return self._text(series, column)

    def _row_for(self, series: Series) -> int:
        row = self._row_of.get(series)
        if row is None:
            row = len(self._rows)
            self.beginInsertRows(QModelIndex(), row, row)
            self._rows.append(series)
            self._row_of[series] = row
            self.endInsertRows()
        return row

    def _tell(self, first: int, last: int, left: Column, right: Column) -> None:
        self.dataChanged.emit(self.index(first, left), self.index(last, right))
