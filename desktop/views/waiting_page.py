"""What stands in the window until an area is open: what is going on, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QWidget
from typing_extensions import override

from desktop.views.panels import Translated, column, label

_WIDTH_PX = 480


class WaitingPage(Translated):
    """A sentence and a bar; the bar runs until there is an area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._detail = label("heading"), label("muted")
        for text in (self._title, self._detail):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        middle = QWidget()
        middle.setFixedWidth(_WIDTH_PX)
        middle.setLayout(column(self._title, self._bar, self._detail, gap=16))
        box = column()
        box.addStretch(1)
        box.addWidget(middle, alignment=Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._title.setText(self.tr("Fetching the area from the hub"))

    def show_detail(self, text: str) -> None:
        """Say more, such as why it does not go on."""
        self._detail.setText(text)
