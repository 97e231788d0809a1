"""The reading log as its users see it: append, read and acknowledge per sink, count, close."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from edge_agent.store import batches, stats
from edge_agent.store.database import WriteConnection, explaining, open_for_reading
from edge_agent.store.errors import LogUnavailable, closed
from edge_agent.store.places import Place
from edge_agent.store.retention import Retention
from edge_agent.store.tables import Kind, Loss
from edge_agent.store.writer import Owner, Request, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future

    from area_configs.domain.readings import Reading
    from edge_agent.store.batches import Batch
    from edge_agent.store.database import Statement
    from edge_agent.store.stats import LogStats
    from edge_agent.store.tables import Gap

_log = logging.getLogger(__name__)

_ADVANCE = (
    "INSERT INTO cursor (sink, upto) VALUES (?, ?) "
    "ON CONFLICT (sink) DO UPDATE SET upto = max(upto, excluded.upto)"
)
_FORGET_RUNS = "DELETE FROM beyond WHERE sink = ?"
_KEEP_RUN = "INSERT INTO beyond (sink, first_seq, last_seq) VALUES (?, ?, ?)"
_NOTE = (
    "INSERT INTO gap (sink, first_seq, last_seq, reason, kind, noted_us) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (sink, first_seq) DO UPDATE "
    "SET last_seq = max(last_seq, excluded.last_seq), reason = excluded.reason"
)
_LOSSES = "SELECT * FROM loss WHERE number > ? ORDER BY number LIMIT ?"
_TOLD = "UPDATE cursor SET reported = max(reported, ?) WHERE sink = ?"
_QUEUE_BYTES = 16 << 20
_EVERY_SINK = ""


def _wall_clock_us() -> int:
    return time.time_ns() // 1000


class ReadingLog:
    """A durable, numbered log of readings in one folder; every method is safe from any thread.

    Readings are numbered 1, 2, 3, ... per (gateway, epoch); the epoch is drawn when the log is
    created. Each sink has its own cursor; a reading stays until every sink has acknowledged it
    and the retention is over.

    Raises:
        LogUnavailable: the folder or its files cannot be used, or another process uses them.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        gateway: str = "gateway",
        retention: Retention | None = None,
        queue_bytes: int = _QUEUE_BYTES,
        now_us: Callable[[], int] = _wall_clock_us,
    ) -> None:
        self._folder = Path(path)
        self._now_us = now_us
        self._listeners: tuple[Callable[[], None], ...] = ()
        with contextlib.ExitStack() as opened, explaining(self._folder):
            database = WriteConnection(self._folder)
            opened.callback(database.close)
            self._identity = _identity(database, self._folder, gateway, now_us)
            self._places = _places(database)
            self._noted = set(database.rows("SELECT first_seq FROM gap WHERE sink = ''"))
            self._reader = open_for_reading(self._folder)
            opened.callback(self._reader.close)
            owner = Owner(self._folder, *self._identity, now_us)
            keep = retention or Retention()
            self._writer = Writer(database, owner, keep, queue_bytes, self._tell)
            opened.pop_all()
        self._lock = threading.Lock()  # over cursors, gaps noted and the reading connection
        self._acknowledging = threading.Lock()  # places change one after the other
        self._closed = False

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
        """Return the number of the newest durable reading, which is how many were ever stored."""
        return self._writer.last_seq

    def append(self, readings: Iterable[Reading]) -> Future[int]:
        """Store readings, in this order; the call waits while the queue is full.

        The future gives the sequence number of the last one, only once all are on the disk;
        otherwise it raises, and none of them is stored.
        """
        return self._writer.put(Request(tuple(readings)))

    def read(
        self, sink: str, limit: int, *, after: int | None = None, until: int | None = None
    ) -> Batch:
        """Return what the sink gets next, about `limit` readings, oldest first.

        That is what lies behind its cursor, up to the next run that it has acknowledged already;
        or what lies behind number `after`, for a lane that reads ahead of the cursor. `until` is
        the last number wanted. Blocks that are damaged are passed over, reported once and named
        in the batch.
        """
        if sink not in self._places:
            self.acknowledge(sink, 0)  # from now on its readings are kept for it
        with self._lock, explaining(self._folder):
            self._check_open()
            place = self._places[sink]
            if after is None:
                after, until = place.upto, _least(until, place.until)
            batch = batches.forward(self._reader, self._identity, after, limit, until)
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
            statements = [*_keep(sink, place), *self._notes(sink, gaps)]
            self._writer.put(Request(statements=statements)).result()
            with self._lock:
                self._places[sink] = place

    def losses(self, sink: str, limit: int = 100) -> tuple[Loss, ...]:
        """Return the losses of this log that were not reported to the sink yet, oldest first."""
        with self._lock, explaining(self._folder):
            self._check_open()
            query = "SELECT reported FROM cursor WHERE sink = ?"
            told = self._reader.execute(query, (sink,)).fetchone() or (0,)
            rows = self._reader.execute(_LOSSES, (*told, limit)).fetchall()
        return tuple(Loss(number, Kind(kind), *rest) for number, kind, *rest in rows)

    def reported(self, sink: str, number: int) -> None:
        """Note durably that the losses up to `number` were reported to the sink."""
        with self._acknowledging:
            statements = [*_keep(sink, self.place(sink)), (_TOLD, (number, sink))]
            self._writer.put(Request(statements=statements)).result()

    def stats(self) -> LogStats:
        """Count what is stored and what waits."""
        with self._lock, explaining(self._folder):
            self._check_open()
            return stats.count(self._reader)

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every commit of readings, from the writer thread.

        It must return at once and must not append. Calling the returned function ends it.
        """
        self._listeners = (*self._listeners, callback)

        def stop() -> None:
            self._listeners = tuple(known for known in self._listeners if known is not callback)

        return stop

    def close(self) -> None:
        """Refuse new readings, store those already taken, release the files."""
        self._writer.close()
        with self._lock:
            self._closed = True
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise closed(self._folder)

    def _tell(self) -> None:
        for callback in self._listeners:
            try:
                callback()
            except Exception:  # noqa: BLE001  # the writer must outlive a listener's bug
                _log.exception("a listener of the reading log failed")

    def _notes(self, sink: str, gaps: Iterable[Gap]) -> list[Statement]:
        now_us = self._now_us()
        return [(_NOTE, (sink, *gap, now_us)) for gap in gaps]

    def _report(self, gaps: Sequence[Gap]) -> None:
        with self._lock:
            new = [gap for gap in gaps if (gap.first_seq,) not in self._noted]
            self._noted.update((gap.first_seq,) for gap in new)
        for gap in new:
            _log.error("reading log %s: readings %d to %d are lost: %s", self._folder, *gap[:3])
        if new:
            self._writer.put(Request(statements=self._notes(_EVERY_SINK, new)))


def _places(database: WriteConnection) -> dict[str, Place]:
    places = {sink: Place(upto) for sink, upto in database.rows("SELECT sink, upto FROM cursor")}
    for sink, first, last in database.rows("SELECT sink, first_seq, last_seq FROM beyond"):
        places[sink] = places[sink].with_run(first, last)
    return places


def _keep(sink: str, place: Place) -> list[Statement]:
    runs: list[Statement] = [(_KEEP_RUN, (sink, *run)) for run in place.beyond]
    return [(_ADVANCE, (sink, place.upto)), (_FORGET_RUNS, (sink,)), *runs]


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


def _identity(
    database: WriteConnection, folder: Path, gateway: str, now_us: Callable[[], int]
) -> tuple[str, int]:
    if not (rows := database.rows("SELECT gateway, epoch FROM log")):
        epoch = 1 + secrets.randbelow(2**53 - 1)
        row = (gateway, epoch, now_us())
        database.transact([("INSERT INTO log (gateway, epoch, created_us) VALUES (?, ?, ?)", row)])
        return gateway, epoch
    ((owner, epoch),) = rows
    if owner != gateway:
        raise LogUnavailable(
            f"reading log {folder} belongs to gateway '{owner}', not '{gateway}': "
            "correct the gateway or choose another data folder"
        )
    return owner, epoch
