"""The month report: which month, and the two files it can be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QWidget
from typing_extensions import override

from desktop.models import energy_words
from desktop.views.panels import Translated, column, row, spaced

if TYPE_CHECKING:
    from desktop.models.energy import EnergyBoard

_MONTHS = 13


class MonthPanel(Translated):
    """Offers the months that anything is known of, the newest first."""

    def __init__(self, board: EnergyBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._about, self._said = QLabel(), QLabel()
        self._about.setWordWrap(True)
        self._said.setWordWrap(True)
        self.month = QComboBox()
        self.pdf, self.xlsx = QPushButton(), QPushButton()
        self.pdf.clicked.connect(lambda: self._ask("pdf"))
        self.xlsx.clicked.connect(lambda: self._ask("xlsx"))
        line = row(self.month, self.pdf, self.xlsx)
        line.addStretch(1)
        box = column(self._about, line, self._said, margin=4)
        box.addStretch(1)
        self.setLayout(box)
        board.changed.connect(self._offer)
        board.said.connect(lambda told: self._said.setText(spaced(told)))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._about.setText(
            spaced(
                self.tr(
                    "Peak, billed demand, cost, what was saved against doing nothing, half hours above "
                    "the contract with their reasons, and how much of the month is known."
                )
            )
        )
        self.pdf.setText(self.tr("PDF"))
        self.xlsx.setText(self.tr("Spreadsheet"))
        self.month.setAccessibleName(self.tr("Month of the report"))
        self._offer()

    def _offer(self) -> None:
        found = self._board.gathered
        for button in (self.pdf, self.xlsx):
            button.setEnabled(found is not None)
            button.setToolTip(
                "" if found else self.tr("Plan once: that collects the measurements.")
            )
        if found is None:
            return
        now = energy_words.local(self._board.clock() / 1e6, self._board.zone)
        first = found.known.load.first
        serials = range(now.year * 12 + now.month - 1, first.year * 12 + first.month - 2, -1)
        names = [f"{serial // 12}-{serial % 12 + 1:02d}" for serial in serials][:_MONTHS]
        if [self.month.itemText(at) for at in range(self.month.count())] != names:
            self.month.clear()
            self.month.addItems(names)

    def _ask(self, kind: str) -> None:
        name = f"energy-{self.month.currentText()}.{kind}"
        title = self.tr("Write the month report")
        path, _ = QFileDialog.getSaveFileName(self, title, name, f"*.{kind}")
        if path:
            self.write(path if path.lower().endswith(f".{kind}") else f"{path}.{kind}")

    def write(self, path: str) -> None:
        """Have the chosen month written to a file."""
        year, _, month = self.month.currentText().partition("-")
        self._board.report_wanted.emit(int(year), int(month), path)
