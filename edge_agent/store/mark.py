"""The mark: a small file beside the databases that says how far the log had come, and if it was closed.

A write-ahead log that is put back from an earlier time is whole in itself: SQLite takes it for the
newest state. The mark is not in it, so it tells.
"""

from __future__ import annotations

import contextlib
import logging
import os
import zlib
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.store import segments
from edge_agent.store.database import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

FILE = "mark"


class Mark(NamedTuple):
    """What is certain about a log.

    Attributes:
        opening: it was opened so often at least.
        reserved: numbers may have been used up to this one at least.
        closed: everything is in the database files; a write-ahead log beside them is not theirs.
    """

    opening: int = 0
    reserved: int = 0
    closed: bool = False


def read(folder: Path) -> Mark:
    """Return the mark; where it is missing or damaged nothing is certain."""
    with contextlib.suppress(OSError, ValueError):
        words = (folder / FILE).read_bytes().split()
        opening, reserved, closed, check = map(int, words)
        if check == _check(words[:-1]):
            return Mark(opening, reserved, bool(closed))
    return Mark()


def put(folder: Path, mark: Mark) -> Mark:
    """Put a mark in the place of the present one, so that a power cut leaves one of both.

    Where the disk has no room for it there is none any more, which says nothing wrong. Return what
    is there then.

    Raises:
        OSError: the folder cannot be written.
    """
    draft = folder / f"{FILE}.new"
    try:
        _write(draft, mark)
        draft.replace(folder / FILE)
    except OSError:
        draft.unlink(missing_ok=True)
        (folder / FILE).unlink(missing_ok=True)
        mark = Mark()
    sync_folder(folder)
    return mark


def lift(folder: Path) -> Mark:
    """Return the mark; from now on it says nothing of a closed log, for it is going to be written.

    Where it was closed, a write-ahead log is from an earlier time, left by a copy that was only
    half taken back: it is set aside before SQLite believes it.

    Raises:
        OSError: the folder cannot be written.
    """
    mark = read(folder)
    if not mark.closed:
        return mark
    for wal in _unfinished(folder):
        wal.with_name(wal.name.removesuffix("-wal") + "-shm").unlink(missing_ok=True)
        aside = segments.set_aside(wal)
        _log.error("reading log: %s is from an earlier time; it is now %s", wal, aside)
    return put(folder, mark._replace(closed=False))


def close(folder: Path, mark: Mark) -> None:
    """Mark a log as closed, where nothing is left in a write-ahead log.

    Raises:
        OSError: the folder cannot be written.
    """
    if not _unfinished(folder):
        put(folder, mark._replace(closed=True))


def _write(path: Path, mark: Mark) -> None:
    words = [b"%d" % field for field in mark]
    with path.open("wb") as file:
        file.write(b"%s %d\n" % (b" ".join(words), _check(words)))
        file.flush()
        os.fsync(file.fileno())


def _unfinished(folder: Path) -> list[Path]:
    """Return the write-ahead logs that are not empty; who only reads leaves empty ones."""
    return [file for file in sorted(folder.glob("*.db-wal")) if file.stat().st_size]


def _check(words: list[bytes]) -> int:
    return zlib.crc32(b" ".join(words))
