"""Sessions: one device that is connected to, again and again, and what it notifies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bleak.exc import BleakError

from area_configs.domain import gatt as adopted
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.sources import BleSource
from edge_agent.decoding import gatt
from edge_agent.decoding.ble_readings import from_characteristic, packet_number, unreadable
from edge_agent.drivers.base import Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bleak.backends.device import BLEDevice

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station
    from edge_agent.drivers.ble.pairing import PairingWindow
    from edge_agent.transports.radio_owner import RadioOwner
    from edge_agent.transports.recording import Note

    Emit = Callable[[list[Reading], Callable[[], None] | None], None]

_log = logging.getLogger(__name__)

FAILURES = (BleakError, TimeoutError, OSError, EOFError)
_FIRST_S, _LONGEST_S = 1.0, 60.0
_TURN_S = 30.0  # so long a connection is held while others wait for one
_IDLE_S = 120.0  # a device that says nothing for so long is left and called again
_LOOK_S = 5.0
_QUIET_S = 1.0
_CLOCK_EVERY_S = 86_400.0
_MOST_PER_SECOND = 25  # no wearable has more to say; what comes faster is dropped
_PACKETS, _PACKET_TTL_S = 64, 600.0
_ABOUT = {"maker": "2a29", "model": "2a24", "serial": "2a25", "firmware": "2a26"}
_PAIR_FIRST = "it must be paired first: area-edge pair"
_LOCKED = (
    "encrypt",
    "authent",
    "0x05",
    "0x0f",
)  # words of BlueZ and of ATT errors for "pair first"


class Session:
    """Keeps one station connected while it can be, and passes on what it says."""

    def __init__(
        self,
        station: Station,
        owner: RadioOwner,
        clock: Clock,
        emit: Emit,
        pairing: PairingWindow,
        note: Note,
    ) -> None:
        self._station = station
        self._owner = owner
        self._clock = clock
        self._emit = emit
        self._pairing = pairing
        self._note = note
        self._sight = asyncio.Event()
        self._device: BLEDevice | None = None
        self._client: BleakClient | None = None
        self._clock_set_at: float | None = None
        self._packets: OrderedDict[tuple[str, int], float] = OrderedDict()
        self._writing: set[asyncio.Task[None]] = set()
        self._spoke_at = 0.0
        self._second, self._in_second = 0, 0
        self.identity: Identity | None = None

    def seen(self, device: BLEDevice) -> None:
        """Take note that the device can be connected to now."""
        self._device = device
        self._sight.set()

    async def keep(self) -> None:
        """Connect whenever the device is heard, until cancelled; later and later where it fails."""
        failures, never = 0, asyncio.Event()
        while True:
            await self._sight.wait()
            self._sight.clear()
            try:
                await self._visit()
                failures = 0
            except FAILURES as error:
                failures += 1
                self._complain(error, self._characteristics())
                _log.info("%s: %s", self._station.device, error)
                await self._clock.pause(min(_LONGEST_S, _FIRST_S * 2 ** min(failures, 6)), never)

    async def read(self, characteristics: Iterable[str]) -> list[Reading]:
        """Read characteristics over the connection that stands.

        Raises:
            BleakError: there is none, or the device does not answer.
        """
        if self._client is None:
            raise BleakError("it is not connected")
        readings = []
        for uuid in characteristics:
            data = bytes(await self._client.read_gatt_char(adopted.long_uuid(uuid)))
            self._record(uuid, data)
            readings += self._decoded(uuid, data)
        return readings

    async def _visit(self) -> None:
        device, gone = self._device, asyncio.Event()
        if device is None:
            return
        async with self._owner.connected(device, gone.set) as client:
            self._client = client
            try:
                await self._attend(client, gone)
            finally:
                self._client = None
                for task in self._writing:
                    task.cancel()

    async def _attend(self, client: BleakClient, gone: asyncio.Event) -> None:
        await self._unlock(client)
        await self._set_clock(client)
        told, asked = self._wanted(client)
        try:
            for one in told:
                await client.start_notify(one, self._listener(one))
            if self.identity is None:
                self.identity = await _about(client)
            await self._stay(gone, [adopted.short_uuid(one.uuid) for one in asked])
        finally:
            for one in told:
                with contextlib.suppress(*FAILURES):
                    async with asyncio.timeout(_QUIET_S):
                        await client.stop_notify(one)

    async def _stay(self, gone: asyncio.Event, asked: list[str]) -> None:
        """Stay until the device leaves, falls silent, or others wait for the radio."""
        begun = self._spoke_at = self._clock.monotonic()
        await self._ask(asked)
        while not await self._clock.pause(_LOOK_S, gone):
            now = self._clock.monotonic()
            if self._owner.is_contended and now - begun > _TURN_S:
                return
            if now - self._spoke_at > max(_IDLE_S, 3 * self._longest_s()):
                return

    async def _ask(self, characteristics: list[str]) -> None:
        """Read what can be read; that the connection ends meanwhile shows itself."""
        for uuid in characteristics:
            try:
                self._emit(await self.read([uuid]), None)
            except FAILURES as error:
                self._complain(error, [uuid])

    def _complain(self, error: BaseException, characteristics: list[str]) -> None:
        """Show at the readings that a device wants to be paired first; all else heals by itself."""
        if any(word in str(error).lower() for word in _LOCKED):
            for uuid in characteristics:
                self._emit(self._without(uuid, Quality(Reason.CONFIG, _PAIR_FIRST)), None)

    def _longest_s(self) -> float:
        return max(point.period_s for point in self._station.profile.points)

    def _wanted(
        self, client: BleakClient
    ) -> tuple[list[BleakGATTCharacteristic], list[BleakGATTCharacteristic]]:
        """Return the characteristics that tell by themselves, and those that are read once.

        Some are both: a battery tells only when its level changes.
        """
        told, asked, absent = [], [], []
        for uuid in self._characteristics():
            found = client.services.get_characteristic(adopted.long_uuid(uuid))
            if found is None:
                absent.append(uuid)
            elif {"notify", "indicate"} & set(found.properties):
                told.append(found)
            if found is not None and "read" in found.properties and not self._is_event(uuid):
                asked.append(found)
        for uuid in absent:
            self._emit(
                self._without(uuid, Quality(Reason.CONFIG, f"no characteristic {uuid}")), None
            )
        return told, asked

    def _is_event(self, uuid: str) -> bool:
        sources = (point.source for point in self._station.profile.points)
        return any(
            isinstance(s, BleSource) and s.characteristic == uuid and s.code is not None
            for s in sources
        )

    def _characteristics(self) -> list[str]:
        """Return what the profile reads; measurements before anything else, they are soon gone."""
        found = {
            source.characteristic: source.characteristic == adopted.BATTERY
            for point in self._station.profile.points
            if isinstance(source := point.source, BleSource) and source.characteristic
        }
        return sorted(found, key=lambda uuid: found[uuid])

    def _listener(
        self, characteristic: BleakGATTCharacteristic
    ) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        uuid = adopted.short_uuid(characteristic.uuid)
        return lambda _sender, data: self._said(uuid, bytes(data))

    def _said(self, uuid: str, data: bytes) -> None:
        """Take one notification; a packet that was counted is acknowledged again, not stored."""
        self._owner.noticed()
        self._spoke_at = self._clock.monotonic()
        if self._floods():
            return
        self._record(uuid, data)
        number = packet_number(self._station.profile, uuid, data)
        readings = self._decoded(uuid, data) if self._is_new(uuid, number) else []
        self._emit(readings, self._acknowledgement(uuid, number))

    def _record(self, uuid: str, data: bytes) -> None:
        self._note("in", f"{uuid}:{data.hex()}".upper().encode(), self._station.address)

    def _floods(self) -> bool:
        second = int(self._spoke_at)
        self._in_second = self._in_second + 1 if second == self._second else 1
        self._second = second
        return self._in_second > _MOST_PER_SECOND

    def _is_new(self, uuid: str, number: int | None) -> bool:
        if number is None:
            return True
        now = self._clock.monotonic()
        while self._packets and now - next(iter(self._packets.values())) > _PACKET_TTL_S:
            self._packets.popitem(last=False)
        known = (uuid, number) in self._packets
        self._packets[uuid, number] = now
        self._packets.move_to_end((uuid, number))
        if len(self._packets) > _PACKETS:
            self._packets.popitem(last=False)
        return not known

    def _decoded(self, uuid: str, data: bytes) -> list[Reading]:
        station, now_us = self._station, self._clock.now_us()
        try:
            return from_characteristic(
                station.profile, uuid, data, (station.device, station.zone), now_us
            )
        except BadFrame as error:
            return self._without(
                uuid, Quality(Reason.DEVICE, f"{data[:20].hex().upper()}: {error}")
            )

    def _without(self, uuid: str, quality: Quality) -> list[Reading]:
        source = BleSource(characteristic=uuid)
        now_us = self._clock.now_us()
        return unreadable(self._station.profile, source, quality, self._station.device, now_us)

    def _acknowledgement(self, uuid: str, number: int | None) -> Callable[[], None] | None:
        targets = {
            source.acknowledge
            for point in self._station.profile.points
            if isinstance(source := point.source, BleSource) and source.characteristic == uuid
        } - {""}
        if number is None or not targets:
            return None
        target = targets.pop()
        return lambda: self._write(target, bytes((number,)))

    def _write(self, uuid: str, data: bytes) -> None:
        """Write in a task of its own: a device that hangs must not hold up the others."""
        if self._client is None:
            return  # it will say it again
        task = asyncio.create_task(_written(self._client, adopted.long_uuid(uuid), data))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _unlock(self, client: BleakClient) -> None:
        """Pair where an operator allows it; nobody else gets the gateway to pair."""
        device = self._station.device
        if not self._pairing.allows(device):
            return
        pin = self._station.secrets.get("pin", "")
        async with self._owner.consenting(
            client.address, partial(self._pairing.allows, device), pin
        ):
            await client.pair()
        self._pairing.used(device)

    async def _set_clock(self, client: BleakClient) -> None:
        """Set the device's clock when it is first met, and once a day."""
        now = self._clock.monotonic()
        fresh = self._clock_set_at is not None and now - self._clock_set_at < _CLOCK_EVERY_S
        target = client.services.get_characteristic(adopted.long_uuid(adopted.CURRENT_TIME))
        if fresh or target is None or "write" not in target.properties:
            return
        self._clock_set_at = now
        utc = datetime.fromtimestamp(self._clock.now_us() / 1e6, tz=UTC)
        local = utc.astimezone(ZoneInfo(self._station.zone))
        with contextlib.suppress(*FAILURES):  # some refuse; their stamps are then doubtful
            await client.write_gatt_char(target, gatt.encode_time(local), response=True)


async def _written(client: BleakClient, uuid: str, data: bytes) -> None:
    with contextlib.suppress(*FAILURES):  # it says it again until it is acknowledged
        await client.write_gatt_char(uuid, data, response=True)


async def _about(client: BleakClient) -> Identity:
    """Read Device Information; empty where the device does not say."""
    texts = dict.fromkeys(_ABOUT, "")
    for name, uuid in _ABOUT.items():
        found = client.services.get_characteristic(adopted.long_uuid(uuid))
        if found is not None:
            data = bytes(await client.read_gatt_char(found))
            texts[name] = data.split(b"\0")[0].decode("utf-8", errors="replace").strip()[:64]
    return Identity(**texts)
