"""Reading the log forward for one sink: runs of blocks behind a cursor."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from edge_agent.store.reader import SegmentDamaged
from edge_agent.store.tables import Gap, Kind
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from area_configs.domain.readings import Reading
    from edge_agent.store.reader import Reader, Row


@dataclass(frozen=True)
class Batch:
    """What a sink gets next: its readings one by one; its length is their number.

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

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.readings)

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
    reader: Reader,
    identity: tuple[str, int],
    cursor: int,
    limit: int,
    until: int | None,
    why: Callable[[int, int], Gap],
) -> Batch:
    """Return the next whole blocks behind a cursor, up to `limit` readings, none above `until`.

    A block that the cursor has entered, or that alone exceeds the limit, is cut to fit: its
    readings keep their numbers. It ends before readings that wait for the clock. `why` explains
    a run of numbers that is missing.

    Raises:
        SegmentDamaged: nothing can be read before a segment is mended.
    """
    run = _Run(cursor, limit, sys.maxsize if until is None else until, why)
    segments = reader.segments()
    try:
        open_end = run.take_all(reader.forward(cursor, segments))
    except SegmentDamaged:
        if run.upto == cursor:
            raise
    else:
        if open_end and segments:
            run.pass_to(segments[-1].first_seq - 1)
    first_seq = run.spans[0][0] if run.spans else cursor + 1
    return Batch(
        *identity, first_seq, run.upto, tuple(run.bodies), tuple(run.spans), tuple(run.gaps)
    )


class _Run:
    """Collects blocks until the limit is reached."""

    def __init__(self, cursor: int, limit: int, until: int, why: Callable[[int, int], Gap]) -> None:
        self.upto = cursor
        self.bodies: list[bytes] = []
        self.spans: list[tuple[int, int]] = []
        self.gaps: list[Gap] = []
        self._until = until
        self._room = max(1, limit)
        self._why = why

    def take_all(self, rows: Iterable[Row]) -> bool:
        """Take blocks while there is room; tell whether all were taken."""
        for row in rows:
            if row.held:
                return False
            self.pass_to(row.first_seq - 1)
            if row.first_seq > self._until or not self._take_or_skip(row):
                return False
        return True

    def pass_to(self, seq: int) -> None:
        """Pass over numbers that are missing up to `seq`."""
        seq = min(seq, self._until)
        if seq > self.upto:
            self.gaps.append(self._why(self.upto + 1, seq))
            self.upto = seq

    def _take_or_skip(self, row: Row) -> bool:
        try:
            return self._take(row.first_seq, row.last_seq, row.body)
        except blocks.BadBlock as error:
            last = min(row.last_seq, self._until)
            self.gaps.append(Gap(row.first_seq, last, str(error), Kind.DAMAGED))
            self.upto = last
            return True

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


def _cut(body: bytes, begins: int, count: int) -> bytes:
    whole = blocks.decode(body)
    part = whole.readings[begins : begins + count]
    return blocks.encode(blocks.Block(whole.gateway, whole.epoch, whole.first_seq + begins, part))
