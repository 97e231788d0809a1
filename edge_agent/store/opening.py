"""Opening the log: whatever a power cut, a full disk or a dying card left behind, it opens.

The newest segment is checked. It is continued only where its end can be trusted; otherwise a new
one begins behind every number that may have been used, for a number is never used twice.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.store import control as notes
from edge_agent.store import mending, salvage, segments, tables
from edge_agent.store.control import Head
from edge_agent.store.database import (
    WriteConnection,
    closed_on_error,
    is_busy,
    is_full,
    primary_code,
)
from edge_agent.store.tables import Kind, Loss

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.store.control import Control
    from edge_agent.store.places import Place
    from edge_agent.store.segments import Segment

_log = logging.getLogger(__name__)

_BROKEN = "its write-ahead log is damaged"
STRIDE = 1 << 16  # numbers reserved at a time: one commit more in so many readings


@dataclass(slots=True)
class Opened:
    """The segment in use, ready to be written, and where its numbers go on."""

    active: WriteConnection
    last_seq: int
    head: Head


def open_newest(folder: Path, control: Control, now_us: int) -> Opened:
    """Open the newest segment for writing, or begin a new one.

    Raises:
        sqlite3.Error, OSError: the folder cannot be written.
    """
    mending.finish(folder, control, now_us)
    head = control.head()
    found = _used(folder, control, head)
    for segment in found[:-1]:
        _seal(segment)
    connection, last_seq, doubt = _newest(found, control, head, now_us)
    with closed_on_error(connection):
        if doubt:
            last_seq = _give_up_tail(control, last_seq, head, (doubt, now_us))
        return _begin(folder, control, head, connection, last_seq)


def _used(folder: Path, control: Control, head: Head) -> tuple[Segment, ...]:
    """Return the segments; one that was not made to its end is taken away.

    One that was made but never used stays: the one before it may have ended there for a reason.
    """
    found = segments.found_in(folder, control.identity[1])
    if (
        len(found) > 1
        and 0 < head.active < found[-1].first_seq
        and not segments.is_made(found[-1].path)
    ):
        segments.remove(found[-1])
        found = segments.found_in(folder, control.identity[1])
    return found


def _newest(
    found: tuple[Segment, ...], control: Control, head: Head, now_us: int
) -> tuple[WriteConnection | None, int, str]:
    """Return the newest segment if it can be continued, its last number, and what is doubtful."""
    if not found:
        return None, 0, "the segment in use is missing" if head.reserved else ""
    segment = found[-1]
    wal = segments.companions(segment.path)[0]
    log_there = wal.exists()
    connection, trouble = _sound(segment.path)
    if connection is None:
        return None, mending.mend(segment, control, trouble, now_us), trouble
    with closed_on_error(connection):
        doubt = _doubt(connection, segment, head, log_there=log_there, stale=control.is_stale())
        if doubt == _BROKEN:
            _rescue_behind(connection, segment, control, now_us)
        last = _last_seq(connection, segment)
    if doubt:
        connection.seal()
        return None, last, doubt
    return connection, last, ""


def _doubt(
    connection: WriteConnection, segment: Segment, head: Head, *, log_there: bool, stale: bool
) -> str:
    """Say why the end of a segment cannot be trusted; empty where it can.

    One commit that is written but not whole is what a power cut leaves: it was never confirmed.
    """
    if head.reserved <= _last_seq(connection, segment):
        return ""  # it was closed properly
    ((opening,),) = connection.rows("SELECT coalesce(max(number), 0) FROM opening")
    if not log_there:
        return "its write-ahead log is missing"
    if stale or head.opening > opening:
        return "its write-ahead log is from an earlier time"
    wal = segments.companions(segment.path)[0]
    behind = salvage.commits_behind(wal, connection.log_pages())
    return _BROKEN if behind > 1 else ""


def _rescue_behind(
    connection: WriteConnection, segment: Segment, control: Control, now_us: int
) -> None:
    """Store again what can be read in a write-ahead log behind the place where it is damaged."""
    last = _last_seq(connection, segment)
    found = salvage.readable_blocks(segment.path, segments.companions(segment.path)[0])
    own = mending.own(found, segment, control)
    behind = [f for f in own if f.block.first_seq > last]
    runs = [(f.block.first_seq, f.block.last_seq) for f in behind]
    connection.transact(mending.inserted(behind))
    holes = mending.missing_between(runs, last + 1, runs[-1][1] if runs else last)
    control.transact([mending.loss(hole, _BROKEN, now_us) for hole in holes])


def _sound(path: Path) -> tuple[WriteConnection | None, str]:
    """Open a segment; return what is wrong instead where it is damaged."""
    try:
        connection = WriteConnection(path, tables.SEGMENT)
    except sqlite3.DatabaseError as error:
        if is_busy(error) or is_full(error) or _is_barred(error):
            raise
        return None, str(error)
    trouble = connection.trouble()
    if not trouble:
        with contextlib.suppress(sqlite3.DatabaseError):
            connection.rows("SELECT last_seq, first_seq, held FROM block LIMIT 1")
            connection.rows("SELECT number FROM opening")
            return connection, ""
        trouble = "its tables are not those of a segment"
    connection.close()
    return None, trouble


def _is_barred(error: sqlite3.Error) -> bool:
    """Tell whether the folder, not the file, is in the way."""
    return primary_code(error) in {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
    }


def _last_seq(connection: WriteConnection, segment: Segment) -> int:
    ((last,),) = connection.rows("SELECT max(last_seq) FROM block")
    return int(last or segment.first_seq - 1)


def _give_up_tail(control: Control, last_seq: int, head: Head, why: tuple[str, int]) -> int:
    """Note that readings may be lost behind the last one found; return the last number in doubt."""
    reason, now_us = why
    acknowledged = max((_end(place) for place in control.places().values()), default=0)
    doubtful = max(head.reserved, acknowledged, last_seq)
    if doubtful > last_seq:
        count = doubtful - last_seq
        loss = Loss(0, Kind.DAMAGED, last_seq + 1, doubtful, count, now_us, now_us, reason)
        control.transact([notes.lose(loss)])
        _log.error(
            "reading log: at most %d readings behind number %d are lost: %s",
            *(count, last_seq, reason),
        )
    return doubtful


def _end(place: Place) -> int:
    return place.beyond[-1][1] if place.beyond else place.upto


def _begin(
    folder: Path,
    control: Control,
    head: Head,
    connection: WriteConnection | None,
    last_seq: int,
) -> Opened:
    opening = head.opening + 1
    if connection is None:
        path = folder / segments.name_of(control.identity[1], last_seq + 1)
        connection, active = segments.create(path, opening), last_seq + 1
    else:
        # Before the log as a whole notes it: from now on a missing write-ahead log is a loss.
        connection.transact([("UPDATE opening SET number = ?", (opening,))])
        active = segments.stored_in(connection.path)[1]
    head = Head(opening, last_seq + STRIDE, active)
    with closed_on_error(connection):
        control.advance(head)
    return Opened(connection, last_seq, head)


def _seal(segment: Segment) -> None:
    """Complete what an earlier run left with a write-ahead log; damage shows when it is read."""
    if not segments.companions(segment.path)[0].exists():
        return
    with contextlib.suppress(sqlite3.Error, tables.NewerSchema):
        WriteConnection(segment.path, tables.SEGMENT).seal()
