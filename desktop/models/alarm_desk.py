"""The alarm desk: every alarm as the hub tells it, what needs an answer, and the answers given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from area_configs.domain.alarms import Priority
from desktop.models import alarm_rows, alarm_rules
from desktop.models.alarm_rows import AlarmRow, View
from desktop.models.alarm_rules import Action
from desktop.models.connection import Link
from desktop.models.device_states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language, Name
    from desktop.models.alarm_rows import AlarmFacts
    from desktop.models.alarms import Abnormality
    from desktop.models.connection import Connection
    from desktop.models.person import Person

URGENT = frozenset({Priority.CRITICAL, Priority.HIGH})
FLOOD = 10  # more new alarms than this at once are one flood: nobody reads them one by one


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person wants to be done: one action on some alarms, with its body for the hub."""

    action: Action
    alarms: tuple[str, ...]
    body: Mapping[str, Any]


class AlarmDesk(QObject):
    """Rows, most urgent first; answers go out as `wanted`, what came of them comes back as `take`.

    A role or a lost hub forbids before the hub has to; the hub decides all the same.
    """

    changed = Signal()
    raised = Signal(list)  # rows that have just begun and wait for an answer
    wanted = Signal(object)  # Answer
    refused = Signal(str)  # why the hub did not do it

    def __init__(
        self, area: Area, person: Person, connection: Connection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._area, self._person, self._connection = area, person, connection
        self._rules = {rule.id: rule for rule in area.alarms}
        self._revisions: dict[str, int] = {}
        self._now: dict[str, AlarmRow] = {}
        self._then: dict[str, AlarmRow] | None = None  # while a replay shows them instead
        self._silent: dict[str, AlarmRow] = {}
        self._rows: tuple[AlarmRow, ...] = ()
        self._heard = False
        self._language: Language = "ja"
        person.changed.connect(self.changed)

    def set_language(self, language: Language) -> None:
        """Refuse in another language."""
        self._language = language

    @property
    def rows(self) -> tuple[AlarmRow, ...]:
        """Return every row, most urgent first."""
        return self._rows

    @property
    def present(self) -> tuple[AlarmRow, ...]:
        """Return the alarms of now, whatever a replay shows."""
        return tuple(self._now.values())

    @property
    def heard(self) -> bool:
        """Tell whether the hub has told its alarms: before that nobody knows."""
        return self._heard

    def row(self, key: str) -> AlarmRow | None:
        """Return a row by its key."""
        return self._shown().get(key) or self._silent.get(key)

    def counts(self) -> Counter[View]:
        """Return how many rows each view lists."""
        return Counter(view for row in self._rows for view in View if row.within(view))

    def waiting(self) -> int:
        """Return how many alarms wait for somebody to acknowledge them."""
        return sum(row.within(View.UNACKNOWLEDGED) for row in self._rows)

    def waiting_now(self) -> int:
        """Return how many alarms of now wait, whatever a replay shows."""
        return sum(row.within(View.UNACKNOWLEDGED) for row in self.present)

    def take_all(self, alarms: Iterable[AlarmFacts]) -> None:
        """Take every alarm of the area; what is not among them is forgotten."""
        first, self._heard = not self._heard, True
        self._now, self._revisions, before = {}, {}, self._now
        self._note(alarms)
        self._settle(None if first else before)

    def take(self, alarms: Iterable[AlarmFacts]) -> None:
        """Take alarms that changed; an older telling than the held one changes nothing."""
        before = dict(self._now)
        self._note(alarms)
        if before != self._now:
            self._settle(before)

    def show_past(self, alarms: Iterable[AlarmFacts]) -> None:
        """Show alarms as they stood; those of now are heard meanwhile, none is answered."""
        known = [facts for facts in alarms if facts.id in self._rules]
        self._then = {facts.id: self._row(facts) for facts in known}
        self._settle()

    def leave_past(self) -> None:
        """Show the alarms of now again."""
        if self._then is not None:
            self._then = None
            self._settle()

    def take_silent(self, items: Sequence[Abnormality]) -> None:
        """Take what gives no data now."""
        rows = [alarm_rows.of_silence(one) for one in items if one.state is not State.ALARM]
        silent = {row.key: row for row in rows}
        if silent != self._silent:
            self._silent = silent
            self._settle()

    def why_not(self, action: Action, row: AlarmRow | None) -> Name | None:
        """Say why an action cannot be done now, None where it can."""
        if self._then is not None:
            return alarm_rules.REPLAYED
        connected = self._connection.link is Link.CONNECTED
        return alarm_rules.why_not(action, row, self._person.role, connected=connected)

    def acknowledge(self, alarms: Sequence[str], note: str = "") -> None:
        """Ask for alarms to be acknowledged."""
        self._want(Answer(Action.ACKNOWLEDGE, tuple(alarms), {"note": note}))

    def shelve(self, alarm: str, reason: str, for_s: int) -> None:
        """Ask for an alarm to be put aside; it comes back by itself."""
        body = {"reason": reason, "forS": min(for_s, alarm_rules.LONGEST_SHELF_S)}
        self._want(Answer(Action.SHELVE, (alarm,), body))

    def take_out(self, alarm: str, reason: str) -> None:
        """Ask for an alarm to be taken out of service."""
        self._want(Answer(Action.OUT_OF_SERVICE, (alarm,), {"reason": reason}))

    def do(self, action: Action, alarm: str, note: str = "") -> None:
        """Ask for one of the actions that need no reason."""
        noted = action in {Action.RESET, Action.ACKNOWLEDGE}
        self._want(Answer(action, (alarm,), {"note": note} if noted else {}))

    def _want(self, answer: Answer) -> None:
        """Ask the hub; a question that was opened before the past was shown is too late."""
        if self._then is None:
            self.wanted.emit(answer)
        else:
            self.refused.emit(alarm_rules.REPLAYED.text(self._language))

    def _note(self, alarms: Iterable[AlarmFacts]) -> None:
        for facts in alarms:
            if facts.id in self._rules and facts.revision >= self._revisions.get(facts.id, 0):
                self._revisions[facts.id] = facts.revision
                self._now[facts.id] = self._row(facts)

    def _row(self, facts: AlarmFacts) -> AlarmRow:
        return alarm_rows.of_alarm(self._area, self._rules[facts.id], facts)

    def _shown(self) -> dict[str, AlarmRow]:
        return self._now if self._then is None else self._then

    def _settle(self, before: Mapping[str, AlarmRow] | None = None) -> None:
        """Sort the rows; tell which alarms of now began since `before`, where that is known."""
        rows = [*self._shown().values(), *self._silent.values()]
        self._rows = tuple(sorted(rows, key=AlarmRow.rank))
        began = [] if before is None else [r for r in self.present if _begins(r, before.get(r.key))]
        if began:
            self.raised.emit(sorted(began, key=AlarmRow.rank))
        self.changed.emit()


def _begins(row: AlarmRow, before: AlarmRow | None) -> bool:
    if not row.alarm or row.state != "unacked_active":
        return False
    return before is None or before.since_us != row.since_us
