"""The page of settings: how the console looks, sounds and locks, its hub, and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from desktop.models import preferences
from desktop.models.diagnosis import Column
from desktop.views.panels import Panel, Translated, column, label, row
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

    from desktop.models.area_models import AreaModels

_WIDTHS: Mapping[int, int] = {Column.STATE: 104, Column.WHAT: 256}


class SettingsPage(Translated):
    """Every change counts and is kept at once; the hub's address counts from the next start."""

    hub_test_wanted = Signal(str)
    welcome_wanted = Signal()
    layout_reset_wanted = Signal()
    sound_wanted = Signal()

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept, self._diagnosis = models.preferences, models.diagnosis
        self.language, self.theme, self.scale = QComboBox(), QComboBox(), QComboBox()
        self.idle, self.sound = QComboBox(), QCheckBox()
        self.hub, self.test, self.try_sound = QLineEdit(), QPushButton(), QPushButton()
        self.welcome, self.reset = QPushButton(), QPushButton()
        self.refresh, self.copy = QPushButton(), QPushButton()
        self.table = PlainTable(self._diagnosis, _WIDTHS, Column.FOUND)
        self._words = {key: label() for key in self._label_words()}
        self._headings = {key: label("heading") for key in self._heading_words()}
        self.hub_message, self._message = label("message"), label("message")
        self._fill()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_kept()

    def say_of_hub(self, text: str) -> None:
        """Show what the test of the hub's address found."""
        self.hub_message.setText(text)
        self.test.setEnabled(True)

    @override
    def retranslate(self) -> None:
        for key, words in {**self._label_words(), **self._heading_words()}.items():
            (self._words.get(key) or self._headings[key]).setText(words)
        for at, words in enumerate(self._theme_words()):
            self.theme.setItemText(at, words)
        for at, minutes in enumerate(preferences.IDLE_MINUTES):
            words = self.tr("after {n} minutes").format(n=minutes)
            self.idle.setItemText(at, words if minutes else self.tr("never"))
        for control, key in self._named():
            control.setAccessibleName(self._words[key].text())
        self.sound.setText(self.tr("A new critical or high alarm is heard"))
        self.try_sound.setText(self.tr("Play the sound"))
        self.test.setText(self.tr("Test this address"))
        self.welcome.setText(self.tr("Ask the first-run questions again"))
        self.reset.setText(self.tr("Put the layout back"))
        self.refresh.setText(self.tr("Check again"))
        self.copy.setText(self.tr("Copy as text"))
        self.table.setAccessibleName(self.tr("Self-diagnosis"))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._diagnosis.wanted.emit()
        super().showEvent(event)

    def _label_words(self) -> dict[str, str]:
        return {
            "language": self.tr("Language"),
            "theme": self.tr("Colours"),
            "scale": self.tr("Size of text"),
            "idle": self.tr("Lock my session"),
            "hub": self.tr("Address of the hub (from the next start)"),
        }

    def _heading_words(self) -> dict[str, str]:
        return {
            "display": self.tr("Display"),
            "behaviour": self.tr("Sound and session"),
            "connection": self.tr("Hub"),
            "diagnosis": self.tr("Self-diagnosis"),
        }

    def _theme_words(self) -> Sequence[str]:
        return (self.tr("Light"), self.tr("Dark"), self.tr("High contrast"))

    def _named(self) -> Sequence[tuple[QWidget, str]]:
        return (
            (self.language, "language"),
            (self.theme, "theme"),
            (self.scale, "scale"),
            (self.idle, "idle"),
            (self.hub, "hub"),
        )

    def _fill(self) -> None:
        for name, code in (("日本語", "ja"), ("English", "en")):
            self.language.addItem(name, code)
        for theme in preferences.THEMES:
            self.theme.addItem("", theme)
        for percent in preferences.SCALES:
            self.scale.addItem(f"{percent} %", percent)
        for minutes in preferences.IDLE_MINUTES:
            self.idle.addItem("", minutes)

    def _lay_out(self) -> None:
        display = self._section("display", ("language", "theme", "scale"))
        display.addLayout(_left(self.reset))
        behaviour = self._section("behaviour", ("idle",))
        behaviour.addWidget(self.sound)
        behaviour.addLayout(_left(self.try_sound))
        connection = self._section("connection", ("hub",))
        connection.addLayout(_left(self.test))
        connection.addLayout(_left(self.welcome))
        self.hub_message.setWordWrap(True)
        connection.addWidget(self.hub_message)
        for box in (display, behaviour, connection):
            box.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, box in enumerate((display, behaviour, connection)):
            panel = Panel()
            panel.setLayout(box)
            grid.addWidget(panel, 0, at)
            grid.setColumnStretch(at, 1)
        own = Panel()
        bar = row(self._headings["diagnosis"])
        bar.addStretch(1)
        bar.addWidget(self.refresh)
        bar.addWidget(self.copy)
        own.setLayout(column(bar, self.table, self._message, margin=16))
        grid.addWidget(own, 1, 0, 1, 3)
        grid.setRowStretch(1, 1)
        inner = QWidget()
        inner.setLayout(grid)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        self.setLayout(column(scroll, margin=8))

    def _section(self, heading: str, rows: Sequence[str]) -> QVBoxLayout:
        box = column(self._headings[heading], margin=16)
        controls = {key: control for control, key in self._named()}
        for key in rows:
            words: QLabel = self._words[key]
            words.setBuddy(controls[key])
            words.setWordWrap(True)
            box.addWidget(words)
            box.addWidget(controls[key])
        return box

    def _connect(self) -> None:
        change = self._kept.change
        self.language.activated.connect(lambda _: change(language=self.language.currentData()))
        self.theme.activated.connect(lambda _: change(theme=self.theme.currentData()))
        self.scale.activated.connect(lambda _: change(scale=self.scale.currentData()))
        self.idle.activated.connect(lambda _: change(idle_min=self.idle.currentData()))
        self.sound.clicked.connect(lambda on: change(muted=not on))
        self.hub.editingFinished.connect(lambda: change(hub=self.hub.text().strip()))
        self.test.clicked.connect(self._test)
        self.welcome.clicked.connect(self.welcome_wanted)
        self.reset.clicked.connect(self.layout_reset_wanted)
        self.try_sound.clicked.connect(self.sound_wanted)
        self.refresh.clicked.connect(self._diagnosis.wanted)
        self.copy.clicked.connect(self._copy)
        self._kept.changed.connect(self._show_kept)
        self._kept.failed.connect(self._say_not_kept)

    def _show_kept(self) -> None:
        kept = self._kept.kept
        for box, value in (
            (self.language, kept.language),
            (self.theme, kept.theme),
            (self.scale, kept.scale),
            (self.idle, kept.idle_min),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self.sound.setChecked(not kept.muted)
        if not self.hub.hasFocus():
            self.hub.setText(kept.hub)

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.hub_message.setText(self.tr("Asking the hub ..."))
        self.hub_test_wanted.emit(self.hub.text().strip() or self.hub.placeholderText())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnosis.text())
        self._message.setText(self.tr("Copied."))

    def _say_not_kept(self, why: str) -> None:
        words = self.tr("It counts now but could not be kept for the next start: {why}")
        self._message.setText(words.format(why=why))


def _left(*widgets: QWidget) -> QHBoxLayout:
    box = row(*widgets)
    box.addStretch(1)
    return box
