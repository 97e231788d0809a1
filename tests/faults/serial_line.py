"""A serial adapter that is pulled and comes back under another node, and a line with noise on it."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK = 4096


class SerialLine:
    """Carries bytes between a device's port and the port that the agent opens at `path`."""

    def __init__(self, path: Path, device: Path, rng: random.Random) -> None:
        self.path = path
        self.noise = 0.0
        self.plugs = 0
        self._rng = rng
        self._device = os.open(device, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._device)
        self._pair: tuple[int, int] | None = None
        self._wake_here, self._wake_there = os.pipe()
        self._lock = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def plug(self) -> None:
        """Come back as a new node behind the same by-id name."""
        near, far = os.openpty()
        tty.setraw(far)
        with self._lock:
            self._pair = near, far
            self.path.unlink(missing_ok=True)
            self.path.symlink_to(os.ttyname(far))
            self.plugs += 1
        self._wake()

    def unplug(self) -> None:
        """Vanish: whoever has the port open gets an error."""
        with self._lock:
            pair, self._pair = self._pair, None
            self.path.unlink(missing_ok=True)
            for end in pair or ():
                os.close(end)
        self._wake()

    def close(self) -> None:
        self.unplug()
        self._closing = True
        self._wake()
        self._thread.join()
        for end in (self._device, self._wake_here, self._wake_there):
            os.close(end)

    def _wake(self) -> None:
        os.write(self._wake_there, b".")

    def _carry(self) -> None:
        while not self._closing:
            near = self._pair[0] if self._pair else None
            ends = [self._device, self._wake_here, *(() if near is None else (near,))]
            with contextlib.suppress(OSError, ValueError):  # pulled meanwhile
                for end in select.select(ends, (), ())[0]:
                    self._pass_on(end, near)

    def _pass_on(self, end: int, near: int | None) -> None:
        with self._lock:
            if end == near and (not self._pair or self._pair[0] != near):
                return
            data = os.read(end, _CHUNK)
            if end == near:
                os.write(self._device, self._spoilt(data))
            elif end == self._device and self._pair:
                os.write(self._pair[0], self._spoilt(data))

    def _spoilt(self, data: bytes) -> bytes:
        """Cut, precede, follow or change what passes, as often as `noise` says."""
        if self._rng.random() >= self.noise:
            return data
        garbage = self._rng.randbytes(self._rng.randrange(1, 12))
        at = self._rng.randrange(len(data))
        return self._rng.choice(
            (data[:at], garbage + data, data + garbage, data[:at] + garbage + data[at + 1 :], b"")
        )


@contextlib.contextmanager
def plugged(path: Path, device: Path, rng: random.Random) -> Iterator[SerialLine]:
    """Put such a line between a device and a port."""
    line = SerialLine(path, device, rng)
    try:
        line.plug()
        yield line
    finally:
        line.close()
