"""A table of texts in the language of the screen: headers, rows and words, nothing to edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language, Name

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class TextTable(QAbstractTableModel):
    """Below it `row_total` and `text_at` say what is in the table."""

    def __init__(self, headers: Sequence[Name], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = headers
        self.language: Language = "ja"

    def row_total(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError  # every table has its own rows; Qt's metaclass has no room for ABC

    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        raise NotImplementedError  # every table has its own texts; Qt's metaclass has no room for ABC

    def fact_at(self, _row: int, _role: int) -> Any:
        """Return what else a view asks for of a row."""
        return None

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.language = language
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._headers) - 1)
        self.tell_all()

    def tell_all(self) -> None:
        """Tell that any text may have changed."""
        if self.row_total():
            last = self.index(self.row_total() - 1, len(self._headers) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else self.row_total()

    @override
    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(self._headers):
            return self._headers[section].text(self.language)
        return _LEFT if role == Qt.ItemDataRole.TextAlignmentRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case (
                Qt.ItemDataRole.DisplayRole
                | Qt.ItemDataRole.ToolTipRole
                | Qt.ItemDataRole.AccessibleTextRole
            ):
                return self.text_at(index.row(), index.column())
            case _:
                return self.fact_at(index.row(), role)
