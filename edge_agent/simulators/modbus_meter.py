"""Modbus servers: the units of one link, on a pseudo-terminal (RTU) or a TCP port.

They are our own and not pymodbus' server, because the drivers under test use pymodbus: two ends
of one library would share their mistakes. That server also answers for units that are not on the
bus, and does not tell when an answer is handed to the port.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from edge_agent.simulators.faults import HEALTHY, Fault
from edge_agent.simulators.modbus_frames import (
    TARGET_SILENT,
    RtuRequests,
    answer,
    refusal,
    rtu_frame,
)
from edge_agent.simulators.pty_port import PtyPort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from edge_agent.simulators.ledger import Ledger
    from edge_agent.simulators.registers import RegisterImage

    Send = Callable[[bytes, Fault], bool]

_HEADER = 7  # transaction, protocol, length, unit (Modbus Messaging on TCP/IP v1.0b, 3.1.3)


@dataclass(slots=True)
class Bus:
    """The units of one link, and what goes wrong with them.

    Attributes:
        units: register image by unit number.
        ledger: where every answered point is written.
        clock: microseconds since 1970-01-01 UTC.
        faults: by device id.
    """

    units: dict[int, RegisterImage]
    ledger: Ledger
    clock: Callable[[], int]
    faults: Mapping[str, Fault]
    _late: set[asyncio.TimerHandle] = field(default_factory=set)

    def reply(self, unit: int, pdu: bytes, send: Send) -> bool:
        """Answer a request through `send`, late where the fault says so; False for no such unit.

        `send` gets the answer's PDU and returns whether the port took it whole and undamaged.
        """
        image = self.units.get(unit)
        if image is None:
            return False
        fault = self.faults.get(image.device.id, HEALTHY)
        if fault.silent:
            return True
        if fault.delay_s:
            self._later(fault.delay_s, partial(self._say, pdu, image, fault, send))
        else:
            self._say(pdu, image, fault, send)
        return True

    def close(self) -> None:
        """Drop the answers that are still held back."""
        for handle in self._late:
            handle.cancel()
        self._late.clear()

    def _say(self, pdu: bytes, image: RegisterImage, fault: Fault, send: Send) -> None:
        said = answer(pdu, image, self.clock())
        said_us = self.clock()  # before the port has it: nobody hears it earlier than it was said
        if send(said.pdu, fault):
            self.ledger.write(said.said, said_us)

    def _later(self, delay_s: float, say: Callable[[], None]) -> None:
        def now() -> None:
            self._late.discard(handle)
            say()

        handle = asyncio.get_running_loop().call_later(delay_s, now)
        self._late.add(handle)


class RtuServer:
    """The bus behind a serial port; units that are not on it stay silent, as on a real wire."""

    def __init__(self, bus: Bus, path: Path) -> None:
        self._bus = bus
        self._requests = RtuRequests()
        self._loop = asyncio.get_running_loop()
        self._port = PtyPort(path, self._heard)

    def close(self) -> None:
        """Close the port and take its link away."""
        self._bus.close()
        self._port.close()

    def _heard(self, data: bytes) -> None:
        for unit, pdu in self._requests.feed(data, self._loop.time()):
            self._bus.reply(unit, pdu, partial(self._send, unit))

    def _send(self, unit: int, pdu: bytes, fault: Fault) -> bool:
        frame = rtu_frame(unit, pdu)
        if fault.garbled:
            self._port.write(frame[:-1] + bytes([frame[-1] ^ 0xFF]))
            return False
        return self._port.write(frame)


class TcpServer:
    """The bus behind a TCP port; for a missing unit it answers exception 11, as gateways do."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._open: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen, on a free port unless one is given, and return the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._bus, self._open), host, port
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        self._bus.close()
        if self._server is None:
            return
        self._server.close()
        for transport in tuple(self._open):
            transport.abort()
        await self._server.wait_closed()


class _Connection(asyncio.Protocol):
    def __init__(self, bus: Bus, everyone: set[asyncio.Transport]) -> None:
        self._bus = bus
        self._everyone = everyone
        self._buffer = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows: a stream server's
        self._transport = transport
        self._everyone.add(transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._everyone.discard(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for header, pdu in self._requests():
            unit = header[6]
            if not self._bus.reply(unit, pdu, partial(self._send, header)):
                self._send(header, refusal(pdu[0], TARGET_SILENT).pdu, HEALTHY)

    def _requests(self) -> Iterable[tuple[bytes, bytes]]:
        """Give each whole request as (header, function and data); hang up on what is not Modbus."""
        while len(self._buffer) >= _HEADER + 1:
            length = int.from_bytes(self._buffer[4:6], "big")
            if self._buffer[2:4] != b"\0\0" or not 2 <= length <= 254:
                self._buffer = b""
                self._transport.abort()
            elif len(self._buffer) < 6 + length:
                return
            else:
                frame, self._buffer = self._buffer[: 6 + length], self._buffer[6 + length :]
                yield frame[:_HEADER], frame[_HEADER:]

    def _send(self, header: bytes, pdu: bytes, fault: Fault) -> bool:
        if self._transport.is_closing():
            return False
        frame = header[:4] + (len(pdu) + 1).to_bytes(2, "big") + header[6:] + pdu
        self._transport.write(frame[:-1] if fault.garbled else frame)
        return not fault.garbled
