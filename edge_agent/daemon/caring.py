"""Caring: the collector's way to disk and hub, and the hub's word on whose data may be collected."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from area_configs.domain.errors import HubRejected, HubUnavailable
from edge_agent.care.collector import Collector, Gathered, Worn
from edge_agent.care.outbox import Outbox
from edge_agent.care.pseudonyms import Pseudonyms
from edge_agent.care.raw import RawReadings
from edge_agent.care.wandering import Radio
from edge_agent.configuration.durable import replace_durably
from platform_hub.client import care as requests
from platform_hub.wire.care import Collection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
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
    """Owns what is done for wearers; without any it opens nothing and asks the hub now and then."""

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
        self._own: dict[str, str] = {}
        self._carried: dict[str, dict[str, float]] = {}
        self.set_up()

    def set_up(self) -> None:
        """Take the wearers of the configuration, and those that the hub last told.

        Raises:
            BadSecret: the key of the pseudonyms cannot be used.
        """
        care = self.configuration.settings.care
        folder = self._folder
        names = Pseudonyms(folder) if care.wearers else None
        self._own = {device: names.of(wearer) for device, wearer in care.wearers.items() if names}
        self._carried = dict(self._periods())
        told = _read(folder / _ALLOWED)
        self._collector = Collector({}, told.residents, self._radios(), self._minute_of)
        self._outbox = None
        raw = RawReadings(folder / "raw", care.keep_raw_days)
        self._raw = raw if folder.is_dir() else None  # what was kept before still ages out
        self._take(told)

    def _take(self, told: Collection) -> None:
        """Take who wears what; the hub's word is the newer one."""
        given = self._own | {d: who for d, who in told.wearables.items() if d in self._carried}
        worn = {device: Worn(who, self._periods_of(device)) for device, who in given.items()}
        self._collector.wear(worn)
        self._collector.allow(told.residents)
        if worn and self._outbox is None:
            self._outbox = Outbox(self._folder / "outbox", replace_durably)
            keep_days = self.configuration.settings.care.keep_raw_days
            self._raw = RawReadings(self._folder / "raw", keep_days)

    def _periods(self) -> Iterator[tuple[str, dict[str, float]]]:
        """Yield the devices of this gateway that people carry, each with its periods."""
        gateway = self.configuration.settings.gateway
        for device in self.configuration.installation.area.carried():
            if device.gateway == gateway:
                yield device.id, self._periods_of(device.id)

    def _periods_of(self, device: str) -> dict[str, float]:
        area = self.configuration.installation.area
        points = area.profile_of(area.device(device)).points
        return {point.quantity: point.period_s for point in points}

    def _radios(self) -> list[Radio]:
        area, gateway = self.configuration.installation.area, self.configuration.settings.gateway
        found = []
        for zone in area.care_zones:
            if zone.gateway == gateway:
                heard = {one.id for one in area.devices_of(gateway) if one.link == zone.link}
                found.append(Radio(zone, frozenset(heard)))
        return found

    def _minute_of(self, at_us: int) -> int:
        zone = ZoneInfo(self.configuration.installation.area.timezone)
        at = datetime.fromtimestamp(at_us / 1e6, zone)
        return at.hour * 60 + at.minute

    def screened(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return the readings that go into the log."""
        return self._collector.screened(readings, self._clock.now_us())

    def tasks(self) -> dict[str, Task]:
        """Return the tasks to run, by name; other wearers need them renewed."""
        return {"care": self._keep}

    def status(self) -> dict[str, Any]:
        """Return what the status says of care; counts only."""
        return {
            "wearers": len({one.pseudonym for one in self._collector.worn.values()} - {""}),
            "collected": len(self._collector.allowed),
            "withheld": self._collector.withheld,
            "waiting": self._outbox.waiting if self._outbox else 0,
            "last_error": self._trouble,
        }

    @property
    def _folder(self) -> Path:
        return self.configuration.settings.data / FOLDER

    async def _keep(self, stop: asyncio.Event) -> None:
        nobody = self._outbox is None and not self._carried
        if nobody or self._connect is None:
            await self._age(stop)
            return
        client = await asyncio.to_thread(self._connect, self.configuration)
        try:
            await self._turn(client)  # at once: who wears what decides what may go into the log
            while not await self._clock.pause(_TURN_S if self._outbox else _AGE_S, stop):
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
            told = await asyncio.to_thread(self._exchange, client, ready)
            self._take(told)
        except (HubUnavailable, HubRejected, OSError) as error:
            self._complain(error)
            return
        self._trouble = ""

    def _complain(self, error: Exception) -> None:
        if str(error) != self._trouble:
            _log.warning("care: %s", error)
        self._trouble = str(error)

    def _exchange(self, client: AreaClient, ready: Gathered) -> Collection:
        """Write what is ready, ask whose data may be collected and who wears what, send what waits."""
        self._write(ready)
        told = requests.collection(client)
        self._obey(told)
        if self._outbox:
            for _ in range(_MOST_AT_ONCE):
                waiting = self._outbox.first()
                if waiting is None:
                    break
                requests.send(client, waiting[1])
                self._outbox.taken(waiting[0])
        return told

    def _write(self, ready: Gathered) -> None:
        if self._outbox and ready.batch:
            self._outbox.put(ready.batch)
        if self._raw:
            self._raw.put(ready.raw)
            self._raw.age_out(self._clock.now_us())

    def _obey(self, told: Collection) -> None:
        """Keep the hub's word, and delete what is here of everybody whose consent is gone."""
        concerned = self._outbox is not None or told.wearables.keys() & self._carried.keys()
        if concerned and told != _read(self._folder / _ALLOWED):
            if self._outbox:
                self._outbox.erase_others(told.residents)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_durably(self._folder / _ALLOWED, msgspec.json.encode(told))
        for gone in self._raw.erase_others(told.residents) if self._raw and concerned else ():
            _log.info("care: consent of %s is gone, so is what was kept here", gone)


def _read(file: Path) -> Collection:
    """Return the hub's last word; where there is none, nobody's data may be collected."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Collection)
    except (OSError, msgspec.MsgspecError):
        return Collection([])
