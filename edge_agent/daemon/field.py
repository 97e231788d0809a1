"""Field work on a link while no agent runs: record its raw frames, look for devices, read one."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import DeviceUnavailable, SmartAreaError
from edge_agent.clock import SystemClock
from edge_agent.daemon import recordings
from edge_agent.daemon.links import wirings
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Discovering
from edge_agent.health import data_folder
from edge_agent.health.observations import Health
from edge_agent.polling import LinkPoller
from edge_agent.transports.recording import frames, record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from area_configs.domain.protocols import LinkKind
    from area_configs.domain.readings import Reading
    from edge_agent.daemon.links import Wiring
    from edge_agent.drivers.base import Candidate, Driver, Identity
    from edge_agent.settings import Installation, Settings

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
            raise CannotReach(f"devices on a {wiring.link.kind} link cannot be looked for")
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
            raise CannotReach(f"devices on a {wiring.link.kind} link cannot say what they are")
        return await driver.identify(address)


async def read_once(wiring: Wiring, device: str, patience_s: float = 60.0) -> list[Reading]:
    """Read every point of a device that can be asked for.

    Raises:
        DeviceUnavailable: it does not answer in time.
    """
    station = next(station for station in wiring.stations if station.device == device)
    points = [point for point in station.profile.points if not point.pushed]
    async with _opened(wiring) as driver:
        try:
            async with asyncio.timeout(patience_s):
                return await driver.read(device, points)
        except TimeoutError as error:
            raise DeviceUnavailable(f"{device} did not answer within {patience_s:g} s") from error


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
        raise CannotReach(f"frames of a {kind} link cannot be recorded")
