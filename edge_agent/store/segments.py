"""Segments: the files that hold the readings, each a run of numbers, dropped as a whole."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.store import tables
from edge_agent.store.database import (
    WriteConnection,
    closed_on_error,
    open_for_reading,
    sync_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAME = re.compile(r"seg-(\d+)-(\d+)\.db")
_COMPANIONS = ("-wal", "-shm", "-journal")
_QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Segment:
    """One file; it ends where the next one begins, whatever is in it beyond.

    Attributes:
        path: where it is.
        first_seq: lowest number that it may hold.
        last_seq: highest number that counts of it; `sys.maxsize` for the newest segment.
    """

    path: Path
    first_seq: int
    last_seq: int = sys.maxsize

    @property
    def size(self) -> int:
        """Return the bytes that it takes on the disk."""
        files = (self.path, *companions(self.path))
        return sum(file.stat().st_size for file in files if file.exists())


def name_of(epoch: int, first_seq: int) -> str:
    """Return the file name of a segment."""
    return f"seg-{epoch}-{first_seq}.db"


def epochs_in(folder: Path) -> set[int]:
    """Return the epochs whose segments are in a folder."""
    return {int(m[1]) for f in folder.iterdir() if (m := _NAME.fullmatch(f.name))}


def found_in(folder: Path, epoch: int) -> tuple[Segment, ...]:
    """Return the segments of an epoch, in the order of their numbers."""
    matches = ((file, _NAME.fullmatch(file.name)) for file in folder.iterdir())
    starts = sorted((int(m[2]), file) for file, m in matches if m and int(m[1]) == epoch)
    ends = [*(first - 1 for first, _ in starts[1:]), sys.maxsize]
    return tuple(Segment(f, first, end) for (first, f), end in zip(starts, ends, strict=False))


def create(path: Path, opening: int) -> WriteConnection:
    """Make an empty segment whose name survives a power cut."""
    connection = WriteConnection(path, tables.SEGMENT)
    with closed_on_error(connection):
        connection.transact([("UPDATE opening SET number = ?", (opening,))])
        sync_folder(path.parent)
    return connection


def is_made(path: Path) -> bool:
    """Tell whether the making of a segment has come to its end."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(open_for_reading(path)) as there:
        return bool(there.execute("SELECT number FROM opening").fetchall())
    return False


def remove(segment: Segment) -> int:
    """Delete a segment; return the bytes that this gives back."""
    size = segment.size
    segment.path.unlink(missing_ok=True)
    for file in companions(segment.path):
        file.unlink(missing_ok=True)
    sync_folder(segment.path.parent)
    return size


def companions(path: Path) -> tuple[Path, ...]:
    """Return the files that SQLite may keep beside a database."""
    return tuple(path.with_name(path.name + ending) for ending in _COMPANIONS)


def set_aside(path: Path) -> Path:
    """Move a damaged database with what belongs to it into quarantine; return where it is."""
    folder = path.parent / _QUARANTINE
    folder.mkdir(exist_ok=True)
    target = _free_name(folder, path.name)
    path.rename(target)
    bring_companions(path, target)
    sync_folder(path.parent)
    return target


def bring_companions(path: Path, target: Path) -> None:
    """Let the files beside a database follow it; also those that a power cut left behind."""
    if path.exists():
        return
    for left, followed in zip(companions(path), companions(target), strict=True):
        if left.exists():
            left.rename(followed)
    sync_folder(target.parent)


def quarantined(folder: Path) -> list[Path]:
    """Return the damaged databases that were set aside."""
    files = (folder / _QUARANTINE).glob("*.db*")
    return sorted(file for file in files if not file.name.endswith(_COMPANIONS))


def stored_in(path: Path) -> tuple[int, int]:
    """Return epoch and first number of a segment's file, also of one in quarantine."""
    match = _NAME.match(path.name)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def bytes_of(segments: Iterable[Segment]) -> int:
    """Return the bytes that segments take on the disk."""
    return sum(segment.size for segment in segments)


def _free_name(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}"
    return target
