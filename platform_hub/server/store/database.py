"""The database: readers on their own connections, and one writer that commits in groups."""

from __future__ import annotations

import contextlib
import sqlite3
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DBAPIError

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.store import engines, migrations
from platform_hub.server.store.lanes import Lanes
from platform_hub.server.store.writer import Job, Transaction, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from platform_hub.server.store.listener import Listener

__all__ = ["Database", "StoreUnavailable", "Transaction"]
T = TypeVar("T")


class StoreUnavailable(SmartAreaError):
    """Wait and retry: the database cannot be read or written now; nothing was half-written."""


class StoreUnreachable(StoreUnavailable):
    """Wait and retry: the database server does not answer."""


class Database:
    """One open database: an SQLite file of this process alone, or PostgreSQL shared by several.

    A job is a function of a transaction. It may run twice (see `write`), so it must do nothing
    but read and write that transaction.
    """

    def __init__(self, place: Path | str) -> None:
        """Open a database that `create` made, and bring it to this version's form.

        Args:
            place: path of an SQLite file, or a `postgresql://` URL.

        Raises:
            StoreUnavailable: no such file, not a database, or no answer.
            ForeignDatabase: a database of a newer form, or no hub's.
            UnknownEngine: the URL names no engine.
        """
        if isinstance(place, Path) and not place.is_file():
            raise StoreUnavailable(f"{place} is missing: run 'area-hub init' or restore a backup")
        self._engines = engines.opened(place)
        self._closed = False
        self._ears: list[Callable[[str], None]] = []
        self._listener: Listener | None = None
        try:
            with _explained(self._engines.place):
                migrations.bring_up_to_date(self._engines)
        except SmartAreaError:
            self._engines.dispose()
            raise
        count = engines.WRITERS if self.is_shared else 1
        self._writers = [
            Writer(self._engines, self._explanation, self._heard) for _ in range(count)
        ]
        self._lanes = Lanes(self._writers)

    @staticmethod
    def create(place: Path | str, *, timescale: bool = False) -> None:
        """Create a new, empty database; on PostgreSQL its tables, where there are none yet.

        Raises:
            NoTimescale: a hypertable is asked for, which is untested, and the server has none.
        """
        opened = engines.opened(place)
        try:
            with _explained(opened.place):
                migrations.create(opened, timescale=timescale)
        finally:
            opened.dispose()

    @property
    def place(self) -> str:
        """Return where the database is, for people: without its password."""
        return self._engines.place

    @property
    def is_shared(self) -> bool:
        """Tell whether several processes may serve from the database."""
        return self._engines.is_postgresql

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a job on one unchanging view of the data, in the caller's thread.

        Raises:
            StoreUnavailable: the database cannot be read.
        """
        with _explained(self._engines.place), self._engines.readers.begin() as transaction:
            return work(transaction)

    def write(
        self, work: Callable[[Transaction], T], *, shared: bool = False, lane: str = ""
    ) -> Future[T]:
        """Queue a job for the writer; the future resolves only once it is durable.

        Jobs that wait together are committed together. Where one of them fails, all are rolled
        back and run again, each alone. No two jobs run at the same time, whichever process they
        belong to, unless both are `shared`: those lock the rows that they change by themselves. Of
        them, those of one `lane` run one after the other, in their order.
        """
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(StoreUnavailable("the hub is stopping"))
            return future
        job = Job(work, future, shared)
        if shared:
            self._lanes.put(lane, job)
        else:
            self._writers[0].put(job)
        return future

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None]:
        """Call this with all that `writer.tell` says, in this process and in the others.

        It is called in another thread, before the futures of those jobs resolve where they ran in
        this process on SQLite. An empty text says that news may have been missed. Returns what
        ends it.
        """
        self._ears.append(heard)
        if self.is_shared and self._listener is None:
            from platform_hub.server.store.listener import Listener  # noqa: PLC0415 - psycopg

            self._listener = Listener(self._engines.readers, self._heard)
        return lambda: self._ears.remove(heard)

    def close(self) -> None:
        """Finish what is queued and close every connection; nothing is accepted afterwards."""
        self._closed = True
        for each in self._writers:
            each.close()
        if self._listener:
            self._listener.close()
        self._engines.dispose()

    def _heard(self, news: str) -> None:
        for ear in tuple(self._ears):
            ear(news)

    def _explanation(self, error: Exception) -> Exception:
        return _explanation(self._engines.place, error)


@contextlib.contextmanager
def _explained(place: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _explanation(place, error) from error


def _explanation(place: str, error: Exception) -> Exception:
    if isinstance(error, DBAPIError):
        reason = " ".join(str(error.orig).split())  # libpq explains itself on several lines
        kind = StoreUnavailable if isinstance(error.orig, sqlite3.Error) else StoreUnreachable
        return kind(f"database {place} does not answer: {reason}")
    return error
