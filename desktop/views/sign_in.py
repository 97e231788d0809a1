"""Signing in: the form for name and password, its dialog, and the curtain of a locked console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.views.neighbour_list import NeighbourList
from desktop.views.panels import Panel, Translated, column, label, restyle, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language
    from desktop.models.neighbours import Neighbour

_FORM_PX, _DIALOG_PX, _NEAR_PX = 400, 520, 140


class SignInForm(Translated):
    """Name and password; what the hub says to them comes with `say`."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_words, self._password_words = label(), label()
        self.name, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.message = label("message")
        self.message.setWordWrap(True)
        self.enter = QPushButton()
        self.enter.setDefault(True)
        self._name_words.setBuddy(self.name)
        self._password_words.setBuddy(self.password)
        self.setLayout(
            column(
                *(self._name_words, self.name, self._password_words, self.password),
                *(self.message, self.enter),
            )
        )
        self.enter.clicked.connect(self._send)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._send)
        for line in (self.name, self.password):
            line.textChanged.connect(self._check)
        self._check()
        self.retranslate()

    def say(self, text: str) -> None:
        """Show why it did not work; the password is to be typed again."""
        self.message.setText(text)
        restyle(self.message, abnormal="alarm" if text else "")
        self.password.clear()
        self._check()

    def clear(self) -> None:
        """Forget what was typed."""
        self.name.clear()
        self.password.clear()
        self.message.setText("")

    @override
    def retranslate(self) -> None:
        self._name_words.setText(self.tr("Name"))
        self._password_words.setText(self.tr("Password"))
        self.name.setAccessibleName(self.tr("Name"))
        self.password.setAccessibleName(self.tr("Password"))
        self.enter.setText(self.tr("Sign in"))

    def _check(self) -> None:
        self.enter.setEnabled(bool(self.name.text().strip() and self.password.text()))

    def _send(self) -> None:
        if self.enter.isEnabled():
            self.enter.setEnabled(False)  # until the hub has answered
            self.message.setText(self.tr("Asking the hub ..."))
            restyle(self.message, abnormal="")
            self.wanted.emit(self.name.text().strip(), self.password.text())


class SignInDialog(QDialog):
    """Who are you? The hub at `hub` asks; another one of this network can be gone to."""

    search_wanted = Signal()
    hub_wanted = Signal(str)  # the address of another hub

    def __init__(self, hub: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.setObjectName("signIn")
        self.setMinimumWidth(_DIALOG_PX)
        self._about, self.of_search = label("muted"), label("message")
        self.form = SignInForm()
        self.search, self.near = QPushButton(), NeighbourList()
        self.search.setAutoDefault(False)  # Enter signs in
        self.near.setMaximumHeight(_NEAR_PX)
        self.of_search.hide()
        for words in (self._about, self.of_search):
            words.setWordWrap(True)
        others = (self.search, self.near, self.of_search)
        self.setLayout(column(self._about, self.form, *others, margin=24, gap=16))
        self.search.clicked.connect(self._search)
        self.near.hub_chosen.connect(self._choose)
        self.retranslate()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.near.set_language(language)

    def show_neighbours(self, found: Sequence[Neighbour]) -> None:
        """List what announced itself."""
        self.search.setEnabled(True)
        self.near.take(found)
        hint = self.tr("A hint only: whoever is chosen must show a certificate that is trusted.")
        nothing = self.tr("Nothing announces itself here: ask your area manager for the address.")
        self._say(hint if found else nothing)
        self.adjustSize()

    def say_of_search(self, why: str) -> None:
        """Say why this machine cannot look."""
        self.search.setEnabled(True)
        self._say(self.tr("Cannot look here: {why}").format(why=why), abnormal="alarm")

    def say_of_hub(self, why: str) -> None:
        """Say why another hub is not gone to."""
        self.near.setEnabled(True)
        self._say(why, abnormal="alarm")

    def retranslate(self) -> None:
        """Write every text anew."""
        self.setWindowTitle(self.tr("Sign in"))
        self._about.setText(self.tr("The hub {url} asks who you are.").format(url=self._hub))
        self.search.setText(self.tr("Look for other hubs on this network"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _search(self) -> None:
        self.search.setEnabled(False)
        self._say(self.tr("Listening for hubs and gateways ..."))
        self.search_wanted.emit()

    def _choose(self, url: str) -> None:
        if url == self._hub:
            self._say(self.tr("That is the hub that asks already."))
            return
        self.near.setEnabled(False)
        self._say(self.tr("Asking {url} ...").format(url=url))
        self.hub_wanted.emit(url)

    def _say(self, text: str, abnormal: str = "") -> None:
        self.of_search.setText(text)
        restyle(self.of_search, abnormal=abnormal)
        self.of_search.show()


class Curtain(Panel):
    """Covers a locked window whole; only the password of who is signed in lifts it."""

    sign_out_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "curtain")
        self.form = SignInForm()
        self.form.setFixedWidth(_FORM_PX)
        self.form.name.setReadOnly(True)
        self._title, self._alarms = label("title"), label("heading")
        self.leave = QPushButton()
        self.leave.clicked.connect(self.sign_out_wanted)
        inner = column(self._title, self._alarms, self.form, self.leave, gap=16)
        middle = row(margin=24)
        middle.addStretch(1)
        middle.addLayout(inner)
        middle.addStretch(1)
        box = column()
        box.addStretch(1)
        box.addLayout(middle)
        box.addStretch(2)
        self.setLayout(box)
        window.installEventFilter(self)
        self.hide()
        self.retranslate()

    def fall(self, name: str) -> None:
        """Cover the window."""
        self.form.clear()
        self.form.name.setText(name)
        self._fit()
        self.raise_()
        self.show()
        self.form.password.setFocus()

    def show_waiting(self, count: int) -> None:
        """Say how many alarms wait: a locked console must not hide that."""
        words = self.tr("{n} alarms wait for an answer").format(n=count)
        self._alarms.setText(words if count else self.tr("No alarm waits"))
        restyle(self._alarms, abnormal="alarm" if count else "")

    @override
    def retranslate(self) -> None:
        self._title.setText(self.tr("The console is locked"))
        self.leave.setText(self.tr("Sign out"))
        self.setAccessibleName(self.tr("The console is locked"))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        window = self.parentWidget()
        if window:
            self.setGeometry(window.rect())

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:  # Tab stays in front of the curtain
        places = [self.form.password, self.form.enter, self.leave]
        usable = [place for place in places if place.isEnabled()]
        now = next((at for at, place in enumerate(usable) if place.hasFocus()), -1)
        usable[(now + (1 if forward else -1)) % len(usable)].setFocus(Qt.FocusReason.TabFocusReason)
        return True
