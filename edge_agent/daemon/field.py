"""Field work on a link while no agent runs: record its raw frames, look for devices, read one."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from area_configs.domain.errors import DeviceUnavailable, SmartAreaError
from area_configs.domain.quality import Reason
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from edge_agent.clock import SystemClock
from edge_agent.daemon import recordings
from edge_agent.daemon.links import wirings
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Discovering, Listening
from edge_agent.health import data_folder
from edge_agent.health.observations import Health
from edge_agent.polling import LinkPoller
from edge_agent.transports.recording import frames, record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
    from pathlib import Path

    from area_configs.domain.protocols import LinkKind
    from area_configs.domain.readings import Reading
    from edge_agent.daemon.links import Wiring
    from edge_agent.drivers.base import Candidate, Driver, Identity, Station
    from edge_agent.settings import Installation, Settings

    Deliver = Callable[[list[Reading]], Awaitable[None]]

_T = TypeVar("_T")
_REST_S = 15.0  # for what a device sends after the first; some send one value a frame
_NOT_RECORDED = ("opc_ua",)  # its frames are encrypted, and its library keeps them to itself


class CannotReach(SmartAreaError):
    """Do what the sentence says: the link cannot be used for field work as things are."""


class Recorded(NamedTuple):
    """What a recording caught."""

    frames: int
    readings: int


def wiring_of(settings: Settings, installation: Installation, link: str) -> Wiring:
    """Return a link of a gateway that no agent uses.

    Raises:
        CannotReach: there is no such link, or an agent has it.
    """
    known = {wiring.link.id: wiring for wiring in wirings(installation)}
    if link not in known:
        raise CannotReach(f"gateway {settings.gateway} has no link {link!r}: {', '.join(known)}")
    if data_folder.is_running(settings.data):
        raise CannotReach(f"an agent runs with {settings.file} and owns its links: stop it first")
    return known[link]


async def record_link(wiring: Wiring, seconds: float, file: Path) -> Recorded:
    """Poll a link as an agent would and keep every raw frame.

    Raises:
        CannotReach: frames of this kind of link cannot be had.
        OSError: the file cannot be written.
    """
    _require_recordable(wiring.link.kind)
    heard: list[Reading] = []

    async def deliver(readings: list[Reading]) -> None:
        heard.extend(readings)

    clock, stop = SystemClock(), asyncio.Event()
    health = Health(clock)
    health.expect(wiring.link.id, wiring.stations)
    chance = random.Random()  # noqa: S311 - spreads polls, guards nothing
    driver = driver_of(*wiring, clock)
    poller = LinkPoller(wiring.link.id, driver, wiring.stations, deliver, health, (clock, chance))
    with record(file):
        polling = asyncio.create_task(poller.run(stop))
        await clock.pause(seconds, asyncio.Event())
        stop.set()
        await polling
    count = sum(1 for frame in frames(file) if frame.link == wiring.link.id)
    return Recorded(count, len(heard))


def recorded_by_agent(settings: Settings, link: str, seconds: float, file: Path) -> dict[str, int]:
    """Have the running agent record one of its links; return how many frames it caught.

    Raises:
        CannotReach: it has no such link, or frames of this kind cannot be had.
        NoAnswer: it does not record; OSError: a file cannot be written.
    """
    _, gateway = settings.here()
    known = {one.id: one.kind for one in gateway.links}
    if link not in known:
        raise CannotReach(f"gateway {settings.gateway} has no link {link!r}: {', '.join(known)}")
    _require_recordable(known[link])
    if seconds > recordings.MOST_S:
        raise CannotReach(f"a running agent records {recordings.MOST_S:g} s at most")
    ident = uuid.uuid4().hex
    recordings.ask(settings.data, link, seconds, ident)
    return {"frames": recordings.fetch(settings.data, ident, seconds, file, time.sleep)}


async def discover(wiring: Wiring, seconds: float) -> list[Candidate]:
    """Look for devices on a link.

    Raises:
        CannotReach: its protocol cannot look.
        DeviceUnavailable: the link cannot be opened.
    """
    found: list[Candidate] = []
    async with _opened(wiring) as driver:
        if not isinstance(driver, Discovering):
            raise CannotReach(f"devices of {wiring.link.kind} links cannot be looked for")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                found.extend([candidate async for candidate in driver.discover()])
    return found


async def identify(wiring: Wiring, address: str) -> Identity:
    """Ask a device what it is.

    Raises:
        CannotReach: its protocol cannot ask; DeviceUnavailable: it does not answer.
    """
    async with _opened(wiring) as driver:
        if not isinstance(driver, Discovering):
            raise CannotReach(f"devices of {wiring.link.kind} links cannot say what they are")
        return await _attended(driver, driver.identify(address), _pass_over)


async def read_once(wiring: Wiring, device: str, patience_s: float = 60.0) -> list[Reading]:
    """Read every point of a device: what it can be asked for, then what it sends by itself.

    Of what it sends by itself the first is waited for; the rest has some seconds more.

    Raises:
        DeviceUnavailable: it neither answers nor sends anything in time.
    """
    station = next(station for station in wiring.stations if station.device == device)
    heard = Heard(station)
    async with _opened(wiring) as driver:
        await _attended(driver, _tested(driver, station, heard, patience_s), heard.take)
    return list(heard.readings.values())


class Heard:
    """What one device said while it was tested: the newest reading of each quantity."""

    def __init__(self, station: Station) -> None:
        """Expect everything that the device sends by itself; an event may never come."""
        self._device = station.device
        sent = [point.quantity for point in station.profile.points if point.pushed]
        self._expected = {one for one in sent if QUANTITIES[one].kind is not Kind.EVENT}
        self.readings: dict[str, Reading] = {}
        self.something, self.everything = asyncio.Event(), asyncio.Event()
        if not sent:
            self.something.set()
            self.everything.set()

    async def take(self, readings: Iterable[Reading]) -> None:
        """Keep what the device said; that it is silent is nothing it said."""
        for reading in readings:
            if reading.device == self._device and reading.quality.reason is not Reason.SILENT:
                self.readings[reading.quantity] = reading
        if self.readings:
            self.something.set()
        if self.readings.keys() >= self._expected:
            self.everything.set()


async def _tested(driver: Driver, station: Station, heard: Heard, patience_s: float) -> None:
    asked = [point for point in station.profile.points if not point.pushed]
    try:
        async with asyncio.timeout(patience_s):
            if asked:
                await heard.take(await driver.read(station.device, asked))
            await heard.something.wait()
    except TimeoutError as error:
        way = "did not answer" if asked else "sent nothing by itself"
        raise DeviceUnavailable(
            f"{station.device} {way} within {patience_s:g} s: wake it and bring it near, then test again"
        ) from error
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(heard.everything.wait(), _REST_S)


async def _attended(driver: Driver, work: Coroutine[Any, Any, _T], deliver: Deliver) -> _T:
    """Do work on an open link as the agent does: its devices are heard; what fails first ends both."""
    working = asyncio.ensure_future(work)
    tasks: set[asyncio.Future[Any]] = {working}
    if isinstance(driver, Listening):
        tasks.add(asyncio.ensure_future(driver.listen(deliver)))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {working}:
            task.result()
        return await working
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_over(_readings: list[Reading]) -> None:
    """Take what devices send while something else is looked for."""


@contextlib.asynccontextmanager
async def _opened(wiring: Wiring) -> AsyncIterator[Driver]:
    driver = driver_of(*wiring, SystemClock())
    try:
        await driver.open()
        yield driver
    finally:
        await driver.close()


def _require_recordable(kind: LinkKind) -> None:
    if kind in _NOT_RECORDED:
        raise CannotReach(f"frames of {kind} links cannot be recorded: they are encrypted")
