"""Minutes of one wearer from the readings of all their devices; what was not heard stays unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING

from area_configs.domain.quality import GOOD
from edge_agent.care.heart import MINUTE_US, HeartBeats
from platform_hub.wire.care import Minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from area_configs.domain.readings import Reading

SETTLE_US = 5_000_000  # readings come this late
COMPLETE = 0.8
_BODY = frozenset({"heart_rate", "pulse_rate", "spo2", "rr_interval"})
_STEPS_A_MINUTE = 200  # more is a counter that was set anew


@dataclass(slots=True)
class _Gathered:
    """What was heard in one minute."""

    pulse: list[float] = field(default_factory=list)
    oxygen: list[float] = field(default_factory=list)
    motion: list[float] = field(default_factory=list)
    steps: int | None = None
    body: bool = False
    heard: dict[tuple[str, str], int] = field(default_factory=dict)


class Wearer:
    """Makes the minutes of one person.

    Args:
        pseudonym: whose.
        periods_s: how often each quantity of each device should be heard; the most frequent one
            of each device says whether a minute is complete.
    """

    def __init__(self, pseudonym: str, periods_s: Mapping[tuple[str, str], float]) -> None:
        self.pseudonym = pseudonym
        self._periods_s = periods_s
        self._open: dict[int, _Gathered] = {}
        self._beats = HeartBeats()
        self._counters: dict[str, float] = {}
        self._battery: dict[str, float] = {}
        self._done = 0

    def take(self, readings: Iterable[Reading]) -> None:
        """Take readings; those of a minute that is over already are too late for it."""
        for one in readings:
            minute = one.observed_us // MINUTE_US
            if minute > self._done:
                self._gather(self._open.setdefault(minute, _Gathered()), one)

    def finished(self, now_us: int) -> list[Minute]:
        """Return the minutes that are over."""
        last = (now_us - SETTLE_US) // MINUTE_US - 1
        over = sorted(minute for minute in self._open if minute <= last)
        if over:
            self._done = over[-1]
        return [self._made(minute, self._open.pop(minute)) for minute in over]

    def _gather(self, into: _Gathered, one: Reading) -> None:
        key = (one.device, one.quantity)
        if one.value is None or one.quality != GOOD:
            return
        into.heard[key] = into.heard.get(key, 0) + 1
        into.body = into.body or one.quantity in _BODY
        if one.quantity in {"heart_rate", "pulse_rate"}:
            into.pulse.append(one.value)
        elif one.quantity == "spo2":
            into.oxygen.append(one.value)
        elif one.quantity == "motion":
            into.motion.append(one.value)
        elif one.quantity == "rr_interval":
            self._beats.take(one.observed_us, one.value)
        else:
            self._count(into, one.device, one.quantity, one.value)

    def _count(self, into: _Gathered, device: str, quantity: str, value: float) -> None:
        if quantity == "battery_level":
            self._battery[device] = value
        elif quantity == "steps":
            before = self._counters.get(device)
            self._counters[device] = value
            taken = 0.0 if before is None else value - before if value >= before else value
            if taken <= _STEPS_A_MINUTE:
                into.steps = (into.steps or 0) + int(taken)

    def _made(self, minute: int, heard: _Gathered) -> Minute:
        clean = self._beats.minute(minute)
        moved = bool(heard.steps) or any(heard.motion)
        known = bool(heard.motion) or heard.steps is not None
        return Minute(
            self.pseudonym,
            minute,
            worn=True if heard.body or moved else None if not self._measures_body() else False,
            complete=self._is_complete(heard),
            still=not moved if known else None,
            heart_rate=fmean(heard.pulse) if heard.pulse else None,
            spo2=fmean(heard.oxygen) if heard.oxygen else None,
            steps=heard.steps,
            rr_squares=clean.squares,
            rr_pairs=clean.pairs,
            rr_clean_ms=clean.clean_ms,
            battery=min(self._battery.values(), default=None),
        )

    def _measures_body(self) -> bool:
        return any(quantity in _BODY for _, quantity in self._periods_s)

    def _is_complete(self, heard: _Gathered) -> bool:
        """Tell whether every device was heard as often as it should speak."""
        best: dict[str, float] = {}
        for key, period_s in self._periods_s.items():
            share = heard.heard.get(key, 0) / max(1.0, 60.0 / period_s)
            best[key[0]] = max(best.get(key[0], 0.0), share)
        return bool(best) and min(best.values()) >= COMPLETE
