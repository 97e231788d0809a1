"""Pulse inputs: edges of GPIO lines as the kernel records them, or the same records from a pipe.

The pipe is for inputs that another program watches, such as a simulator.
"""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.recording import tap

if TYPE_CHECKING:
    from collections.abc import Iterable

    import gpiod

RECORD = 48

_CHUNK = 256 * RECORD
_DEBOUNCE = timedelta(milliseconds=10)  # an S0 output closes for at least 30 ms (EN 62053-31)
_CHUNKS = 256


class PulseLine:
    """Owns the inputs of one chip.

    Args:
        link: id of the link, for recordings.
        port: a GPIO chip such as `/dev/gpiochip0`, or a pipe.
        lines: the inputs that are watched.
    """

    def __init__(self, link: str, port: str, lines: Iterable[int]) -> None:
        self._link = link
        self._port = port
        self._lines = tuple(lines)
        self._fd = -1
        self._request: gpiod.LineRequest | None = None
        self._rest = b""
        self._heard: asyncio.Queue[bytes] = asyncio.Queue(_CHUNKS)

    @property
    def is_open(self) -> bool:
        """Tell whether the inputs are watched."""
        return self._fd >= 0

    def open(self) -> None:
        """Watch the inputs, in the running loop.

        Raises:
            DeviceUnavailable: no such chip or line, or another program has it.
        """
        try:
            is_pipe = stat.S_ISFIFO(Path(self._port).stat().st_mode)
            self._fd = self._open_pipe() if is_pipe else self._open_chip()
        except OSError as error:
            raise DeviceUnavailable(
                f"{self._port} cannot be watched ({error.strerror}): check the chip, its lines, and "
                f"that no other program uses them"
            ) from error
        self._note = tap(self._link)
        self._rest = b""
        self._heard = asyncio.Queue(_CHUNKS)
        asyncio.get_running_loop().add_reader(self._fd, self._read)

    async def records(self) -> bytes:
        """Return whole records as they come; empty once the inputs are gone."""
        return await self._heard.get()

    def close(self) -> None:
        """Leave the inputs."""
        fd, self._fd = self._fd, -1
        if fd < 0:
            return
        asyncio.get_running_loop().remove_reader(fd)
        request, self._request = self._request, None
        if request is not None:
            request.release()
        else:
            os.close(fd)

    def _open_pipe(self) -> int:
        # Read and write: a pipe without a writer would be at its end at once.
        return os.open(self._port, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def _open_chip(self) -> int:
        import gpiod  # noqa: PLC0415 - only gateways with inputs have it

        settings = gpiod.LineSettings(
            edge_detection=gpiod.line.Edge.RISING,
            bias=gpiod.line.Bias.PULL_DOWN,
            debounce_period=_DEBOUNCE,
        )
        self._request = gpiod.request_lines(
            self._port, {self._lines: settings}, consumer="area-edge", event_buffer_size=1024
        )
        return self._request.fd

    def _read(self) -> None:
        data = b""
        with suppress(OSError):
            data = os.read(self._fd, _CHUNK)
        if not data:
            self.close()
            self._keep(b"")
            return
        self._note("in", data, "")
        data = self._rest + data
        whole = len(data) - len(data) % RECORD
        self._rest = data[whole:]
        if whole:
            self._keep(data[:whole])

    def _keep(self, records: bytes) -> None:
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(records)
