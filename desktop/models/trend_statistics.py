"""What the visible part of each series amounts to: least, mean, most, and how much of it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from area_configs.domain.names import Language, Name
from area_configs.domain.quantity import Kind
from desktop.models import wording
from desktop.models.text_table import Index, TextTable
from desktop.models.tiles import RAW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.areas import Area
    from area_configs.domain.readings import Series
    from desktop.models.tiles import Drawn

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
VALUES = Name("値", "Values")
STATISTICS = Name("統計", "Statistics")
_RAW = Name("個々の値", "Single values")
_PERIODS = Name("{period}ごとの集計", "Sums by {period}")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a series amounts to; None where nobody knows.

    Attributes:
        coverage: share of the readings expected that have a value, 0 to 1.
        period_s: of what it was made; RAW are single readings.
    """

    series: Series
    low: float | None
    mean: float | None
    high: float | None
    coverage: float
    period_s: int


def of(series: Series, drawn: Drawn, elapsed_s: float, expected_s: float) -> Statistics:
    """Sum up what is drawn of a series.

    Args:
        series: which one.
        drawn: its periods within the window.
        elapsed_s: how much of the window has passed already.
        expected_s: how often the series is expected to speak.
    """
    stretch = drawn.stretch
    samples = np.where(np.isfinite(stretch.mean), stretch.count, 0)
    total = int(samples.sum())
    coverage = min(1.0, total * expected_s / elapsed_s) if elapsed_s > 0 else 0.0
    if not total:
        return Statistics(series, None, None, None, coverage, drawn.period_s)
    mean: float | None = float(np.nansum(stretch.mean * samples) / total)
    if wording.quantity_of(series.quantity).kind in {Kind.STATE, Kind.EVENT}:
        mean = None  # there is nothing between two states
    low, high = float(np.nanmin(stretch.low)), float(np.nanmax(stretch.high))
    return Statistics(series, low, mean, high, coverage, drawn.period_s)


def period_text(period_s: int, language: Language) -> str:
    """Write the length of a period: `4 h`, `30 min`."""
    return wording.span_text(period_s, language)


def made_of(period_s: int, language: Language) -> str:
    """Say of what statistics or a line are made."""
    if period_s == RAW:
        return _RAW.text(language)
    return _PERIODS.text(language).format(period=period_text(period_s, language))


class Column(IntEnum):
    """The columns, in order."""

    SERIES = 0
    LOW = 1
    MEAN = 2
    HIGH = 3
    COVERAGE = 4
    MADE_OF = 5


HEADERS = {
    Column.SERIES: Name("系列", "Series"),
    Column.LOW: Name("最小", "Least"),
    Column.MEAN: Name("平均", "Mean"),
    Column.HIGH: Name("最大", "Most"),
    Column.COVERAGE: Name("データ充足率", "Coverage"),
    Column.MADE_OF: Name("算出元", "Made of"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TrendStatistics(TextTable):
    """One row for each series of a trend."""

    def __init__(self, area: Area, parent: QObject | None = None) -> None:
        super().__init__(tuple(HEADERS.values()), parent)
        self._names = {device.id: device.name for device in area.devices}
        self._rows: tuple[Statistics, ...] = ()

    @property
    def rows(self) -> tuple[Statistics, ...]:
        """Return the statistics of each series."""
        return self._rows

    def take(self, rows: Sequence[Statistics]) -> None:
        """Show these statistics."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()
        elif rows:
            self._rows = tuple(rows)
            self.tell_all()

    @override
    def row_total(self) -> int:
        return len(self._rows)

    @override
    def text_at(self, row: int, column: int) -> str:
        return self._text(self._rows[row], Column(column))

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return _alignment(section)
        return super().headerData(section, orientation, role)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return super().data(index, role)

    def _text(self, row: Statistics, column: Column) -> str:
        match column:
            case Column.SERIES:
                device = self._names[row.series.device].text(self.language)
                quantity = wording.quantity_of(row.series.quantity).name.text(self.language)
                return f"{device} · {quantity}"
            case Column.COVERAGE:
                return f"{row.coverage:.1%}"
            case Column.MADE_OF:
                return made_of(row.period_s, self.language)
            case _:
                value = {Column.LOW: row.low, Column.MEAN: row.mean}.get(column, row.high)
                return wording.value_text(row.series.quantity, value, self.language)


def _alignment(column: int) -> Qt.AlignmentFlag:
    return _LEFT if column in {Column.SERIES, Column.MADE_OF} else _RIGHT
