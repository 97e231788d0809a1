"""Overruns: a half hour that ended above its target, and what stood in the way of holding it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_agent.control.intervals import DemandInterval
    from edge_agent.control.levers import LeverState

_TOLERANCE = 1.005  # of the target: what a class 1 meter cannot tell
_SILENT, _SPENT = "the meter was silent", "everything that could relieve did so"
_WORTH_KW = 0.1  # a target that moved less has not moved


@dataclass(frozen=True, slots=True)
class Overrun:
    """A half hour above its target.

    Attributes:
        mean_kw: as measured; `certain` is False where only what was not measured may be too much.
        reasons: in sentences, what counted longest first.
    """

    begins_s: float
    mean_kw: float
    target_kw: float
    certain: bool
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Watch:
    """Counts, second by second, what keeps the running interval from its target."""

    _seconds: dict[str, float] = field(default_factory=dict)
    _highest_kw: float = 0.0
    _targets: list[float] = field(default_factory=list)

    def note(self, seconds: float, import_kw: float | None, target_kw: float) -> None:
        """Count seconds by what was measured and wanted; None where the meter was silent."""
        if import_kw is None:
            self._add(_SILENT, seconds)
        else:
            self._highest_kw = max(self._highest_kw, import_kw)
        if not self._targets or abs(self._targets[-1] - target_kw) > _WORTH_KW:
            self._targets.append(target_kw)

    def assets(
        self,
        seconds: float,
        states: Mapping[str, LeverState],
        asked: Mapping[str, float],
        over_kw: float | None,
    ) -> None:
        """Count seconds in which relief was short.

        Args:
            seconds: how many.
            states: of each lever.
            asked: relief of each lever after this second.
            over_kw: how much the import is above what is allowed; None where it is not known.
        """
        for lever, state in states.items():
            if not state.available:
                self._add(f"{lever} was not available", seconds)
        if over_kw is None or over_kw <= 0:
            return
        usable = {name: state for name, state in states.items() if state.available}
        for lever, state in usable.items():
            if state.most_kw <= 0 and asked.get(lever, 0.0) <= 0:
                self._add(f"{lever} had nothing left to give", seconds)
        room = [s.most_kw - asked.get(name, s.relief_kw) for name, s in usable.items()]
        spent = all(kw <= _WORTH_KW for kw in room)
        self._add(_SPENT if spent else "assets were on their way to give more", seconds)

    def ended(self, interval: DemandInterval) -> Overrun | None:
        """Return the overrun of an interval that is over, None where it held; begin anew."""
        seconds, targets, highest = self._seconds, self._targets, self._highest_kw
        self._seconds, self._targets, self._highest_kw = {}, [], 0.0
        mean = interval.mean_kw()
        if mean is None or not targets:
            return None
        limit = targets[-1] * _TOLERANCE
        unseen_kwh = seconds.get(_SILENT, 0.0) * highest / 3600
        worst = (interval.used_kwh + unseen_kwh) * 3600 / interval.length_s
        if max(mean, worst) <= limit:
            return None
        return Overrun(
            interval.begins_s, mean, targets[-1], mean > limit, _reasons(seconds, targets)
        )

    def _add(self, what: str, seconds: float) -> None:
        self._seconds[what] = self._seconds.get(what, 0.0) + seconds


def _reasons(seconds: Mapping[str, float], targets: Sequence[float]) -> tuple[str, ...]:
    longest = sorted(seconds.items(), key=lambda one: -one[1])
    found = [f"{what} for {count:.0f} s" for what, count in longest if count]
    if targets[-1] < max(targets):
        found.append(f"the target was lowered from {max(targets):.1f} to {targets[-1]:.1f} kW")
    return tuple(found)
