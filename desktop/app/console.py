"""One window on one hub: wires the hub's signals to the models and the models to the window."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from area_configs.domain.errors import AreaFileError, SmartAreaError
from area_configs.loader import load_area
from desktop.app.advice import AdviceWiring
from desktop.app.alarms import AlarmWiring
from desktop.app.audit import AuditWiring
from desktop.app.care import CareWiring
from desktop.app.care_registry import RegistryWiring
from desktop.app.devices import DeviceWiring
from desktop.app.editor import EditorWiring
from desktop.app.editor import Parts as EditorParts
from desktop.app.energy import EnergyDesk
from desktop.app.exports import TrendExports
from desktop.app.habits import Habits, Parts
from desktop.app.history import HistoryWiring
from desktop.app.late_twin import LateTwin
from desktop.app.replay import ReplayWiring
from desktop.app.report_menu import ReportMenu
from desktop.app.sign_in import SignInWiring
from desktop.app.technician import TechnicianWiring
from desktop.app.trend_sets import TrendSetWiring
from desktop.bridge.area_desk import AreaDesk
from desktop.bridge.history_desk import HistoryDesk
from desktop.bridge.hub_source import HubSource
from desktop.bridge.pack_cache import PackCache
from desktop.bridge.sound import Sound
from desktop.models import preferences
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection, GatewayQueue, Link
from desktop.models.drafts import Drafts
from desktop.models.person import Person
from desktop.models.preferences import Preferences
from desktop.settings import SHOW_ANEW
from desktop.views.languages import Languages
from desktop.views.main_window import MainWindow
from desktop.views.theme import Theme
from desktop.views.twin_frame import TwinFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading
    from desktop.app.twin_desk import TwinDesk
    from desktop.bridge.pack_cache import HeldPack
    from desktop.settings import ConsoleSettings

_TICK_MS = 1000


class Console(QObject):
    """One window on one hub."""

    def __init__(self, settings: ConsoleSettings, application: QApplication) -> None:
        super().__init__()
        self._settings = settings
        self._next = replace(settings, page="editor")
        self.theme = Theme()
        self.theme.choose(settings.theme, application, settings.scale)
        kept = preferences.default_path() if settings.screenshot is None else None
        self.preferences = Preferences(kept, self)
        self.preferences.begin(
            language=settings.language, theme=settings.theme, scale=settings.scale
        )
        self.languages = Languages(self)
        self.languages.choose(settings.language)
        self.connection = Connection(now_us, self)
        self.window = MainWindow(self.connection, self.languages, self.theme)
        self.area_desk = AreaDesk(settings.hub, settings.key, self)
        credential = self.area_desk.credential
        self.cache = PackCache(settings.hub)
        self.source = HubSource(settings.hub, credential, self.cache, self)
        self.person = Person(self)
        self.sound = Sound(parent=self)
        self.sign_in = SignInWiring(settings, self.area_desk, self.source, self.person, self.window)
        self.habits = Habits(
            Parts(
                *(settings.hub, self.cache.folder, self.preferences, self.theme, self.languages),
                *(self.window, self.person, self.connection, self.area_desk, self.sound),
                self.sign_in,
            )
        )
        self.history_desk = HistoryDesk(settings.hub, credential, self)
        self.models: AreaModels | None = None
        self.twin: TwinDesk | None = None
        self._frame = TwinFrame()
        self._late_twin = LateTwin(self)
        self.devices: DeviceWiring | None = None
        self.care: CareWiring | None = None
        self.energy: EnergyDesk | None = None
        self.technician: TechnicianWiring | None = None
        self.editor: EditorWiring | None = None
        self.live_heard = False
        self.histories_open = 0
        self._troubles: dict[str, Callable[[], str]] = {}
        self._closed = False
        self._clock = QTimer(self, interval=_TICK_MS)
        self._connect()

    def start(self) -> None:
        """Show the window and begin."""
        self.window.show()
        self._clock.start()
        if self._settings.area:
            self.open_area(load_area(self._settings.area), self._settings.area)
        else:
            self.source.ask_pack()

    def close(self) -> None:
        """End every thread and give the graphics back; once is enough, twice does no harm."""
        if self._closed:
            return
        self._closed = True
        self._clock.stop()
        if self.devices:
            self.devices.flush()
        for speaker in (self.source, self.area_desk):
            speaker.blockSignals(True)  # an answer still under way meets no window any more
        self.source.close()
        self._late_twin.close()
        self.area_desk.close()
        self.history_desk.close()
        self.sound.close()
        self.habits.discovery.close()
        for part in (self.care, self.energy, self.editor, self.technician, self.twin):
            if part:
                part.close()
        self.window.close()

    def open_area(self, area: Area, source: str | Path) -> None:
        """Show an area, read from `source`, and begin to hear its values."""
        models = AreaModels(area, self.connection, now_us, self, self.person, self.preferences)
        self.models = models
        models.set_language(self.languages.language)
        self._connect_area(models)
        self.energy = EnergyDesk.of(models, self._settings, self.area_desk, now_us, self)
        AuditWiring(self.area_desk, models)
        AdviceWiring(self.area_desk, models)
        self.care = CareWiring(self.area_desk, models, self._settings)
        RegistryWiring(self.area_desk, models)
        AlarmWiring(self.area_desk, self.source, models, self.sound)
        drafts = Drafts(self._settings.hub)
        self.devices = DeviceWiring(self.area_desk, self.source, models, drafts)
        look = (self.window, self.languages, self.theme)
        city = lambda: self.twin.city if self.twin else None  # noqa: E731  # it comes later
        wired = EditorParts(self.area_desk, *look, drafts, city)
        etag = "" if self._settings.area else self.cache.etag
        self.editor = EditorWiring(wired, models, source, etag)
        self.technician = TechnicianWiring(self.area_desk, models, self._settings)
        HistoryWiring(self.history_desk, self.source, models)
        ReplayWiring(self.history_desk, self.area_desk, self.source, models)
        self.window.open_area(models, self._frame, self.sign_in.start_page())
        self.habits.open_area(models)
        TrendExports(self.window, models)
        TrendSetWiring(models)
        ReportMenu(self.window, models, self.history_desk, self.area_desk.credential)
        self.sign_in.watch(models.alarm_desk)
        self.source.listen(area.id)
        models.wide_trend.show(models.overview_series())
        models.plot_chosen()
        self._late_twin.start(self._open_twin)

    @property
    def successor(self) -> ConsoleSettings:
        """Return with what another console opens where this one ends to be opened anew."""
        theme, language = self.theme, self.languages.language
        return replace(self._next, language=language, theme=theme.name, scale=theme.scale)

    @property
    def city_drawn(self) -> bool:
        """Tell whether the city has been read and handed to the twin."""
        return self.twin is not None and self.twin.drawn

    def _open_twin(self, make: type[TwinDesk]) -> None:
        if self.models and not self._closed:
            self.twin = make(self.models, self._frame, self.languages, self.theme, self)
            self.twin.city_failed.connect(self._city_failed)
            self.twin.layers.needs_history.connect(self._ask_history)

    def _connect(self) -> None:
        source = self.source
        source.found.connect(self.connection.found)
        source.lost.connect(self.connection.lost)
        source.refused.connect(self._refused)
        source.pack_held.connect(self._pack_held)
        source.pack_failed.connect(self._pack_failed)
        source.gateway_spoke.connect(self._gateway_spoke)
        self.connection.changed.connect(self._show_troubles)
        self.languages.changed.connect(self._speak)
        self.sign_in.moved.connect(self._move)
        self.window.closing.connect(QApplication.quit)
        self._clock.timeout.connect(self._tick)

    def _connect_area(self, models: AreaModels) -> None:
        source = self.source
        source.current.connect(models.take)
        source.arrived.connect(self._live)
        source.history.connect(self._history)
        source.history_failed.connect(self._history_failed)
        source.found_again.connect(models.device_trend.ask_again)
        source.found_again.connect(models.wide_trend.ask_again)
        for trend in (models.device_trend, models.wide_trend):
            trend.needs_history.connect(self._ask_history)

    def _live(self, readings: Sequence[Reading]) -> None:
        if self.models:
            self.live_heard = True
            self.models.take(readings)

    def _ask_history(
        self, device: str, quantities: list[str], begins_us: int, ends_us: int
    ) -> None:
        self.histories_open += 1
        self.source.ask_history(device, quantities, begins_us, ends_us)

    def _history(self, readings: Sequence[Reading]) -> None:
        self.histories_open -= 1
        if self.models:
            self.models.take_history(readings)

    def _history_failed(self) -> None:
        self.histories_open -= 1

    def _gateway_spoke(self, gateway: str, last_seen_us: int, backlog: int) -> None:
        self.connection.take_queue(GatewayQueue(gateway, last_seen_us, backlog))

    def _pack_held(self, pack: HeldPack) -> None:
        if self.models:
            return
        try:
            area = load_area(pack.folder)
        except AreaFileError as error:
            self._pack_failed(error)
            return
        self.open_area(area, pack.folder)

    def _move(self, hub: str) -> None:
        """Open anew on another hub; what is secret with this one is not shown to it."""
        self.preferences.change(hub=hub)
        self._next = replace(self._settings, hub=hub, key="", care_key="", area="")
        QApplication.exit(SHOW_ANEW)

    def _pack_failed(self, error: SmartAreaError) -> None:
        self.window.waiting.show_detail(str(error))

    def _refused(self, why: str) -> None:
        self._trouble("refused", lambda: self.tr("The hub refuses: {why}").format(why=why))

    def _city_failed(self, why: str) -> None:
        self._trouble("city", lambda: self.tr("A city file cannot be shown. {why}").format(why=why))

    def _trouble(self, topic: str, words: Callable[[], str]) -> None:
        """Show a banner until its topic is well; it is worded anew when the language changes."""
        self._troubles[topic] = words
        self.window.banners.show_text(topic, words())

    def _well(self, topic: str) -> None:
        if self._troubles.pop(topic, None):
            self.window.banners.show_text(topic, "")

    def _show_troubles(self) -> None:
        """Show or remove the banner of a lost hub."""
        if self.connection.link in {Link.RECONNECTING, Link.OFFLINE}:
            if "hub" not in self._troubles:
                self._trouble("hub", self._lost_words)
        else:
            self._well("hub")
        if self.connection.link is Link.CONNECTED:
            self._well("refused")

    def _lost_words(self) -> str:
        words = self.tr(
            "The hub {url} does not answer. Values shown are the last ones heard; trying again."
        )
        return words.format(url=self._settings.hub)

    def _speak(self, language: Language) -> None:
        if self.models:
            self.models.set_language(language)
            self.window.retranslate()
        for topic, words in self._troubles.items():
            if self.window.banners.text(topic):  # nobody has closed it
                self.window.banners.show_text(topic, words())

    def _tick(self) -> None:
        self.sign_in.tick()
        if self.models:
            self.models.tick()
        else:
            self.connection.tick()
        self.window.tick()


def now_us() -> int:
    """Return the present instant."""
    return time.time_ns() // 1000
