"""The agent: all links of one gateway, their readings on the way to the log, and the status file."""

from __future__ import annotations

import asyncio
import logging
import os
import random
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from edge_agent.clock import Clock, SystemClock, boot_id
from edge_agent.daemon.caring import Caring
from edge_agent.daemon.configuring import Configuring
from edge_agent.daemon.controlling import Controlling
from edge_agent.daemon.delivery import Delivery
from edge_agent.daemon.in_service import InService
from edge_agent.daemon.links import Drivers, Links
from edge_agent.daemon.recordings import Recordings
from edge_agent.daemon.self_report import report_of
from edge_agent.daemon.watching import Watching
from edge_agent.drivers import driver_of
from edge_agent.health.data_folder import write_status
from edge_agent.health.footprint import footprint
from edge_agent.health.observations import Health
from edge_agent.health.service_manager import ServiceManager
from edge_agent.store import LogUnavailable, kept_free, space_of
from edge_agent.supervision import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.configuration.trial import Trial
    from edge_agent.daemon.configuring import Configuration
    from edge_agent.drivers.base import Driver
    from edge_agent.health.footprint import Footprint
    from edge_agent.store import DeviceMemory, LogStats, ReadingLog
    from edge_agent.supervision import Record
    from edge_agent.sync import SinkState, Sync
    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.gateways import GatewayReport

_log = logging.getLogger(__name__)

_HUB = "hub"
_LANE = "sync "
_STATUS_EVERY_S = 1.0
_FINISH_S = 1.0  # after the polls, for the disk
_FLUSH_S = 4.0


