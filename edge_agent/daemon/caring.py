"""Caring: the collector's way to disk and hub, and the hub's word on whose data may be collected."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.errors import HubRejected, HubUnavailable
from edge_agent.care.collector import Collector, Gathered, Worn
from edge_agent.care.outbox import Outbox
from edge_agent.care.pseudonyms import Pseudonyms
from edge_agent.care.raw import RawReadings
from edge_agent.configuration.durable import replace_durably
from platform_hub.client import care as requests
from platform_hub.wire.care import Collection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.daemon.configuring import Configuration
    from platform_hub.client.area_client import AreaClient

    Task = Callable[[asyncio.Event], Awaitable[None]]

_log = logging.getLogger(__name__)

FOLDER = "care"
_ALLOWED = "collection.json"
_TURN_S = 5.0
_AGE_S = 60.0  # between looks where nothing is sent
_MOST_AT_ONCE = 20


class Caring:
    """Owns what is done for wearers; without any it does nothing and opens nothing."""

    def __init__(
        self,
        configuration: Configuration,
        clock: Clock,
        connect: Callable[[Configuration], AreaClient] | None,
    ) -> None:
        self.configuration = configuration
        self._clock = clock
        self._connect = connect
        self._collector = Collector({})
        self._outbox: Outbox | None = None
        self._raw: RawReadings | None = None
        self._trouble = ""
        self.set_up()

    def set_up(self) -> None:
        """Take the wearers of the configuration.

        Raises:
            BadSecret: the key of the pseudonyms cannot be used.
        """
        care = self.configuration.settings.care
        folder = self._folder
        if not care.wearers:
            self._collector, self._outbox = Collector({}), None
            raw = RawReadings(folder / "raw", care.keep_raw_days)
            self._raw = raw if folder.is_dir() else None  # what was kept before still ages out
            return
        names = Pseudonyms(folder)
        area = self.configuration.installation.area
        worn = {}
        for device, wearer in care.wearers.items():
            points = area.profile_of(area.device(device)).points
            periods = {point.quantity: point.period_s for point in points}
            worn[device] = Worn(names.of(wearer), periods)
        self._collector = Collector(worn, _read(folder / _ALLOWED))
        self._outbox = Outbox(folder / "outbox", replace_durably)
        self._raw = RawReadings(folder / "raw", care.keep_raw_days)

    def screened(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return the readings that go into the log."""
        return self._collector.screened(readings, self._clock.now_us())

    def tasks(self) -> dict[str, Task]:
        """Return the tasks to run, by name; other wearers need them renewed."""
        return {"care": self._keep}

    def status(self) -> dict[str, Any]:
        """Return what the status says of care; counts only."""
        return {
            "wearers": len(set(self.configuration.settings.care.wearers.values())),
            "collected": len(self._collector.allowed),
            "withheld": self._collector.withheld,
            "waiting": self._outbox.waiting if self._outbox else 0,
            "last_error": self._trouble,
        }

    @property
    def _folder(self) -> Path:
        return self.configuration.settings.data / FOLDER

    async def _keep(self, stop: asyncio.Event) -> None:
        if self._outbox is None or self._connect is None:
            await self._age(stop)
            return
        client = await asyncio.to_thread(self._connect, self.configuration)
        try:
            while not await self._clock.pause(_TURN_S, stop):
                await self._turn(client)
            gathered = self._collector.gathered(self._clock.now_us())
            await asyncio.to_thread(self._write, gathered)
        finally:
            await asyncio.to_thread(client.close)

    async def _age(self, stop: asyncio.Event) -> None:
        """Keep what is gathered where no hub takes it, and let it age out."""
        while self._raw is not None:
            gathered = self._collector.gathered(self._clock.now_us())
            try:
                await asyncio.to_thread(self._write, gathered)
            except OSError as error:
                self._complain(error)
            if await self._clock.pause(_AGE_S, stop):
                return
        await stop.wait()

    async def _turn(self, client: AreaClient) -> None:
        ready = self._collector.gathered(self._clock.now_us())
        try:
            allowed = await asyncio.to_thread(self._exchange, client, ready)
        except (HubUnavailable, HubRejected, OSError) as error:
            self._complain(error)
            return
        self._trouble = ""
        if allowed != self._collector.allowed:
            self._collector.allow(allowed)

    def _complain(self, error: Exception) -> None:
        if str(error) != self._trouble:
            _log.warning("care: %s", error)
        self._trouble = str(error)

    def _exchange(self, client: AreaClient, ready: Gathered) -> frozenset[str]:
        """Write what is ready, ask whose data may be collected, send what waits."""
        self._write(ready)
        allowed = frozenset(requests.collection(client).residents)
        self._obey(allowed)
        if self._outbox:
            for _ in range(_MOST_AT_ONCE):
                waiting = self._outbox.first()
                if waiting is None:
                    break
                requests.send(client, waiting[1])
                self._outbox.taken(waiting[0])
        return allowed

    def _write(self, ready: Gathered) -> None:
        if self._outbox and ready.batch:
            self._outbox.put(ready.batch)
        if self._raw:
            self._raw.put(ready.raw)
            self._raw.age_out(self._clock.now_us())

    def _obey(self, allowed: frozenset[str]) -> None:
        """Delete what is here of everybody whose consent is gone."""
        if not self._raw or not self._outbox:
            return
        if allowed != _read(self._folder / _ALLOWED):
            self._outbox.erase_others(allowed)
            content = msgspec.json.encode(Collection(sorted(allowed)))
            replace_durably(self._folder / _ALLOWED, content)
        for gone in self._raw.erase_others(allowed):
            _log.info("care: consent of %s is gone, so is what was kept here", gone)


def _read(file: Path) -> frozenset[str]:
    """Return whose data might be collected when that was last heard; nobody's where it never was."""
    try:
        return frozenset(msgspec.json.decode(file.read_bytes(), type=Collection).residents)
    except (OSError, msgspec.MsgspecError):
        return frozenset()
