"""The links of one gateway: each under its own supervisor; a change touches only what changed."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.drivers.base import Station, WriteRefused
from edge_agent.polling import LinkPoller
from edge_agent.supervision import BoundedDriver, Hung, Supervisor

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.commands import Command
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.credentials import LinkSecrets
    from edge_agent.drivers.base import Driver
    from edge_agent.health.observations import Health
    from edge_agent.settings import Installation
    from edge_agent.supervision import Record

_log = logging.getLogger(__name__)

_FINISH_S = 2.5  # for polls in flight; whoever stops the agent waits 8 s, the flush included


class Wiring(NamedTuple):
    """Everything that a link's driver is made from; equal wirings need no restart."""

    link: Link
    stations: tuple[Station, ...]
    secrets: LinkSecrets | None


class Drivers(NamedTuple):
    """What links need to poll: how drivers are made, where readings go, the clock, the chance.

    `refusal` says why a device is told nothing; empty where it may be.
    """

    make: Callable[[Link, tuple[Station, ...], LinkSecrets | None, Clock], Driver]
    deliver: Callable[[Sequence[Reading]], Awaitable[None]]
    clock: Clock
    chance: random.Random
    refusal: Callable[[str], str] = lambda _device: ""


class Links:
    """Owns the tasks of all links."""

    def __init__(self, drivers: Drivers, health: Health) -> None:
        self._drivers = drivers
        self._health = health
        self._running: dict[str, tuple[Wiring, Supervisor, asyncio.Task[None]]] = {}
        self._pollers: dict[str, LinkPoller] = {}

    def profile(self, device: str) -> DeviceProfile | None:
        """Return the model of a device of this gateway, None for any other."""
        found = self._station(device)
        return found[1].profile if found else None

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write a command's value between two polls of the device's link.

        Raises:
            WriteRefused: it is refused; DeviceUnavailable: it may or may not have been done.
        """
        if reason := self._drivers.refusal(device):
            raise WriteRefused(reason)
        try:
            await self._poller_of(device).write(device, command, value)
        except Hung as hung:  # the link itself begins anew with its next poll
            raise DeviceUnavailable(str(hung)) from hung

    async def ask(self, device: str, points: tuple[Point, ...]) -> None:
        """Have a device say points now, between two polls; raises DeviceUnavailable."""
        try:
            await self._poller_of(device).ask(device, points)
        except Hung as hung:
            raise DeviceUnavailable(str(hung)) from hung

    def _station(self, device: str) -> tuple[str, Station] | None:
        for wiring, *_ in self._running.values():
            for station in wiring.stations:
                if station.device == device:
                    return wiring.link.id, station
        return None

    def _poller_of(self, device: str) -> LinkPoller:
        found = self._station(device)
        poller = self._pollers.get(found[0]) if found else None
        if poller is None:
            raise DeviceUnavailable(f"{device} is on no link that runs")
        return poller

    def records(self) -> Iterator[tuple[str, Record]]:
        """Yield the name of each link's task with how it fares."""
        for _, supervisor, _ in self._running.values():
            yield supervisor.name, supervisor.record

    def restart(self, reason: str) -> None:
        """Begin every link anew after its poll in flight."""
        for _, supervisor, _ in self._running.values():
            supervisor.restart(reason)

    async def change(self, installation: Installation) -> list[str]:
        """Bring the links to an installation; return the ids of those that were touched.

        Polls in flight are finished and stored first; links that are as before poll on.
        """
        wanted = {wiring.link.id: wiring for wiring in wirings(installation)}
        gone = [link for link, (wiring, *_) in self._running.items() if wanted.get(link) != wiring]
        await self._end(gone)
        new = [link for link in wanted if link not in self._running]
        for link in gone:
            self._health.forget(link)
        for link in new:
            self._begin(wanted[link])
        return sorted({*gone, *new})

    async def stop(self) -> None:
        """Finish the polls in flight, then end every link."""
        await self._end(list(self._running))

    def _begin(self, wiring: Wiring) -> None:
        link = wiring.link.id
        clock, chance = self._drivers.clock, self._drivers.chance
        self._health.expect(link, wiring.stations)
        supervisor = Supervisor(
            f"link {link}",
            lambda stop: self._poller(wiring).run(stop),
            (clock, chance),
            lambda sentence, retry_s: self._health.link_down(link, sentence, retry_s),
        )
        task = asyncio.create_task(supervisor.keep(), name=supervisor.name)
        self._running[link] = (wiring, supervisor, task)

    def _poller(self, wiring: Wiring) -> LinkPoller:
        make, deliver, clock, chance, _ = self._drivers
        link, stations, secrets = wiring
        driver = BoundedDriver(make(link, stations, secrets, clock), clock)
        poller = LinkPoller(link.id, driver, stations, deliver, self._health, (clock, chance))
        self._pollers[link.id] = poller
        return poller

    async def _end(self, links: list[str]) -> None:
        ending = [self._running.pop(link) for link in links]
        for link in links:
            self._pollers.pop(link, None)
        for _, supervisor, _ in ending:
            supervisor.stop()
        tasks = {task for *_, task in ending}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_FINISH_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def wirings(installation: Installation) -> Iterator[Wiring]:
    """Yield the links of a gateway, each with its devices and secrets."""
    area = installation.area
    for link in installation.gateway.links:
        devices = installation.devices_on(link)
        kept = installation.device_secrets
        stations = tuple(
            Station(d.id, d.unit, area.profile_of(d), d.address, kept.get(d.id, {}), area.timezone)
            for d in devices
        )
        yield Wiring(link, stations, installation.secrets.get(link.id))
