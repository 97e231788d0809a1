"""The Modbus driver: RTU on a serial line or TCP, all devices of a link as its units."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException

from area_configs.domain.errors import BadFrame, DeviceUnavailable
from area_configs.domain.quality import Quality
from area_configs.domain.sources import ModbusSource, SunSpecSource
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.decoding import modbus, sunspec
from edge_agent.decoding.readings import from_registers, refused
from edge_agent.drivers.base import Garbled, LinkLost, WriteRefused
from edge_agent.transports import serial_port, tcp
from edge_agent.transports.recording import tap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator, Sequence

    from pymodbus.pdu import ModbusPDU

    from area_configs.domain.areas import Link
    from area_configs.domain.commands import Command
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from area_configs.domain.sources import ModbusTable
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station
    from edge_agent.transports.recording import Note

# It logs every failure that it also raises; the agent says each once, in its own words.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL + 1)

_ILLEGAL_ADDRESS = 2
_TARGET_SILENT = (10, 11)  # said by a TCP gateway in the place of a unit that does not answer
_Client = AsyncModbusSerialClient | AsyncModbusTcpClient


@dataclass(frozen=True, slots=True)
class Block:
    """One request: `count` registers (or bits) of a table, and the points that it is for."""

    table: ModbusTable
    address: int
    count: int
    points: tuple[Point, ...]

    @property
    def has_holes(self) -> bool:
        """Tell whether it covers registers that belong to none of its points."""
        return any(before[1] < after[0] for before, after in pairwise(map(_span, self.points)))


class ModbusDriver:
    """Owns one line; an unanswered request is not repeated, the next poll asks again.

    A repeated request would make a slow device say everything twice.
    """

    def __init__(
        self, link: Link, stations: Iterable[Station], clock: Clock, timeout_s: float = 2.0
    ) -> None:
        self._link = link
        self._stations = {station.device: station for station in stations}
        self._clock = clock
        self._timeout_s = timeout_s
        self._client: _Client | None = None
        self._refused_blocks: set[tuple[str, Block]] = set()
        self._layouts: dict[str, sunspec.Layout] = {}
        self._something_came = False

    @property
    def health(self) -> str:
        """Say which line it is and whether it is open."""
        state = "open" if self._client and self._client.connected else "closed"
        return f"{self._address} {state}"

    async def open(self) -> None:
        """Open the line or connect to the peer."""
        self._check_port()
        client = self._make_client()
        try:
            if await client.connect():
                self._client = client
                return
        except serial_port.FAILURES as error:
            raise DeviceUnavailable(
                f"{self._address} cannot be set to {self._link.baudrate} baud, "
                f"parity {self._link.parity}: {error}; correct the link"
            ) from error
        finally:
            if self._client is None:
                client.close()
        await self._explain()

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Read points in as few requests as the device's limits allow.

        Where a device falls silent between two of them, what it has said already is kept.
        """
        station = self._stations[device]
        if station.profile.protocol == "sunspec":
            return await self._read_models(station, points)
        pending = plan_blocks(points, station.profile.max_registers)
        readings: list[Reading] = []
        while pending:
            block = pending.pop(0)
            if (device, block) in self._refused_blocks:
                pending[:0] = split(block)
                continue
            try:
                answer = await self._ask(station, block)
                readings += self._taken(station, block, answer)
            except DeviceUnavailable:
                if not readings:
                    raise
                break
            except _TooWide:
                self._refused_blocks.add((device, block))
                pending.insert(0, block)
        return readings

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write a command's value: one coil, one register, or all registers of it at once."""
        station, target = self._stations[device], command.target
        if isinstance(target, SunSpecSource):
            await self._write_model(station, command, target, value)
            return
        if not isinstance(target, ModbusSource):
            raise WriteRefused(f"{command.id} of {device} is not written by Modbus")
        client = self._opened()
        raw = float(
            (Decimal(repr(value)) - Decimal(repr(target.shift))) / Decimal(repr(target.scale))
        )
        unit = station.unit
        if target.table == "coil":
            asked = client.write_coil(target.address, bool(raw), device_id=unit)
        else:
            words = _words(command, raw, target)
            asked = (
                client.write_registers(target.address, words, device_id=unit)
                if len(words) > 1
                else client.write_register(target.address, words[0], device_id=unit)
            )
        answer = await self._answered(station, asked)
        if answer.isError():
            said = modbus.explain(answer.exception_code)
            raise WriteRefused(f"{device} refuses {command.id} {value:.10g}: {said}")

    async def close(self) -> None:
        """Close the line."""
        client, self._client = self._client, None
        if client:
            client.close()

    async def _read_models(self, station: Station, points: Sequence[Point]) -> list[Reading]:
        """Read points of SunSpec models; where these stand is found once, and after a silence."""
        try:
            layout = await self._layout(station)
            found, words = (layout, sunspec_models()), dict[int, int]()
            profile = station.profile
            taken, asks = sunspec.widened(points, profile.points, found, profile.max_registers)
            for ask in asks:
                answer = await self._registers(station, ask)
                words |= dict(enumerate(answer or (), ask.address))
        except DeviceUnavailable:
            self._layouts.pop(station.device, None)
            raise
        return sunspec.readings(taken, found, words, station.device, self._clock.now_us())

    async def _write_model(
        self, station: Station, command: Command, source: SunSpecSource, value: float
    ) -> None:
        """Write a point of a SunSpec model, scaled as the device says at this moment."""
        target = sunspec.target(source, await self._layout(station), sunspec_models())
        if target is None or not target.point.writable:
            raise WriteRefused(f"{station.device} has no {source.point} that can be written")
        scale = await self._registers(station, target.scale) if target.scale else ()
        words = target.encode(source, value, scale or ())
        asked = self._opened().write_registers(target.address, words, device_id=station.unit)
        answer = await self._answered(station, asked)
        if answer.isError():
            said = modbus.explain(answer.exception_code)
            raise WriteRefused(f"{station.device} refuses {command.id} {value:.10g}: {said}")

    async def _layout(self, station: Station) -> sunspec.Layout:
        if station.device not in self._layouts:
            survey, answer = sunspec.survey(), None
            try:
                while True:
                    answer = await self._registers(station, survey.send(answer))
            except StopIteration as found:
                self._layouts[station.device] = found.value
            except BadFrame as error:
                raise DeviceUnavailable(
                    f"{station.device} (unit {station.unit} on {self._address}): {error}"
                ) from error
        return self._layouts[station.device]

    async def _registers(self, station: Station, ask: sunspec.Ask) -> tuple[int, ...] | None:
        """Read holding registers; None where the device refuses them."""
        answer = await self._ask(station, Block("holding", ask.address, ask.count, ()))
        if answer.isError():
            return None
        registers = tuple(answer.registers)
        return registers if len(registers) == ask.count else None

    def _taken(self, station: Station, block: Block, answer: ModbusPDU) -> list[Reading]:
        if not answer.isError():
            return self._decoded(station, block, answer)
        if answer.exception_code == _ILLEGAL_ADDRESS and len(block.points) > 1:
            raise _TooWide
        return self._refusal(station, block, answer.exception_code)

    async def _ask(self, station: Station, block: Block) -> ModbusPDU:
        client = self._opened()
        ask = {
            "input": client.read_input_registers,
            "holding": client.read_holding_registers,
            "coil": client.read_coils,
            "discrete": client.read_discrete_inputs,
        }[block.table]
        answer = await self._answered(
            station, ask(block.address, count=block.count, device_id=station.unit)
        )
        # pymodbus takes the answer to another function for the one to ours.
        if not answer.isError() and answer.function_code != modbus.READ_FUNCTIONS[block.table]:
            raise Garbled(
                f"{station.device} answers function {answer.function_code} to a read of {block.table}: "
                f"check that no other master is on {self._address}"
            )
        return answer

    def _opened(self) -> _Client:
        if self._client is None:
            raise LinkLost(f"{self._address} is closed")
        if not self._client.connected:  # pymodbus would raise before there is anything to await
            raise LinkLost(f"{self._address} lost its connection")
        return self._client

    async def _answered(self, station: Station, asked: Awaitable[ModbusPDU]) -> ModbusPDU:
        client = self._opened()
        self._something_came = False
        try:
            answer = await asked
        except ConnectionException as error:
            raise LinkLost(f"{self._address} lost its connection") from error
        except ModbusException as error:
            if not client.connected:
                raise LinkLost(f"{self._address} lost its connection") from error
            if self._something_came:
                raise self._noise(station) from error
            raise self._silence(station, f"within {self._timeout_s:g} s") from error
        if answer.exception_code in _TARGET_SILENT:
            raise self._silence(station, f"its gateway: {modbus.explain(answer.exception_code)}")
        return answer

    def _silence(self, station: Station, how: str) -> DeviceUnavailable:
        return DeviceUnavailable(
            f"{station.device} (unit {station.unit} on {self._address}) does not answer {how}: "
            f"check its power, wiring and unit number"
        )

    def _noise(self, station: Station) -> Garbled:
        link, unit = self._link, station.unit
        way = f"{link.baudrate} baud, parity {link.parity}" if link.port else "Modbus TCP"
        return Garbled(
            f"{station.device} (unit {unit} on {self._address}) was asked and what came is no answer to it: "
            f"check that it speaks {way}, its wiring, and that nothing else is unit {unit}"
        )

    def _decoded(self, station: Station, block: Block, answer: ModbusPDU) -> list[Reading]:
        bits = block.table in ("coil", "discrete")
        values = tuple(map(int, answer.bits)) if bits else tuple(answer.registers)
        if len(values) < block.count:  # a late answer to an older, shorter request
            raise Garbled(
                f"{station.device} answered {len(values)} of {block.count} registers: "
                f"check that no other master is on {self._address}"
            )
        registers = modbus.Registers(block.table, block.address, values[: block.count])
        return from_registers(station.profile, registers, station.device, self._clock.now_us())

    def _refusal(self, station: Station, block: Block, exception: int) -> list[Reading]:
        quality = Quality(modbus.reason_of(exception), modbus.explain(exception))
        return refused(block.points, quality, station.device, self._clock.now_us())

    @property
    def _address(self) -> str:
        return self._link.port or f"{self._link.host}:{self._link.tcp_port}"

    def _check_port(self) -> None:
        if self._link.port:
            serial_port.require_free(self._link.port)

    def _make_client(self) -> _Client:
        link = self._link
        trace = partial(self._traced, tap(link.id))
        if link.port:  # pymodbus opens it with the same exclusive lock that was just tried
            return AsyncModbusSerialClient(
                link.port,
                baudrate=link.baudrate,
                parity=link.parity,
                timeout=self._timeout_s,
                retries=0,
                reconnect_delay=0,
                trace_packet=trace,
            )
        return AsyncModbusTcpClient(
            link.host,
            port=link.tcp_port,
            timeout=self._timeout_s,
            retries=0,
            reconnect_delay=0,
            trace_packet=trace,
        )

    def _traced(self, note: Note, sending: bool, data: bytes) -> bytes:
        self._something_came |= not sending and bool(data)
        note("out" if sending else "in", data, "")
        return data

    async def _explain(self) -> None:
        """Raise the reason why the line did not open."""
        if not self._link.port:
            await tcp.require_listener(self._link.host, self._link.tcp_port, self._timeout_s)
        self._check_port()
        raise DeviceUnavailable(f"{self._address} could not be opened: it is tried again")


