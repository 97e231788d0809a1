"""A clock that moves only when a test moves it, and wakes whoever was due by then."""

from __future__ import annotations

import asyncio


class ManualClock:
    """Time for tests: `pause` waits until `pass_s` has brought enough time, or its event."""

    def __init__(self) -> None:
        self.wall_us = 1_790_000_000_000_000
        self.seconds = 1000.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now_us(self) -> int:
        return self.wall_us

    def monotonic(self) -> float:
        return self.seconds

    async def pause(self, seconds: float, until: asyncio.Event) -> bool:
        awake = asyncio.Event()
        sleeper = (self.seconds + max(0.0, seconds), awake)
        self._sleepers.append(sleeper)
        waits = [asyncio.ensure_future(event.wait()) for event in (awake, until)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sleepers.remove(sleeper)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        return until.is_set()

    async def pass_s(self, seconds: float) -> None:
        """Let time pass, one sleeper after another, and let everybody do what is due."""
        end = self.seconds + seconds
        await settle()
        while due := [at for at, awake in self._sleepers if at <= end and not awake.is_set()]:
            self.jump_s(min(due) - self.seconds)
            await settle()
        self.jump_s(end - self.seconds)
        await settle()

    def jump_s(self, seconds: float) -> None:
        """Let time pass at once, as for a process that was stopped meanwhile."""
        self.seconds += max(0.0, seconds)
        self.wall_us += int(seconds * 1e6)
        for at, awake in self._sleepers:
            if at <= self.seconds:
                awake.set()


async def settle() -> None:
    """Give every task its turns until nothing more can happen without time passing."""
    for _ in range(50):
        await asyncio.sleep(0)
