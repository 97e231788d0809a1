"""Connections to the log's database: one that writes, one that reads, one that keeps others out."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from edge_agent.store import tables
from edge_agent.store.errors import LogUnavailable, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Statement = tuple[str, tuple[Any, ...]]

_FILE = "readings.db"
_OWNER_FILE = "owner.lock"
_BUSY_S = 5.0  # other connections only read, so nothing holds the file for long
_CHECKPOINT_PAGES = 4000


class WriteConnection:
    """The one connection that changes the log; used by one thread at a time.

    Raises:
        LogUnavailable: the folder or the file cannot be used, in one sentence.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with explaining(folder):
            _make(folder)
            self._owner = _claim(folder)
        try:
            with explaining(folder):
                self._connection: sqlite3.Connection | None = _open(folder)
        except LogUnavailable:
            self._owner.close()
            raise

    def transact(self, statements: Iterable[Statement]) -> None:
        """Run all statements in one synced transaction, or none of them.

        Raises:
            sqlite3.Error: nothing was kept, except after a failed sync, where it is not known.
        """
        connection = self._connection or self.reopen()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, values in statements:
                connection.execute(sql, values)
            connection.execute("COMMIT")
        except sqlite3.Error:
            _roll_back(connection)
            raise

    def reopen(self) -> sqlite3.Connection:
        """Drop what a failed sync left in memory and look at the file anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._connection = _open(self._folder)
        return self._connection

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        connection = self._connection or self.reopen()
        return connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Release the file and let other processes in."""
        if self._connection is not None:
            self._connection.close()
        self._owner.close()


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """Open a connection that cannot change the log; any thread may use it, one at a time."""
    uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro"
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
    )


@contextlib.contextmanager
def explaining(folder: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into one sentence."""
    try:
        yield
    except tables.NewerSchema:
        raise LogUnavailable(
            f"reading log {folder}: a newer version of this program wrote it; update this one"
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise explained(folder, error) from error


def _make(folder: Path) -> None:
    """Create the folder where it is missing, so that its name survives a power cut."""
    if folder.is_dir():
        return
    folder.mkdir()
    if hasattr(os, "O_DIRECTORY"):  # elsewhere folders cannot be synced
        above = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(above)
        finally:
            os.close(above)


def _claim(folder: Path) -> sqlite3.Connection:
    """Lock the folder for this process; the lock of SQLite ends with the process, however it ends."""
    owner = sqlite3.connect(
        folder / _OWNER_FILE, isolation_level=None, check_same_thread=False, timeout=0
    )
    try:
        owner.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        owner.close()
        raise
    return owner


def _open(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        folder / _FILE, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
    )
    try:
        # FULL: in WAL mode NORMAL loses every commit since the last checkpoint at a power cut.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        tables.migrate(connection)
    except (sqlite3.Error, tables.NewerSchema):
        connection.close()
        raise
    return connection


def _roll_back(connection: sqlite3.Connection) -> None:
    # After some errors (disk full, I/O) SQLite has rolled back by itself already.
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
