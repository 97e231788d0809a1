"""Alarms between the hub and the desk: what it tells goes in, what people answer goes out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from area_configs.domain.errors import HubRejected, HubUnavailable
from desktop.models.alarm_rules import Action
from platform_hub.client.area_client import AreaClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.bridge.area_desk import AreaDesk
    from desktop.bridge.hub_source import HubSource
    from desktop.bridge.sound import Sound
    from desktop.models.alarm_desk import Answer
    from desktop.models.area_models import AreaModels

_ALL, _ANSWER, _JOURNAL, _STATISTICS = "alarms", "alarm_answer", "alarm_journal", "alarm_statistics"
_JOURNAL_PAGE = 200


class AlarmWiring(QObject):
    """Asks for every alarm whenever the hub is found, and hears the changes live."""

    def __init__(
        self, area_desk: AreaDesk, source: HubSource, models: AreaModels, sound: Sound
    ) -> None:
        super().__init__(models)
        self._area_desk, self._models = area_desk, models
        area_desk.answered.connect(self._answered)
        area_desk.failed.connect(self._failed)
        source.fed.connect(self.ask_all)
        source.alarms_spoke.connect(models.alarm_desk.take)
        models.alarm_desk.wanted.connect(self._answer)
        models.alarm_journal.more_wanted.connect(self._ask_journal)
        models.alarm_journal.statistics_wanted.connect(self._ask_statistics)
        models.person.changed.connect(self.ask_all)
        models.replay.live_again.connect(self.ask_all)
        models.bell.rang.connect(sound.play)
        sound.silent.connect(QApplication.beep)
        self.ask_all()

    def ask_all(self) -> None:
        """Ask for every alarm."""
        self._area_desk.ask(_ALL, AreaClient.alarms)

    def _answer(self, answer: Answer) -> None:
        self._area_desk.ask(_ANSWER, _request(answer))

    def _ask_journal(self, before: int) -> None:
        self._area_desk.ask(
            f"{_JOURNAL}/{before}", lambda client: client.alarm_journal(before, _JOURNAL_PAGE)
        )

    def _ask_statistics(self, hours: int, until_us: int | None) -> None:
        self._area_desk.ask(_STATISTICS, lambda client: client.alarm_statistics(hours, until_us))

    def _answered(self, topic: str, answer: object) -> None:
        desk, journal = self._models.alarm_desk, self._models.alarm_journal
        if isinstance(answer, list) and topic == _ALL:
            desk.take_all(answer)
        elif isinstance(answer, list) and topic == _ANSWER:
            desk.take(answer)
        elif isinstance(answer, list) and topic.startswith(_JOURNAL):
            journal.take(answer, int(topic.partition("/")[2]))
        elif isinstance(answer, dict) and topic == _STATISTICS:
            journal.take_statistics(answer)

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _ANSWER and isinstance(error, HubRejected | HubUnavailable):
            self._models.alarm_desk.refused.emit(str(error))
            self.ask_all()  # it may stand otherwise than this console believed
        elif topic == _ALL and isinstance(error, HubRejected) and not _unknown(error):
            self._models.alarm_desk.refused.emit(str(error))


def _unknown(error: HubRejected) -> bool:
    return error.status == HTTPStatus.UNAUTHORIZED  # that is told by the sign-in


def _request(answer: Answer) -> Callable[[AreaClient], object]:
    action, alarms, body = answer.action, answer.alarms, dict(answer.body)
    if action is Action.ACKNOWLEDGE:
        return lambda client: client.acknowledge_alarms(alarms, str(body["note"]))
    return lambda client: [client.act_on_alarm(alarms[0], action, body)]
