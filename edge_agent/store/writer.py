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
from edge_agent.store.tickets import BLOCK_READINGS, Batch, refused, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.database import Statement
    from edge_agent.store.keeper import Keeper
    from edge_agent.store.stamping import Taken
    from edge_agent.store.tickets import Outcome, Ticket
    from platform_hub.wire.blocks import Run

_log = logging.getLogger(__name__)

_UPKEEP_EVERY_S = 10.0  # also when nothing is stored: files grow old, disks get room
_LOOK_AT_CLOCK_S = 1.0  # while readings wait for it
_COME_BACK_S = 0.0002  # how long at most until the next thread, of those just told, comes back


@dataclass(slots=True)
class Request:
    """Something to do beside storing, notes or a job, and the future that tells when it is done."""

    statements: Sequence[Statement] = ()
    job: Callable[[Keeper], None] | None = None
    future: Future[int] = field(default_factory=Future)


class Writer:
    """Lets one thread use the keeper.

    Readings are stored in the order in which they came; what queues up while the disk is busy
    goes with its next sync, and so does what threads bring that were told by the last one: they
    are given the moment to come back in, for otherwise they and the others would take turns, and
    each would wait for two syncs. Requests are done in their order, behind readings that came
    before.
    """

    def __init__(
        self, keeper: Keeper, folder: Path, queue_bytes: int, stored: Callable[[], None]
    ) -> None:
        self._keeper = keeper
        self._folder = folder
        self._most_bytes = queue_bytes
        self._tell = stored
        self._last_seq = keeper.last_seq
        self._batches: deque[Batch] = deque()
        self._requests: deque[Request] = deque()
        self._bytes = 0
        self._closing = False
        self._idle = False
        self._expected = 0  # threads that were just told and have not come back yet
        self._told: Batch | None = None
        lock = self._lock = threading.Lock()
        self._work, self._room = threading.Condition(lock), threading.Condition(lock)
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

    def put(self, taken: Taken) -> Ticket:
        """Queue readings; wait while the queue is full."""
        size = size_of(1, len(taken.readings))
        with self._lock:
            while not self._has_room(size):
                self._room.wait()
            return self._accept(taken, size)

    def offer(self, taken: Taken, room: Callable[[], None]) -> Ticket | None:
        """Queue readings where there is room; otherwise call `room` once there may be some."""
        size = size_of(1, len(taken.readings))
        with self._lock:
            if self._has_room(size):
                return self._accept(taken, size)
            self._waiting.append(room)
        return None

    def ask(self, request: Request) -> Future[int]:
        """Queue a request; its future gives the number of the newest durable reading."""
        request.future.set_running_or_notify_cancel()  # what is queued is done: no way back
        with self._lock:
            if self._closing:
                request.future.set_exception(closed(self._folder))
            else:
                self._requests.append(request)
                self._wake()
        return request.future

    def close(self) -> None:
        """Refuse new readings and requests, finish the queued ones, release the files."""
        with self._lock:
            self._closing = True
            self._work.notify()
            self._room.notify_all()
        self._thread.join()

    def _has_room(self, size: int) -> bool:
        return self._bytes + size <= self._most_bytes or not self._batches or self._closing

    def _accept(self, taken: Taken, size: int) -> Ticket:
        if self._closing:
            return refused(taken, closed(self._folder))
        batches = self._batches
        batch = batches[-1] if batches else None
        if batch is None or not batch.suits(taken):
            batch = Batch(held=taken.held)
            batches.append(batch)
        self._bytes += size
        if self._expected:
            self._expected -= 1
        if self._idle and (not self._expected or self._is_pressed()):
            self._wake()  # a busy thread looks by itself after its commit
        return batch.add(taken)

    def _wake(self) -> None:
        self._idle = False
        self._work.notify()

    def _run(self) -> None:
        try:
            while (taken := self._take()) is not None:
                batch, requests = taken
                self._settle()
                if batch and batch.readings:
                    self._store(batch)
                self._do_all(requests)
                if batch and not batch.settled:  # nothing to store: told once all before it is done
                    batch.confirm(self._last_seq + 1)
                self._keep(self._keeper.upkeep if batch or requests else self._keeper.tidy)
        finally:
            self._keeper.close()

    def _settle(self) -> None:
        if self._keeper.held:
            self._keep(self._keeper.settle)
            self._tell()  # what waited may be there to be read now

    def _take(self) -> tuple[Batch | None, list[Request]] | None:
        """Take one batch and all requests; neither after a while without any.

        None means that the log is closed and nothing is left to do.
        """
        with self._lock:
            self._idle = True
            self._gather()
            self._work.wait_for(
                self._has_work, _LOOK_AT_CLOCK_S if self._keeper.held else _UPKEEP_EVERY_S
            )
            self._idle = False
            if self._closing and not self._batches and not self._requests:
                return None
            batch = self._told = self._batches.popleft() if self._batches else None
            if batch:
                self._bytes -= batch.size
                self._room.notify_all()
            requests = list(self._requests)
            self._requests.clear()
            waiting, self._waiting = self._waiting, []
        for room in waiting:
            room()
        return batch, requests

    def _gather(self) -> None:
        """Wait for those who were just told, as long as one after the other comes back.

        Then all are let through: one that was interrupted may have let nobody through behind it.
        """
        before = 0
        while self._expected not in {0, before} and not self._is_pressed():
            before = self._expected
            self._work.wait(_COME_BACK_S)
        self._expected = 0
        while self._told and self._told.let_through():
            pass

    def _is_pressed(self) -> bool:
        """Tell whether there is something to do that waits for nobody: a full block, a request."""
        return bool(len(self._batches) > 1 or self._requests or self._closing)

    def _has_work(self) -> bool:
        return bool(self._batches or self._requests or self._closing)

    def _store(self, batch: Batch) -> None:
        before = self._last_seq
        try:
            self._commit(batch.readings, batch.stamps, batch.held)
        except (sqlite3.Error, OSError, LogUnavailable) as error:
            batch.refuse(self._refused(batch.readings, error))
        except Exception:  # noqa: BLE001  # readings that cannot be packed: find whose they are
            batch.tell_each(list(self._each_alone(batch)))
            self._tell()
        else:
            self._expected = batch.waiting
            batch.confirm(before + 1)
            self._tell()

    def _each_alone(self, batch: Batch) -> Iterator[Outcome]:
        """Store the readings of each ticket by themselves; yield how it went."""
        readings = batch.readings
        stamps = [(1, stamp) for count, stamp in batch.stamps for _ in range(count)]
        for begins, ends in batch.parts():
            try:
                self._commit(readings[begins:ends], stamps[begins:ends], batch.held)
            except (sqlite3.Error, OSError, LogUnavailable) as error:
                yield self._refused(readings[begins:ends], error)
            except Exception as error:  # noqa: BLE001  # the caller's fault, so the caller is told
                yield error
            else:
                yield self._last_seq

    def _commit(self, readings: list[Reading], stamps: list[Run], held: bool) -> None:
        if readings:
            self._keeper.store(list(_blocks(readings, stamps, held)))
            self._last_seq = self._keeper.last_seq

    def _refused(self, readings: list[Reading], error: Exception) -> LogUnavailable:
        explained_ = self._explained(error)
        self._keeper.not_taken(readings, str(explained_))
        return explained_

    def _do_all(self, requests: Sequence[Request]) -> None:
        self._note([request for request in requests if request.statements])
        for request in requests:
            if request.job:
                self._do(request.job, request.future)

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


def _blocks(readings: list[Reading], stamps: list[Run], held: bool) -> Iterator[Part]:
    """Cut what is too long for one block."""
    if len(readings) <= BLOCK_READINGS:
        yield Part(tuple(readings), stamps, held)
        return
    each = [stamp for count, stamp in stamps for _ in range(count)]
    for at in range(0, len(readings), BLOCK_READINGS):
        runs = [(1, stamp) for stamp in each[at : at + BLOCK_READINGS]]
        yield Part(tuple(readings[at : at + BLOCK_READINGS]), _joined(runs), held)


def _joined(stamps: Iterable[Run]) -> list[Run]:
    """Join runs that follow one another and were dated alike."""
    joined: list[Run] = []
    for count, stamp in stamps:
        if joined and joined[-1][1] == stamp:
            joined[-1] = (joined[-1][0] + count, stamp)
        else:
            joined.append((count, stamp))
    return joined
