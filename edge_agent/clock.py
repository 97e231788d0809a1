"""The clock that decisions are made by: wall time for stamps, monotonic time for waiting."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import time
import uuid
from pathlib import Path
from typing import Any, NamedTuple, Protocol

_TIMEX_BYTES = 512  # struct timex is 208 bytes on 64-bit Linux, less elsewhere
_TIME_ERROR = 5
_FRESH_US, _MOVED_US = 10_000, 1_000  # asking the kernel costs more than all else of a look
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_BOOT_LETTERS = 12  # 48 bits tell the boots of one gateway apart


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


class Sight(NamedTuple):
    """One look at the clocks.

    Attributes:
        wall_us: microseconds since 1970-01-01 UTC, right or wrong.
        monotonic_us: microseconds since the machine started, or another instant of this boot.
        boot: names this run of the machine.
        trusted: whether a time source has set the wall clock.
    """

    wall_us: int
    monotonic_us: int
    boot: str
    trusted: bool

    @property
    def offset_us(self) -> int:
        """Return the wall clock minus the monotonic clock: when the machine started, if it is right."""
        return self.wall_us - self.monotonic_us


def look() -> Sight:
    """Look at the machine's clocks."""
    wall_us, monotonic_us = time.time_ns() // 1000, time.monotonic_ns() // 1000
    moment, offset = monotonic_us // _FRESH_US, (wall_us - monotonic_us) // _MOVED_US
    return Sight(wall_us, monotonic_us, boot_id(), _was_synchronised(moment, offset))


@functools.cache
def boot_id() -> str:
    """Return a name of this run of the machine; of this process, where the kernel gives none."""
    try:
        text = _BOOT_ID.read_text(encoding="utf-8")
    except OSError:
        text = uuid.uuid4().hex
    return text.replace("-", "")[:_BOOT_LETTERS]


def is_synchronised() -> bool:
    """Tell whether the kernel holds the clock for set by a time source (adjtimex(2))."""
    unchanged = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: asks, changes nothing
    state: int = _libc().adjtimex(unchanged)
    return state not in (-1, _TIME_ERROR)


@functools.lru_cache(maxsize=4)
def _was_synchronised(_moment: int, _offset: int) -> bool:
    """Ask the kernel anew after a moment, or where the wall clock has moved meanwhile."""
    return is_synchronised()


@functools.cache
def _libc() -> Any:
    return ctypes.CDLL(None)


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
