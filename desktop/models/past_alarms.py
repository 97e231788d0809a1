"""Alarms as they stood at an instant of the past, put together from the hub's journal."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desktop.models.alarm_journal import Line

_ACTIVE = frozenset({"unacked_active", "acked_active"})
_WAITING = frozenset({"unacked_active", "returned_unacked"})
_ACKNOWLEDGED = "acknowledged"
_RAISED = "raised"


@dataclass(frozen=True, slots=True)
class PastAlarm:
    """One alarm at an instant, as the desk takes it; what the journal does not say is empty."""

    id: str
    state: str
    active: bool
    acknowledged: bool
    value: float | None
    raised_us: int
    returned_us: int = 0
    acknowledged_by: str = ""
    acknowledged_us: int = 0
    note: str = ""
    unknown: bool = False
    shelf: None = None
    out_of_service_reason: str = ""
    suppressed_by: str = ""
    revision: int = 0


class PastAlarms:
    """The journal in time order; a console that has read it all can show any instant of it."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._lines = sorted(lines, key=lambda line: (line.at_us, line.seq))
        self._instants = [line.at_us for line in self._lines]
        self._raised = [line.at_us for line in self._lines if line.what == _RAISED]

    @property
    def raised_us(self) -> tuple[int, ...]:
        """Return when an alarm was raised, oldest first."""
        return tuple(self._raised)

    def at(self, instant_us: int) -> list[PastAlarm]:
        """Return every alarm that had ever changed by an instant."""
        found: dict[str, PastAlarm] = {}
        for line in self._lines[: bisect_right(self._instants, instant_us)]:
            found[line.alarm] = _after(line, found.get(line.alarm))
        return list(found.values())

    def version_at(self, instant_us: int) -> int:
        """Return a number that differs between instants only where alarms do."""
        return bisect_right(self._instants, instant_us)

    def before(self, instant_us: int) -> int | None:
        """Return when the last alarm before an instant was raised."""
        return next((at for at in reversed(self._raised) if at < instant_us), None)

    def after(self, instant_us: int) -> int | None:
        """Return when the next alarm after an instant was raised."""
        return next((at for at in self._raised if at > instant_us), None)


def _after(line: Line, before: PastAlarm | None) -> PastAlarm:
    raised = line.at_us if line.what == _RAISED else (before.raised_us if before else line.at_us)
    active = line.state in _ACTIVE
    returned = 0 if active else (before.returned_us if before else 0) or line.at_us
    answered = line.what == _ACKNOWLEDGED
    keeps = before is not None and line.what != _RAISED
    return PastAlarm(
        line.alarm,
        line.state,
        active,
        line.state not in _WAITING,
        line.value if line.value is not None else (before.value if before else None),
        raised,
        returned,
        line.by if answered else (before.acknowledged_by if before and keeps else ""),
        line.at_us if answered else (before.acknowledged_us if before and keeps else 0),
        line.note or (before.note if before and keeps else ""),
    )
