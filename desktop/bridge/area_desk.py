"""The area API as the console asks it: who is signed in, and orders, alarms and settings there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.bridge.hub_session import HubSession
from platform_hub.client.area_client import AreaClient, session_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.client.credentials import Credential


class AreaDesk(QObject):
    """Asks in worker threads; answers come as signals in the GUI thread, with their topic.

    A key, where there is one, speaks for the console; else whoever signs in.

    Attributes:
        credential: what other clients of the same hub show for the same caller.
    """

    answered = Signal(str, object)  # the topic, the answer
    failed = Signal(str, object)  # the topic, HubUnavailable or HubRejected
    signed_in = Signal(str, str)  # name and role; both empty after signing out

    def __init__(self, url: str, key: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._person = session_at(url)
        self.credential: str | Credential = key or self._person
        self._session: HubSession[AreaClient] = HubSession(
            lambda: AreaClient(url, self.credential), parent=self
        )
        self._session.answered.connect(self._answered)
        self._session.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is still to come."""
        return self._session.is_busy

    def ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        """Queue a request and return at once; `answered` or `failed` comes with its topic."""
        self._session.ask(topic, request)

    def sign_in(self, name: str, password: str) -> None:
        """Open the session of a person; `signed_in` or `failed("sign_in", ...)` comes."""
        self.ask("sign_in", lambda _: self._person.login(name, password))

    def sign_out(self) -> None:
        """End the session of a person, at the hub too where it can be reached."""
        self.ask("sign_out", lambda _: self._person.logout())

    def close(self) -> None:
        """End all threads, promptly."""
        self._session.close()
        self._person.close()

    def _answered(self, topic: str, answer: object) -> None:
        if topic in {"sign_in", "sign_out"}:
            self.signed_in.emit(self._person.name, self._person.role)
        else:
            self.answered.emit(topic, answer)
