"""Logs of before there were segments: their one file becomes the first segment, nothing is copied."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from edge_agent.store import control, segments, tables
from edge_agent.store.database import WriteConnection, sync_folder

if TYPE_CHECKING:
    from pathlib import Path


ONE_FILE = "readings.db"
_MOVED = {
    "log": "gateway, epoch, created_us",
    "cursor": "sink, upto, reported",
    "beyond": "sink, first_seq, last_seq",
    "gap": "sink, first_seq, last_seq, reason, kind, noted_us",
    "loss": "number, kind, first_seq, last_seq, readings, begins_us, ends_us, reason",
}


def adopt(folder: Path) -> None:
    """Turn `readings.db` into control database and first segment; a cut on the way is made good.

    Raises:
        sqlite3.Error, OSError: it cannot be done; the old file is as it was or further on the way.
        tables.NewerSchema: it is newer than this program.
    """
    old = folder / ONE_FILE
    if not old.exists():
        return
    try:
        _move_notes(folder, old)
        first, epoch = _as_segment(folder, old)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        segments.set_aside(old)  # no database at all, or damaged: kept, and never in the way
        return
    old.rename(folder / segments.name_of(epoch, first))
    sync_folder(folder)


def _move_notes(folder: Path, old: Path) -> None:
    """Copy everything but the readings, in one transaction, unless that was done before."""
    if "log" not in _tables(old):
        return
    with contextlib.closing(WriteConnection(old, tables.ONE_FILE)) as source:
        statements = [
            (f"INSERT INTO {table} ({columns}) VALUES ({_marks(columns)})", row)  # noqa: S608  # our own names
            for table, columns in _MOVED.items()
            for row in source.rows(f"SELECT {columns} FROM {table}")  # noqa: S608  # ditto
        ]
    with contextlib.closing(WriteConnection(folder / control.FILE, tables.CONTROL)) as target:
        sync_folder(folder)
        if not target.rows("SELECT * FROM log"):
            target.transact(statements)


def _as_segment(folder: Path, old: Path) -> tuple[int, int]:
    """Leave only the readings in the file; return its first number and its epoch."""
    connection = sqlite3.connect(old, isolation_level=None)
    with contextlib.closing(connection):
        if "log" in _tables(old):
            for statement in _WITHOUT_NOTES:
                connection.execute(statement)
    segment = WriteConnection(old, tables.SEGMENT)
    ((first,),) = segment.rows("SELECT coalesce(min(first_seq), 1) FROM block")
    segment.seal()
    with contextlib.closing(WriteConnection(folder / control.FILE, tables.CONTROL)) as notes:
        ((epoch,),) = notes.rows("SELECT epoch FROM log")
    return int(first), int(epoch)


_WITHOUT_NOTES: list[str] = [
    "BEGIN IMMEDIATE",
    *(f"DROP TABLE {table}" for table in _MOVED),
    "PRAGMA user_version = 1",  # it has the first table of a segment
    "COMMIT",
]


def _tables(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def _marks(columns: str) -> str:
    return ", ".join("?" * len(columns.split(",")))