class Agent:
    """Puts the parts together and owns every task."""

    def __init__(  # noqa: PLR0913 - the composition root takes what it composes
        self,
        configuration: Configuration,
        log: ReadingLog,
        connect: Callable[[Configuration], Sync],
        *,
        version: str,
        trial: Trial | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        drivers: Callable[..., Driver] | None = None,
        manager: ServiceManager | None = None,
        measure: Callable[[], Footprint] = footprint,
        orders_from: Callable[[Configuration], AreaClient] | None = None,
        memory: DeviceMemory | None = None,
    ) -> None:
        self._configuration = configuration
        self._log = log
        self._connect = connect
        self._sync = connect(configuration)
        self._seen: tuple[Sync, dict[str, SinkState]] = (self._sync, {})
        self._clock = clock or SystemClock()
        self._chance = chance or random.Random()  # noqa: S311 - spreads polls, guards nothing
        self._health = Health(self._clock)
        self._delivery = Delivery(log, self._health, self._clock)
        make = drivers or partial(driver_of, folder=configuration.settings.data, memory=memory)
        self._in_service = InService(
            configuration.settings.data,
            self._clock,
            required=configuration.settings.commissioning_required,
        )
        self._recordings = Recordings(configuration.settings.data, self._clock)
        drivers_ = Drivers(make, self._said, self._clock, self._chance, self._in_service.refusal)
        self._links = Links(drivers_, self._health)
        self._controlling = Controlling(
            configuration,
            self._links,
            self._delivery.deliver,
            self._clock,
            orders_from,
            self._report,
        )
        self._caring = Caring(configuration, self._clock, orders_from)
        self._manager = manager or ServiceManager(os.environ)
        settings = configuration.settings
        self._measure = measure
        self._watching = Watching(self._clock, self._health.progress, self._manager, measure)
        self._watching.port = settings.monitor_port
        self._configuring = Configuring(settings, self, self._clock, boot_id(), trial)
        self._tasks: dict[str, Supervisor] = {
            name: Supervisor(name, run, (self._clock, self._chance))
            for name, run in {
                "status": self._keep_status,
                "configuration": self._configuring.keep,
                "recordings": self._recordings.keep,
                **self._controlling.tasks(),
                **self._caring.tasks(),
                **self._watching.tasks(self._links.restart),
            }.items()
        }
        self._head = {
            "gateway": settings.gateway,
            "version": version,
            "pid": os.getpid(),
            "started_us": self._clock.now_us(),
        }
        self._status_trouble = ""

    async def _said(self, readings: Sequence[Reading]) -> None:
        trusted = self._in_service.screened(readings)
        await self._controlling.deliver(self._caring.screened(trusted))

    async def run(self, stop: asyncio.Event) -> bool:
        """Poll, store and send until `stop`; finish what is in flight, then return.

        Returns whether the process should begin anew: it holds more than it gives back.
        """
        self._watching.worn_out = stop.set
        self._begin_to_send()
        try:
            await self._work(stop)
        finally:
            await self._delivery.finish(_FINISH_S)
            await asyncio.to_thread(self._sync.close, _FLUSH_S)
            await self._tell("stopped")
            self._manager.close()
        _log.info("gateway %s: stopped", self._head["gateway"])
        return self._watching.is_worn_out

    def reload(self) -> None:
        """Read the settings again soon."""
        self._configuring.requested = True

    async def adopt(self, new: Configuration, *, fresh_sync: bool) -> str:
        """Bring the running agent to another configuration; what is as before goes on."""
        self._manager.reloading()
        old = self._configuration
        touched = [f"link {link}" for link in await self._links.change(new.installation)]
        if self._renew_control(new):
            touched.append("control and orders")
        if self._renew_care(new):
            touched.append("care")
        self._configuration = new
        self._in_service.required = new.settings.commissioning_required
        if fresh_sync or new.ways != old.ways:
            await self._replace_sync(new)
            touched.append("the ways out")
        if new.settings.monitor_port != old.settings.monitor_port:
            self._watching.port = new.settings.monitor_port
            self._tasks["monitor"].renew()
            touched.append("the monitor's port")
        if new.settings.log != old.settings.log:
            touched.append("at the next start: the log's limits")
        self._say_ready()
        return f"changed: {', '.join(touched)}" if touched else "nothing differs"

    def _renew_control(self, new: Configuration) -> bool:
        concerned = self._controlling.concerns(new)
        self._controlling.configuration = new
        if concerned:
            for name in self._controlling.tasks():
                self._tasks[name].renew()
        return concerned

    def _renew_care(self, new: Configuration) -> bool:
        caring, old = self._caring, self._caring.configuration
        caring.configuration = new
        if new.settings.care == old.settings.care and new.ways == old.ways:
            return False
        caring.set_up()
        self._tasks["care"].renew()
        return True

    def platform_answers(self) -> bool:
        """Tell whether the platform has taken readings or answered since the sync began."""
        sync, states = self._seen
        hub = states.get(_HUB)
        return sync is self._sync and hub is not None and hub.reachable is True and not hub.error

    async def _replace_sync(self, new: Configuration) -> None:
        """Send by other ways from now on; what was in flight is sent again, which is harmless.

        The old ways are closed first: a sink that is gone must not move its place any more.
        """
        await asyncio.to_thread(self._sync.close, 0.0)
        try:
            self._sync = await asyncio.to_thread(self._connect, new)
        except SmartAreaError as error:  # the log takes no notes now; a new start tries again
            self._watching.begin_anew(f"the ways out cannot be opened: {error}")
            return
        self._begin_to_send()

    def _begin_to_send(self) -> None:
        progress = self._health.progress
        for part in [part for part in progress.ages_s() if part.startswith(_LANE)]:
            progress.forget(part)
        self._sync.watch(lambda lane, within_s: progress.promise(f"{_LANE}{lane}", within_s))
        self._sync.start()

    def _say_ready(self) -> None:
        links = len(self._configuration.installation.gateway.links)
        self._manager.ready(f"gateway {self._configuration.settings.gateway}, {links} links")

    async def _work(self, stop: asyncio.Event) -> None:
        touched = await self._links.change(self._configuration.installation)
        await self._tell("running")
        _log.info("gateway %s: %d links", self._head["gateway"], len(touched))
        self._say_ready()
        try:
            async with asyncio.TaskGroup() as group:
                for task in self._tasks.values():
                    group.create_task(task.keep(), name=task.name)
                await stop.wait()
                self._manager.stopping()
                _log.info("stopping: polls in flight are finished, waiting readings are sent")
                await self._links.stop()
                for task in self._tasks.values():
                    task.stop()
        finally:
            await self._links.stop()

    async def _keep_status(self, stop: asyncio.Event) -> None:
        while not await self._clock.pause(_STATUS_EVERY_S, stop):
            await self._tell("running")

    async def _tell(self, state: str) -> None:
        """Write the status; the disk is asked in a thread, as it may be slow."""
        try:
            log, disk = await asyncio.to_thread(self._counted)
            self._watching.status = status = self._status(state, log) | {"disk": disk}
            await asyncio.to_thread(write_status, self._configuration.settings.data, status)
        except (OSError, LogUnavailable) as error:
            if str(error) != self._status_trouble:
                _log.error("the status file cannot be written: %s", error)
            self._status_trouble = str(error)
        else:
            self._status_trouble = ""

    def _report(self) -> GatewayReport | None:
        settings = self._configuration.settings
        return report_of(self._watching.status, settings, self._manager.releases)

    def _counted(self) -> tuple[LogStats, dict[str, int]]:
        """Count what is stored and what is free; ask the sinks how they fare."""
        sync, settings = self._sync, self._configuration.settings
        self._seen = (sync, sync.states())
        disk = space_of(settings.log_folder)
        least = kept_free(settings.log.free_bytes, disk)
        return self._log.stats(), {"free_bytes": disk.free, "kept_free_bytes": least}

    def _status(self, state: str, log: LogStats) -> dict[str, Any]:
        _, states = self._seen
        hub = states[_HUB]
        return {
            **self._head,
            "area": self._configuration.installation.area.id,
            "state": state,
            "written_us": self._clock.now_us(),
            "boot": boot_id(),
            "monotonic_s": self._clock.monotonic(),
            **self._health.snapshot(),
            "tasks": {name: asdict(record) for name, record in self._records()},
            "process": asdict(self._measure()),
            "progress": self._health.progress.ages_s(),
            "log": {
                "stored": log.stored,
                "acknowledged": hub.acknowledged,
                "backlog": hub.backlog,
                "oldest_unsent_us": hub.oldest_unsent_us,
                "damaged": log.damaged,
                "dropped": log.dropped,
                "not_taken": log.not_taken,
                "held": log.held,
                "segments": log.segments,
                "bytes": log.bytes,
                "waiting": self._delivery.waiting,
                "waiting_s": round(self._delivery.waiting_s, 1),
                **self._health.log(),
            },
            "configuration": self._configuring.status(),
            "control": self._controlling.status(),
            "care": self._caring.status(),
            "commissioning": self._in_service.status(),
            "hub": {
                "url": self._configuration.settings.hub_url,
                "reachable": hub.reachable,
                "last_error": hub.error,
                "refused": hub.refused,
            },
            "sinks": {name: asdict(sink) for name, sink in states.items()},
        }

    def _records(self) -> Iterator[tuple[str, Record]]:
        yield from self._links.records()
        for task in self._tasks.values():
            yield task.name, task.record
