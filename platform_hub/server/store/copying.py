"""A true copy of an SQLite database while others write to it."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from platform_hub.server.store.database import StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path

_PAGES = 4096  # at a time; between them writers get their turn


def copy(source: Path, target: Path) -> None:
    """Copy a database as it is at one instant.

    Raises:
        StoreUnavailable: it cannot be read, or the copy not be written.
    """
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read,
            contextlib.closing(sqlite3.connect(target)) as written,
        ):
            # One read transaction holds the view still: the copy would else begin anew with
            # every commit of another process.
            read.execute("BEGIN")
            read.execute("SELECT count(*) FROM sqlite_master").fetchone()
            read.backup(written, pages=_PAGES)
            written.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file, without a log
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{source} cannot be copied to {target}: {error}") from error


def fault(database: Path) -> str:
    """Say what is wrong with a database file; empty where it is whole."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            (found,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else str(found)
