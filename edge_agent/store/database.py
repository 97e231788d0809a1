"""Connections to the log's databases: those that write, those that read, one that keeps others out."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from edge_agent.store import tables
from edge_agent.store.errors import LogUnavailable, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from edge_agent.store.tables import Step

Statement = tuple[str, tuple[Any, ...]]

OWNER_FILE = "owner.lock"
_BUSY_S = 5.0  # other connections only read, so nothing holds a file for long
_CHECKPOINT_PAGES = 1000  # as much as the ballast: so it always fits once that is thrown off
_NO_BYTES = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_PRIMARY = 0xFF  # the low byte of SQLite's extended result codes


class WriteConnection:
    """The one connection that changes a database; used by one thread at a time.

    The write-ahead log is emptied into the file at `checkpoint_pages`: so large it may become.

    Raises:
        sqlite3.Error, OSError: the file cannot be used.
        tables.NewerSchema: a newer version of this program wrote it.
    """

    def __init__(
        self, path: Path, steps: Sequence[Step], checkpoint_pages: int = _CHECKPOINT_PAGES
    ) -> None:
        self.path = path
        self._steps, self._checkpoint_pages = steps, checkpoint_pages
        self._connection: sqlite3.Connection | None = _open(path, steps, checkpoint_pages)

    def transact(self, statements: Iterable[Statement]) -> None:
        """Run all statements in one synced transaction, or none of them.

        Raises:
            sqlite3.Error: nothing was kept, except after a failed sync, where it is not known.
        """
        connection = self._connection or self.reopen()
        sequence = tuple(statements)
        if len(sequence) == 1:  # a transaction by itself: two calls less for most commits
            connection.execute(*sequence[0])
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, values in sequence:
                connection.execute(sql, values)
            connection.execute("COMMIT")
        except sqlite3.Error:
            _roll_back(connection)
            raise

    def reopen(self) -> sqlite3.Connection:
        """Drop what a failed sync left in memory and look at the file anew."""
        self.close()
        self._connection = _open(self.path, self._steps, self._checkpoint_pages)
        return self._connection

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        connection = self._connection or self.reopen()
        return connection.execute(sql, values).fetchall()

    def trouble(self) -> str:
        """Return what SQLite finds wrong with the file; empty where it is sound."""
        try:
            found = self.rows("PRAGMA quick_check(1)")
        except sqlite3.DatabaseError as error:
            return str(error)
        return "" if found == [("ok",)] else str(found[0][0])

    def log_pages(self) -> int:
        """Return how many pages of the write-ahead log SQLite takes for whole."""
        return int(self.rows("PRAGMA wal_checkpoint(PASSIVE)")[0][1])

    def checkpoint(self) -> None:
        """Bring what is in the write-ahead log into the file and give its space back."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def seal(self) -> None:
        """Make the file complete by itself, without a write-ahead log, and close it.

        Where somebody still reads it, it stays as it is, which is just as safe.
        """
        with contextlib.suppress(sqlite3.Error):
            self.checkpoint()
            self.rows("PRAGMA journal_mode = DELETE")
        self.close()

    def close(self) -> None:
        """Release the file."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):  # a failed checkpoint: the log is still there
                self._connection.close()
            self._connection = None


@contextlib.contextmanager
def closed_on_error(connection: WriteConnection | None) -> Iterator[None]:
    """Close a connection where what is done with it fails.

    SQLite shares a file's state among the connections of a process: one that is left open, and
    could not open its files for writing, would keep every later one from writing as well.
    """
    try:
        yield
    except BaseException:
        if connection is not None:
            connection.close()
        raise


class Claim:
    """The folder is this process's; the lock of SQLite ends with the process, however it ends."""

    def __init__(self, folder: Path) -> None:
        path = folder / OWNER_FILE
        try:
            self._owner = _locked(path)
        except sqlite3.DatabaseError as error:
            if primary_code(error) not in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
                raise
            os.truncate(path, 0)  # it holds nothing: what is in it is damage
            self._owner = _locked(path)

    def close(self) -> None:
        """Let other processes in."""
        self._owner.close()


def _locked(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot change a database; any thread may use it, one at a time."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
    )
    try:
        connection.execute("PRAGMA user_version").fetchone()  # SQLite opens files late
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def primary_code(error: sqlite3.Error) -> int:
    """Return what SQLite says of an error, without the details; 0 where it says nothing."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY


def is_full(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the disk took no more bytes, and nothing was kept."""
    code = getattr(error, "sqlite_errorcode", 0)
    return primary_code(error) == sqlite3.SQLITE_FULL or code in _NO_BYTES


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the content of a file is damaged or cannot be read."""
    damage = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}
    schema = sqlite3.SQLITE_ERROR  # a table or column that should be there
    return primary_code(error) in {*damage, schema}


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether an error says that another connection has the file."""
    return primary_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


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


def make_folder(folder: Path) -> None:
    """Create the folder where it is missing, so that its name survives a power cut."""
    if not folder.is_dir():
        folder.mkdir()
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    if not hasattr(os, "O_DIRECTORY"):  # elsewhere folders cannot be synced
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _open(path: Path, steps: Sequence[Step], checkpoint_pages: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_BUSY_S
    )
    try:
        # FULL: in WAL mode NORMAL loses every commit since the last checkpoint at a power cut.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint_pages}")
        tables.migrate(connection, steps)
    except (sqlite3.Error, tables.NewerSchema):
        connection.close()
        raise
    return connection


def _roll_back(connection: sqlite3.Connection) -> None:
    # After some errors (disk full, I/O) SQLite has rolled back by itself already.
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
