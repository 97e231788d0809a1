"""A serial port without hardware: a pseudo-terminal behind a symbolic link that stays the same."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CHUNK = 4096


class PtyPort:
    """The device's end of a pseudo-terminal; the other end is opened as a serial port at `path`.

    It carries bytes at any baud rate, but no parity: Linux drops PARENB on a pseudo-terminal and
    the C library then reports EINVAL, so clients open it with parity N.
    """

    def __init__(self, path: Path, heard: Callable[[bytes], None]) -> None:
        """Open the pair and call `heard` in the running loop with whatever is written to it.

        Raises:
            OSError: the symbolic link cannot be made, or something that is no link stands there.
        """
        self.path = path
        self._heard = heard
        # Our own handle on the far end keeps the pair alive while nobody has the port open:
        # without it the near end reports an error (EIO) after every client that leaves.
        self._near, self._far = os.openpty()
        try:
            tty.setraw(self._far)
            os.set_blocking(self._near, False)
            self._name = os.ttyname(self._far)
            _point(path, self._name)
        except OSError:
            self._close_both()
            raise
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._near, self._read)

    @property
    def is_listened_to(self) -> bool:
        """Tell whether somebody has the far end open; after `let_go` only."""
        poll = select.poll()
        poll.register(self._near, 0)  # a hang-up is told unasked
        return not poll.poll(0)

    def let_go(self) -> None:
        """Give up our handle on the far end, and hear nothing any more: we only send."""
        self._loop.remove_reader(self._near)
        os.close(self._far)
        self._far = -1

    def write(self, data: bytes) -> bool:
        """Hand bytes to the port; False where they were lost because nobody reads it."""
        try:
            return os.write(self._near, data) == len(data)
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Give back both ends and take the link away, unless it points elsewhere by now."""
        if self._near < 0:
            return
        self._loop.remove_reader(self._near)
        self._close_both()
        with contextlib.suppress(OSError):
            if self.path.readlink().as_posix() == self._name:
                self.path.unlink()

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._heard(os.read(self._near, _CHUNK))

    def _close_both(self) -> None:
        for end in (self._near, self._far):
            if end >= 0:
                os.close(end)
        self._near = self._far = -1


def _point(path: Path, target: str) -> None:
    """Make or replace the symbolic link; a file of another kind stays and is an error."""
    if path.is_symlink():
        path.unlink()
    path.symlink_to(target)
