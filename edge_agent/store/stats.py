"""What the log says of itself."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.store import segments
from edge_agent.store.control import FILE
from edge_agent.store.database import explaining, open_for_reading
from edge_agent.store.reader import Reader
from edge_agent.store.tables import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

_SINKS = """
SELECT sink, upto,
       (SELECT total(last_seq - first_seq + 1) FROM gap WHERE gap.sink = cursor.sink),
       (SELECT total(last_seq - first_seq + 1) FROM beyond WHERE beyond.sink = cursor.sink)
FROM cursor
"""
_LOST = "SELECT kind, sum(readings) FROM loss GROUP BY kind"


@dataclass(frozen=True, slots=True)
class SinkStats:
    """One sink's place in the log.

    Attributes:
        acknowledged: highest sequence number that the sink has acknowledged.
        backlog: readings that it has not acknowledged yet.
        oldest_unsent_us: when the first of those was observed, None where there is none.
        refused: readings that it refused for good; they stay in the log.
    """

    acknowledged: int
    backlog: int
    oldest_unsent_us: int | None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class LogStats:
    """Counts of one moment.

    Attributes:
        stored: readings ever stored, which is the highest sequence number.
        sinks: every sink that has read or acknowledged.
        damaged: readings that can no longer be read; at most so many where it cannot be known.
        dropped: the oldest readings that gave way to new ones before every sink had them.
        not_taken: readings that the log could not store.
        held: readings that wait for the clock to be set.
        segments: files that hold the readings.
        bytes: what they take on the disk.
    """

    stored: int
    sinks: Mapping[str, SinkStats]
    damaged: int
    dropped: int = 0
    not_taken: int = 0
    held: int = 0
    segments: int = 0
    bytes: int = 0

    def of(self, sink: str) -> SinkStats:
        """Return a sink's place; one that the log has never met has everything before it."""
        return self.sinks.get(sink, SinkStats(0, self.stored, None))

    @property
    def oldest_unsent_us(self) -> int | None:
        """Return when the oldest reading was observed that some sink still lacks."""
        waiting = [s.oldest_unsent_us for s in self.sinks.values()]
        return min((us for us in waiting if us is not None), default=None)


def stats_of(folder: Path) -> LogStats:
    """Read the counts of a log that another process may have open.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    with explaining(folder), contextlib.closing(open_for_reading(folder / FILE)) as control:
        reader = reader_of(folder, control)
        with contextlib.closing(reader):
            return count(control, reader, reader.last_seq())


def reader_of(folder: Path, control: sqlite3.Connection) -> Reader:
    """Return a reader of a log's segments as they are now."""
    row = control.execute("SELECT epoch FROM log").fetchone()
    found = segments.found_in(folder, row[0] if row else 0)
    return Reader(lambda: found)


def count(control: sqlite3.Connection, reader: Reader, stored: int) -> LogStats:
    """Count what is stored and what waits."""
    rows = control.execute(_SINKS).fetchall()
    lost = dict(control.execute(_LOST).fetchall())
    sinks = {
        sink: SinkStats(
            upto, max(0, stored - upto - int(beyond)), _begins(reader, upto), int(refused)
        )
        for sink, upto, refused, beyond in rows
    }
    return LogStats(
        stored,
        sinks,
        damaged=lost.get(Kind.DAMAGED, 0),
        dropped=lost.get(Kind.DROPPED, 0),
        not_taken=lost.get(Kind.NOT_TAKEN, 0),
        held=reader.held(),
        segments=len(reader.segments()),
        bytes=segments.bytes_of(reader.segments()),
    )


def _begins(reader: Reader, upto: int) -> int | None:
    row = reader.next_after(upto)
    return row.begins_us if row else None
