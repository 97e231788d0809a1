"""A serial port that is only listened to: whatever comes, as it comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import serial

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.recording import tap
from edge_agent.transports.serial_port import FAILURES, require_free

if TYPE_CHECKING:
    from area_configs.domain.areas import Link

_CHUNK = 4096
_CHUNKS = 64  # unread; beyond that the oldest go: a port that floods us costs no memory


class SerialStream:
    """Owns one port."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._line: serial.Serial | None = None
        self._heard: asyncio.Queue[bytes] = asyncio.Queue(_CHUNKS)

    @property
    def is_open(self) -> bool:
        """Tell whether the port is open."""
        return self._line is not None

    def open(self) -> None:
        """Open the port in the running loop.

        Raises:
            DeviceUnavailable: missing, held by another process, or not able to do the speed.
        """
        link = self._link
        require_free(link.port)
        try:
            self._line = serial.Serial(
                link.port, link.baudrate, parity=link.parity, timeout=0, exclusive=True
            )
        except (*FAILURES, serial.SerialException, ValueError) as error:
            raise DeviceUnavailable(f"{link.port} cannot be opened: {error}") from error
        self._note = tap(link.id)
        self._heard = asyncio.Queue(_CHUNKS)
        asyncio.get_running_loop().add_reader(self._line.fileno(), self._read)

    async def read(self) -> bytes:
        """Return what came, at least one byte; empty once the port is gone."""
        return await self._heard.get()

    def close(self) -> None:
        """Close the port."""
        line, self._line = self._line, None
        if line is not None:
            asyncio.get_running_loop().remove_reader(line.fileno())
            line.close()

    def _read(self) -> None:
        data = b""
        try:
            data = self._line.read(_CHUNK) if self._line else b""
        except (*FAILURES, serial.SerialException):
            data = b""
        if data:
            self._note("in", data, "")
        else:
            self.close()
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(data)
