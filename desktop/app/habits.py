"""Habits: preferences at work on the screen, layouts by role, the hub's address tested, diagnosis."""

from __future__ import annotations

import contextlib
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import PySide6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from area_configs.domain.errors import SmartAreaError
from area_configs.domain.names import Name
from desktop.app.discovery import DiscoveryWiring
from desktop.models import wording
from desktop.models.connection import Link
from desktop.models.diagnosis import Fact
from desktop.models.layouts import Layouts
from desktop.views.welcome import WelcomeDialog
from desktop.views.window_layout import WindowLayout
from platform_hub.client.area_client import AreaClient

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.app.sign_in import SignInWiring
    from desktop.bridge.area_desk import AreaDesk
    from desktop.bridge.sound import Sound
    from desktop.models.area_models import AreaModels
    from desktop.models.connection import Connection
    from desktop.models.person import Person
    from desktop.models.preferences import Preferences
    from desktop.views.languages import Languages
    from desktop.views.main_window import MainWindow
    from desktop.views.settings_page import SettingsPage
    from desktop.views.theme import Theme

_HEALTH, _TEST = "health", "hub_test"
_MOST_OFFSET_S = 2.0  # more, and ages on the screen are wrong


@dataclass(frozen=True, slots=True)
class Parts:
    """What habits work on; `cache` is the folder of what is kept for work without the hub."""

    address: str
    cache: Path
    preferences: Preferences
    theme: Theme
    languages: Languages
    window: MainWindow
    person: Person
    connection: Connection
    area_desk: AreaDesk
    sound: Sound
    sign_in: SignInWiring


