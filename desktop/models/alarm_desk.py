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
    from area_configs.domain.names import Name
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
        self._alarms: dict[str, AlarmRow] = {}
        self._silent: dict[str, AlarmRow] = {}
        self._rows: tuple[AlarmRow, ...] = ()
        self._heard = False
        self._past = False
        person.changed.connect(self.changed)

    @property
    def rows(self) -> tuple[AlarmRow, ...]:
        """Return every row, most urgent first."""
        return self._rows

    @property
    def heard(self) -> bool:
        """Tell whether the hub has told its alarms: before that nobody knows."""
        return self._heard

    def row(self, key: str) -> AlarmRow | None:
        """Return a row by its key."""
        return self._alarms.get(key) or self._silent.get(key)

    def counts(self) -> Counter[View]:
        """Return how many rows each view lists."""
        return Counter(view for row in self._rows for view in View if row.within(view))

    def waiting(self) -> int:
        """Return how many alarms wait for somebody to acknowledge them."""
        return sum(row.within(View.UNACKNOWLEDGED) for row in self._rows)

    def take_all(self, alarms: Iterable[AlarmFacts]) -> None:
        """Take every alarm of the area; what is not among them is forgotten."""
        if self._past:
            return
        first, self._heard = not self._heard, True
        self._alarms, self._revisions, before = {}, {}, self._alarms
        self._note(alarms)
        self._settle({} if first else before, quiet=first)

    def take(self, alarms: Iterable[AlarmFacts]) -> None:
        """Take alarms that changed; an older telling than the held one changes nothing."""
        if self._past:
            return
        before = dict(self._alarms)
        self._note(alarms)
        if before != self._alarms:
            self._settle(before)

    def show_past(self, alarms: Iterable[AlarmFacts]) -> None:
        """Show alarms as they stood; the present is not taken until `leave_past`, none is answered."""
        self._past = True
        self._alarms, self._revisions = {}, {}
        self._note(alarms)
        self._settle({}, quiet=True)

    def leave_past(self) -> None:
        """Forget the alarms of the past; those of now are to be asked for."""
        if self._past:
            self._past, self._heard = False, False
            self._alarms, self._revisions = {}, {}
            self._settle({}, quiet=True)

    def take_silent(self, items: Sequence[Abnormality]) -> None:
        """Take what gives no data now."""
        rows = [alarm_rows.of_silence(one) for one in items if one.state is not State.ALARM]
        silent = {row.key: row for row in rows}
        if silent != self._silent:
            self._silent = silent
            self._settle(self._alarms, quiet=self._past)

    def why_not(self, action: Action, row: AlarmRow | None) -> Name | None:
        """Say why an action cannot be done now, None where it can."""
        if self._past:
            return alarm_rules.REPLAYED
        connected = self._connection.link is Link.CONNECTED
        return alarm_rules.why_not(action, row, self._person.role, connected=connected)

    def acknowledge(self, alarms: Sequence[str], note: str = "") -> None:
        """Ask for alarms to be acknowledged."""
        self.wanted.emit(Answer(Action.ACKNOWLEDGE, tuple(alarms), {"note": note}))

    def shelve(self, alarm: str, reason: str, for_s: int) -> None:
        """Ask for an alarm to be put aside; it comes back by itself."""
        body = {"reason": reason, "forS": min(for_s, alarm_rules.LONGEST_SHELF_S)}
        self.wanted.emit(Answer(Action.SHELVE, (alarm,), body))

    def take_out(self, alarm: str, reason: str) -> None:
        """Ask for an alarm to be taken out of service."""
        self.wanted.emit(Answer(Action.OUT_OF_SERVICE, (alarm,), {"reason": reason}))

    def do(self, action: Action, alarm: str, note: str = "") -> None:
        """Ask for one of the actions that need no reason."""
        noted = action in {Action.RESET, Action.ACKNOWLEDGE}
        self.wanted.emit(Answer(action, (alarm,), {"note": note} if noted else {}))

    def _note(self, alarms: Iterable[AlarmFacts]) -> None:
        for facts in alarms:
            rule = self._rules.get(facts.id)
            if rule is None or facts.revision < self._revisions.get(facts.id, 0):
                continue
            self._revisions[facts.id] = facts.revision
            self._alarms[facts.id] = alarm_rows.of_alarm(self._area, rule, facts)

    def _settle(self, before: Mapping[str, AlarmRow], *, quiet: bool = False) -> None:
        rows = [*self._alarms.values(), *self._silent.values()]
        self._rows = tuple(sorted(rows, key=AlarmRow.rank))
        new = [] if quiet else [row for row in self._rows if _begins(row, before.get(row.key))]
        if new:
            self.raised.emit(new)
        self.changed.emit()


def _begins(row: AlarmRow, before: AlarmRow | None) -> bool:
    if not row.alarm or row.state != "unacked_active":
        return False
    return before is None or before.since_us != row.since_us
