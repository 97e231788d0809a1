"""Wearables: devices that are connected to and speak GATT, built from their profile.

One that indicates (thermometer, cuff, scale) is heard of only when it has a measurement, hands it
over and leaves; the others stay connected and notify. What is handed over is written to the ledger.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bumble.gatt import Characteristic, CharacteristicValue, Service
from typing_extensions import override

from area_configs.domain import gatt
from area_configs.domain.sources import BleSource
from edge_agent.simulators.air import element
from edge_agent.simulators.curves import draw
from edge_agent.simulators.faults import HEALTHY
from edge_agent.simulators.ledger import Said
from edge_agent.simulators.wearable_frames import gatt_value, vendor_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bumble.device import Connection

    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.simulators.air import Air
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger

_SERVICES = {
    gatt.HEART_RATE: "180d",
    gatt.SPOT_OXIMETRY: "1822",
    gatt.CONTINUOUS_OXIMETRY: "1822",
    gatt.THERMOMETER: "1809",
    gatt.BLOOD_PRESSURE: "1810",
    gatt.WEIGHT: "181d",
    gatt.BATTERY: "180f",
    gatt.RUNNING: "1814",
}
_INDICATED = {gatt.SPOT_OXIMETRY, gatt.THERMOMETER, gatt.BLOOD_PRESSURE, gatt.WEIGHT}
_FIRST_SPOT_S, _SPOTS_SPREAD_S = 2.0, 10.0
_LINGER_S = 1.0
_PATIENCE_S = 10.0  # for a gateway to come and take a measurement
_REPEAT_S = 3.0  # an event that nobody acknowledged is said again
_FIRST_CALL_S, _CALL_LASTS_S, _CALLS_EVERY_S = 10.0, 8.0, 1800.0
_CLEAR = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """What a wearable says and to whom it is written down.

    Attributes:
        say: value of a point at an instant.
        clock: microseconds since 1970-01-01 UTC.
        local: that instant as the device shows it.
    """

    device: Device
    profile: DeviceProfile
    say: Callable[[Point, int], float | None]
    book: Ledger
    clock: Callable[[], int]
    local: Callable[[int], datetime]
    faults: Mapping[str, Fault]

    @property
    def fault(self) -> Fault:
        """Return what is wrong with the device now."""
        return self.faults.get(self.device.id, HEALTHY)

    def wrote(self, meant: Mapping[str, float | None], said_us: int) -> None:
        """Write to the ledger what quantities meant."""
        self.book.write((Said(self.device.id, q, v) for q, v in meant.items()), said_us)


@dataclass(slots=True)
class _Line:
    """One characteristic of a device: its points, when it speaks next, who listens."""

    uuid: str
    points: tuple[Point, ...]
    period_s: float
    due: float = 0.0
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    attribute: Any = None

    @property
    def is_event(self) -> bool:
        return any(_source(point).code is not None for point in self.points)


class Wearable:
    """One device that can be connected to."""

    def __init__(self, voice: Voice, air: Air) -> None:
        self._voice = voice
        self._host = air.device(voice.profile.model, voice.device.address)
        self._lines = list(_lines(voice.profile))
        self._tasks: list[asyncio.Task[None]] = []
        self._clock_set = False
        self._connection: Connection | None = None
        self._gone = asyncio.Event()
        self._acknowledged: set[int] = set()
        self._packet = 0

    async def open(self) -> None:
        """Switch on, and begin to be heard of."""
        self._host.add_services(list(self._services()))
        self._host.on("connection", self._connected)
        await self._host.power_on()
        spot = any(line.uuid in _INDICATED for line in self._lines)
        if not spot:
            await self._appear(stay=True)
        runs = [self._measure_now_and_then()] if spot else [self._talk(), *self._calls()]
        self._tasks = [asyncio.create_task(run) for run in runs]

    async def close(self) -> None:
        """Fall silent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            await self._host.power_off()

    def _connected(self, connection: Connection) -> None:
        self._connection, self._gone = connection, asyncio.Event()
        connection.on("disconnection", self._left)

    def _left(self, _reason: int) -> None:
        self._connection = None
        self._gone.set()
        for line in self._lines:
            line.heard.clear()

    async def _appear(self, *, stay: bool) -> None:
        await self._host.start_advertising(
            auto_restart=stay,
            advertising_data=_advertised(self._voice.profile, self._lines),
            advertising_interval_min=300.0,
            advertising_interval_max=300.0,
        )

    async def _talk(self) -> None:
        """Notify each characteristic in its period while somebody listens to it."""
        loop = asyncio.get_running_loop()
        lines = [line for line in self._lines if not line.is_event]
        while True:
            now = loop.time()
            for line in (one for one in lines if one.due <= now):
                line.due = max(line.due + line.period_s, now + line.period_s / 2)
                self._notify(line)
            await asyncio.sleep(max(0.05, min(line.due for line in lines) - loop.time()))

    def _notify(self, line: _Line) -> None:
        connection = self._connection
        if connection is None or not line.heard.is_set() or self._voice.fault.silent:
            return
        value, meant, said_us = self._value(line)
        if self._voice.fault.garbled:
            value, meant = value[:1], {}
        self._voice.wrote(meant, said_us)
        self._send(connection, line, value)

    def _send(self, connection: Connection, line: _Line, value: bytes) -> None:
        server = self._host.gatt_server
        task = asyncio.ensure_future(server.notify_subscriber(connection, line.attribute, value))
        self._tasks = [*(one for one in self._tasks if not one.done()), task]

    def _value(self, line: _Line) -> tuple[bytes, dict[str, float | None], int]:
        """Return a characteristic's value now, what it means by quantity, and when that is."""
        said_us = self._voice.clock()
        known = {p.quantity: self._voice.say(p, said_us) for p in line.points}
        values = {quantity: value for quantity, value in known.items() if value is not None}
        if line.uuid not in gatt.FIELDS:
            sources = {point.quantity: _source(point) for point in line.points}
            vendor, told = vendor_value(sources, values)
            return vendor, told, said_us
        fields = {_source(p).field: values[p.quantity] for p in line.points}
        taken = self._voice.local(said_us) if self._clock_set else None
        data, meant = gatt_value(line.uuid, fields, taken)
        said: dict[str, float | None] = {p.quantity: meant[_source(p).field] for p in line.points}
        return data, said, said_us

    async def _measure_now_and_then(self) -> None:
        line = next(line for line in self._lines if line.uuid in _INDICATED)
        wait_s = _FIRST_SPOT_S + _SPOTS_SPREAD_S * draw(self._voice.device.id)
        while True:
            await asyncio.sleep(wait_s)
            wait_s = line.period_s
            await self._hand_over(line)

    async def _hand_over(self, line: _Line) -> None:
        """Be heard of, give the measurement to who asks for it, and leave."""
        await self._appear(stay=False)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await line.heard.wait()
        connection = self._connection
        if connection is not None and line.heard.is_set() and not self._voice.fault.silent:
            await self._indicate(connection, line)
            with contextlib.suppress(Exception):  # the gateway may be gone already
                await connection.disconnect()
        with contextlib.suppress(Exception):  # ditto
            await self._host.stop_advertising()

    async def _indicate(self, connection: Connection, line: _Line) -> None:
        value, meant, said_us = self._value(line)
        server = self._host.gatt_server
        sending = asyncio.ensure_future(
            server.indicate_subscriber(connection, line.attribute, value)
        )
        gone = asyncio.ensure_future(self._gone.wait())
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if sending.done() and sending.exception() is None:
            self._voice.wrote(meant, said_us)
            await asyncio.sleep(_LINGER_S)  # the gateway asks for the battery meanwhile
        sending.cancel()

    def _calls(self) -> list[Any]:
        return [self._call(line) for line in self._lines if line.is_event]

    async def _call(self, line: _Line) -> None:
        """Press the button now and then, and clear it; each is repeated until acknowledged."""
        codes = {p.quantity: _source(p).code for p in line.points}
        pressed = codes.get("sos_event") or next(iter(codes.values())) or 1
        wait_s = _FIRST_CALL_S
        while True:
            await asyncio.sleep(wait_s)
            await self._announce(line, pressed)
            await asyncio.sleep(_CALL_LASTS_S)
            await self._announce(line, _CLEAR)
            wait_s = _CALLS_EVERY_S

    async def _announce(self, line: _Line, code: int) -> None:
        self._packet = self._packet % 255 + 1
        self._acknowledged.discard(self._packet)
        written = False
        while self._packet not in self._acknowledged:
            connection = self._connection
            if connection is not None and line.heard.is_set() and not self._voice.fault.silent:
                value = _event_value(line, code, self._packet)
                if not written:  # repetitions say nothing new
                    self._voice.wrote(_event_meaning(line, code), self._voice.clock())
                    written = True
                self._send(connection, line, value)
            await asyncio.sleep(_REPEAT_S)

    def _services(self) -> list[Service]:
        by_service: dict[str, list[Characteristic[Any]]] = {}
        for line in self._lines:
            line.attribute = self._characteristic(line)
            by_service.setdefault(_service(line), []).append(line.attribute)
        for line in self._lines:
            for uuid in {_source(p).acknowledge for p in line.points} - {""}:
                by_service[_service(line)].append(self._acknowledgement(uuid))
        by_service["180a"] = _about(self._voice.profile)
        by_service["1805"] = [self._time()]
        return [Service(_bumble(uuid), members) for uuid, members in by_service.items()]

    def _characteristic(self, line: _Line) -> Characteristic[Any]:
        flags = Characteristic.Properties
        spot = line.uuid in _INDICATED
        told = flags.INDICATE if spot else flags.NOTIFY
        readable = line.uuid == gatt.BATTERY
        properties = told | flags.READ if readable else told
        attribute: Characteristic[Any] = Characteristic(
            _bumble(line.uuid),
            properties,
            Characteristic.READABLE,
            CharacteristicValue(read=lambda _connection: self._read(line)),
        )
        attribute.on("subscription", lambda _who, notify, indicate: _hear(line, notify or indicate))
        return attribute

    def _read(self, line: _Line) -> bytes:
        value, meant, said_us = self._value(line)
        self._voice.wrote(meant, said_us)
        return value

    def _acknowledgement(self, uuid: str) -> Characteristic[Any]:
        return Characteristic(
            _bumble(uuid),
            Characteristic.Properties.WRITE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=lambda _who, data: self._acknowledged.update(data[:1])),
        )

    def _time(self) -> Characteristic[Any]:
        return Characteristic(
            _bumble(gatt.CURRENT_TIME),
            Characteristic.Properties.READ | Characteristic.Properties.WRITE,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(read=lambda _who: bytes(10), write=self._set_clock),
        )

    def _set_clock(self, _who: Connection, data: bytes) -> None:
        self._clock_set = len(data) == 10

    @override
    def __repr__(self) -> str:
        return f"Wearable({self._voice.device.id})"


