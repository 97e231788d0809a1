"""Reading the segments in the order of their numbers, from any process."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from edge_agent.store.database import is_damage, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge_agent.store.segments import Segment

_KEPT_OPEN = 4
_FEW, _MANY = (
    4,
    256,
)  # blocks per query: small blocks come many at once, large ones are not read in vain
_FORWARD = (
    "SELECT first_seq, last_seq, held, begins_us, stored_us, body FROM block "
    "WHERE last_seq > ? AND last_seq <= ? ORDER BY last_seq LIMIT ?"
)
_BACKWARD = (
    "SELECT first_seq, last_seq, held, begins_us, stored_us, body FROM block "
    "WHERE last_seq <= ? ORDER BY last_seq DESC LIMIT ?"
)


class Row(NamedTuple):
    """A block as it is stored."""

    first_seq: int
    last_seq: int
    held: int
    begins_us: int
    stored_us: int
    body: bytes


class SegmentDamaged(Exception):
    """A segment cannot be read any further."""

    def __init__(self, segment: Segment, reason: str) -> None:
        super().__init__(f"{segment.path}: {reason}")
        self.segment = segment
        self.reason = reason


class Reader:
    """Reads blocks; used by one thread at a time.

    Args:
        listing: gives the segments as they are now.
    """

    def __init__(self, listing: Callable[[], Sequence[Segment]]) -> None:
        self._listing = listing
        self._open: OrderedDict[Path, sqlite3.Connection] = OrderedDict()

    def segments(self) -> Sequence[Segment]:
        """Return the segments as they are now."""
        return self._listing()

    def forward(self, after: int, segments: Sequence[Segment]) -> Iterator[Row]:
        """Yield the blocks of some segments that reach beyond a number, in order.

        Raises:
            SegmentDamaged: it cannot be read further; what came before is whole.
        """
        count = _FEW
        for segment in segments:
            if segment.last_seq <= after:
                continue
            at = max(after, segment.first_seq - 1)
            while rows := self._rows(segment, _FORWARD, (at, segment.last_seq, count)):
                yield from rows
                at = rows[-1].last_seq
                count = min(_MANY, 2 * count)

    def backward(self) -> Iterator[Row]:
        """Yield all blocks, the newest first."""
        count = _FEW
        for segment in reversed(self._listing()):
            at = segment.last_seq
            while rows := self._rows(segment, _BACKWARD, (at, count)):
                yield from rows
                at = rows[-1].first_seq - 1
                count = min(_MANY, 2 * count)

    def next_after(self, seq: int) -> Row | None:
        """Return the first block that reaches beyond a number."""
        return next(self.forward(seq, self._listing()), None)

    def first_seq(self) -> int:
        """Return the lowest number that is still kept, or the next one where nothing is."""
        segments = self._listing()
        return segments[0].first_seq if segments else 1

    def last_seq(self) -> int:
        """Return the number of the newest reading; where there is none, the one before the first."""
        segments = self._listing()
        if not segments:
            return 0
        query = "SELECT max(last_seq) FROM block"
        newest = self._query(segments[-1], query, ())[0][0]
        return int(newest or segments[-1].first_seq - 1)

    def held(self) -> int:
        """Return how many readings wait for the clock."""
        query = "SELECT total(last_seq - first_seq + 1) FROM block WHERE held"
        return sum(int(self._query(segment, query, ())[0][0]) for segment in self._listing())

    def forget(self, path: Path) -> None:
        """Close a segment that is going to change its form or to go."""
        if connection := self._open.pop(path, None):
            connection.close()

    def close(self) -> None:
        """Close everything."""
        while self._open:
            self._open.popitem()[1].close()

    def _rows(self, segment: Segment, query: str, values: tuple[int, ...]) -> list[Row]:
        return [Row(*row) for row in self._query(segment, query, values)]

    def _query(
        self, segment: Segment, query: str, values: tuple[int, ...]
    ) -> list[tuple[Any, ...]]:
        try:
            # Fetched at once: a query that is still open keeps SQLite from emptying its WAL.
            return self._connection(segment).execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self.forget(segment.path)
            if is_damage(error):
                raise SegmentDamaged(segment, str(error)) from error
            raise

    def _connection(self, segment: Segment) -> sqlite3.Connection:
        connection = self._open.pop(segment.path, None) or open_for_reading(segment.path)
        self._open[segment.path] = connection
        while len(self._open) > _KEPT_OPEN:
            self._open.popitem(last=False)[1].close()
        return connection
