"""All models of one opened area, fed through three doors: readings, time, language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.advice_desk import AdviceDesk
from desktop.models.alarm_desk import AlarmDesk
from desktop.models.alarm_journal import AlarmJournal
from desktop.models.alarm_rules import REPLAYED
from desktop.models.alarm_table import AlarmTable
from desktop.models.alarms import Abnormalities
from desktop.models.area_draft import AreaDraft
from desktop.models.area_tree import AreaTree
from desktop.models.audit_log import AuditLog
from desktop.models.bell import Bell
from desktop.models.care import CareDesk
from desktop.models.care_registry import CareRegistry
from desktop.models.device_states import DeviceState, DeviceStates
from desktop.models.diagnosis import Diagnosis
from desktop.models.energy import EnergyBoard
from desktop.models.fleet import Fleet
from desktop.models.forecasts import expected
from desktop.models.judgement import Judge, main_quantity
from desktop.models.live_readings import LiveReadings
from desktop.models.outlook import Outlook
from desktop.models.person import MANAGER, Person
from desktop.models.preferences import Preferences
from desktop.models.recent_changes import RecentChanges
from desktop.models.replay import Replay
from desktop.models.selection import Selection
from desktop.models.series import SeriesStore
from desktop.models.series_picker import SeriesPicker
from desktop.models.technician import Bench
from desktop.models.tiles import Tiles
from desktop.models.time_source import Mode, TimeSource
from desktop.models.trend import MAX_SERIES, Compare, Trend
from desktop.models.trend_sets import TrendSets
from desktop.models.twin_layers import TwinLayers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from area_configs.domain.areas import Area, Device
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading
    from desktop.models.connection import Connection

_MANAGERS_ONLY = Name(
    "計画の適用と取り消しはエリア管理者だけができます",
    "Only the area manager applies plans and takes them back",
)
_SUMMING_UP = (
    DeviceKind.FEEDER_METER,
    DeviceKind.PHOTOVOLTAIC,
    DeviceKind.FUEL_CELL,
    DeviceKind.BATTERY,
    DeviceKind.HYDROGEN_BANK,
    DeviceKind.RIVER_GAUGE,
)


class Speaking(Protocol):
    """A model whose words follow the language of the screen."""

    def set_language(self, language: Language) -> None:
        """Speak another language."""


class AreaModels(QObject):
    """The models of one area, in step with one another.

    Attributes:
        heard_since_us: from when on every live reading was heard.
        time: which instant is shown; `clock` gives that of the measured values, microseconds UTC.
        replay: brings the past into these models while it is shown.
        tiles: the past of the plots. `forecasts` holds what is expected of series, as readings.
        energy: what the energy page shows; None where the area has no energy side.
        person: who sits at the console.
        device_trend: follows the chosen device; `wide_trend` is the trend page's own choice.
    """

    def __init__(
        self,
        area: Area,
        connection: Connection,
        clock: Callable[[], int],
        parent: QObject | None = None,
        person: Person | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__(parent)
        self.area = area
        self.person = person or Person(self)
        self.preferences = preferences or Preferences(parent=self)
        self.diagnosis = Diagnosis(self)
        self.connection = connection
        self.tiles = Tiles(clock, self)
        self.forecasts = SeriesStore(self)
        self.time = TimeSource(clock, self)
        self.clock = clock = self.time.measured
        self.heard_since_us = clock()
        self.language: Language = "ja"
        self.judge = Judge(area)
        self.selection = Selection(self)
        self.states = DeviceStates(self)
        self.tree = AreaTree(area, self.states, self)
        self.live = LiveReadings(area, self.judge, clock, self)
        self.abnormal = Abnormalities(area, self)
        self.series = SeriesStore(self)
        self.layers = TwinLayers(self)
        self.advice = AdviceDesk(self.person, connection, self.time, self)
        self.device_trend = Trend(clock, self)
        self.wide_trend = Trend(clock, self)
        self.trend_sets = TrendSets(area, self.wide_trend, self)
        self.picker = SeriesPicker(area, self.wide_trend, self)
        self.fleet = Fleet(area, self.person, connection, self)
        self.fleet.changed.connect(self._take_asked)
        self.energy = self._energy_board()
        self.alarm_desk = AlarmDesk(area, self.person, connection, self)
        self.alarm_table = AlarmTable(self.alarm_desk, area.timezone, self)
        self.alarm_journal = AlarmJournal(area, self)
        self.audit_log = AuditLog(area.timezone, self)
        self.area_draft = AreaDraft(self)
        self.bench = Bench(area, self.person, self)
        self.care = CareDesk(clock, self)
        self.registry = CareRegistry(area, self)
        changes = RecentChanges(area, self.alarm_desk, self.fleet, self.energy)
        self.outlook = Outlook(area, self.alarm_desk, self.live, clock, changes, self)
        self.bell = Bell(self.alarm_desk, lambda: self.time.now_us, self)
        self.replay = Replay(self, self)
        self.time.changed.connect(self._time_changed)
        self.time.moved.connect(self._time_moved)
        self.selection.changed.connect(self.plot_chosen)
        self.wide_trend.compared.connect(self._compared)
        self._assess()

    def _energy_board(self) -> EnergyBoard | None:
        site = self.area.energy
        if site is None:
            return None

        def why_not() -> Name | None:
            if self.time.mode is Mode.REPLAY:
                return REPLAYED
            return None if self.person.role == MANAGER else _MANAGERS_ONLY

        board = EnergyBoard(self.area, site, self.live, self.clock, self, why_not)
        self.person.changed.connect(board.standing_changed)
        self.time.changed.connect(board.standing_changed)
        for signal in (board.changed, board.standing_changed):
            signal.connect(lambda: self.forecasts.put(expected(board)))
        return board

    def main_series(self, device: str) -> Series:
        """Return the series that says most about a device."""
        return Series(device, main_quantity(self.area.profile_of(self.area.device(device))))

    def most_telling(self) -> str:
        """Return the device to look at first: the most urgent one, else the first that sums up."""
        if self.abnormal.items:
            return self.abnormal.items[0].device
        return next((series.device for series in self.overview_series()), "")

    def overview_series(self) -> list[Series]:
        """Return the series that sum up the area: the main one of the first of each large kind."""
        first = {self.area.profile_of(d).kind: d.id for d in reversed(self.area.devices)}
        chosen = [first[kind] for kind in _SUMMING_UP if kind in first]
        chosen = chosen or [device.id for device in self.area.devices]
        return [self.main_series(device) for device in chosen[:MAX_SERIES]]

    def take(self, readings: Sequence[Reading]) -> None:
        """Take readings as they come, live or on catching up; during a replay for the plots only."""
        if not readings:
            return
        self.series.take(readings)
        self.connection.heard(max(reading.observed_us for reading in readings))
        if self.time.mode is not Mode.REPLAY:
            self.live.take(readings)
            self._assess()

    def show_past(self, readings: Sequence[Reading], *, afresh: bool) -> None:
        """Show readings of a replay: as everything that is known, or after what is shown."""
        if afresh:
            self.live.forget()
        self.live.take(readings)
        self._assess()

    def leave_past(self) -> None:
        """Forget what a replay showed; the present is to be asked for."""
        self.live.forget()
        self.alarm_desk.leave_past()
        self._assess()

    def take_history(self, readings: Sequence[Reading]) -> None:
        """Take readings of the past, for the plots only."""
        self.series.take(readings)

    def tick(self) -> None:
        """Let time pass; call about once a second."""
        self.time.tick()
        self.connection.tick()
        self.live.tick()
        self._assess()
        self.bell.tick()

    def set_language(self, language: Language) -> None:
        """Speak another language, everywhere."""
        self.language = language
        for model in self._speaking():
            model.set_language(language)
        if self.energy:
            self.energy.set_language(language)
        self._assess()

    def _speaking(self) -> tuple[Speaking, ...]:
        alarms = (self.alarm_table, self.alarm_journal, self.audit_log, self.diagnosis, self.care)
        asking = (self.alarm_desk, self.fleet, self.registry)
        return (self.tree, self.live, self.abnormal, self.picker, *alarms, *asking)

    def plot_chosen(self) -> None:
        """Let the device trend show the chosen device, or what sums up the area best."""
        device = self.selection.device
        series = [self.main_series(device)] if device else self.overview_series()[:1]
        self.device_trend.show(series)

    def _take_asked(self, gateway: str) -> None:
        """Judge devices by the periods at which their gateway says that it asks them."""
        for device in self.area.devices_of(gateway):
            asked = self.fleet.asked_settings(gateway, device.id)
            self.judge.ask(device, asked.get("period_s"), polled=asked.get("polled") is not False)

    def _time_changed(self) -> None:
        for trend in (self.device_trend, self.wide_trend):
            trend.use_past(self.time.mode is Mode.REPLAY)
        self.series.whole = self.time.mode is Mode.REPLAY
        self.fleet.forbid(None if self.time.is_live else REPLAYED)

    def _compared(self) -> None:
        """Have a forecast made where one is to be drawn and there is none yet."""
        board = self.energy
        asked = self.wide_trend.compare is Compare.FORECAST
        if board and asked and board.base is None and not board.busy:
            board.ask_plan()

    def _time_moved(self, instant_us: int) -> None:
        replayed = self.time.mode is Mode.REPLAY
        self.alarm_journal.show_until(instant_us if replayed else None)

    def _assess(self) -> None:
        now = self.clock()
        self.states.update({device.id: self._state(device, now) for device in self.area.devices})
        self.abnormal.evaluate(self.live.latest, self.states, now)
        self.alarm_desk.take_silent(self.abnormal.items)
        self.outlook.refresh()

    def _state(self, device: Device, now_us: int) -> DeviceState:
        state = self.judge.device(device, self.live.latest, self.live.missing_since_us, now_us)
        series = self.judge.telling(device, self.live.latest)
        reading = self.live.latest(series)
        value = reading.value if reading else None
        named = series != self.main_series(device.id)
        words = wording.named_value_text if named else wording.value_text
        return DeviceState(state, words(series.quantity, value, self.language))
