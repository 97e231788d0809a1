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
from edge_agent.store.retention import Retention
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
_NOTE = (
    "INSERT INTO gap (sink, first_seq, last_seq, reason, noted_us) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (sink, first_seq) DO UPDATE "
    "SET last_seq = max(last_seq, excluded.last_seq), reason = excluded.reason"
)
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
            self._cursors = dict(database.rows("SELECT sink, upto FROM cursor"))
            self._noted = set(database.rows("SELECT first_seq FROM gap WHERE sink = ''"))
            self._reader = open_for_reading(self._folder)
            opened.callback(self._reader.close)
            owner = Owner(self._folder, *self._identity, now_us)
            keep = retention or Retention()
            self._writer = Writer(database, owner, keep, queue_bytes, self._tell)
            opened.pop_all()
        self._read_upto = 0
        self._lock = threading.Lock()  # over cursors, gaps noted and the reading connection
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

    def read(self, sink: str, limit: int) -> Batch:
        """Return what the sink gets next, about `limit` readings, oldest first.

        Blocks that are damaged are passed over, reported once and named in the batch.
        """
        if sink not in self._cursors:
            self.acknowledge(sink, 0)  # from now on its readings are kept for it
        with self._lock, explaining(self._folder):
            self._check_open()
            batch = batches.forward(self._reader, self._identity, self._cursors[sink], limit)
            self._read_upto = max(self._read_upto, batch.upto)
        self._report(batch.damaged)
        return batch

    def acknowledge(self, sink: str, upto: int, *, gaps: Sequence[Gap] = ()) -> None:
        """Move the sink's cursor forward to `upto`, durably; a smaller number changes nothing.

        `gaps` are readings that the sink refused for good: they count as acknowledged, stay in
        the log and are counted.

        Raises:
            ValueError: there is no reading with that number.
            LogUnavailable: the disk did not take it; nothing has moved.
        """
        # A commit can be read before the writer has counted it.
        last_seq = max(self._writer.last_seq, self._read_upto)
        if upto > last_seq:
            raise ValueError(f"cannot acknowledge {upto}: the log ends at {last_seq}")
        advance: Statement = (_ADVANCE, (sink, upto))
        self._writer.put(Request(statements=[advance, *self._notes(sink, gaps)])).result()
        with self._lock:
            self._cursors[sink] = max(upto, self._cursors.get(sink, 0))

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
            _log.error("reading log %s: readings %d to %d are lost: %s", self._folder, *gap)
        if new:
            self._writer.put(Request(statements=self._notes(_EVERY_SINK, new)))


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