class _TooWide(Exception):
    """A block holds an address that the device does not have: its parts may be readable."""


def plan_blocks(points: Iterable[Point], longest: int) -> list[Block]:
    """Put points into as few requests as possible, each at most `longest` registers long."""
    blocks: list[Block] = []
    for point in sorted(points, key=_place):
        table, address, end = _place(point)
        last = blocks[-1] if blocks else None
        if last and last.table == table and end - last.address <= longest:
            reach = max(end - last.address, last.count)
            blocks[-1] = Block(last.table, last.address, reach, (*last.points, point))
        else:
            blocks.append(Block(_source(point).table, address, end - address, (point,)))
    return blocks


def _words(command: Command, raw: float, target: ModbusSource) -> list[int]:
    try:
        return modbus.words_of(raw, target.type, target.word_order)
    except ValueError as error:
        raise WriteRefused(f"{command.id}: {error}; correct the profile") from error


def split(block: Block) -> list[Block]:
    """Cut a block that a device refuses: at its holes, or else into its points."""
    return list(_runs(block)) if block.has_holes else [_block((p,)) for p in block.points]


def _runs(block: Block) -> Iterator[Block]:
    run = [block.points[0]]
    for point in block.points[1:]:
        if _span(point)[0] > _span(run[-1])[1]:
            yield _block(tuple(run))
            run = []
        run.append(point)
    yield _block(tuple(run))


def _block(points: tuple[Point, ...]) -> Block:
    begin = _span(points[0])[0]
    end = max(_span(point)[1] for point in points)
    return Block(_source(points[0]).table, begin, end - begin, points)


def _source(point: Point) -> ModbusSource:
    if not isinstance(point.source, ModbusSource):
        raise TypeError(f"point {point.quantity} is not read by Modbus")
    return point.source


def _span(point: Point) -> tuple[int, int]:
    source = _source(point)
    return source.address, source.address + modbus.size(source.table, source.type)


def _place(point: Point) -> tuple[str, int, int]:
    return (_source(point).table, *_span(point))
