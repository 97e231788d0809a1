"""Decisions on advice between the desk and the hub."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from area_configs.domain.advice import Answer, RecordedAnswer
from platform_hub.wire.advice import Decision, DecisionBody

if TYPE_CHECKING:
    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels

_DECISION = "decision"


class AdviceWiring(QObject):
    """Sends decisions to the hub's audit log, and tells what stands there."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels) -> None:
        super().__init__(models)
        self._area_desk, self._advice = area_desk, models.advice
        self._advice.wanted.connect(self._send)
        area_desk.answered.connect(self._answered)
        area_desk.failed.connect(self._failed)

    def _send(self, answer: Answer) -> None:
        body = DecisionBody(**asdict(answer))
        self._area_desk.ask(_DECISION, lambda client: client.decide(body))

    def _answered(self, topic: str, answer: object) -> None:
        if topic == _DECISION and isinstance(answer, Decision):
            self._advice.take(_recorded(answer))

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _DECISION:
            self._advice.refused.emit(str(error))


def _recorded(decision: Decision) -> RecordedAnswer:
    answer = Answer(**msgspec.structs.asdict(decision.decision))
    return RecordedAnswer(decision.by, decision.at_us, answer)
