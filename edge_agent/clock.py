"""The clock that decisions are made by: wall time for stamps, monotonic time for waiting."""

from __future__ import annotations

import asyncio
import ctypes
import time
from typing import Protocol

_TIMEX_BYTES = 512  # struct timex is 208 bytes on 64-bit Linux, less elsewhere
_TIME_ERROR = 5


class Clock(Protocol):
    """Time as the agent sees it; tests bring their own."""

    def now_us(self) -> int:
        """Return microseconds since 1970-01-01 UTC; it may jump when the clock is set."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump; only differences mean something."""
        ...

    async def pause(self, seconds: float, until: asyncio.Event) -> bool:
        """Wait, at most until an event; return whether the event is set."""
        ...


def is_synchronised() -> bool:
    """Tell whether the kernel holds the clock for set by a time source (adjtimex(2))."""
    unchanged = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: asks, changes nothing
    state: int = ctypes.CDLL(None).adjtimex(unchanged)
    return state not in (-1, _TIME_ERROR)


class SystemClock:
    """The machine's clock."""

    def now_us(self) -> int:
        """Return microseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Return seconds since some instant."""
        return time.monotonic()

    async def pause(self, seconds: float, until: asyncio.Event) -> bool:
        """Wait, at most until an event; return whether the event is set."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await until.wait()
        except TimeoutError:
            return until.is_set()
        return True
