"""Limits on how fast callers and addresses may ask: token buckets, bounded in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

_MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second in the long run."""

    burst: float
    per_s: float


class Buckets:
    """One bucket per name; a full one that nobody asks for is forgotten first."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, name: str, now_us: int, rate: Rate | None = None) -> float:
        """Take one; return 0, or the seconds to wait until there is one again."""
        rate = rate or self._rate
        level = self._level(name, now_us, rate)
        if level < 1.0:
            return (1.0 - level) / rate.per_s
        self._keep(name, level - 1.0, now_us)
        return 0.0

    def empty(self, name: str, now_us: int) -> float:
        """Return the seconds to wait until there is one, 0 where there is; takes nothing."""
        level = self._level(name, now_us, self._rate)
        return 0.0 if level >= 1.0 else (1.0 - level) / self._rate.per_s

    def _level(self, name: str, now_us: int, rate: Rate) -> float:
        level, at_us = self._buckets.get(name, (rate.burst, now_us))
        passed_s = max(0, now_us - at_us) / 1e6
        return min(rate.burst, level + passed_s * rate.per_s)

    def _keep(self, name: str, level: float, now_us: int) -> None:
        self._buckets[name] = (level, now_us)
        self._buckets.move_to_end(name)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
