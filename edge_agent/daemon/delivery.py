"""Delivery: readings into the log, one poll at a time per link; who waits for the disk says so.

A link polls again only once its readings are durable or refused, so what is in memory is bounded
by the number of links, however slow the disk is.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from edge_agent.store import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.health.observations import Health
    from edge_agent.store import ReadingLog


class Delivery:
    """Takes the readings of every link to the log."""

    def __init__(self, log: ReadingLog, health: Health, clock: Clock) -> None:
        self._log = log
        self._health = health
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[float, int]] = {}

    async def deliver(self, readings: Sequence[Reading]) -> None:
        """Store readings; return once they are durable, or refused and counted."""
        if not readings:
            return
        if not self._waiting:
            self._health.log_moves(more_waits=True)
        number = next(self._numbers)
        self._waiting[number] = (self._clock.monotonic(), len(readings))
        try:
            await self._log.store(readings)
        except LogUnavailable as error:
            self._health.refused(len(readings), str(error))
        else:
            self._health.stored()
        finally:
            del self._waiting[number]
            self._health.log_moves(more_waits=bool(self._waiting))

    @property
    def waiting(self) -> int:
        """Return how many readings are not durable yet."""
        return sum(count for _, count in self._waiting.values())

    @property
    def waiting_s(self) -> float:
        """Return how long the oldest of them waits, 0 where none does."""
        begun = min((begun for begun, _ in self._waiting.values()), default=None)
        return 0.0 if begun is None else max(0.0, self._clock.monotonic() - begun)
