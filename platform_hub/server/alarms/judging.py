"""Judging: what is new in the change log against the area's rules, kept alarm by alarm.

The place in the change log is kept in the same transaction as the alarms, so that every change is
judged once, whatever is killed when, and whichever hub process does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from platform_hub.server.alarms import states
from platform_hub.server.alarms.states import Alarm
from platform_hub.server.store import alarms as stored
from platform_hub.server.store import changes, entities
from platform_hub.server.store.alarms import Cursor, Line, StoredAlarm
from platform_hub.wire import events, ngsi_ld
from platform_hub.wire.alarms import AlarmView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.alarms import AlarmRule
    from area_configs.domain.areas import Area
    from area_configs.domain.readings import Reading
    from platform_hub.server.alarms.states import Happening, Outcome
    from platform_hub.server.store.database import Transaction

_AT_ONCE = 2000  # changes in one transaction
_LAG = 1000  # changes of other devices


@dataclass(slots=True)
class Bench:
    """The alarms of an area inside one transaction.

    Attributes:
        revisions: of each alarm, as it was told last.
        changed: alarms of which anything changed, if only their last value.
        news: alarms of which followers are told.
    """

    rules: dict[str, AlarmRule]
    alarms: dict[str, Alarm]
    revisions: dict[str, int]
    changed: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)

    def apply(self, ident: str, turn: Callable[[Alarm], Outcome]) -> bool:
        """Let something happen to one alarm; False where it changed nothing."""
        before = self.alarms[ident]
        after, happened = turn(before)
        if after == before and not happened:
            return False
        self.alarms[ident] = after
        self.changed.add(ident)
        if happened or after.unknown != before.unknown:
            self.news.add(ident)
        self.lines += [self._line(ident, after, one) for one in happened]
        return True

    def explain(self, now_us: int) -> None:
        """Suppress by design what another alarm explains, and no longer what none does."""
        for ident, rule in self.rules.items():
            if rule.suppressed_by:
                cause = self.alarms.get(rule.suppressed_by, Alarm())
                by = rule.suppressed_by if cause.active and not cause.out_of_service else ""
                self.apply(ident, partial(states.explained, by_rule=by, now_us=now_us))

    def _line(self, ident: str, alarm: Alarm, one: Happening) -> Line:
        priority = self.rules[ident].priority
        return Line(
            ident, one.at_us, one.what, alarm.state, priority, alarm.value, one.by, one.note
        )


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges for one area."""

    area: Area

    def step(self, transaction: Transaction, now_us: int) -> tuple[list[AlarmView], bool]:
        """Judge what is new and what time has brought; return what changed, and if more waits."""
        bench, cursor = self._bench(transaction), stored.cursor(transaction)
        extent = changes.extent(transaction)
        begin = cursor.seq if cursor.seq <= extent.last else 0  # a database that began anew
        found = stored.news(transaction, self._entities(transaction), begin, extent.last, _AT_ONCE)
        for change in found:
            self._judge(bench, events.readings_in(msgspec.json.decode(change.body)))
        more = len(found) == _AT_ONCE
        self._let_pass(bench, now_us)
        bench.explain(now_us)
        seq = found[-1].seq if more else extent.last
        return self._settle(transaction, bench, Cursor(seq, cursor.revision)), more

    def act(
        self,
        transaction: Transaction,
        idents: Iterable[str],
        turn: Callable[[Alarm], Outcome],
        now_us: int,
    ) -> list[AlarmView]:
        """Let a person do something to alarms; return those that it changed."""
        bench, cursor = self._bench(transaction), stored.cursor(transaction)
        for ident in idents:
            bench.apply(ident, turn)
        bench.explain(now_us)
        return self._settle(transaction, bench, cursor)

    def has_work(self, transaction: Transaction, now_us: int) -> bool:
        """Tell whether a step would change anything, without waiting for the writer."""
        seen, last = stored.seen(transaction), changes.extent(transaction).last
        if not seen <= last <= seen + _LAG:
            return True  # nothing of ours, but the place must not fall behind what is kept
        if stored.news(transaction, self._entities(transaction), seen, last, 1):
            return True
        bench = self._bench(transaction)
        self._let_pass(bench, now_us)
        return bool(bench.changed)

    def views(self, transaction: Transaction, after: int = -1) -> list[AlarmView]:
        """Return every alarm of the area in file order, or those changed after a revision."""
        kept = stored.all_alarms(transaction)
        found = []
        for rule in self.area.alarms:
            one = kept.get(rule.id)
            revision = one.revision if one else 0
            if revision > after:
                alarm = msgspec.json.decode(one.body, type=Alarm) if one else Alarm()
                found.append(view(rule, alarm, revision))
        return found

    def _bench(self, transaction: Transaction) -> Bench:
        kept = stored.all_alarms(transaction)
        rules = {rule.id: rule for rule in self.area.alarms}
        alarms = {
            ident: msgspec.json.decode(kept[ident].body, type=Alarm) if ident in kept else Alarm()
            for ident in rules
        }
        revisions = {ident: one.revision for ident, one in kept.items()}
        return Bench(rules, alarms, revisions)

    def _entities(self, transaction: Transaction) -> list[int]:
        urns = {ngsi_ld.entity_id(self.area.id, rule.device) for rule in self.area.alarms}
        return [found.pk for found in entities.load(transaction, urns).values()]

    def _judge(self, bench: Bench, readings: Iterable[Reading]) -> None:
        for reading in sorted(readings, key=lambda one: one.observed_us):
            for ident, rule in bench.rules.items():
                if (rule.device, rule.quantity) == (reading.device, reading.quantity):
                    bench.apply(ident, _observation(rule, reading))

    def _let_pass(self, bench: Bench, now_us: int) -> None:
        for ident, rule in bench.rules.items():
            bench.apply(ident, partial(states.elapsed, rule=rule, now_us=now_us))
            bench.apply(ident, partial(states.shelf_over, now_us=now_us))

    def _settle(self, transaction: Transaction, bench: Bench, cursor: Cursor) -> list[AlarmView]:
        revision, told = cursor.revision, []
        for ident in sorted(bench.changed):
            alarm = bench.alarms[ident]
            if ident in bench.news:
                revision += 1
                bench.revisions[ident] = revision
                told.append(view(bench.rules[ident], alarm, revision))
            kept = StoredAlarm(ident, msgspec.json.encode(alarm), bench.revisions.get(ident, 0))
            stored.save(transaction, kept)
        stored.write(transaction, bench.lines)
        stored.save_cursor(transaction, Cursor(cursor.seq, revision))
        return told


def view(rule: AlarmRule, alarm: Alarm, revision: int) -> AlarmView:
    """Return an alarm as the wire has it."""
    return AlarmView(
        id=rule.id,
        device=rule.device,
        quantity=rule.quantity,
        priority=rule.priority,
        state=alarm.state,
        active=alarm.active,
        acknowledged=alarm.acknowledged,
        value=alarm.value,
        observed_us=alarm.observed_us,
        unknown=alarm.unknown,
        raised_us=alarm.raised_us,
        returned_us=alarm.returned_us,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_us=alarm.acknowledged_us,
        note=alarm.note,
        shelf=alarm.shelf,
        out_of_service_reason=alarm.out_of_service,
        suppressed_by=alarm.suppressed_by,
        revision=revision,
    )


def _observation(rule: AlarmRule, reading: Reading) -> Callable[[Alarm], Outcome]:
    return partial(states.observed, rule=rule, value=reading.value, at_us=reading.observed_us)
