"""The advice desk: what a layer advises, and what a person decides on it, for the hub's audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from area_configs.domain.advice import Answer
from area_configs.domain.names import Name
from desktop.models.alarm_rules import REPLAYED
from desktop.models.connection import Link
from desktop.models.person import INSTALLERS, Entry

if TYPE_CHECKING:
    from area_configs.domain.advice import RecordedAnswer, Verdict
    from desktop.models.connection import Connection
    from desktop.models.person import Person
    from desktop.models.time_source import TimeSource
    from desktop.models.twin_layers import GivenAdvice

_NOT_CONNECTED = Name("ハブに接続していません", "No connection to the hub")
_OPEN = Name(
    "ハブが利用者を確認していないため記録できません",
    "The hub asks nobody who they are: a decision without a name is not recorded",
)
_NOT_YOURS = Name(
    "エリア管理者か技術者だけが記録できます", "Only the area manager or a technician decides"
)


class AdviceDesk(QObject):
    """Decisions go out as `wanted`; what stands in the log comes back as `take`.

    Nothing here moves anything: whoever is on site does, or does not.
    """

    changed = Signal()
    wanted = Signal(object)  # Answer
    refused = Signal(str)  # why the hub did not write it down

    def __init__(
        self,
        person: Person,
        connection: Connection,
        time: TimeSource,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._person, self._connection, self._time = person, connection, time
        self._last: dict[str, RecordedAnswer] = {}
        for signal in (person.changed, connection.changed, time.changed):
            signal.connect(self.changed)

    def last(self, topic: str) -> RecordedAnswer | None:
        """Return the newest decision of a topic that this console has seen recorded."""
        return self._last.get(topic)

    def why_not(self) -> Name | None:
        """Say why no decision can be recorded now, None where one can."""
        if not self._time.is_live:
            return REPLAYED
        if self._connection.link is not Link.CONNECTED:
            return _NOT_CONNECTED
        if self._person.entry is Entry.OPEN:
            return _OPEN
        return None if self._person.role in INSTALLERS else _NOT_YOURS

    def decide(self, advice: GivenAdvice, verdict: Verdict, note: str = "") -> None:
        """Ask for a decision to be recorded, with the advice as the person has read it."""
        self.wanted.emit(
            Answer(
                topic=advice.topic,
                device=advice.device,
                advice=advice.advice,
                told_us=advice.told_us,
                verdict=verdict,
                reasons=advice.reasons,
                note=note,
            )
        )

    def take(self, recorded: RecordedAnswer) -> None:
        """Take a decision as it stands in the log."""
        self._last[recorded.answer.topic] = recorded
        self.changed.emit()
