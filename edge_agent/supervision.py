"""Supervision: a task that crashes, hangs or leaks is begun anew, later and later, and counted.

The others do not notice. A driver is never trusted to return: every call to it has a deadline on
the monotonic clock, and a call that passes it ends the driver, not the agent.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from edge_agent.drivers.base import Ageing, Listening, WriteRefused, Writing

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from area_configs.domain.commands import Command
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Driver

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_FIRST_S, _LONGEST_S = 1.0, 300.0
_HEALTHY_AFTER_S = 600.0  # whoever ran this long begins with a short wait again
_LATE_S = 1.0
_UNWIND_S = 1.0


class Hung(Exception):
    """A call did not return within its deadline: what made it is begun anew."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a driver's calls may take at most, seconds; far above what any protocol needs.

    A B-route driver scans and joins for minutes; a Modbus line may hold a hundred slow requests.
    """

    open_s: float = 600.0
    read_s: float = 180.0
    close_s: float = 30.0
    write_s: float = 30.0


@dataclass(slots=True)
class Record:
    """How often a task was begun anew and why.

    Attributes:
        restarts: all restarts since the agent began.
        crashes, hangs, leaks: the same by cause.
        last_reason: the last cause in a sentence; empty where there was none.
        since_s: monotonic instant of the last begin.
    """

    restarts: int = 0
    crashes: int = 0
    hangs: int = 0
    leaks: int = 0
    last_reason: str = ""
    since_s: float = 0.0


class Supervisor:
    """Runs one task again and again until it is told to stop."""

    def __init__(
        self,
        name: str,
        run: Callable[[asyncio.Event], Awaitable[None]],
        timing: tuple[Clock, random.Random],
        trouble: Callable[[str, float], None] = lambda _sentence, _retry_s: None,
    ) -> None:
        """Set a supervisor up.

        Args:
            name: what the task is called in the status.
            run: begins the task afresh; it returns soon after its event is set.
            timing: the clock, and the chance that spreads restarts.
            trouble: told of each failure and when the task is begun anew.
        """
        self.name = name
        self.record = Record()
        self._run = run
        self._clock, self._chance = timing
        self._trouble = trouble
        self._stopping = asyncio.Event()
        self._pause_turn = asyncio.Event()
        self._failures = 0

    def stop(self) -> None:
        """End the task for good once what it has in flight is finished."""
        self._stopping.set()
        self._pause_turn.set()

    def renew(self) -> None:
        """Begin the task anew as it is told to: nothing is wrong with it."""
        self._pause_turn.set()

    def restart(self, reason: str) -> None:
        """Begin the task anew once what it has in flight is finished: it leaks."""
        if self._pause_turn.is_set():
            return
        self.record.leaks += 1
        self._count(reason)
        self._pause_turn.set()

    async def keep(self) -> None:
        """Run the task until `stop`."""
        while not self._stopping.is_set():
            self._pause_turn = asyncio.Event()
            self.record.since_s = self._clock.monotonic()
            try:
                await self._run(self._pause_turn)
            except Hung as hung:
                self.record.hangs += 1
                await self._recover(str(hung))
            except Exception as bug:  # noqa: BLE001 - a bug in one task must not stop the others
                _log.exception("%s", self.name)
                self.record.crashes += 1
                await self._recover(f"internal error: {bug!r}")
            else:
                await self._after_return()

    async def _after_return(self) -> None:
        if not self._pause_turn.is_set():
            self.record.crashes += 1
            await self._recover("internal error: it ended by itself")

    async def _recover(self, reason: str) -> None:
        self._count(reason)
        wait_s = self._backoff_s()
        self._trouble(reason, wait_s)
        await self._clock.pause(wait_s, self._stopping)

    def _count(self, reason: str) -> None:
        self.record.restarts += 1
        self.record.last_reason = reason

    def _backoff_s(self) -> float:
        if self._clock.monotonic() - self.record.since_s >= _HEALTHY_AFTER_S:
            self._failures = 0
        longest: float = min(_LONGEST_S, _FIRST_S * 2 ** min(self._failures, 16))
        self._failures += 1
        return longest * (0.5 + self._chance.random() / 2)


class BoundedDriver:
    """A driver whose every call returns in time or raises Hung."""

    def __init__(self, driver: Driver, clock: Clock, deadlines: Deadlines | None = None) -> None:
        self._driver = driver
        self._clock = clock
        self._deadlines = deadlines or Deadlines()

    @property
    def health(self) -> str:
        """Say in a few words how the link is."""
        return self._driver.health

    async def open(self) -> None:
        """Open the link; raises what the driver raises, or Hung."""
        await self._within(self._deadlines.open_s, "open", self._driver.open())

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Ask a device for points; raises what the driver raises, or Hung."""
        return await self._within(
            self._deadlines.read_s, f"reading {device}", self._driver.read(device, points)
        )

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write a command's value; raises what the driver raises, or Hung."""
        if not isinstance(self._driver, Writing):
            raise WriteRefused(f"{self._driver.health}: its driver cannot tell devices anything")
        writing = self._driver.write(device, command, value)
        await self._within(self._deadlines.write_s, f"telling {device}", writing)

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver what devices send; a driver whose devices only answer waits until cancelled."""
        if isinstance(self._driver, Listening):
            await self._driver.listen(deliver)
        else:
            await asyncio.Event().wait()

    def overdue(self) -> list[Reading]:
        """Return how old the devices' data are; nothing where the driver does not know."""
        return self._driver.overdue() if isinstance(self._driver, Ageing) else []

    async def close(self) -> None:
        """Close the link; raises what the driver raises, or Hung."""
        await self._within(self._deadlines.close_s, "close", self._driver.close())

    async def _within(self, limit_s: float, what: str, call: Coroutine[Any, Any, _T]) -> _T:
        done = asyncio.Event()
        task = asyncio.create_task(_announced(call, done))
        try:
            if not await patience(self._clock, limit_s, done):
                raise Hung(f"the driver hangs: {what} took longer than {limit_s:g} s")
            return await task
        finally:
            task.cancel()  # nobody waits for it: one that ignores this would hold us as well


async def patience(clock: Clock, limit_s: float, done: asyncio.Event) -> bool:
    """Wait for an event; return whether it came in time.

    Who wakes far too late slept with the whole process (SIGSTOP, a starved machine): that is not
    the other's fault, who gets the whole time again.
    """
    while True:
        due = clock.monotonic() + limit_s
        if await clock.pause(limit_s, done):
            return True
        if clock.monotonic() - due < _LATE_S:
            return done.is_set()


async def _announced(call: Coroutine[Any, Any, _T], done: asyncio.Event) -> _T:
    try:
        return await call
    finally:
        done.set()
