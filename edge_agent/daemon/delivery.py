"""Delivery: readings into the log, one poll at a time per link; who waits for the disk says so.

A link polls again only once its readings are durable or refused, so what is in memory is bounded
by the number of links, however slow the disk is and however full the log's queue.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.store import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.health.observations import Health
    from edge_agent.store import ReadingLog


class _Waiting(NamedTuple):
    since: float
    readings: int


class Delivery:
    """Takes the readings of every link to the log."""

    def __init__(self, log: ReadingLog, health: Health, clock: Clock) -> None:
        self._log = log
        self._health = health
        self._clock = clock
        self._waiting: dict[asyncio.Task[None], _Waiting] = {}

    async def deliver(self, readings: Sequence[Reading]) -> None:
        """Store readings; return once they are durable, or refused and counted.

        Who is cancelled meanwhile need not care: they are stored all the same.
        """
        if not readings:
            return
        if not self._waiting:
            self._health.log_moves(more_waits=True)
        task = asyncio.create_task(self._store(readings))
        self._waiting[task] = _Waiting(self._clock.monotonic(), len(readings))
        task.add_done_callback(self._end)
        await asyncio.shield(task)

    async def finish(self, within_s: float) -> None:
        """Wait for what is not durable yet; what is not by then counts as lost, the disk may yet take it."""
        if not self._waiting:
            return
        _, late = await asyncio.wait(set(self._waiting), timeout=within_s)
        for task in late:
            sentence = "the agent was stopped before the disk took them"
            self._health.refused(self._waiting[task].readings, sentence)
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """Return how many readings are not durable yet."""
        return sum(waiting.readings for waiting in self._waiting.values())

    @property
    def waiting_s(self) -> float:
        """Return how long the oldest of them waits, 0 where none does."""
        begun = min((waiting.since for waiting in self._waiting.values()), default=None)
        return 0.0 if begun is None else max(0.0, self._clock.monotonic() - begun)

    async def _store(self, readings: Sequence[Reading]) -> None:
        try:
            await self._log.store(readings)
        except LogUnavailable as error:
            self._health.refused(len(readings), str(error))
        else:
            self._health.stored(readings)

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._waiting[task]
        self._health.log_moves(more_waits=bool(self._waiting))
