"""The writer thread: takes what has queued up, packs it and commits it as one block."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.store.errors import closed, explained
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.database import Statement, WriteConnection
    from edge_agent.store.retention import Retention

_log = logging.getLogger(__name__)

READING_BYTES = 160  # a Reading of CPython with its float and int; names are shared
BLOCK_READINGS = 2000
_REQUEST_BYTES = 1000  # a future with its condition
_PRUNE_EVERY_S = 600.0

_INSERT = "INSERT INTO block (first_seq, last_seq, begins_us, stored_us, body) VALUES (?,?,?,?,?)"


@dataclass(slots=True)
class Request:
    """Readings to store, or other statements to run, and the future that tells when it is done."""

    readings: Sequence[Reading] = ()
    statements: Sequence[Statement] = ()
    future: Future[int] = field(default_factory=Future)

    @property
    def size(self) -> int:
        """Return how much memory it takes in the queue, roughly, in bytes."""
        return _REQUEST_BYTES + READING_BYTES * len(self.readings)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose readings these are, where they are kept and the clock that dates the blocks."""

    folder: Path
    gateway: str
    epoch: int
    now_us: Callable[[], int]


class Writer:
    """Owns the write connection; requests are committed in the order in which they came."""

    def __init__(
        self,
        database: WriteConnection,
        owner: Owner,
        retention: Retention,
        queue_bytes: int,
        stored: Callable[[], None],
    ) -> None:
        self._database = database
        self._owner = owner
        self._retention = retention
        self._most_bytes = queue_bytes
        self._stored = stored
        self._last_seq = self._newest()
        self._queue: deque[Request] = deque()
        self._bytes = 0
        self._closing = False
        self._changed = threading.Condition()
        self._prune_due = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="reading-log", daemon=True)
        self._thread.start()

    @property
    def last_seq(self) -> int:
        """Return the sequence number of the newest durable reading."""
        return self._last_seq

    def put(self, request: Request) -> Future[int]:
        """Queue a request; wait while the queue is full.

        The future gives the sequence number of the request's last reading.
        """
        request.future.set_running_or_notify_cancel()  # what is queued is written: no way back
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._has_room(request))
            if self._closing:
                request.future.set_exception(closed(self._owner.folder))
                return request.future
            self._queue.append(request)
            self._bytes += request.size
            self._changed.notify_all()
        return request.future

    def close(self) -> None:
        """Refuse new requests, finish the queued ones, release the file."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        self._database.close()

    def _has_room(self, request: Request) -> bool:
        return not self._queue or self._bytes + request.size <= self._most_bytes

    def _run(self) -> None:
        while taken := self._take():
            self._commit(taken)
            self._prune()

    def _take(self) -> list[Request]:
        """Wait for requests and take as many as fit one block, but at least one."""
        taken: list[Request] = []
        count = 0
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            while self._queue:
                count += len(self._queue[0].readings)
                if taken and count > BLOCK_READINGS:
                    break
                taken.append(self._queue.popleft())
                self._bytes -= taken[-1].size
            self._changed.notify_all()
        return taken

    def _commit(self, taken: list[Request]) -> None:
        before = self._last_seq
        try:
            self._write(taken)
        except sqlite3.Error as error:
            _refuse(taken, explained(self._owner.folder, error))
        except Exception as error:  # noqa: BLE001  # readings that cannot be packed: the caller's fault
            if len(taken) == 1:
                _refuse(taken, error)
                return
            for request in taken:  # find whose they are; the others are stored
                self._commit([request])
        else:
            self._confirm(taken, before)

    def _confirm(self, taken: list[Request], seq: int) -> None:
        before = seq
        for request in taken:
            seq += len(request.readings)
            request.future.set_result(seq)
        if seq > before:
            self._stored()

    def _write(self, taken: list[Request]) -> None:
        readings = [reading for request in taken for reading in request.readings]
        statements = [*self._inserts(readings)]
        statements += [statement for request in taken for statement in request.statements]
        if not statements:
            return
        upto = self._last_seq + len(readings)
        try:
            self._database.transact(statements)
        except sqlite3.Error:
            # After a failed sync only the file knows whether the commit happened.
            self._database.reopen()
            self._last_seq = self._newest()
            if not readings or self._last_seq != upto:
                raise
        self._last_seq = upto

    def _inserts(self, readings: list[Reading]) -> Iterator[Statement]:
        owner, stored_us = self._owner, self._owner.now_us()
        for at in range(0, len(readings), BLOCK_READINGS):
            part = tuple(readings[at : at + BLOCK_READINGS])
            first = self._last_seq + 1 + at
            body = blocks.encode(blocks.Block(owner.gateway, owner.epoch, first, part))
            begins_us = min(reading.observed_us for reading in part)
            yield _INSERT, (first, first + len(part) - 1, begins_us, stored_us, body)

    def _newest(self) -> int:
        ((last,),) = self._database.rows("SELECT coalesce(max(last_seq), 0) FROM block")
        return int(last)

    def _prune(self) -> None:
        if time.monotonic() < self._prune_due:
            return
        self._prune_due = time.monotonic() + _PRUNE_EVERY_S
        try:
            if self._retention.prune(self._database, self._owner.now_us()):
                self._prune_due = 0.0  # there may be more
        except sqlite3.Error as error:
            _log.warning("%s", explained(self._owner.folder, error))


def _refuse(taken: list[Request], error: Exception) -> None:
    for request in taken:
        request.future.set_exception(error)
