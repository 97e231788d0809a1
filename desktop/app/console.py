"""One window on one hub: wires the hub's signals to the models and the models to the window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from area_configs.domain.errors import (
    AreaFileError,
    CityFileError,
    SmartAreaError,
)
from area_configs.loader import load_area
from desktop.app.alarms import AlarmWiring
from desktop.app.energy import EnergyDesk
from desktop.app.exports import TrendExports
from desktop.app.history import HistoryWiring
from desktop.app.layers import LayerDesk
from desktop.app.replay import ReplayWiring
from desktop.app.sign_in import SignInWiring
from desktop.bridge.area_desk import AreaDesk
from desktop.bridge.file_jobs import FileJobs
from desktop.bridge.history_desk import HistoryDesk
from desktop.bridge.hub_source import HubSource
from desktop.bridge.pack_cache import PackCache
from desktop.bridge.sound import Sound
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection, GatewayQueue, Link
from desktop.models.person import Person
from desktop.twin import citygml
from desktop.twin.meshes import prepare
from desktop.twin.viewport import TwinViewport
from desktop.views.languages import Languages
from desktop.views.main_window import MainWindow
from desktop.views.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading
    from desktop.bridge.pack_cache import HeldPack
    from desktop.settings import ConsoleSettings
    from desktop.twin.meshes import CityDrawing

_TICK_MS = 1000


class Console(QObject):
    """One window on one hub."""

    def __init__(self, settings: ConsoleSettings, application: QApplication) -> None:
        super().__init__()
        self._settings = settings
        self.theme = Theme()
        self.theme.choose(settings.theme, application)
        self.languages = Languages(self)
        self.languages.choose(settings.language)
        self.connection = Connection(now_us, self)
        self.window = MainWindow(self.connection, self.languages, self.theme)
        self.area_desk = AreaDesk(settings.hub, settings.key, self)
        credential = self.area_desk.credential
        self.source = HubSource(settings.hub, credential, PackCache(settings.hub), self)
        self.person = Person(self)
        self.sound = Sound(parent=self)
        self.sign_in = SignInWiring(settings, self.area_desk, self.source, self.person, self.window)
        self.history_desk = HistoryDesk(settings.hub, credential, self)
        self.models: AreaModels | None = None
        self.twin: TwinViewport | None = None
        self.layers: LayerDesk | None = None
        self.cities: FileJobs | None = None
        self.energy: EnergyDesk | None = None
        self.city_drawn = False
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
            self.open_area(load_area(self._settings.area))
        else:
            self.source.ask_pack()

    def close(self) -> None:
        """End every thread and give the graphics back; once is enough, twice does no harm."""
        if self._closed:
            return
        self._closed = True
        self._clock.stop()
        self.source.close()
        self.area_desk.close()
        self.history_desk.close()
        self.sound.close()
        for part in (self.cities, self.energy, self.layers):
            if part:
                part.close()
        if self.twin:
            self.twin.close_graphics()
        self.window.close()

    def open_area(self, area: Area) -> None:
        """Show an area and begin to hear its values."""
        models = AreaModels(area, self.connection, now_us, self, self.person)
        self.models = models
        models.set_language(self.languages.language)
        self.twin = TwinViewport(area, models.selection, models.states)
        self.layers = LayerDesk(models, self.twin, self)
        self._connect_area(models)
        self.energy = EnergyDesk.of(models, self._settings, now_us, self)
        AlarmWiring(self.area_desk, self.source, models, self.sound)
        HistoryWiring(self.history_desk, self.source, models)
        ReplayWiring(self.history_desk, self.area_desk, self.source, models)
        self.window.open_area(models, self.twin, self._settings.page)
        TrendExports(self)
        self._dress_twin()
        self.source.listen(area.id)
        models.wide_trend.show(models.overview_series())
        models.plot_chosen()
        self._read_cities(area)

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
        self.theme.changed.connect(self._dress_twin)
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
        self.open_area(area)

    def _pack_failed(self, error: SmartAreaError) -> None:
        self.window.waiting.show_detail(str(error))

    def _refused(self, why: str) -> None:
        self._trouble("refused", lambda: self.tr("The hub refuses: {why}").format(why=why))

    def _read_cities(self, area: Area) -> None:
        frame = citygml.Frame.at(area.centre.latitude, area.centre.longitude, area.epsg)

        def read(path: Path) -> object:
            return citygml.read(path, epsg=frame.epsg, origin=frame.origin)

        self.cities = FileJobs(read, CityFileError, prepare, self)
        self.cities.failed.connect(self._city_failed)
        self.cities.progressed.connect(self._city_progressed)
        self.cities.finished.connect(self._cities_read)
        self._city_progressed(0, len(area.geometry))
        self.cities.start(area.geometry)

    def _city_progressed(self, done: int, count: int) -> None:
        words = self.tr("Reading the city model: {done} of {count} files")
        if self.twin:
            self.twin.set_banner(words.format(done=done, count=count) if done < count else "")

    def _city_failed(self, why: str) -> None:
        self._trouble("city", lambda: self.tr("A city file cannot be shown. {why}").format(why=why))

    def _cities_read(self, city: CityDrawing) -> None:
        if self.twin:
            self.twin.show_city(city)
        self.city_drawn = True

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
        if self.twin:
            self.twin.set_language(language)
        for topic, words in self._troubles.items():
            if self.window.banners.text(topic):  # nobody has closed it
                self.window.banners.show_text(topic, words())

    def _dress_twin(self) -> None:
        if self.twin:
            self.twin.set_language(self.languages.language)
            self.twin.set_theme(self.theme.name == "dark")

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
