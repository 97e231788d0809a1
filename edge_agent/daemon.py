"""The gateway daemon: puts drivers, polling, log and sync together and owns every task.

Device > driver > polling > log (durable) > sync > hub. Links do not know one another: what fails
on one is said in the status and tried again while the others go on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from typing import TYPE_CHECKING, Any

from edge_agent.clock import Clock, SystemClock
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Station
from edge_agent.health.data_folder import FolderLock, write_status
from edge_agent.health.observations import Health
from edge_agent.polling import LinkPoller
from edge_agent.store import LogUnavailable, ReadingLog
from edge_agent.sync import HubSync
from platform_hub.client import HubClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.readings import Reading
    from edge_agent.settings import Installation, Settings

_log = logging.getLogger(__name__)

LOG_FOLDER = "log"
_SINK = "hub"
_STATUS_EVERY_S = 1.0
_AFTER_A_BUG_S = 30.0
_FINISH_S = 2.5  # for polls in flight; whoever stops the agent waits 8 s, the flush included
_FLUSH_S = 4.0
_INTERRUPTED = 130


def run(settings: Settings, version: str) -> None:
    """Run the agent of a gateway until SIGTERM or SIGINT.

    Raises:
        SmartAreaError: it cannot start; nothing was changed then.
    """
    installation, key = settings.installation(), settings.hub_key()
    with FolderLock(settings.data):
        asyncio.run(_run(settings, installation, key, version))


async def _run(settings: Settings, installation: Installation, key: str, version: str) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    log = ReadingLog(settings.data / LOG_FOLDER, gateway=settings.gateway)
    try:
        sync = HubSync(log, HubClient(settings.hub_url, key=key))  # it closes the client
        await Agent(settings, installation, log, sync, version=version).run(stop)
    finally:
        log.close()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Stop cleanly on the first signal; a second SIGINT ends the process at once."""

    def interrupt() -> None:
        if stop.is_set():
            os._exit(_INTERRUPTED)
        stop.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, interrupt)


class Agent:
    """All links of one gateway, their readings on the way to the log, and the status file."""

    def __init__(  # noqa: PLR0913 - the composition root takes what it composes
        self,
        settings: Settings,
        installation: Installation,
        log: ReadingLog,
        sync: HubSync,
        *,
        version: str,
        clock: Clock | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._settings = settings
        self._installation = installation
        self._log = log
        self._sync = sync
        self._clock = clock or SystemClock()
        self._chance = chance or random.Random()  # noqa: S311 - spreads polls, guards nothing
        self._health = Health(self._clock)
        self._head = {
            "gateway": settings.gateway,
            "area": installation.area.id,
            "version": version,
            "pid": os.getpid(),
            "started_us": self._clock.now_us(),
        }
        self._status_trouble = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Poll, store and send until `stop`; finish what is in flight, then return."""
        pollers = {link.id: self._poller(link) for link in self._installation.gateway.links}
        self._sync.start()
        self._write("running")
        _log.info("gateway %s: %d links", self._settings.gateway, len(pollers))
        try:
            await self._poll(pollers, stop)
        finally:
            await asyncio.to_thread(self._sync.close, _FLUSH_S)
            self._write("stopped")
        _log.info("gateway %s: stopped", self._settings.gateway)

    async def _poll(self, pollers: dict[str, LinkPoller], stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            links = [group.create_task(self._keep(*item, stop)) for item in pollers.items()]
            status = group.create_task(self._keep_status(stop))
            await stop.wait()
            _log.info("stopping: polls in flight are finished, waiting readings are sent")
            if links:
                await asyncio.wait(links, timeout=_FINISH_S)
            for task in (*links, status):
                task.cancel()

    def _poller(self, link: Link) -> LinkPoller:
        area = self._installation.area
        devices = self._installation.devices_on(link)
        stations = tuple(Station(d.id, d.unit, area.profile_of(d)) for d in devices)
        self._health.expect(link.id, stations)
        secrets = self._installation.secrets.get(link.id)
        driver = driver_of(link, stations, secrets, self._clock)
        timing = (self._clock, self._chance)
        return LinkPoller(link.id, driver, stations, self._deliver, self._health, timing)

    async def _keep(self, link: str, poller: LinkPoller, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await poller.run(stop)
            except Exception as bug:  # noqa: BLE001 - a bug on one link must not stop the others
                _log.exception("link %s", link)
                self._health.link_down(link, f"internal error: {bug!r}", _AFTER_A_BUG_S)
                await self._clock.pause(_AFTER_A_BUG_S, stop)

    async def _deliver(self, readings: Sequence[Reading]) -> None:
        """Store readings; return once they are durable, or refused and counted."""
        if not readings:
            return
        try:
            await asyncio.shield(asyncio.wrap_future(self._log.append(readings)))
        except LogUnavailable as error:
            self._health.refused(len(readings), str(error))

    async def _keep_status(self, stop: asyncio.Event) -> None:
        while not await self._clock.pause(_STATUS_EVERY_S, stop):
            self._write("running")

    def _write(self, state: str) -> None:
        try:
            write_status(self._settings.data, self._status(state))
        except (OSError, LogUnavailable) as error:
            if str(error) != self._status_trouble:
                _log.error("the status file cannot be written: %s", error)
            self._status_trouble = str(error)

    def _status(self, state: str) -> dict[str, Any]:
        stats = self._log.stats()
        hub = stats.of(_SINK)
        return {
            **self._head,
            "state": state,
            "written_us": self._clock.now_us(),
            **self._health.snapshot(),
            "log": {
                "stored": stats.stored,
                "acknowledged": hub.acknowledged,
                "backlog": hub.backlog,
                "oldest_unsent_us": hub.oldest_unsent_us,
                **self._health.log(),
            },
            "hub": {"url": self._settings.hub_url, **self._hub()},
        }

    def _hub(self) -> dict[str, Any]:
        state = self._sync.state()
        return {"reachable": state.reachable, "last_error": state.error, "refused": state.refused}
