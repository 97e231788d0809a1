"""The first-run questions: language, hub, and who one is; each can be passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)
from typing_extensions import override

from desktop.views.neighbour_list import NeighbourList
from desktop.views.panels import column, label, restyle, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QVBoxLayout

    from desktop.models.neighbours import Neighbour
    from desktop.models.preferences import Preferences

_WIDTH_PX = 560


class WelcomeDialog(QDialog):
    """Three questions; closing it early keeps what was answered, and it can be asked for again."""

    hub_test_wanted = Signal(str)
    sign_in_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, preferences: Preferences, hub: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._preferences, self._first_hub = preferences, hub
        self.setMinimumWidth(_WIDTH_PX)
        self.steps = QStackedWidget()
        self.japanese, self.english = QPushButton("日本語"), QPushButton("English")
        self.hub, self.test, self.hub_message = QLineEdit(hub), QPushButton(), label("message")
        self.search, self.near = QPushButton(), NeighbourList()
        self.enter = QPushButton()
        self.back, self.skip, self.next = QPushButton(), QPushButton(), QPushButton()
        self._titles = [label("title") for _ in range(3)]
        self._words = [label() for _ in range(3)]
        for words in (*self._words, self.hub_message):
            words.setWordWrap(True)
        for box in self._boxes():
            step = QWidget()
            box.addStretch(1)
            step.setLayout(box)
            self.steps.addWidget(step)
        buttons = row(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        self.setLayout(column(self.steps, buttons, margin=24, gap=24))
        self._connect()
        self.retranslate()

    def say_of_hub(self, text: str, *, good: bool) -> None:
        """Show what the test of the hub's address found."""
        self.hub_message.setText(text)
        restyle(self.hub_message, abnormal="" if good else "alarm")
        self.test.setEnabled(True)

    def say_of_search(self, why: str) -> None:
        """Say why this machine cannot look."""
        self.search.setEnabled(True)
        self.say_of_hub(self.tr("Cannot look here: {why}").format(why=why), good=False)

    def show_neighbours(self, found: Sequence[Neighbour]) -> None:
        """List what announced itself; a hub's address is taken by choosing it."""
        self.search.setEnabled(True)
        self.near.take(found)
        nothing = self.tr("Nothing announces itself here: ask your area manager for the address.")
        hint = self.tr("A hint only: anybody on this network may have said so. Test the address.")
        self.say_of_hub(hint if found else nothing, good=True)

    def retranslate(self) -> None:
        """Write every text anew."""
        self.setWindowTitle(self.tr("Welcome"))
        titles = (self.tr("Language"), self.tr("Your hub"), self.tr("Who are you?"))
        words = (
            self.tr("In which language shall the console speak? It can be changed at any time."),
            self.tr("Where is the hub of your area? Without one, start the demo: make demo"),
            self.tr("Sign in with the name that your area manager gave you, or look around first."),
        )
        for place, (title, text) in enumerate(zip(titles, words, strict=True)):
            self._titles[place].setText(f"{place + 1}/3　{title}")
            self._words[place].setText(text)
        self.hub.setAccessibleName(self.tr("Address of the hub"))
        self.test.setText(self.tr("Test this address"))
        self.search.setText(self.tr("Look on this network"))
        self.near.set_language(self._preferences.kept.known_language())
        self.enter.setText(self.tr("Sign in"))
        self.back.setText(self.tr("Back"))
        self.skip.setText(self.tr("Skip all"))
        self._show_step()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def done(self, result: int) -> None:
        """Keep what was answered; a changed hub counts from the next start."""
        hub = self.hub.text().strip()
        kept = {"hub": hub} if hub != self._first_hub else {}
        self._preferences.change(welcomed=True, **kept)
        super().done(result)

    def _boxes(self) -> list[QVBoxLayout]:
        languages = row(self.japanese, self.english)
        test = row(self.search, self.test)
        enter, found = row(self.enter), (self.near, self.hub_message)
        for line in (languages, test, enter):
            line.addStretch(1)
        return [
            column(self._titles[0], self._words[0], languages, gap=16),
            column(*(self._titles[1], self._words[1], self.hub, test), *found, gap=16),
            column(self._titles[2], self._words[2], enter, gap=16),
        ]

    def _connect(self) -> None:
        change = self._preferences.change
        self.japanese.clicked.connect(lambda: change(language="ja"))
        self.english.clicked.connect(lambda: change(language="en"))
        self.test.clicked.connect(self._test)
        self.search.clicked.connect(self._search)
        self.near.hub_chosen.connect(self.hub.setText)
        self.enter.clicked.connect(self.accept)
        self.enter.clicked.connect(self.sign_in_wanted)
        self.skip.clicked.connect(self.reject)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.next.clicked.connect(lambda: self._turn(1))

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.hub_message.setText(self.tr("Asking the hub ..."))
        restyle(self.hub_message, abnormal="")
        self.hub_test_wanted.emit(self.hub.text().strip())

    def _search(self) -> None:
        self.search.setEnabled(False)
        self.say_of_hub(self.tr("Listening for hubs and gateways ..."), good=True)
        self.search_wanted.emit()

    def _turn(self, by: int) -> None:
        place = self.steps.currentIndex() + by
        if place >= self.steps.count():
            self.accept()
            return
        self.steps.setCurrentIndex(max(0, place))
        self._show_step()

    def _show_step(self) -> None:
        place = self.steps.currentIndex()
        self.back.setEnabled(place > 0)
        last = place == self.steps.count() - 1
        self.next.setText(self.tr("Finish") if last else self.tr("Next"))
        self.next.setDefault(True)
