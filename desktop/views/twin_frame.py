"""The frame around the twin: its tools, its search, the chosen building, the progress of long work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget
from typing_extensions import override

from desktop.views.building_card import BuildingCard
from desktop.views.panels import Translated, column, label, row
from desktop.views.twin_bar import TwinBar


class TwinFrame(Translated):
    """Opens empty, so that the window need not wait for the graphics; `show_twin` fills it."""

    stop_wanted = Signal()  # read the city no further

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.twin: QWidget | None = None
        self._opening = label("muted")
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = TwinBar()
        self.bar.setEnabled(False)
        self.card = BuildingCard()
        self.reading, self.work = ReadingRow(), WorkRow()
        self.reading.stop.clicked.connect(self.stop_wanted)
        self._middle = row(self._opening, self.card, gap=0)
        self._middle.setStretch(0, 1)
        box = column(self.bar, self._middle, self.work, self.reading, gap=0)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._opening.setText(self.tr("Opening the map ..."))

    def show_twin(self, twin: QWidget) -> None:
        """Show the widget that draws three dimensions."""
        self.twin = twin
        self._middle.replaceWidget(self._opening, twin)
        self._middle.setStretchFactor(twin, 1)
        self._opening.hide()
        twin.show()
        self.bar.setEnabled(True)
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


class WorkRow(Translated):
    """What is being written, how far it is, and the way to end it; or how it ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = label()
        self.words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = QPushButton()
        self.close_button = QPushButton("×")  # noqa: RUF001  # the sign people close things with
        self.close_button.setFixedWidth(40)
        self.close_button.clicked.connect(self.hide)
        box = row(self.words, self._bar, self.cancel, self.close_button)
        box.setContentsMargins(8, 4, 8, 4)
        box.setStretch(0, 1)
        self.setLayout(box)
        self.retranslate()
        self.hide()

    @override
    def retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self.close_button.setAccessibleName(self.tr("Close this message"))

    def show_progress(self, words: str, done: int, count: int) -> None:
        """Show work that goes on; a count of 0 where nobody knows how much there is."""
        self._bar.setRange(0, count)
        self._bar.setValue(done)
        self._show(words, busy=True)

    def show_end(self, words: str) -> None:
        """Show how it ended, until somebody closes it."""
        self._show(words, busy=False)

    def _show(self, words: str, *, busy: bool) -> None:
        self.words.setText(words)
        self._bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.close_button.setVisible(not busy)
        self.show()
