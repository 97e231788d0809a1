"""Polling: when each device of a link is asked, and what happens when it does not answer.

One task per link, one request at a time; a command waits for the poll in flight, and the next poll
for the command. Polls keep to a grid on the monotonic clock: they do not
drift, and after a stall what was missed is skipped, not made up for. A device that stays silent is
asked less and less often, so that it does not slow its neighbours on the line.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quality import Reason
from edge_agent.decoding.readings import silent
from edge_agent.drivers.base import (
    AccessRefused,
    Ageing,
    Garbled,
    LinkLost,
    Listening,
    NotNow,
    WriteRefused,
    Writing,
)

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from area_configs.domain.commands import Command
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Driver, Station

_START_SPREAD_S = 1.0  # the first polls of all devices do not fall into one instant
_LONGEST_SKIP_S = 30.0
_REOPEN_FIRST_S, _REOPEN_LONGEST_S = 1.0, 30.0
_REFUSED_FIRST_S, _REFUSED_LONGEST_S = 300.0, 3600.0
_SILENCE_AGAIN_S = 30.0
_ROUNDS_OF_SILENCE = 3  # when no device answers any more, the port may be a dead one


class Observer(Protocol):
    """Who is told how links and devices fare."""

    def link_up(self, link: str, words: str) -> None:
        """Note that a link is open."""
        ...

    def link_down(self, link: str, sentence: str, retry_s: float) -> None:
        """Note that a link is not open, why, and when it is tried again."""
        ...

    def scheduled(self, link: str, in_s: float) -> None:
        """Note when a link is polled next: never, infinity, where its devices send by themselves."""
        ...

    def answered(self, link: str, device: str, readings: Sequence[Reading], words: str) -> None:
        """Note an answer; `words` is how the link is."""
        ...

    def silent(self, device: str, sentence: str) -> None:
        """Note an unanswered poll."""
        ...


@dataclass(slots=True)
class Slot:
    """The points of one device with the same period, and when they are due next."""

    device: str
    points: tuple[Point, ...]
    period_s: float
    due: float
    failures: int = 0

    def advance(self, now: float, *, answered: bool) -> None:
        """Move to the next instant of the grid, further away while the device is silent."""
        self.failures = 0 if answered else self.failures + 1
        patience = min(_LONGEST_SKIP_S, self.period_s * 2 ** min(self.failures - 1, 10))
        earliest = now if answered else max(now, now + patience - self.period_s)
        steps = max(1, math.floor((earliest - self.due) / self.period_s) + 1)
        self.due += steps * self.period_s


def slots_of(stations: Iterable[Station], now: float, chance: random.Random) -> list[Slot]:
    """Return the polls of all stations, each device's grid beginning within a second.

    What a device sends by itself is not among them.
    """
    slots = []
    for station in stations:
        start = now + chance.random() * _START_SPREAD_S
        polled = [point for point in station.profile.points if not point.pushed]
        for period_s in sorted({point.period_s for point in polled}):
            points = tuple(p for p in polled if p.period_s == period_s)
            slots.append(Slot(station.device, points, period_s, start))
    return slots


class Silence:
    """Says of points that nothing comes, each at most once in its period and half a minute.

    A device that is asked in vain, or whose link is gone, has readings without a value and the
    reason in the log and in the hub, not a hole that could as well be the hub's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[tuple[str, str], float] = {}

    def of(self, device: str, points: Iterable[Point], how: str) -> list[Reading]:
        """Return the readings that are due; `how` as `silent` wants it."""
        now = self._clock.monotonic()
        due = [point for point in points if self._is_due(device, point, now)]
        for point in due:
            self._told[device, point.quantity] = now
        return silent(due, how, device, self._clock.now_us())

    def ended(self, readings: Iterable[Reading]) -> None:
        """Take note of what came: the next silence of these is a new one."""
        for reading in readings:
            self._told.pop(reading.series, None)

    def _is_due(self, device: str, point: Point, now: float) -> bool:
        told = self._told.get((device, point.quantity))
        return told is None or now - told >= max(point.period_s, _SILENCE_AGAIN_S)


