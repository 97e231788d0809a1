"""The demand controller: every second, what each lever is asked for, and why.

It holds the mean import of the running clocked interval at a target. Charging is capped by what
the target leaves, whatever a schedule says; relief begins when the projected mean passes the target.
A schedule alone raised the measured peak; with this hold the same schedule cut it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_agent.control.intervals import DemandInterval
from edge_agent.control.overruns import Overrun, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_agent.control.levers import Lever, LeverState


_SPARE = 0.5  # of a switched load's power is free in the others before it is switched on again


class Why(StrEnum):
    """Why a lever was moved."""

    SCHEDULE = "schedule"
    CHARGE_CAPPED = "charge_capped"
    PEAK = "peak"
    SURPLUS = "surplus"
    RELEASE = "release"
    METER_STALE = "meter_stale"


@dataclass(frozen=True, slots=True)
class Tuning:
    """How hard the controller acts.

    Attributes:
        band_kw: it acts this far over the allowed mean, and releases this far under it.
        last_s: see `DemandInterval.allowed_kw`.
        stale_s: a measurement older than this is none.
        worth_kw: smaller changes are not asked for.
    """

    band_kw: float = 3.0
    last_s: float = 60.0
    stale_s: float = 10.0
    worth_kw: float = 0.5


@dataclass(frozen=True, slots=True)
class Ask:
    """One lever, asked for a new relief; goes into the action log as it is."""

    lever: str
    from_kw: float
    to_kw: float
    why: Why
    import_kw: float | None
    allowed_kw: float


@dataclass(slots=True)
class DemandController:
    """Decides; reading and writing are others' business.

    Attributes:
        levers: in any order; `stage` decides.
        interval: the running interval.
        overrun: of the interval that ended with the last step; None where none did, or it held.
    """

    levers: Sequence[Lever]
    tuning: Tuning = field(default_factory=Tuning)
    interval: DemandInterval = field(default_factory=DemandInterval)
    last_mean_kw: float | None = None
    overrun: Overrun | None = None
    _watch: Watch = field(default_factory=Watch)
    _asked: dict[str, float] = field(default_factory=dict)
    _moved_s: dict[str, float] = field(default_factory=dict)
    _turned_s: dict[str, float] = field(default_factory=dict)
    _why: dict[str, Why] = field(default_factory=dict)
    _now_s: float = 0.0
    _heard_s: float = float("-inf")
    _import_kw: float | None = None

    def step(
        self,
        now_s: float,
        import_kw: float | None,
        states: Mapping[str, LeverState],
        target_kw: float,
        schedule: Mapping[str, float] | None = None,
    ) -> list[Ask]:
        """Take one second's measurement and return what changes.

        Args:
            now_s: seconds since 1970 UTC; it may jump, the interval follows the clock.
            import_kw: measured import, None where there is no new value.
            states: state of each lever by id.
            target_kw: the mean that the interval must not exceed.
            schedule: relief that a valid plan wants of each lever; none without a plan.
        """
        seconds = self._count(now_s, import_kw)
        self._watch.note(seconds, import_kw, target_kw)
        fresh = now_s - self._heard_s <= self.tuning.stale_s
        allowed = self.interval.allowed_kw(target_kw, now_s, self.tuning.last_s)
        usable = {i: s for i, s in states.items() if s.available}
        if not fresh or self._import_kw is None:
            wanted = self._blind(usable)
        else:
            base = self._import_kw + sum(state.relief_kw for state in states.values())
            wanted = self._wanted(base - _given(states, usable), allowed, usable, schedule or {})
        asks = self._asks(wanted, usable, allowed, now_s)
        over = self._import_kw - allowed if fresh and self._import_kw is not None else None
        self._watch.assets(seconds, states, self._asked, over)
        return asks

    def asked(self) -> dict[str, tuple[float, Why]]:
        """Return the relief that each lever was asked for last and why; not those that never were."""
        return {lever: (kw, self._why[lever]) for lever, kw in self._asked.items()}

    def forget(self, lever: str) -> None:
        """Go by what a lever's device gives, not by what it was asked for: it did not do it."""
        self._asked.pop(lever, None)
        self._why.pop(lever, None)

    def _count(self, now_s: float, import_kw: float | None) -> float:
        """Count the time since the last step, and return it in seconds."""
        seconds = min(max(0.0, now_s - self._now_s), self.tuning.stale_s) if self._now_s else 0.0
        over = self.interval.is_over(now_s) and self._now_s > 0
        self.overrun = self._watch.ended(self.interval) if over else None
        ended = self.interval.add(now_s, seconds, import_kw)
        self.last_mean_kw = self.last_mean_kw if ended is None else ended
        self._now_s = now_s
        if import_kw is not None:
            self._heard_s, self._import_kw = now_s, import_kw
        return seconds

    def _blind(self, states: Mapping[str, LeverState]) -> dict[str, tuple[float, Why]]:
        """Without a meter: no charging from the grid, else stay at the last safe set point."""
        return {
            lever.id: (max(0.0, self._last(lever.id, states)), Why.METER_STALE)
            for lever in self.levers
            if lever.id in states
        }

    def _wanted(
        self,
        base_kw: float,
        allowed_kw: float,
        states: Mapping[str, LeverState],
        schedule: Mapping[str, float],
    ) -> dict[str, tuple[float, Why]]:
        """Return what each lever should give: the schedule first, then what the target needs."""
        wanted = {
            lever.id: (_within(schedule.get(lever.id, 0.0), states[lever.id]), Why.SCHEDULE)
            for lever in self.levers
            if lever.id in states
        }
        self._take_surplus(base_kw, states, wanted)
        over = base_kw - sum(kw for kw, _ in wanted.values()) - allowed_kw
        over -= self._stay_off(over, states, wanted)
        for lever in sorted(self.levers, key=lambda lever: lever.stage):
            if lever.id in wanted and over > 0:
                before, _ = wanted[lever.id]
                room = states[lever.id].most_kw - before
                more = room if lever.is_switch else min(over, room)
                if more > 0:
                    capped = before < 0 and before + more <= 0
                    wanted[lever.id] = (before + more, Why.CHARGE_CAPPED if capped else Why.PEAK)
                    over -= more
        return wanted

    def _stay_off(
        self,
        over_kw: float,
        states: Mapping[str, LeverState],
        wanted: dict[str, tuple[float, Why]],
    ) -> float:
        """Keep what is switched off so where the rest could hardly do without; return its relief.

        It could not be switched off again before its dwell is over: a half hour was lost by that.
        """
        kept = 0.0
        for lever in self.levers:
            if not lever.is_switch or lever.id not in wanted or self._last(lever.id, states) <= 0:
                continue
            relief, (planned, _) = states[lever.id].most_kw, wanted[lever.id]
            rooms = (states[i].most_kw - kw for i, (kw, _) in wanted.items() if i != lever.id)
            spare = sum(rooms) - (over_kw - kept)
            if planned < relief and spare < _SPARE * relief:
                wanted[lever.id] = (relief, Why.PEAK)
                kept += relief - planned
        return kept

    def _take_surplus(
        self,
        base_kw: float,
        states: Mapping[str, LeverState],
        wanted: dict[str, tuple[float, Why]],
    ) -> None:
        """Let storage take what would be fed in: a forecast of sun or load was wrong."""
        surplus = sum(kw for kw, _ in wanted.values()) - base_kw
        for lever in self.levers:
            if lever.stores and lever.id in wanted and surplus > 0:
                before, _ = wanted[lever.id]
                less = min(surplus, before - states[lever.id].least_kw)
                if less > 0:
                    wanted[lever.id] = (before - less, Why.SURPLUS)
                    surplus -= less

    def _asks(
        self,
        wanted: Mapping[str, tuple[float, Why]],
        states: Mapping[str, LeverState],
        allowed_kw: float,
        now_s: float,
    ) -> list[Ask]:
        asks = []
        for lever in self.levers:
            if lever.id not in wanted:
                continue
            goal, why = wanted[lever.id]
            before = self._last(lever.id, states)
            goal = self._paced(lever, before, goal, now_s)
            if not lever.is_switch and why is not Why.METER_STALE:
                goal = self._rested(lever, before, goal, now_s)
            if abs(goal - before) < (1e-9 if goal == 0 else self.tuning.worth_kw):
                continue
            reason = Why.RELEASE if goal < before and why is Why.SCHEDULE and before > 0 else why
            asks.append(Ask(lever.id, before, goal, reason, self._import_kw, allowed_kw))
            if _way(before) != _way(goal):
                self._turned_s[lever.id] = now_s
            self._asked[lever.id] = goal
            self._why[lever.id] = reason
            self._moved_s[lever.id] = now_s
        return asks

    def _paced(self, lever: Lever, before: float, goal: float, now_s: float) -> float:
        """Bound the change by ramp, release, band and dwell."""
        if lever.is_switch and now_s - self._moved_s.get(lever.id, float("-inf")) < lever.dwell_s:
            return before
        if goal >= before:
            return min(goal, before + lever.ramp_kw_s)
        if before - goal <= self.tuning.band_kw and goal > 0:
            return before  # inside the band nothing is given back: no hunting
        return max(goal, before - min(lever.release_kw_s, lever.ramp_kw_s))

    def _rested(self, lever: Lever, before: float, goal: float, now_s: float) -> float:
        """Let relieving, resting and charging take turns no faster than the lever may."""
        since = now_s - self._turned_s.get(lever.id, float("-inf"))
        if _way(before) == _way(goal) or since >= lever.rest_s:
            return goal
        if before > 0:
            return min(before, self.tuning.worth_kw)
        if before < 0:
            return goal if goal > self.tuning.band_kw else max(before, -self.tuning.worth_kw)
        return max(goal, 0.0)

    def _last(self, lever: str, states: Mapping[str, LeverState]) -> float:
        return _within(self._asked.get(lever, states[lever].relief_kw), states[lever])


def _within(relief_kw: float, state: LeverState) -> float:
    return min(max(relief_kw, state.least_kw), state.most_kw)


def _way(relief_kw: float) -> int:
    """Return 1 for relieving, -1 for burdening, 0 for rest."""
    return (relief_kw > 0) - (relief_kw < 0)


def _given(states: Mapping[str, LeverState], usable: Mapping[str, LeverState]) -> float:
    """Return the relief of levers that cannot be moved now: it is part of the load."""
    return sum(state.relief_kw for lever, state in states.items() if lever not in usable)
