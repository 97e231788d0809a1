"""Who sits here: asks the hub, signs in and out, locks after idling, offers the role's pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from area_configs.domain.errors import HubRejected
from desktop.models.idle import IdleLock
from desktop.models.person import Entry
from desktop.models.roles import pages_of
from desktop.views.main_window import PAGES
from desktop.views.sign_in import Curtain, SignInDialog, SignInForm
from platform_hub.client.area_client import AreaClient

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow

    from desktop.bridge.area_desk import AreaDesk
    from desktop.bridge.hub_source import HubSource
    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.person import Person
    from desktop.settings import ConsoleSettings, PageName
    from desktop.views.main_window import MainWindow

_ME, _OTHER = "me", "other_hub"
_ANSWER_S = 10.0
_TOUCHES = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}


class SignInWiring(QObject):
    """Follows the person; without a screen (pictures) nobody is asked."""

    moved = Signal(str)  # to the hub at this address, which has answered

    def __init__(
        self,
        settings: ConsoleSettings,
        area_desk: AreaDesk,
        source: HubSource,
        person: Person,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._settings, self._desk, self._source = settings, area_desk, source
        self._person, self._window = person, window
        self.lock = IdleLock(person, window.clock, self)
        self.dialog = SignInDialog(settings.hub, window)
        self.curtain = Curtain(window)
        self._asked, self._other = False, ""
        self._heard: QWindow | None = None
        self._pointer = QCursor.pos()
        self._connect()

    def tick(self) -> None:
        """Let time pass; call about once a second."""
        handle, here = self._window.windowHandle(), QCursor.pos()
        if handle is not self._heard:
            self._heard = handle
            handle.installEventFilter(self)  # of the application it would see what is half deleted
        if here != self._pointer:  # in a dialog, too, somebody is there
            self._pointer = here
            self.lock.touch()
        self.lock.tick()

    def ask_me(self) -> None:
        """Ask the hub who it takes this console for."""
        if not self._asked and not self._person.known:
            self._asked = True
            self._desk.ask(_ME, AreaClient.me)

    def watch(self, desk: AlarmDesk) -> None:
        """Let the curtain of a locked console say how many alarms wait."""
        desk.changed.connect(lambda: self.curtain.show_waiting(desk.waiting_now()))

    def start_page(self) -> PageName:
        """Return the page to begin with: that of the role, for who signed in by name."""
        offered = pages_of(self._person.role, PAGES)
        if self._person.entry is Entry.PERSON and offered:
            return offered[0]  # type: ignore[return-value]  # of PAGES
        return self._settings.page

    def sign_in(self) -> None:
        """Show the dialog."""
        front = QApplication.activeModalWidget()
        asked_already = front is not None and front.objectName() == "welcome"
        if asked_already or self._settings.screenshot is not None:
            return
        if not self.dialog.isVisible():
            self.dialog.form.clear()
            self.dialog.open()

    def sign_out(self) -> None:
        """End the session, at the hub too."""
        self._desk.sign_out()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and not self.lock.locked:
            self.lock.touch()
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        self._desk.signed_in.connect(self._signed_in)
        self._desk.answered.connect(self._answered)
        self._desk.failed.connect(self._failed)
        self._source.found.connect(self.ask_me)
        self._source.refused.connect(lambda _: self.ask_me())
        self._person.changed.connect(self._offer)
        self.dialog.form.wanted.connect(self._desk.sign_in)
        self.dialog.hub_wanted.connect(self._test_other)
        self.curtain.form.wanted.connect(self._desk.sign_in)
        self.curtain.sign_out_wanted.connect(self.sign_out)
        for asking in (self._window.header, self._window.commands):
            asking.sign_in_wanted.connect(self.sign_in)
            asking.sign_out_wanted.connect(self.sign_out)
            asking.lock_wanted.connect(self.lock.lock)
        self.lock.changed.connect(self._curtain)

    def _signed_in(self, name: str, role: str) -> None:
        if not role:
            self._person.leave()
            self.sign_in()
            return
        first = self._person.name != name
        self.dialog.accept()
        self._person.become(name, role, Entry.PERSON)
        self.lock.unlock()
        self._window.banners.show_text("refused", "")
        self._source.try_again()
        if first:
            self._begin()

    def _begin(self) -> None:
        self._window.show_page(self.start_page())

    def _test_other(self, url: str) -> None:
        """Ask another hub whether it is one; its certificate is checked as always, and told nothing."""

        def test(_: AreaClient) -> object:
            with AreaClient(url, answer_s=_ANSWER_S) as client:
                return client.health()

        self._other = url
        self._desk.ask(_OTHER, test)

    def _answered(self, topic: str, answer: object) -> None:
        if topic == _OTHER:
            self.moved.emit(self._other)
        if topic == _ME and isinstance(answer, dict):
            self._asked = False
            if self._person.known:
                return  # somebody signed in while this question was under way
            entry = Entry.KEY if self._settings.key else Entry.OPEN
            self._person.become(str(answer["name"]), str(answer["role"]), entry)

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _ME:
            self._asked = False
        if topic == _OTHER:
            self.dialog.say_of_hub(str(error))
        elif topic == "sign_in":
            wrong = self.tr("Name or password is wrong.")
            self._form.say(wrong if _unknown(error) else str(error))
        elif topic == "sign_out":
            self._signed_in("", "")
        elif _unknown(error) and not self._settings.key:
            self._person.leave()
            self.sign_in()

    @property
    def _form(self) -> SignInForm:
        return self.curtain.form if self.lock.locked else self.dialog.form

    def _offer(self) -> None:
        self._window.header.show_person(self._person)
        self._window.offer(pages_of(self._person.role, PAGES))

    def _curtain(self) -> None:
        if self.lock.locked:
            self.curtain.fall(self._person.name)
        else:
            self.curtain.hide()


def _unknown(error: Exception) -> bool:
    return isinstance(error, HubRejected) and error.status == HTTPStatus.UNAUTHORIZED
