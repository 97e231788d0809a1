"""Bluetooth LE in front of an SMP server on a serial line: the GATT service of SMP, and a radio without air.

The controllers and the link are bumble's; what is said comes from the server and goes there unread.
It may go out of reach after some bytes.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
from typing import TYPE_CHECKING

from bumble.gatt import Characteristic, CharacteristicValue, Service
from smp import packet
from smp.header import Header
from smpclient.transport.bumble import SMPBumbleTransport
from typing_extensions import override

from edge_agent.simulators.air import Air

if TYPE_CHECKING:
    from pathlib import Path

    from bumble.device import Connection

ADDRESS = "F0:F1:F2:F3:F4:F5"
_SERVICE = "8D53DC1D-1DB7-4CD3-868B-8A527460AA84"
_CHARACTERISTIC = "DA2E7828-FBCE-4E01-AE9E-261174997C48"
_LINE, _MOST_BYTES = 127, 256
_LEAVE_S, _ANSWER_S = 3.0, 6.0


class Host(SMPBumbleTransport):
    """A host that asks in short: the emulated board's serial line hangs beyond three lines."""

    @property
    @override
    def max_unencoded_size(self) -> int:
        return min(super().max_unencoded_size, _MOST_BYTES)

    @override
    async def disconnect(self) -> None:
        """Leave also a peer that is gone: the library asks it for half a minute to unsubscribe."""
        transport = getattr(self._state, "transport", None)
        try:
            async with asyncio.timeout(_LEAVE_S):
                await super().disconnect()
        except TimeoutError:
            await transport.close()


class Radio:
    """Runs in a thread of its own; `hci` is what a host connects its stack to."""

    def __init__(self, line: Path) -> None:
        self.hci = ""
        self.leave_after = 0  # bytes from the host; 0 never
        self.left = 0
        self.largest_write = 0
        self._line = line
        self._heard = b""
        self._heard_from: Connection | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="radio")
        self._thread.start()
        assert self._ready.wait(30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._end, self._one_at_a_time = asyncio.Event(), asyncio.Lock()
        air = Air()
        port = await air.open("127.0.0.1")
        self._device = air.device("gauge", ADDRESS)
        properties = (
            Characteristic.Properties.WRITE_WITHOUT_RESPONSE | Characteristic.Properties.NOTIFY
        )
        self._door: Characteristic[bytes] = Characteristic(
            _CHARACTERISTIC,
            properties,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._written),
        )
        self._device.add_service(Service(_SERVICE, [self._door]))
        await self._device.power_on()
        await self._device.start_advertising(auto_restart=True)
        self.hci = f"tcp-client:127.0.0.1:{port}"
        self._ready.set()
        await self._end.wait()
        await self._device.power_off()
        await air.close()

    def _written(self, connection: Connection, value: bytes) -> None:
        if connection is not self._heard_from:  # what a cut message left belongs to nobody
            self._heard, self._heard_from = b"", connection
        self.largest_write = max(self.largest_write, len(value))
        if self.leave_after:
            self.leave_after -= min(len(value), self.leave_after)
            if not self.leave_after:
                self.left += 1
                self._loop.create_task(self._leave(connection))
                return
        self._heard += value
        whole = Header.SIZE + (Header.loads(self._heard[: Header.SIZE]).length)
        if len(self._heard) >= whole:
            asked, self._heard = self._heard[:whole], b""
            self._loop.create_task(self._pass_on(connection, asked))

    async def _leave(self, connection: Connection) -> None:
        await connection.disconnect()
        if not self._device.is_advertising:
            await self._device.start_advertising(auto_restart=True)

    async def _pass_on(self, connection: Connection, asked: bytes) -> None:
        async with self._one_at_a_time:
            answer = await asyncio.to_thread(_over_the_line, self._line, asked)
        if connection is not self._heard_from:
            return
        size = connection.att_mtu - 3
        for start in range(0, len(answer), size):
            await self._device.notify_subscriber(
                connection, self._door, answer[start : start + size]
            )


def _over_the_line(line: Path, asked: bytes) -> bytes:
    """Ask the server, in the framing of its serial line; empty where the line goes."""
    handle = os.open(line, os.O_RDWR | os.O_NOCTTY)
    try:
        for part in packet.encode(asked, _LINE):
            os.write(handle, part)
        return _answer(handle)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _answer(handle: int) -> bytes:
    decoder, heard = packet.decode(), b""
    next(decoder)
    while select.select([handle], [], [], _ANSWER_S)[0]:
        heard += os.read(handle, 4096)
        *lines, heard = heard.split(b"\n")
        for one in lines:
            if not one.startswith((b"\x06\x09", b"\x04\x14")):
                continue  # the boot loader's log
            try:
                decoder.send(one + b"\n")
            except StopIteration as whole:
                return bytes(whole.value)
    return b""
