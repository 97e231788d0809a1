"""The writer thread: takes what has queued up, packs it and commits it as one block."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_agent.store.errors import LogUnavailable, closed, explained
from edge_agent.store.keeper import Part
from edge_agent.store.stamping import Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.database import Statement
    from edge_agent.store.keeper import Keeper
    from platform_hub.wire.blocks import Run

_log = logging.getLogger(__name__)

READING_BYTES = 160  # a Reading of CPython with its float and int; names are shared
BLOCK_READINGS = 2000
_REQUEST_BYTES = 1000  # a future with its condition
_UPKEEP_EVERY_S = 10.0  # also when nothing is stored: files grow old, disks get room
_LOOK_AT_CLOCK_S = 1.0  # while readings wait for it


_NOTHING = Taken((), [], held=False)


@dataclass(slots=True)
class Request:
    """Something to do, and the future that tells when it is done: readings to store, notes, a job."""

    taken: Taken = _NOTHING
    statements: Sequence[Statement] = ()
    job: Callable[[Keeper], None] | None = None
    future: Future[int] = field(default_factory=Future)

    @property
    def size(self) -> int:
        """Return how much memory it takes in the queue, roughly, in bytes."""
        return _REQUEST_BYTES + READING_BYTES * len(self.taken.readings)


class Writer:
    """Lets one thread use the keeper; requests are done in the order in which they came."""

    def __init__(
        self, keeper: Keeper, folder: Path, queue_bytes: int, stored: Callable[[], None]
    ) -> None:
        self._keeper = keeper
        self._folder = folder
        self._most_bytes = queue_bytes
        self._tell = stored
        self._last_seq = keeper.last_seq
        self._queue: deque[Request] = deque()
        self._bytes = 0
        self._closing = False
        self._changed = threading.Condition()
        self._waiting: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="reading-log", daemon=True)
        self._thread.start()

    @property
    def last_seq(self) -> int:
        """Return the sequence number of the newest durable reading."""
        return self._last_seq

    @property
    def queued_bytes(self) -> int:
        """Return how much memory the queue takes, roughly."""
        return self._bytes

    def put(self, request: Request) -> Future[int]:
        """Queue a request; wait while the queue is full.

        The future gives the sequence number of the request's last reading.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._has_room(request))
            return self._accept(request)

    def offer(self, request: Request, room: Callable[[], None]) -> Future[int] | None:
        """Queue a request where there is room; otherwise call `room` once there may be some."""
        with self._changed:
            if self._closing or self._has_room(request):
                return self._accept(request)
            self._waiting.append(room)
        return None

    def close(self) -> None:
        """Refuse new requests, finish the queued ones, release the files."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _accept(self, request: Request) -> Future[int]:
        request.future.set_running_or_notify_cancel()  # what is queued is done: no way back
        if self._closing:
            request.future.set_exception(closed(self._folder))
        else:
            self._queue.append(request)
            self._bytes += request.size
            self._changed.notify_all()
        return request.future

    def _has_room(self, request: Request) -> bool:
        return not self._queue or self._bytes + request.size <= self._most_bytes

    def _run(self) -> None:
        try:
            while (taken := self._take()) is not None:
                self._settle()
                self._commit(taken)
                self._keep(self._keeper.upkeep if taken else self._keeper.tidy)
        finally:
            self._keeper.close()

    def _settle(self) -> None:
        if self._keeper.held:
            self._keep(self._keeper.settle)
            self._tell()  # what waited may be there to be read now

    def _take(self) -> list[Request] | None:
        """Take as many requests as fit one block, but at least one; none after a while without any.

        None means that the log is closed and nothing is left to do.
        """
        taken: list[Request] = []
        count = 0
        patience_s = _LOOK_AT_CLOCK_S if self._keeper.held else _UPKEEP_EVERY_S
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing, patience_s)
            if self._closing and not self._queue:
                return None
            while self._queue:
                count += len(self._queue[0].taken.readings)
                if taken and count > BLOCK_READINGS:
                    break
                taken.append(self._queue.popleft())
                self._bytes -= taken[-1].size
            self._changed.notify_all()
            waiting, self._waiting = self._waiting, []
        for room in waiting:
            room()
        return taken

    def _commit(self, taken: Sequence[Request]) -> None:
        self._store([request for request in taken if request.taken.readings])
        self._note([request for request in taken if request.statements])
        for request in taken:
            if request.job:
                self._do(request.job, request.future)
            elif not request.taken.readings and not request.statements:
                request.future.set_result(self._last_seq)

    def _store(self, taken: Sequence[Request]) -> None:
        if not taken:
            return
        before = self._last_seq
        try:
            self._keeper.store(list(_parts(taken)))
        except (sqlite3.Error, OSError, LogUnavailable) as error:
            self._refuse(taken, self._explained(error))
        except Exception as error:  # noqa: BLE001  # readings that cannot be packed: the caller's fault
            if len(taken) == 1:
                taken[0].future.set_exception(error)
                return
            for request in taken:  # find whose they are; the others are stored
                self._store([request])
        else:
            self._confirm(taken, before)

    def _confirm(self, taken: Iterable[Request], seq: int) -> None:
        self._last_seq = self._keeper.last_seq
        for request in taken:
            seq += len(request.taken.readings)
            request.future.set_result(seq)
        self._tell()

    def _refuse(self, taken: Iterable[Request], error: LogUnavailable) -> None:
        for request in taken:
            self._keeper.not_taken(request.taken.readings, str(error))
            request.future.set_exception(error)

    def _note(self, taken: Sequence[Request]) -> None:
        if not taken:
            return
        try:
            self._keeper.note(statement for request in taken for statement in request.statements)
        except (sqlite3.Error, OSError) as error:
            for request in taken:
                request.future.set_exception(self._explained(error))
        else:
            for request in taken:
                request.future.set_result(self._last_seq)

    def _do(self, job: Callable[[Keeper], None], future: Future[int]) -> None:
        try:
            job(self._keeper)
        except Exception as error:  # noqa: BLE001  # whoever asked for it is told
            future.set_exception(error)
        else:
            self._last_seq = self._keeper.last_seq
            future.set_result(self._last_seq)

    def _keep(self, work: Callable[[], None]) -> None:
        """Look after the files; what fails is tried again later and must not stop the log."""
        try:
            work()
        except (sqlite3.Error, OSError, LogUnavailable) as error:
            _log.warning("%s", self._explained(error))

    def _explained(self, error: Exception) -> LogUnavailable:
        return error if isinstance(error, LogUnavailable) else explained(self._folder, error)


def _parts(taken: Iterable[Request]) -> Iterator[Part]:
    """Join what was taken to blocks: none too long, and none in which only some readings wait."""
    readings: list[Reading] = []
    stamps: list[Run] = []
    held = False
    for request in taken:
        if readings and request.taken.held != held:
            yield from _cut(Part(tuple(readings), stamps, held))
            readings, stamps = [], []
        held = request.taken.held
        readings += request.taken.readings
        stamps += request.taken.stamps
    yield from _cut(Part(tuple(readings), stamps, held))


def _cut(part: Part) -> Iterator[Part]:
    if len(part.readings) <= BLOCK_READINGS:
        yield part._replace(stamps=_joined(part.stamps))
        return
    each = [stamp for count, stamp in part.stamps for _ in range(count)]
    for at in range(0, len(part.readings), BLOCK_READINGS):
        runs = [(1, stamp) for stamp in each[at : at + BLOCK_READINGS]]
        readings = part.readings[at : at + BLOCK_READINGS]
        yield Part(readings, _joined(runs), part.held)


def _joined(stamps: Iterable[Run]) -> list[Run]:
    """Join runs that follow one another and were dated alike."""
    joined: list[Run] = []
    for count, stamp in stamps:
        if joined and joined[-1][1] == stamp:
            joined[-1] = (joined[-1][0] + count, stamp)
        else:
            joined.append((count, stamp))
    return joined
