"""The states of one alarm after ISA-18.2: what a value, the clock or a person makes of them. Pure.

Instants of raising and returning are those of observation, so that an alarm inside a backlog is
found even though it is over when it arrives. A missing value changes nothing: unknown is neither
alarm nor normal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from platform_hub.wire.alarms import AlarmState, Shelf

if TYPE_CHECKING:
    from area_configs.domain.alarms import AlarmRule

_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is kept of one alarm.

    Attributes:
        active: in alarm, after its delays.
        pending_us: since when the last value says the opposite of `active`; 0 where it agrees.
        latched: returned, but not yet reset.
    """

    active: bool = False
    acknowledged: bool = True
    latched: bool = False
    pending_us: int = 0
    value: float | None = None
    observed_us: int = 0
    unknown: bool = False
    raised_us: int = 0
    returned_us: int = 0
    acknowledged_by: str = ""
    acknowledged_us: int = 0
    note: str = ""
    shelf: Shelf | None = None
    out_of_service: str = ""  # why
    suppressed_by: str = ""

    @property
    def state(self) -> AlarmState:
        """Return what an operator sees; what hides an alarm comes before the alarm itself."""
        if self.out_of_service:
            return AlarmState.OUT_OF_SERVICE
        if self.suppressed_by:
            return AlarmState.SUPPRESSED
        if self.shelf:
            return AlarmState.SHELVED
        return self._shown()

    def _shown(self) -> AlarmState:
        if self.active:
            return AlarmState.ACKED_ACTIVE if self.acknowledged else AlarmState.UNACKED_ACTIVE
        if self.latched:
            return AlarmState.LATCHED
        return AlarmState.NORMAL if self.acknowledged else AlarmState.RETURNED_UNACKED


@dataclass(frozen=True, slots=True)
class Happening:
    """Something for the journal: `raised`, `returned`, `shelved` ..., and when."""

    what: str
    at_us: int
    by: str = ""
    note: str = ""


Outcome = tuple[Alarm, tuple[Happening, ...]]


def observed(alarm: Alarm, rule: AlarmRule, value: float | None, at_us: int) -> Outcome:
    """Judge a value that was observed at an instant; one older than the last is passed over."""
    if at_us <= alarm.observed_us:
        return alarm, ()
    if value is None:
        return replace(alarm, unknown=True, observed_us=at_us, value=None), ()
    due, happened = elapsed(alarm, rule, at_us)
    seen = replace(due, value=value, observed_us=at_us, unknown=False)
    if rule.holds(value, active=seen.active) == seen.active:
        return replace(seen, pending_us=0), happened
    pending = replace(seen, pending_us=seen.pending_us or at_us)
    turned, more = elapsed(pending, rule, at_us)
    return turned, happened + more


def elapsed(alarm: Alarm, rule: AlarmRule, now_us: int) -> Outcome:
    """Let time pass: what has been pending for its whole delay comes true."""
    if not alarm.pending_us:
        return alarm, ()
    delay_s = rule.off_delay_s if alarm.active else rule.on_delay_s
    since = alarm.pending_us + round(delay_s * _SECOND_US)
    if now_us < since:
        return alarm, ()
    return _returned(alarm, rule, since) if alarm.active else _raised(alarm, since)


def acknowledged(alarm: Alarm, by: str, note: str, now_us: int) -> Outcome:
    """Acknowledge this occurrence; nothing where there is nothing to acknowledge."""
    if alarm.acknowledged:
        return alarm, ()
    seen = replace(alarm, acknowledged=True, acknowledged_by=by, acknowledged_us=now_us, note=note)
    return seen, (Happening("acknowledged", now_us, by, note),)


def reset(alarm: Alarm, by: str, note: str, now_us: int) -> Outcome:
    """Reset a latched alarm that has returned; this acknowledges it as well."""
    if alarm.active or not alarm.latched:
        return alarm, ()
    seen, happened = acknowledged(alarm, by, note, now_us)
    return replace(seen, latched=False), (*happened, Happening("reset", now_us, by, note))


def shelved(alarm: Alarm, shelf: Shelf, now_us: int) -> Outcome:
    """Put an alarm aside; on the shelf already, it stays as the newest shelf says."""
    return replace(alarm, shelf=shelf), (Happening("shelved", now_us, shelf.by, shelf.reason),)


def unshelved(alarm: Alarm, by: str, now_us: int) -> Outcome:
    """Take an alarm back from the shelf."""
    if alarm.shelf is None:
        return alarm, ()
    return replace(alarm, shelf=None), (Happening("unshelved", now_us, by),)


def shelf_over(alarm: Alarm, now_us: int) -> Outcome:
    """Take an alarm back whose time on the shelf is over."""
    if alarm.shelf is None or now_us < alarm.shelf.until_us:
        return alarm, ()
    ended = Happening("shelf_expired", alarm.shelf.until_us)
    return replace(alarm, shelf=None), (ended,)


def taken_out(alarm: Alarm, by: str, reason: str, now_us: int) -> Outcome:
    """Take an alarm out of service, as for the repair of its device."""
    out = replace(alarm, out_of_service=reason)
    return out, (Happening("out_of_service", now_us, by, reason),)


def put_back(alarm: Alarm, by: str, now_us: int) -> Outcome:
    """Put an alarm back into service."""
    if not alarm.out_of_service:
        return alarm, ()
    return replace(alarm, out_of_service=""), (Happening("in_service", now_us, by),)


def explained(alarm: Alarm, by_rule: str, now_us: int) -> Outcome:
    """Suppress an alarm by design, or no longer, by the rule that explains it (or empty)."""
    if alarm.suppressed_by == by_rule:
        return alarm, ()
    what = "suppressed" if by_rule else "unsuppressed"
    return replace(alarm, suppressed_by=by_rule), (Happening(what, now_us, note=by_rule),)


def _raised(alarm: Alarm, at_us: int) -> Outcome:
    raised = replace(
        alarm,
        active=True,
        acknowledged=False,
        latched=False,
        pending_us=0,
        raised_us=at_us,
        returned_us=0,
        acknowledged_by="",
        acknowledged_us=0,
        note="",
    )
    return raised, (Happening("raised", at_us),)


def _returned(alarm: Alarm, rule: AlarmRule, at_us: int) -> Outcome:
    returned = replace(alarm, active=False, pending_us=0, returned_us=at_us, latched=rule.latching)
    return returned, (Happening("returned", at_us),)
