"""What drivers remember of their devices over a restart: counts, replay counters, instants.

`devices.db` stands beside the log and not in it: it is small, it is overwritten, and a damaged one
is set aside and begun anew without touching a reading.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING

from edge_agent.store import segments, tables
from edge_agent.store.database import WriteConnection, explaining, is_damage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge_agent.store.database import Statement

FILE = "devices.db"

_CHECKPOINT_PAGES = 64  # some numbers written each second: else 4 MB of a full disk for 4 KB
_log = logging.getLogger(__name__)

_KEEP = (
    "INSERT INTO memory (device, name, value) VALUES (?, ?, ?) "
    "ON CONFLICT (device, name) DO UPDATE SET value = excluded.value"
)


class DeviceMemory:
    """Numbers by device and name; noted at once, written all together by `settle`."""

    def __init__(self, folder: Path) -> None:
        """Open the file or make it.

        Raises:
            LogUnavailable: it cannot be used and not be set aside either.
        """
        with explaining(folder / FILE):
            self._connection = _opened(folder / FILE)
        self._known: dict[str, dict[str, int]] = defaultdict(dict)
        for device, name, value in self._connection.rows("SELECT device, name, value FROM memory"):
            self._known[device][name] = value
        self._pending: dict[tuple[str, str], int] = {}
        self._turn = asyncio.Lock()
        self._trouble = ""

    def of(self, device: str) -> Mapping[str, int]:
        """Return what is known of a device by name."""
        return dict(self._known.get(device, {}))

    def note(self, device: str, name: str, value: int) -> None:
        """Remember a number, for good once `settle` has returned."""
        if self._known[device].get(name) != value:
            self._known[device][name] = value
            self._pending[device, name] = value

    async def settle(self) -> None:
        """Return once everything noted before is on the disk.

        A disk that does not take it is said once; it is tried again with the next call.
        """
        async with self._turn:
            if self._pending:
                await asyncio.to_thread(self._write)

    def forget(self, device: str) -> None:
        """Forget a device, on the disk when this returns."""
        self._known.pop(device, None)
        for key in [key for key in self._pending if key[0] == device]:
            del self._pending[key]
        self._connection.transact([("DELETE FROM memory WHERE device = ?", (device,))])

    def close(self) -> None:
        """Write what is not written yet and release the file."""
        if self._pending:
            self._write()
        self._connection.close()

    def _write(self) -> None:
        taken, self._pending = self._pending, {}
        statements: list[Statement] = [(_KEEP, (*key, value)) for key, value in taken.items()]
        try:
            self._connection.transact(statements)
        except sqlite3.Error as error:
            self._pending = taken | self._pending
            if str(error) != self._trouble:
                _log.error("%s: %s; counts of before a restart may be lost", FILE, error)
            self._trouble = str(error)
        else:
            self._trouble = ""


def _opened(path: Path) -> WriteConnection:
    try:
        connection = WriteConnection(path, tables.MEMORY, _CHECKPOINT_PAGES)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return _anew(path, str(error))
    if trouble := connection.trouble():
        connection.close()
        return _anew(path, trouble)
    return connection


def _anew(path: Path, trouble: str) -> WriteConnection:
    aside = segments.set_aside(path)
    _log.error("%s was damaged (%s): it is now %s, devices count anew", path, trouble, aside)
    return WriteConnection(path, tables.MEMORY, _CHECKPOINT_PAGES)
