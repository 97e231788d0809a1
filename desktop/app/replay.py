"""Replay between the hub and the models: moments and the journal are asked for as time is moved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.bridge import history_desk

if TYPE_CHECKING:
    from desktop.bridge.area_desk import AreaDesk
    from desktop.bridge.history_desk import HistoryDesk
    from desktop.bridge.hub_source import HubSource
    from desktop.models.area_models import AreaModels
    from desktop.models.replay import Moment

_TICK_MS = 100  # between ten and a hundred times a second an eye sees no steps in numbers
_JOURNAL, _VERSIONS, _DOCUMENT = "past_alarms", "past_versions", "past_document"
_JOURNAL_LINES = 1000  # the hub's longest page: months of a quiet area


class ReplayWiring(QObject):
    """Lets the shown instant move, and brings what it needs."""

    def __init__(
        self, desk: HistoryDesk, area_desk: AreaDesk, source: HubSource, models: AreaModels
    ) -> None:
        super().__init__(models)
        self._desk, self._area_desk, self._models = desk, area_desk, models
        self._open: dict[int, Moment] = {}
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(models.time.tick)
        desk.answered.connect(self._answered)
        desk.failed.connect(self._failed)
        area_desk.answered.connect(self._area_answered)
        area_desk.failed.connect(self._area_failed)
        models.replay.configurations.wanted.connect(self._ask_document)
        models.replay.wanted.connect(self._ask)
        models.replay.live_again.connect(source.catch_up)
        models.time.changed.connect(self._time_changed)
        source.fed.connect(self._ask_journal)

    def _time_changed(self) -> None:
        if self._models.time.is_live:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
            self._ask_journal()

    def _ask_journal(self) -> None:
        self._area_desk.ask(_JOURNAL, lambda client: client.alarm_journal(0, _JOURNAL_LINES))
        for gateway in self._models.area.gateways:
            self._area_desk.ask(
                f"{_VERSIONS}/{gateway.id}",
                lambda client, of=gateway.id: client.configuration_versions(of),  # type: ignore[misc]  # bound early
            )

    def _ask_document(self, gateway: str, version: int) -> None:
        self._area_desk.ask(
            f"{_DOCUMENT}/{gateway}/{version}",
            lambda client: client.configuration_of(gateway, version),
        )

    def _ask(self, moment: Moment) -> None:
        if moment.whole:
            request = partial(history_desk.state_at, instant_us=moment.ends_us)
        else:
            request = partial(
                history_desk.moment,
                begins_us=moment.begins_us,
                ends_us=moment.ends_us,
                thinned=moment.thinned,
            )
        self._open[self._desk.ask(request)] = moment

    def _answered(self, ticket: int, answer: object) -> None:
        moment = self._open.pop(ticket, None)
        if moment and isinstance(answer, list):
            self._models.replay.take(moment, answer)

    def _failed(self, ticket: int, why: str) -> None:
        if moment := self._open.pop(ticket, None):
            self._models.replay.fail(moment, why)

    def _area_answered(self, topic: str, answer: object) -> None:
        configurations = self._models.replay.configurations
        if topic == _JOURNAL and isinstance(answer, list):
            self._models.replay.take_journal(answer)
        elif topic.startswith(f"{_VERSIONS}/") and isinstance(answer, list):
            configurations.take_versions(topic.partition("/")[2], answer)
        elif topic.startswith(f"{_DOCUMENT}/") and isinstance(answer, dict):
            configurations.take(*_place(topic), answer)

    def _area_failed(self, topic: str, _error: Exception) -> None:
        if topic.startswith(f"{_DOCUMENT}/"):
            self._models.replay.configurations.fail(*_place(topic))


def _place(topic: str) -> tuple[str, int]:
    _, gateway, version = topic.split("/")
    return gateway, int(version)