def _lines(profile: DeviceProfile) -> list[_Line]:
    by_uuid: dict[str, list[Point]] = {}
    for point in profile.points:
        if uuid := _source(point).characteristic:
            by_uuid.setdefault(uuid, []).append(point)
    return [_Line(uuid, tuple(ps), min(p.period_s for p in ps)) for uuid, ps in by_uuid.items()]


def _source(point: Point) -> BleSource:
    if not isinstance(point.source, BleSource):
        raise TypeError(f"point {point.quantity} is not spoken by Bluetooth")
    return point.source


def _hear(line: _Line, listens: bool) -> None:
    if listens:
        line.heard.set()
        read_first = line.uuid == gatt.BATTERY  # who subscribes also asks once
        line.due = asyncio.get_running_loop().time() + line.period_s if read_first else 0.0
    else:
        line.heard.clear()


def _service(line: _Line) -> str:
    """Return the service of a characteristic; a maker's own has the same UUID, ending in zero."""
    return _SERVICES.get(line.uuid) or f"{line.uuid[:4]}0000{line.uuid[8:]}"


def _bumble(uuid: str) -> str:
    return uuid.upper()


def _about(profile: DeviceProfile) -> list[Characteristic[Any]]:
    texts = {"2a29": profile.maker, "2a24": profile.model, "2a25": "SIM-0001", "2a26": "1.0"}
    return [
        Characteristic(
            _bumble(uuid),
            Characteristic.Properties.READ,
            Characteristic.READABLE,
            text.encode(),
        )
        for uuid, text in texts.items()
    ]


def _advertised(profile: DeviceProfile, lines: list[_Line]) -> bytes:
    services = {_service(line) for line in lines}
    short = b"".join(struct.pack("<H", int(uuid, 16)) for uuid in services if len(uuid) == 4)
    name = profile.model.encode()[:18]
    return element(0x01, b"\x06") + element(0x03, short) + element(0x09, name)


def _event_value(line: _Line, code: int, packet: int) -> bytes:
    sources = [_source(point) for point in line.points]
    places = [(s.offset, code) for s in sources]
    places += [(s.packet, packet) for s in sources if s.packet is not None]
    data = bytearray(max(place for place, _ in places) + 1)
    for place, number in places:
        data[place] = number
    return bytes(data)


def _event_meaning(line: _Line, code: int) -> dict[str, float]:
    meant = {}
    for point in line.points:
        source = _source(point)
        if code in (source.code, source.clear):
            meant[point.quantity] = float(code == source.code)
    return meant
