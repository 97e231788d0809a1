"""Reading the log forward for one sink: runs of blocks behind a cursor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from edge_agent.store.tables import Gap
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
    """What a sink gets next.

    Attributes:
        gateway, epoch: whose sequence numbers these are.
        first_seq: number of its first reading; one more than the cursor where nothing is damaged.
        upto: acknowledge this number once the sink has everything.
        bodies: the readings as encoded wire blocks, each with its own sequence numbers.
        count: readings in `bodies`; fewer than the numbers span where blocks are damaged.
        damaged: blocks inside the span that can no longer be read.
    """

    gateway: str
    epoch: int
    first_seq: int
    upto: int
    bodies: tuple[bytes, ...] = ()
    count: int = 0
    damaged: tuple[Gap, ...] = field(default=())

    def __len__(self) -> int:
        return self.count

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Return the readings in the order in which they were stored."""
        return tuple(r for body in self.bodies for r in blocks.decode(body).readings)

    def head(self) -> Batch:
        """Return the part with its first block only."""
        first = blocks.decode(self.bodies[0])
        return Batch(
            self.gateway,
            self.epoch,
            first.first_seq,
            first.last_seq,
            self.bodies[:1],
            len(first.readings),
        )


def forward(
    connection: sqlite3.Connection, identity: tuple[str, int], cursor: int, limit: int
) -> Batch:
    """Return the next whole blocks behind a cursor, up to `limit` readings.

    A block that the cursor has entered, or that alone exceeds the limit, is cut to fit: its
    readings keep their numbers.
    """
    run = _Run(cursor, limit)
    run.take_all(connection.execute(_FORWARD, (cursor,)))
    return Batch(*identity, run.first_seq, run.upto, tuple(run.bodies), run.count, tuple(run.gaps))


class _Run:
    """Collects blocks until the limit is reached."""

    def __init__(self, cursor: int, limit: int) -> None:
        self.first_seq = cursor + 1
        self.upto = cursor
        self.bodies: list[bytes] = []
        self.count = 0
        self.gaps: list[Gap] = []
        self._limit = max(1, limit)

    def take_all(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        for first, last, body in rows:
            try:
                taken = self._take(first, last, body)
            except blocks.BadBlock as error:
                taken = self._skip(Gap(first, last, str(error)))
            if not taken:
                return

    def _take(self, first: int, last: int, body: bytes) -> bool:
        blocks.check(body)
        begins = max(first, self.upto + 1)
        wanted = last - begins + 1
        room = self._limit - self.count
        if wanted > room and self.bodies:
            return False
        if begins > first or wanted > room:
            wanted = min(wanted, room)
            body = _cut(body, begins - first, wanted)
        if not self.bodies:
            self.first_seq = begins
        self.bodies.append(body)
        self.count += wanted
        self.upto = begins + wanted - 1
        return self.count < self._limit

    def _skip(self, gap: Gap) -> bool:
        self.gaps.append(gap)
        self.upto = gap.last_seq
        return True


def _cut(body: bytes, begins: int, count: int) -> bytes:
    whole = blocks.decode(body)
    part = whole.readings[begins : begins + count]
    return blocks.encode(blocks.Block(whole.gateway, whole.epoch, whole.first_seq + begins, part))
