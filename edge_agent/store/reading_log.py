"""The reading log as its users see it: append, read and acknowledge per sink, count, close."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from edge_agent import clock
from edge_agent.store import batches, control, migration, segments, stats, waiting
from edge_agent.store.ballast import make_way
from edge_agent.store.control import Control
from edge_agent.store.database import Claim, explaining, make_folder, open_for_reading
from edge_agent.store.errors import LogUnavailable, closed
from edge_agent.store.keeper import Keeper, Surroundings
from edge_agent.store.places import Place
from edge_agent.store.reader import Reader, SegmentDamaged
from edge_agent.store.retention import Retention, space_of
from edge_agent.store.stamping import ClockWait, Stamper
from edge_agent.store.tables import Gap, Kind, Loss
from edge_agent.store.writer import Request, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.store.batches import Batch
    from edge_agent.store.database import Statement
    from edge_agent.store.retention import Space
    from edge_agent.store.stats import LogStats
    from edge_agent.store.tickets import Ticket

_log = logging.getLogger(__name__)

_T = TypeVar("_T")
_QUEUE_BYTES = 16 << 20
_TRIES = 4  # a segment may go while it is read; a damaged one is mended once
_WHY = (
    "SELECT kind, reason FROM loss WHERE first_seq <= ? AND last_seq >= ? ORDER BY number LIMIT 1"
)


class ReadingLog:
    """A durable, numbered log of readings in one folder; every method is safe from any thread.

    Readings are numbered 1, 2, 3, ... per (gateway, epoch); the epoch is drawn when the log is
    created. Each sink has its own place; a reading stays until every sink has acknowledged it
    and the retention is over. Readings that were dated by a clock which was not set wait until
    it is, `wait` at most, and are dated right before anybody reads them.

    Args:
        path: the folder; the one above it exists.
        gateway: whose log it is.
        retention: what is kept, and what gives way when there is no room.
        wait: how long readings wait for the clock.
        queue_bytes: how much may wait to be stored.
        look: looks at the clocks.
        space_of: measures the disk of a folder.
        now_us: dates the blocks; given alone, it stands for a clock that is set.

    Raises:
        LogUnavailable: the folder cannot be used, or another process uses it, or the log is
            another gateway's or of a newer version. Damage is not a reason: what is damaged is
            set aside, and the log says so.
    """

    def __init__(  # noqa: PLR0913  # everything about the surroundings can be put in its place
        self,
        path: str | Path,
        *,
        gateway: str = "gateway",
        retention: Retention | None = None,
        wait: ClockWait | None = None,
        queue_bytes: int = _QUEUE_BYTES,
        look: Callable[[], clock.Sight] | None = None,
        space_of: Callable[[Path], Space] = space_of,
        now_us: Callable[[], int] | None = None,
    ) -> None:
        self._folder = folder = _named(path)
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._lock = threading.Lock()  # over places, losses noted and the reading connections
        self._acknowledging = threading.Lock()  # places change one after the other
        self._closed = False
        look = look or (partial(_set_clock, now_us) if now_us else clock.look)
        self._now_us = now_us or (lambda: look().wall_us)
        with contextlib.ExitStack() as opened, explaining(folder):
            make_folder(folder)
            self._claim = Claim(folder)
            opened.callback(self._claim.close)
            make_way(folder, space_of(folder))
            migration.adopt(folder)
            notes = Control(folder, gateway, self._now_us())
            opened.callback(notes.close)
            self._identity, self._places = notes.identity, notes.places()
            if notes.remark:
                _log.error("reading log: %s", notes.remark)
            self._stamper = Stamper(
                look, wait or ClockWait(), waiting.newest_trusted_us(folder, self.epoch)
            )
            around = Surroundings(
                retention or Retention(), self._stamper, self._now_us, space_of, self._forget
            )
            self._keeper: Keeper | None = None
            self._reader = Reader(self._segments)
            keeper = self._keeper = Keeper(folder, notes, around)
            self._control = open_for_reading(notes.path)
            opened.callback(self._control.close)
            self._noted = set[int]()
            self._writer = Writer(keeper, folder, queue_bytes, self._tell)
            opened.pop_all()

    @property
    def gateway(self) -> str:
        """Return the gateway whose log this is."""
        return self._identity[0]

    @property
    def epoch(self) -> int:
        """Return the number drawn when the log was created; 1 .. 2**53 - 1, exact in JSON."""
        return self._identity[1]

    @property
    def last_seq(self) -> int:
        """Return the number of the newest durable reading: the head of the log."""
        return self._writer.last_seq

    def append(self, readings: Iterable[Reading]) -> Ticket:
        """Store readings, in this order; the call waits while the queue is full.

        The ticket gives the sequence number of the last one, only once all are on the disk;
        otherwise it raises, and none of them is stored.
        """
        return self._writer.put(self._stamper.take(readings))

    def try_append(
        self, readings: Iterable[Reading], room: Callable[[], None] = lambda: None
    ) -> Ticket | None:
        """Store readings as `append` does, but never wait: give None where the queue is full.

        `room` is called once then, from the writer thread, when it is worth trying again.
        """
        return self._writer.offer(self._stamper.take(readings), room)

    async def store(self, readings: Iterable[Reading]) -> int:
        """Store readings from an event loop, which goes on while the queue is full.

        Returns the sequence number of the last one once all are on the disk. Whoever is cancelled
        meanwhile does not know whether they are stored.

        Raises:
            LogUnavailable: none of them is stored.
        """
        taken = self._stamper.take(readings)
        loop = asyncio.get_running_loop()
        while True:
            woken = asyncio.Event()
            wake = partial(_wake, loop, woken)
            if ticket := self._writer.offer(taken, wake):
                ticket.follow(wake)
            await woken.wait()
            if ticket:
                return ticket.result()

    def read(
        self, sink: str, limit: int, *, after: int | None = None, until: int | None = None
    ) -> Batch:
        """Return what the sink gets next, about `limit` readings, oldest first.

        That is what lies behind its cursor, up to the next run that it has acknowledged already;
        or what lies behind number `after`, for a lane that reads ahead of the cursor. `until` is
        the last number wanted. What is damaged or gone is passed over, reported once and named in
        the batch; readings that wait for the clock end it.
        """
        self._expect(sink)
        batch = self._attempt(partial(self._read, sink, limit, after, until))
        self._report(batch.gaps)
        return batch

    def place(self, sink: str) -> Place:
        """Return what the sink has acknowledged."""
        with self._lock:
            return self._places.get(sink, Place())

    def acknowledge(
        self, sink: str, upto: int, *, start: int | None = None, gaps: Sequence[Gap] = ()
    ) -> None:
        """Note durably that the sink has everything up to `upto`, or only `start .. upto`.

        Runs beyond the cursor are merged: the cursor moves on as soon as nothing is missing below.
        What is acknowledged stays so; a smaller number changes nothing. `gaps` are readings that
        the sink refused for good: they count as acknowledged, stay in the log and are counted.

        Raises:
            ValueError: there is no reading with that number.
            LogUnavailable: the disk did not take it; nothing has moved.
        """
        if upto > self._writer.last_seq:
            raise ValueError(f"cannot acknowledge {upto}: the log ends at {self._writer.last_seq}")
        with self._acknowledging:
            place = self.place(sink)
            place = place.with_run(1 if start is None else start, upto)
            now_us = self._now_us()
            refused = [control.note(sink, gap, now_us) for gap in gaps]
            self._note([*control.keep(sink, place), *refused])
            with self._lock:
                self._places[sink] = place

    @property
    def sinks(self) -> frozenset[str]:
        """Return every sink that readings are kept for."""
        with self._lock:
            return frozenset(self._places)

    def release(self, sink: str) -> None:
        """Keep nothing for a sink any more; should it come back, it begins with what is there."""
        with self._acknowledging:
            self._note(control.release(sink))
            with self._lock:
                self._places.pop(sink, None)

    def losses(self, sink: str, limit: int = 100) -> tuple[Loss, ...]:
        """Return the losses of this log that were not reported to the sink yet, oldest first."""
        with self._lock, explaining(self._folder):
            self._check_open()
            told = control.reported(self._control, sink)
            return control.losses_after(self._control, told, limit)

    def reported(self, sink: str, number: int) -> None:
        """Note durably that the losses up to `number` were reported to the sink."""
        self._expect(sink)
        self._note([control.told(sink, number)])

    def pass_over(self, upto: int, reason: str) -> None:
        """Number new readings behind `upto`, and report it as a loss of no reading.

        For a log that was put back from an earlier copy: a sink knows numbers of it that the log
        does not. What is stored already keeps its numbers.

        Raises:
            LogUnavailable: the disk did not take it; nothing has changed.
        """

        def go_on(keeper: Keeper) -> None:
            keeper.pass_over(upto, reason)

        with explaining(self._folder):
            self._writer.ask(Request(job=go_on)).result()
        self._tell()

    def stats(self) -> LogStats:
        """Count what is stored and what waits."""
        return self._attempt(self._count)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` whenever there may be more to read, from the writer thread.

        It must return at once and must not append. Calling the returned function ends it.
        """
        self._listeners = (*self._listeners, callback)

        def stop() -> None:
            self._listeners = tuple(known for known in self._listeners if known is not callback)

        return stop

    def close(self) -> None:
        """Refuse new readings, store those already taken, release the files."""
        with self._lock:
            closed_before, self._closed = self._closed, True
            self._reader.close()  # first: the last one to close a database empties its WAL
            self._control.close()
        self._writer.close()
        if not closed_before:
            self._claim.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _attempt(self, look: Callable[[], _T]) -> _T:
        """Look into the segments; mend one that turns out to be damaged, and look again."""
        for _ in range(_TRIES):
            try:
                with self._lock:
                    self._check_open()
                    return look()
            except SegmentDamaged as damage:
                self._mend(damage)
            except sqlite3.OperationalError:  # a segment has just been dropped or closed
                continue
        with self._lock, explaining(self._folder):
            return look()

    def _count(self) -> LogStats:
        return stats.count(self._control, self._reader, self._writer.last_seq)

    def _read(self, sink: str, limit: int, after: int | None, until: int | None) -> Batch:
        place = self._places[sink]
        if after is None:
            after, until = place.upto, _least(until, place.until)
        until = _least(until, self._writer.last_seq)  # what is on the disk may not be confirmed yet
        return batches.forward(self._reader, self._identity, after, limit, until, self._why)

    def _expect(self, sink: str) -> None:
        """Keep readings for a sink from now on: all that are there when it comes for the first time."""
        with self._lock:
            self._check_open()
            if sink in self._places:
                return
            first = self._reader.first_seq()
        self.acknowledge(sink, first - 1)

    def _mend(self, damage: SegmentDamaged) -> None:
        def mend(keeper: Keeper) -> None:
            keeper.mend(damage.segment, damage.reason)

        with explaining(self._folder):
            self._writer.ask(Request(job=mend)).result()

    def _why(self, first: int, last: int) -> Gap:
        """Explain a run of numbers that is missing."""
        found = self._control.execute(_WHY, (last, first)).fetchone()
        if found:
            self._noted.add(first)
            return Gap(first, last, found[1], Kind(found[0]))
        return Gap(first, last, "they are missing in the log", Kind.DAMAGED)

    def _report(self, gaps: Sequence[Gap]) -> None:
        with self._lock:
            new = [gap for gap in gaps if gap.first_seq not in self._noted]
            self._noted.update(gap.first_seq for gap in new)
            new = [gap for gap in new if not self._is_noted(gap)]
        now_us = self._now_us()
        for gap in new:
            _log.error("reading log %s: readings %d to %d are lost: %s", self._folder, *gap[:3])
        if new:
            self._writer.ask(Request(statements=[control.lose(_loss(g, now_us)) for g in new]))

    def _is_noted(self, gap: Gap) -> bool:
        return self._control.execute(_WHY, (gap.first_seq, gap.first_seq)).fetchone() is not None

    def _note(self, statements: list[Statement]) -> None:
        self._writer.ask(Request(statements=statements)).result()

    def _segments(self) -> Sequence[segments.Segment]:
        return self._keeper.segments if self._keeper else ()

    def _forget(self, path: Path) -> None:
        with self._lock:
            self._reader.forget(path)

    def _check_open(self) -> None:
        if self._closed:
            raise closed(self._folder)

    def _tell(self) -> None:
        for callback in self._listeners:
            try:
                callback()
            except Exception:  # noqa: BLE001  # the writer must outlive a listener's bug
                _log.exception("a listener of the reading log failed")


def _named(path: str | Path) -> Path:
    if not str(path):  # pathlib takes it for the working folder
        raise LogUnavailable("the reading log's folder has no name: give the path of a folder")
    return Path(path)


def _loss(gap: Gap, now_us: int) -> Loss:
    count = gap.last_seq - gap.first_seq + 1
    return Loss(0, gap.kind, gap.first_seq, gap.last_seq, count, now_us, now_us, gap.reason)


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


def _set_clock(now_us: Callable[[], int]) -> clock.Sight:
    return clock.Sight(now_us(), time.monotonic_ns() // 1000, clock.boot_id(), trusted=True)


def _wake(loop: asyncio.AbstractEventLoop, room: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(room.set)
