"""The chosen building: what its city file says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QWidget
from typing_extensions import override

from desktop.views.panels import Panel, column, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH_PX, _ROW_PX = 236, 24


class BuildingCard(Panel):
    """Hidden until a building is chosen."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH_PX)
        self._title, self._facts, self._id = label("heading"), label("muted"), label("small")
        for text in (self._title, self._facts, self._id):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = QPushButton("×")  # noqa: RUF001  # the sign people close things with
        self._close.setFixedWidth(40)
        self._close.clicked.connect(self.closed)
        top = row(self._title, self._close)
        top.setStretch(0, 1)
        top.setAlignment(self._close, Qt.AlignmentFlag.AlignTop)
        self.table = QTableWidget(0, 2)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        box = column(top, self._facts, self._id, self.table, margin=8, gap=6)
        box.setStretch(3, 1)
        self.setLayout(box)
        self.retranslate()
        self.hide()

    @override
    def retranslate(self) -> None:
        self._close.setAccessibleName(self.tr("Close the card of the building"))
        self.table.setHorizontalHeaderLabels([self.tr("Attribute"), self.tr("Value")])
        self.table.setAccessibleName(self.tr("Attributes of the building"))

    def show_building(
        self, title: str, facts: str, ident: str, rows: Sequence[tuple[str, str]]
    ) -> None:
        """Show a building: its name, use and height, gml:id, and attributes with their values."""
        self._title.setText(title)
        self._facts.setText(facts)
        self._id.setText(ident)
        self.table.setRowCount(len(rows))
        for line, pair in enumerate(rows):
            for place, text in enumerate(pair):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.table.setItem(line, place, cell)
        self.show()