class LinkPoller:
    """Keeps one link open and asks its devices on time."""

    def __init__(
        self,
        link: str,
        driver: Driver,
        stations: Sequence[Station],
        deliver: Callable[[list[Reading]], Awaitable[None]],
        observer: Observer,
        timing: tuple[Clock, random.Random],
    ) -> None:
        """Set a poller up.

        Args:
            link: id of the link.
            driver: its owner.
            stations: its devices.
            deliver: takes the readings of a poll; returns once they are durable.
            observer: told how the link and its devices fare.
            timing: the clock and the chance that spreads polls and retries.
        """
        self._link = link
        self._driver = driver
        self._stations = tuple(stations)
        self._deliver = deliver
        self._observer = observer
        self._clock, self._chance = timing
        self._silence = Silence(self._clock)
        self._silences = 0
        self._heard = False
        self._turn = asyncio.Lock()  # who comes first is served first
        self._is_open = False
        self._fault: Exception | None = None

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write a command's value between two polls.

        Raises:
            WriteRefused: the device, or the driver for it, refuses.
            DeviceUnavailable: the link is not open, or the device did not answer.
        """
        driver = self._driver
        if not isinstance(driver, Writing):
            raise WriteRefused(f"link {self._link} cannot tell its devices anything")
        async with self._taken():
            await driver.write(device, command, value)

    async def ask(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Ask a device between two polls; what it says is delivered as well.

        Raises:
            DeviceUnavailable: the link is not open, or the device did not answer.
        """
        async with self._taken():
            readings = await self._driver.read(device, points)
        await self._deliver(readings)
        return readings

    @contextlib.asynccontextmanager
    async def _taken(self) -> AsyncIterator[None]:
        """Hold the link; whatever is worse than one silent device ends the session by itself."""
        async with self._turn:
            if not self._is_open or self._fault:
                raise DeviceUnavailable(f"link {self._link} is not open: it is tried again")
            try:
                yield
            except Exception as error:
                if isinstance(error, LinkLost) or not isinstance(error, DeviceUnavailable):
                    self._fault = error
                raise

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; a poll in flight is finished first."""
        failures = 0
        while not stop.is_set():
            self._heard = False
            try:
                await self._session(stop)
            except DeviceUnavailable as error:
                failures = 1 if self._heard else failures + 1
                await self._wait_after(error, failures, stop)

    async def _session(self, stop: asyncio.Event) -> None:
        """Open the link and poll until it is lost or `stop` is set, then close it."""
        try:
            if await self._open(stop):
                self._is_open, self._fault = True, None
                self._observer.link_up(self._link, self._driver.health)
                await self._attend(stop)
        finally:
            self._is_open = False
            await self._driver.close()

    async def _open(self, stop: asyncio.Event) -> bool:
        """Open the driver; return whether it is open, False where `stop` came first."""
        opening = asyncio.ensure_future(self._driver.open())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                return False
            opening.result()
        finally:
            opening.cancel()
            stopping.cancel()
            await asyncio.gather(opening, stopping, return_exceptions=True)
        return True

    async def _wait_after(
        self, error: DeviceUnavailable, failures: int, stop: asyncio.Event
    ) -> None:
        refused = isinstance(error, AccessRefused)
        first, longest = (
            (_REFUSED_FIRST_S, _REFUSED_LONGEST_S)
            if refused
            else (_REOPEN_FIRST_S, _REOPEN_LONGEST_S)
        )
        delay = min(longest, first * 2 ** min(failures - 1, 16)) * (0.5 + self._chance.random() / 2)
        self._observer.link_down(self._link, str(error), delay)
        await self._tell_of_silence()
        await self._clock.pause(delay, stop)

    async def _tell_of_silence(self) -> None:
        """Say what the link's being down means for every device behind it."""
        missing = list(self._driver.overdue()) if isinstance(self._driver, Ageing) else []
        for station in self._stations:
            missing += self._silence.of(station.device, station.profile.points, "link down")
        if missing:
            await self._deliver(missing)

    async def _attend(self, stop: asyncio.Event) -> None:
        """Poll and, where the devices send by themselves, listen; the first to fail ends both."""
        if not isinstance(self._driver, Listening):
            await self._poll(stop)
            return
        listening = asyncio.ensure_future(self._driver.listen(self._heard_of))
        polling = asyncio.ensure_future(self._poll(stop))
        try:
            await asyncio.wait({listening, polling}, return_when=asyncio.FIRST_COMPLETED)
            for task in (listening, polling):
                if task.done():
                    task.result()
        finally:
            listening.cancel()
            polling.cancel()
            await asyncio.gather(listening, polling, return_exceptions=True)

    async def _heard_of(self, readings: list[Reading]) -> None:
        """Take what devices sent by themselves, or what their driver misses of them."""
        for (device, missed), some in groupby(readings, key=_whose):
            theirs = list(some)
            if missed:
                what = ", ".join(one.quantity for one in theirs)
                sentence = f"{device} is not heard ({what}): check its battery and its distance"
                self._observer.silent(device, sentence)
                continue
            self._silences, self._heard = 0, True
            self._silence.ended(theirs)
            self._observer.answered(self._link, device, theirs, self._driver.health)
        await self._deliver(readings)

    async def _poll(self, stop: asyncio.Event) -> None:
        slots = slots_of(self._stations, self._clock.monotonic(), self._chance)
        self._silences = 0
        if not slots:
            self._observer.scheduled(self._link, math.inf)
            await stop.wait()
        while not stop.is_set():
            first = min(slots, key=lambda slot: slot.due)
            wait = first.due - self._clock.monotonic()
            self._observer.scheduled(self._link, wait)
            if wait > 0 and await self._clock.pause(wait, stop):
                return
            now = self._clock.monotonic()
            due = [slot for slot in slots if slot.device == first.device and slot.due <= now]
            await self._ask(first.device, due or [first])

    async def _ask(self, device: str, due: list[Slot]) -> None:
        points = [point for slot in due for point in slot.points]
        try:
            async with self._turn:
                if self._fault:
                    raise self._fault
                readings = await self._driver.read(device, points)
        except LinkLost:
            raise
        except DeviceUnavailable as error:
            how = "damaged answer" if isinstance(error, Garbled) else "no answer"
            if missing := self._silence.of(device, points, how):
                await self._deliver(missing)
            self._silent(device, due, error)
        else:
            self._silences, self._heard = 0, True
            self._silence.ended(readings)
            self._observer.answered(self._link, device, readings, self._driver.health)
            await self._deliver(readings)
            self._advance(due, answered=True)

    def _silent(self, device: str, due: list[Slot], error: DeviceUnavailable) -> None:
        sentence = str(error)
        self._observer.silent(device, sentence)
        self._advance(due, answered=False)
        if isinstance(error, NotNow):
            return
        self._silences += 1
        if self._silences >= _ROUNDS_OF_SILENCE * len(self._stations):
            raise LinkLost(f"no device on link {self._link} answers; the last: {sentence}")

    def _advance(self, due: list[Slot], *, answered: bool) -> None:
        now = self._clock.monotonic()
        for slot in due:
            slot.advance(now, answered=answered)


def _whose(reading: Reading) -> tuple[str, bool]:
    return reading.device, reading.quality.reason is Reason.SILENT
