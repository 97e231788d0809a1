"""Reading the log forward for one sink: runs of blocks behind a cursor."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from edge_agent.store.tables import Gap, Kind
from platform_hub.wire import blocks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from area_configs.domain.readings import Reading

_FORWARD = (
    "SELECT first_seq, last_seq, body FROM block WHERE last_seq > ? ORDER BY last_seq LIMIT 4096"
)


@dataclass(frozen=True)
class Batch:
    """What a sink gets next; its length is the number of readings.

    A batch without readings that names gaps is to be acknowledged like any other.

    Attributes:
        gateway: whose sequence numbers these are.
        epoch: of which log of that gateway.
        first_seq: number of its first reading; one more than the cursor where nothing is damaged.
        upto: acknowledge this number once the sink has everything.
        bodies: the readings as encoded wire blocks, each with its own sequence numbers.
        spans: first and last sequence number of each body.
        gaps: runs before `upto` that nobody can get any more, with kind and reason.
    """

    gateway: str
    epoch: int
    first_seq: int
    upto: int
    bodies: tuple[bytes, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    gaps: tuple[Gap, ...] = ()

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Return the readings in the order in which they were stored."""
        return tuple(r for body in self.bodies for r in blocks.decode(body).readings)

    @property
    def damaged(self) -> tuple[Gap, ...]:
        """Return the gaps: blocks that can no longer be read."""
        return self.gaps

    def head(self) -> Batch:
        """Return the part with its first block only."""
        first, last = self.spans[0]
        return Batch(self.gateway, self.epoch, first, last, self.bodies[:1], self.spans[:1])


def forward(
    connection: sqlite3.Connection,
    identity: tuple[str, int],
    cursor: int,
    limit: int,
    until: int | None = None,
) -> Batch:
    """Return the next whole blocks behind a cursor, up to `limit` readings, none above `until`.

    A block that the cursor has entered, or that alone exceeds the limit, is cut to fit: its
    readings keep their numbers.
    """
    run = _Run(cursor, limit, until or sys.maxsize)
    # Closed at once: a query that is still open keeps SQLite from emptying its write-ahead log.
    with contextlib.closing(connection.execute(_FORWARD, (cursor,))) as rows:
        run.take_all(rows)
    first_seq = run.spans[0][0] if run.spans else cursor + 1
    return Batch(
        *identity, first_seq, run.upto, tuple(run.bodies), tuple(run.spans), tuple(run.gaps)
    )


class _Run:
    """Collects blocks until the limit is reached."""

    def __init__(self, cursor: int, limit: int, until: int) -> None:
        self.upto = cursor
        self._until = until
        self.bodies: list[bytes] = []
        self.spans: list[tuple[int, int]] = []
        self.gaps: list[Gap] = []
        self._room = max(1, limit)

    def take_all(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        for first, last, body in rows:
            if first > self._until:
                return
            try:
                taken = self._take(first, last, body)
            except blocks.BadBlock as error:
                taken = self._skip(Gap(first, last, str(error), Kind.DAMAGED))
            if not taken:
                return

    def _take(self, first: int, last: int, body: bytes) -> bool:
        """Take a block, or the part of it that is wanted; tell whether there is room for more."""
        blocks.check(body)
        begins = max(first, self.upto + 1)
        ends = min(last, self._until)
        if ends - begins >= self._room:
            if self.bodies:
                return False
            ends = begins + self._room - 1
        if (begins, ends) != (first, last):
            body = _cut(body, begins - first, ends - begins + 1)
        self.bodies.append(body)
        self.spans.append((begins, ends))
        self.upto = ends
        self._room -= ends - begins + 1
        return self._room > 0

    def _skip(self, gap: Gap) -> bool:
        self.gaps.append(gap)
        self.upto = gap.last_seq
        return True


def _cut(body: bytes, begins: int, count: int) -> bytes:
    whole = blocks.decode(body)
    part = whole.readings[begins : begins + count]
    return blocks.encode(blocks.Block(whole.gateway, whole.epoch, whole.first_seq + begins, part))
