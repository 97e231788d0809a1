"""Clean differences of RR intervals, minute by minute, as RMSSD needs them.

A difference of over 20 % of the interval before is an ectopic or missed beat: it is left out with
the difference before and after it. A gap in time begins anew: no difference reaches across it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

LIMIT = 0.20
MINUTE_US = 60_000_000
_GAP_US = 3_000_000  # beyond the interval itself


class Clean(NamedTuple):
    """What the clean differences of a minute sum up to."""

    squares: float = 0.0
    pairs: int = 0
    clean_ms: float = 0.0


class _Pair(NamedTuple):
    minute: int
    difference: float
    interval: float
    bad: bool


@dataclass(slots=True)
class HeartBeats:
    """Takes intervals in order of time; a difference counts once the next one is known."""

    _last: tuple[int, float] | None = None
    _held: list[_Pair] = field(default_factory=list)  # the last two differences of this run
    _minutes: dict[int, Clean] = field(default_factory=dict)

    def take(self, observed_us: int, interval_ms: float) -> None:
        """Take the interval that ended at an instant."""
        last, self._last = self._last, (observed_us, interval_ms)
        if last is None:
            return
        if not 0 <= observed_us - last[0] <= interval_ms * 1000 + _GAP_US:
            self.end_run()
            return
        difference = interval_ms - last[1]
        bad = abs(difference) / last[1] > LIMIT
        self._push(_Pair(observed_us // MINUTE_US, difference, interval_ms, bad))

    def end_run(self) -> None:
        """Count the last difference: nothing follows it."""
        if self._held:
            self._count(self._held[-1], self._held[:-1])
        self._held = []

    def minute(self, minute: int) -> Clean:
        """Return the sums of a minute and forget them."""
        return self._minutes.pop(minute, Clean())

    def _push(self, new: _Pair) -> None:
        if self._held:
            self._count(self._held[-1], [*self._held[:-1], new])
        self._held = [*self._held[-1:], new]

    def _count(self, pair: _Pair, neighbours: list[_Pair]) -> None:
        if pair.bad or any(one.bad for one in neighbours):
            return
        sums = self._minutes.get(pair.minute, Clean())
        self._minutes[pair.minute] = Clean(
            sums.squares + pair.difference**2, sums.pairs + 1, sums.clean_ms + pair.interval
        )
