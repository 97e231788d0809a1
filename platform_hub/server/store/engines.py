"""Engines: SQLite in the hub's folder or PostgreSQL, how each is opened and where they differ.

Every statement is SQLAlchemy Core and the same for both. What differs is here and in `staging`
and `partitions`: how a transaction begins, which errors pass when tried again, and locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, create_engine, event, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Engine, Pool, Table

Row = TypeVar("Row", bound=tuple[Any, ...])
POSTGRESQL = "postgresql"
WRITERS = 2  # connections that write to PostgreSQL at once: while it works on one, the other packs
_BUSY_S = 5.0  # the key commands write to the same file for a moment
_LOCK_SPACE = 0x41524541  # "AREA": the class of this suite's advisory locks
_PASSES = {
    "40001",  # serialization failure
    "40P01",  # deadlock: PostgreSQL chose this transaction to give way
    "23505",  # two processes made the same row: the second run finds it
}


class UnknownEngine(SmartAreaError):
    """Correct the database URL: it names no engine that the hub has."""


@dataclass(frozen=True, slots=True)
class Engines:
    """One database, opened: `place` names it for people, without its password."""

    place: str
    readers: Engine
    writer: Engine

    @property
    def is_postgresql(self) -> bool:
        """Tell whether several processes may share the database."""
        return self.writer.dialect.name == POSTGRESQL

    def dispose(self) -> None:
        """Close every connection."""
        self.readers.dispose()
        self.writer.dispose()


def opened(place: Path | str) -> Engines:
    """Open the engines of an SQLite file (a path) or of a PostgreSQL database (a URL).

    Raises:
        UnknownEngine: neither of both.
    """
    if isinstance(place, Path):
        readers = _sqlite(place, "BEGIN", QueuePool, pool_size=4, max_overflow=36)
        event.listen(readers, "connect", _only_read)
        writer = _sqlite(place, "BEGIN IMMEDIATE", QueuePool, pool_size=1, max_overflow=0)
        return Engines(str(place), readers, writer)
    return _postgresql(place)


def is_postgresql(transaction: Connection) -> bool:
    """Tell which engine a transaction runs on."""
    return transaction.dialect.name == POSTGRESQL


def insert_into(transaction: Connection, table: Table) -> sqlite.Insert:
    """Return an INSERT that knows `on_conflict_do_…` and `excluded`, for the engine at hand."""
    return _insert_into(is_postgresql(transaction), table)


def upsert(
    transaction: Connection, table: Table, rows: list[dict[str, Any]], update: Collection[str] = ()
) -> None:
    """Insert rows; where the primary key is taken, update these columns, or leave the row be."""
    if rows:
        transaction.execute(_upsert(is_postgresql(transaction), table, tuple(update)), rows)


@lru_cache
def _upsert(on_postgresql: bool, table: Table, update: tuple[str, ...]) -> sqlite.Insert:
    """Return the statement: one object that is used again needs to be looked through only once."""
    statement = _insert_into(on_postgresql, table)
    if not update:
        return statement.on_conflict_do_nothing()
    new = {name: statement.excluded[name] for name in update}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new)


def _insert_into(on_postgresql: bool, table: Table) -> sqlite.Insert:
    # Both classes have the same methods; naming one of them keeps the callers typed.
    made: Any = sqlite.insert
    if on_postgresql:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 50 ms, not for SQLite

        made = postgresql.insert
    statement: sqlite.Insert = made(table)
    return statement


def passes_when_tried_again(error: BaseException) -> bool:
    """Tell whether a failed transaction may succeed at the next run."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _PASSES


def lock(transaction: Connection, number: int, *, shared: bool = False) -> None:
    """Hold an advisory lock until the transaction ends; SQLite has one writer and needs none."""
    if is_postgresql(transaction):
        transaction.execute(_lock(number, shared))


@lru_cache
def _lock(number: int, shared: bool) -> Select[tuple[Any]]:
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    return select(take(_LOCK_SPACE, number))


def held(transaction: Connection, query: Select[Row]) -> Select[Row]:
    """Return the query with a lock on the rows it finds, where the transaction may write.

    It keeps a job of another process from changing what this one has read and will change.
    """
    writes = not transaction.get_execution_options().get("postgresql_readonly")
    return query.with_for_update() if writes and is_postgresql(transaction) else query


def _sqlite(path: Path, begin: str, pool: type[Pool], **options: Any) -> Engine:
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


def _postgresql(text: str) -> Engines:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UnknownEngine(
            "the database is given as postgresql://user:password@host/name, or left out for SQLite"
        ) from error
    if url.get_backend_name() != POSTGRESQL:
        raise UnknownEngine(f"there is no engine for {url.get_backend_name()}: use postgresql://")
    url = url.set(drivername="postgresql+psycopg")
    options = {
        "connect_args": {"application_name": "area-hub", "connect_timeout": 10},
        "pool_pre_ping": True,  # a restarted server costs no request
    }
    # One unchanging view of the data for a reader, as SQLite gives it.
    readers = create_engine(
        url, isolation_level="REPEATABLE READ", pool_size=4, max_overflow=36, **options
    ).execution_options(postgresql_readonly=True)
    writer = create_engine(url, isolation_level="READ COMMITTED", pool_size=WRITERS, **options)
    shown = url.set(drivername=POSTGRESQL, query={}).render_as_string(hide_password=True)
    return Engines(shown, readers, writer)
