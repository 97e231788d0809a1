"""The database file: readers on their own connections, and one writer that commits in groups."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.store import area_tables, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine, Pool

Transaction: TypeAlias = Connection
T = TypeVar("T")
_BUSY_S = 5.0  # the key commands write to the same file for a moment
_GROUP = 64  # jobs in one commit; each waits for the others


class StoreUnavailable(SmartAreaError):
    """Wait and retry: the database cannot be read or written now; nothing was half-written."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    future: Future[Any]


class Database:
    """One open database.

    A job is a function of a transaction. It may run twice (see `write`), so it must do nothing
    but read and write that transaction.
    """

    def __init__(self, path: Path) -> None:
        """Open a database that `create` made.

        Raises:
            StoreUnavailable: no such file, or not a database.
            ForeignDatabase: a database of another form.
        """
        if not path.is_file():
            raise StoreUnavailable(f"{path} is missing: run 'area-hub init' or restore a backup")
        self._readers = _engine(path, "BEGIN", QueuePool, pool_size=4, max_overflow=36)
        event.listen(self._readers, "connect", _only_read)
        self._writer = _engine(path, "BEGIN IMMEDIATE", NullPool)
        self._closed = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        try:
            self.read(tables.check)
        except SmartAreaError:
            self._readers.dispose()
            raise
        self._thread = threading.Thread(target=self._run, name="hub-writer")
        self._thread.start()

    @staticmethod
    def create(path: Path) -> None:
        """Create a new, empty database."""
        engine = _engine(path, "BEGIN IMMEDIATE", NullPool)
        with _explained(path), engine.begin() as transaction:
            area_tables.create(transaction)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a job on one unchanging view of the data, in the caller's thread.

        Raises:
            StoreUnavailable: the database cannot be read.
        """
        with _explained(self._readers.url.database), self._readers.begin() as transaction:
            return work(transaction)

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue a job for the writer; the future resolves only once it is durable.

        Jobs that wait together are committed together. Where one of them fails, all are rolled
        back and run again, each alone.
        """
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(StoreUnavailable("the hub is stopping"))
            return future
        self._jobs.put(_Job(work, future))
        return future

    def close(self) -> None:
        """Finish what is queued and close every connection; nothing is accepted afterwards."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join()
        self._readers.dispose()

    def _run(self) -> None:
        with self._writer.connect() as connection:
            while group := self._next_group():
                _commit(connection, group)

    def _next_group(self) -> list[_Job]:
        """Take everything that queued up during the last commit; empty at the end."""
        job = self._jobs.get()
        group = []
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                group.append(job)
            if len(group) >= _GROUP:
                return group
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group or self._next_group()
        if group:
            self._jobs.put(None)  # the end is still to come, after this group
        return group


def _commit(connection: Connection, group: list[_Job]) -> None:
    try:
        results = _together(connection, group)
    except Exception as error:  # noqa: BLE001 - the caller of each job gets it through its future
        if len(group) == 1:
            group[0].future.set_exception(_explanation(connection.engine.url.database, error))
        else:
            for job in group:
                _commit(connection, [job])
    else:
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)


def _together(connection: Connection, group: list[_Job]) -> list[Any]:
    with connection.begin():
        return [job.work(connection) for job in group]


def _engine(path: Path, begin: str, pool: type[Pool], **options: Any) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=pool,
        connect_args={"timeout": _BUSY_S, "check_same_thread": False},
        **options,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, below
        # A gateway forgets what the hub acknowledged, so a commit must survive a power cut: FULL.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _only_read(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON").close()


@contextlib.contextmanager
def _explained(place: Any) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _explanation(place, error) from error


def _explanation(place: Any, error: Exception) -> Exception:
    if isinstance(error, DBAPIError):
        return StoreUnavailable(f"database {place} does not answer: {error.orig}")
    return error
