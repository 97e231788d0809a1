"""The frame around the twin: what it is given to show, and how far the reading of its city is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget
from typing_extensions import override

from desktop.views.panels import Translated, column, label, row


class TwinFrame(Translated):
    """Opens empty, so that the window need not wait for the graphics; `show_twin` fills it."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.twin: QWidget | None = None
        self._opening = label("muted")
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reading = ReadingRow()
        self.reading.stop.clicked.connect(self.stop_wanted)
        self._box = column(self._opening, self.reading, gap=0)
        self._box.setStretch(0, 1)
        self.setLayout(self._box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._opening.setText(self.tr("Opening the map ..."))

    def show_twin(self, twin: QWidget) -> None:
        """Show the widget that draws three dimensions."""
        self.twin = twin
        self._box.replaceWidget(self._opening, twin)
        self._box.setStretchFactor(twin, 1)
        self._opening.hide()
        twin.show()
        self.setFocusProxy(twin)


class ReadingRow(Translated):
    """How far the city is read, and the way to end it; hidden while nothing is read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done, self._count = 0, 0
        self._words = label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.stop = QPushButton()
        box = row(self._words, self._bar, self.stop)
        box.setContentsMargins(8, 4, 8, 4)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.retranslate()
        self.hide()

    @override
    def retranslate(self) -> None:
        words = self.tr("Reading the city model: {done} of {count} files")
        self._words.setText(words.format(done=self._done, count=self._count))
        self.stop.setText(self.tr("Stop reading"))
        self.stop.setToolTip(self.tr("Shows what has been read so far"))
        self._bar.setAccessibleName(self._words.text())

    def show_progress(self, done: int, count: int) -> None:
        """Show how far it is; nothing is shown once all is done."""
        self._done, self._count = done, count
        self._bar.setRange(0, count)
        self._bar.setValue(done)
        self.setVisible(done < count)
        self.retranslate()
