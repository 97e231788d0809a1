"""The ballast: a file that only takes space, so that a full disk can still be handled.

On a full disk SQLite can neither delete nor empty its write-ahead log, for both write first. The
ballast is thrown off then, and taken on again when there is room.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.store.retention import Space

FILE = "ballast"
_BYTES = 4 << 20
_OPENING_BYTES = 1 << 20  # write-ahead logs and shared memory of two databases, and some
_SHARE = 16  # of a small disk it takes at most this part


def make_way(folder: Path, disk: Space) -> None:
    """Throw the ballast off where the disk has not even room for opening the log."""
    if disk.free < _OPENING_BYTES:
        (folder / FILE).unlink(missing_ok=True)


class Ballast:
    """The ballast of one folder; used by one thread at a time."""

    def __init__(self, folder: Path, disk_bytes: int) -> None:
        self._path = folder / FILE
        self.size = min(_BYTES, disk_bytes // _SHARE)

    def take_on(self) -> bool:
        """Fill the ballast where it is missing and there is room; return whether it is there."""
        if self.is_there():
            return True
        try:
            self._fill()
        except OSError:  # the disk is full, or knows no allocation in advance
            self._path.unlink(missing_ok=True)
            return False
        return True

    def is_there(self) -> bool:
        """Tell whether there is something to throw off."""
        return self._path.exists() and self._path.stat().st_size == self.size

    def throw_off(self) -> bool:
        """Give the space back; return whether there was any."""
        if not self._path.exists():
            return False
        self._path.unlink()
        return True

    def _fill(self) -> None:
        opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(opened, 0, self.size)
        finally:
            os.close(opened)
