"""What the log says of itself."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.store.database import explaining, open_for_reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

_SINKS = """
SELECT sink, upto,
       (SELECT begins_us FROM block WHERE last_seq > upto ORDER BY last_seq LIMIT 1),
       (SELECT total(last_seq - first_seq + 1) FROM gap WHERE gap.sink = cursor.sink),
       (SELECT total(last_seq - first_seq + 1) FROM beyond WHERE beyond.sink = cursor.sink)
FROM cursor
"""


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
        damaged: readings in blocks that can no longer be read.
    """

    stored: int
    sinks: Mapping[str, SinkStats]
    damaged: int

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
    with explaining(folder), contextlib.closing(open_for_reading(folder)) as connection:
        return count(connection)


def count(connection: sqlite3.Connection) -> LogStats:
    """Count what is stored and what waits."""
    connection.execute("BEGIN")  # one snapshot for all counts
    try:
        stored = connection.execute("SELECT coalesce(max(last_seq), 0) FROM block").fetchone()[0]
        sinks = {
            sink: SinkStats(upto, stored - upto - int(beyond), begins, int(refused))
            for sink, upto, begins, refused, beyond in connection.execute(_SINKS)
        }
        damaged = connection.execute(
            "SELECT total(last_seq - first_seq + 1) FROM gap WHERE sink = ''"
        ).fetchone()[0]
    finally:
        connection.execute("COMMIT")
    return LogStats(stored, sinks, int(damaged))