class Habits(QObject):
    """Of one console; `open_area` binds what an area brings."""

    def __init__(self, console: Parts) -> None:
        super().__init__(console.window)
        self._console = console
        self._models: AreaModels | None = None
        self._layout: WindowLayout | None = None
        self._layouts = Layouts()
        console.preferences.changed.connect(self.apply)
        console.languages.changed.connect(lambda to: console.preferences.change(language=to))
        console.theme.changed.connect(self._theme_changed)
        console.person.changed.connect(self._restore)
        console.area_desk.answered.connect(self._answered)
        console.area_desk.failed.connect(self._failed)
        console.window.commands.scaled.connect(
            lambda scale: console.preferences.change(scale=scale)
        )
        console.window.closing.connect(self._keep_layout)
        self.welcome = WelcomeDialog(console.preferences, console.address, console.window)
        self.welcome.hub_test_wanted.connect(self._test_hub)
        self.welcome.finished.connect(self._greeted)
        self.discovery = DiscoveryWiring(self.welcome, console.sign_in.dialog)

    def greet(self) -> None:
        """Ask the first-run questions."""
        self.welcome.steps.setCurrentIndex(0)
        self.welcome.retranslate()
        self.welcome.open()

    def apply(self) -> None:
        """Let what is preferred be so."""
        console, kept = self._console, self._console.preferences.kept
        application = QApplication.instance()
        look = (kept.theme or console.theme.name, kept.scale)
        if isinstance(application, QApplication) and look != (
            console.theme.name,
            console.theme.scale,
        ):
            console.theme.turn(look[0], application, look[1])  # type: ignore[arg-type]  # of THEMES
        if kept.language:
            console.languages.choose(kept.language)  # type: ignore[arg-type]  # of LANGUAGES
        console.sign_in.dialog.set_language(console.languages.language)
        console.sign_in.lock.minutes = kept.idle_min
        if self._models:
            self._models.bell.mute(kept.muted)

    def open_area(self, models: AreaModels) -> None:
        """Bind the page of settings and the layout of the window."""
        self._models = models
        preferences = self._console.preferences
        models.bell.changed.connect(lambda: preferences.change(muted=models.bell.muted))
        models.diagnosis.wanted.connect(self.diagnose)
        self._console.window.when_made("settings", self._bind)
        self._layout = WindowLayout(self._console.window)
        self._console.window.page_made.connect(self._layout.take_in)
        self._restore()
        self.apply()

    def _bind(self, page: SettingsPage) -> None:
        page.hub.setPlaceholderText(self._console.address)
        page.hub_test_wanted.connect(self._test_hub)
        page.sound_wanted.connect(self._console.sound.play)
        page.layout_reset_wanted.connect(self.reset_layout)
        page.welcome_wanted.connect(self.greet)

    def reset_layout(self) -> None:
        """Put the window back as it comes, for this role."""
        self._layouts.drop(self._console.person.role)
        if self._layout:
            self._layout.reset()

    def diagnose(self) -> None:
        """Look at everything anew."""
        if self._models:
            self._models.diagnosis.take(self._own_facts())
            self._console.area_desk.ask(_HEALTH, self._health)

    def _greeted(self) -> None:
        if not self._console.person.known:
            self._console.sign_in.sign_in()

    def _health(self, client: AreaClient) -> dict[str, Any]:
        found = dict(client.health())
        with contextlib.suppress(SmartAreaError, KeyError):
            identity = client.identity()
            offset = client.clock_offset_us(identity["publicKey"], self._console.window.clock())
            found["offset_s"] = offset / 1e6
        return found

    def _test_hub(self, url: str) -> None:
        def test(_: AreaClient) -> object:
            with AreaClient(url, answer_s=10.0) as client:
                return client.health()

        self._console.area_desk.ask(_TEST, test)

    def _answered(self, topic: str, answer: object) -> None:
        if not isinstance(answer, dict):
            return
        if topic == _HEALTH and self._models:
            self._models.diagnosis.take(self._hub_facts(answer))
        elif topic == _TEST:
            words = self.tr("A hub of version {version} answers there, for the area {area}.")
            words = words.format(version=answer.get("version", "?"), area=answer.get("area", "?"))
            self._say_of_hub(words, good=True)

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _TEST:
            self._say_of_hub(str(error), good=False)
        elif topic == _HEALTH and self._models:
            fact = Fact("health", _HUB, _same(str(error)), good=False)
            self._models.diagnosis.take([fact])

    def _say_of_hub(self, text: str, *, good: bool) -> None:
        self.welcome.say_of_hub(text, good=good)
        page: SettingsPage | None = self._console.window.made("settings")
        if page:
            page.say_of_hub(text)

    def _own_facts(self) -> list[Fact]:
        console = self._console
        connection, now_us = console.connection, console.window.clock()
        link = connection.link
        facts = [
            Fact("link", _LINK, _link_words(console.address, link), good=link is Link.CONNECTED),
            *(
                Fact(
                    f"gateway/{queue.gateway}",
                    Name(f"ゲートウェイ {queue.gateway}", f"Gateway {queue.gateway}"),
                    _queue_words(queue.last_seen_us, queue.backlog, now_us),
                    good=bool(queue.last_seen_us) and not connection.silent(queue),
                )
                for queue in connection.queues
            ),
            Fact("cache", _CACHE, _same(str(console.cache))),
            Fact("sound", _SOUND, _same(console.sound.output or "beep")),
            Fact("versions", _VERSIONS, _same(_versions())),
        ]
        if connection.reason:
            facts.append(Fact("reason", _REASON, _same(connection.reason), good=False))
        return facts

    def _hub_facts(self, found: dict[str, Any]) -> list[Fact]:
        words = f"{found.get('version', '?')} · {found.get('status', '?')}"
        facts = [Fact("health", _HUB, _same(words), good=found.get("status") == "ok")]
        if "offset_s" in found:
            offset = float(found["offset_s"])
            good = abs(offset) <= _MOST_OFFSET_S
            facts.append(Fact("clock", _CLOCK, _same(f"{wording.number(offset, 3)} s"), good=good))
        return facts

    def _theme_changed(self) -> None:
        self._console.preferences.change(theme=self._console.theme.name)

    def _keep_layout(self) -> None:
        if self._layout and self._console.preferences.lasting:
            with contextlib.suppress(OSError):  # a layout is no loss worth holding up the end
                self._layouts.keep(self._console.person.role, self._layout.states())

    def _restore(self) -> None:
        if self._layout and self._console.preferences.lasting:
            self._layout.restore(self._layouts.find(self._console.person.role))


_LINK = Name("ハブへの接続", "Connection to the hub")
_REASON = Name("切断の理由", "Why it was lost")
_HUB = Name("ハブの版と状態", "Version and health of the hub")
_CLOCK = Name("ハブとの時計の差", "Clock: difference to the hub")
_CACHE = Name("保存場所 (オフライン用)", "Kept for work without the hub")
_SOUND = Name("警報音の出力", "Alarm sound through")
_VERSIONS = Name("版", "Versions")


_LINKS = {
    Link.CONNECTING: Name("接続しています", "connecting"),
    Link.CONNECTED: Name("接続中", "connected"),
    Link.RECONNECTING: Name("再接続しています", "reconnecting"),
    Link.OFFLINE: Name("オフライン", "offline"),
}


def _link_words(address: str, link: Link) -> Name:
    return Name(f"{address} · {_LINKS[link].ja}", f"{address} · {_LINKS[link].en}")


def _same(text: str) -> Name:
    return Name(text, text)


def _queue_words(last_seen_us: int, backlog: int, now_us: int) -> Name:
    if not last_seen_us:
        return wording.NEVER_HEARD
    ages = [wording.age_text(last_seen_us, now_us, language) for language in ("ja", "en")]
    return Name(
        f"最終受信 {ages[0]}前・未送信 {backlog:,}件", f"heard {ages[1]} ago, {backlog:,} waiting"
    )


def _versions() -> str:
    python = platform.python_version()
    return f"Python {python} · Qt {PySide6.__version__} · {platform.platform(terse=True)}"
