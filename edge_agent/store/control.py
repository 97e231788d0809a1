"""What the log knows of itself beside the readings: whose it is, who has what, what was lost."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from edge_agent.store import mark, segments, tables
from edge_agent.store.database import (
    WriteConnection,
    open_for_reading,
    primary_code,
    sync_folder,
)
from edge_agent.store.errors import LogUnavailable
from edge_agent.store.places import Place
from edge_agent.store.tables import Kind, Loss

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge_agent.store.database import Statement
    from edge_agent.store.places import Span
    from edge_agent.store.tables import Gap

FILE = "control.db"
EVERY_SINK = ""
_RESCUED = ("log", "head", "cursor", "beyond", "gap", "loss", "quarantine")

_ADVANCE = (
    "INSERT INTO cursor (sink, upto) VALUES (?, ?) "
    "ON CONFLICT (sink) DO UPDATE SET upto = max(upto, excluded.upto)"
)
_HEAD = "UPDATE head SET opening = ?, reserved = ?, active = ?"
_FORGET_RUNS = "DELETE FROM beyond WHERE sink = ?"
_KEEP_RUN = "INSERT INTO beyond (sink, first_seq, last_seq) VALUES (?, ?, ?)"
_NOTE = (
    "INSERT INTO gap (sink, first_seq, last_seq, reason, kind, noted_us) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (sink, first_seq) DO UPDATE "
    "SET last_seq = max(last_seq, excluded.last_seq), reason = excluded.reason"
)
_LOSE = (
    "INSERT INTO loss (kind, first_seq, last_seq, readings, begins_us, ends_us, reason) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LOSE_BEHIND = (
    "INSERT INTO loss SELECT max(coalesce(max(number), 0) + 1, ?), ?, ?, ?, ?, ?, ?, ? FROM loss"
)
_LOSSES = "SELECT * FROM loss WHERE number > ? ORDER BY number LIMIT ?"
_TOLD = "UPDATE cursor SET reported = max(reported, ?) WHERE sink = ?"


class Head(NamedTuple):
    """How far the log has come: what is beyond was never written.

    Attributes:
        opening: how often it was opened.
        reserved: up to where numbers may have been used.
        active: first number of the segment in use.
    """

    opening: int = 0
    reserved: int = 0
    active: int = 0


class Control:
    """The database `control.db`; used by one thread at a time.

    A damaged one is set aside and made anew with what can still be read of it.

    Raises:
        LogUnavailable: the log is another gateway's.
    """

    def __init__(self, folder: Path, gateway: str, now_us: int) -> None:
        self.path = folder / FILE
        self.remark = ""
        self._mark = mark.lift(folder)
        self._connection = self._opened()
        try:
            self.identity = self._identity(folder, gateway, now_us)
        except BaseException:
            self.close()
            raise

    def transact(self, statements: Iterable[Statement]) -> None:
        """Run statements in one synced transaction."""
        self._connection.transact(statements)

    def reopen(self) -> None:
        """Look at the file anew after a failed sync."""
        self._connection.reopen()

    def checkpoint(self) -> None:
        """Bring what is in the write-ahead log into the file and give its space back."""
        self._connection.checkpoint()

    def places(self) -> dict[str, Place]:
        """Return every sink's place."""
        rows = self._connection.rows("SELECT sink, upto FROM cursor")
        places = {sink: Place(upto) for sink, upto in rows}
        for sink, first, last in self._connection.rows(
            "SELECT sink, first_seq, last_seq FROM beyond"
        ):
            places[sink] = places.get(sink, Place()).with_run(first, last)
        return places

    def head(self) -> Head:
        """Return how far the log has come, also where this database is from an earlier time."""
        head = Head(*self._connection.rows("SELECT opening, reserved, active FROM head")[0])
        opening, reserved, _ = self._mark
        return Head(max(head.opening, opening), max(head.reserved, reserved), head.active)

    def is_stale(self) -> bool:
        """Tell whether this database is from an earlier time; one that was just made is not."""
        found = self._connection.rows("SELECT * FROM head")[0]
        return found[0] > 0 and not self.remark and found != tuple(self.head())

    def advance(self, head: Head) -> None:
        """Note how far the log may come from now on, in one synced transaction.

        Raises:
            sqlite3.Error: it may come as far as before.
        """
        marked = mark.Mark(head.opening, head.reserved)
        if marked.reserved < self._mark.reserved:  # the mark never claims more than is so
            self._put_mark(marked)
        self.transact([(_HEAD, tuple(head))])
        self._put_mark(marked)

    def gaps(self) -> list[Span]:
        """Return the runs of readings that some sink refused or that are damaged."""
        return self._connection.rows("SELECT first_seq, last_seq FROM gap")

    def lost(self) -> list[Span]:
        """Return the runs of readings that are gone."""
        return self._connection.rows("SELECT first_seq, last_seq FROM loss WHERE first_seq > 0")

    def examined(self) -> set[str]:
        """Return the names in quarantine out of which everything readable was taken."""
        return {name for (name,) in self._connection.rows("SELECT name FROM quarantine")}

    def close(self) -> None:
        """Release the file, and mark the log as closed where that is so."""
        self._connection.close()
        with contextlib.suppress(OSError):
            mark.close(self.path.parent, self._mark)

    def _put_mark(self, marked: mark.Mark) -> None:
        if marked == self._mark:
            return
        with contextlib.suppress(OSError):  # then notes cannot be written either
            self._mark = mark.put(self.path.parent, marked)

    def _opened(self) -> WriteConnection:
        if not self.path.exists():
            return self._new()
        try:
            connection = WriteConnection(self.path, tables.CONTROL)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not _is_broken(error):
                raise
            return self._rescued(str(error))
        if trouble := connection.trouble() or _missing(connection):
            connection.close()
            return self._rescued(trouble)
        return connection

    def _new(self) -> WriteConnection:
        connection = WriteConnection(self.path, tables.CONTROL)
        sync_folder(self.path.parent)
        return connection

    def _rescued(self, trouble: str) -> WriteConnection:
        aside = segments.set_aside(self.path)
        self.remark = f"{self.path} was damaged ({trouble}): it is now {aside}, a new one was made"
        connection = self._new()
        for table in _RESCUED:
            with contextlib.suppress(sqlite3.Error, ValueError):
                connection.transact(_copied(aside, table))
        return connection

    def _identity(self, folder: Path, gateway: str, now_us: int) -> tuple[str, int]:
        rows = self._connection.rows("SELECT gateway, epoch FROM log")
        if not rows:
            # The segments know the epoch too, should this file have been lost.
            epoch = max(segments.epochs_in(folder), default=0) or 1 + secrets.randbelow(2**53 - 1)
            row = (gateway, epoch, now_us)
            self.transact([("INSERT INTO log (gateway, epoch, created_us) VALUES (?, ?, ?)", row)])
            return gateway, epoch
        owner, epoch = rows[0]
        if owner != gateway:
            raise LogUnavailable(
                f"reading log {folder} belongs to gateway '{owner}', not '{gateway}': "
                "correct the gateway or choose another data folder"
            )
        return owner, epoch


def keep(sink: str, place: Place) -> list[Statement]:
    """Note a sink's place."""
    runs: list[Statement] = [(_KEEP_RUN, (sink, *run)) for run in place.beyond]
    return [(_ADVANCE, (sink, place.upto)), (_FORGET_RUNS, (sink,)), *runs]


def release(sink: str) -> list[Statement]:
    """Forget a sink's place."""
    return [("DELETE FROM cursor WHERE sink = ?", (sink,)), (_FORGET_RUNS, (sink,))]


def note(sink: str, gap: Gap, now_us: int) -> Statement:
    """Note readings that a sink will not get."""
    return _NOTE, (sink, gap.first_seq, gap.last_seq, gap.reason, gap.kind.value, now_us)


def lose(loss: Loss) -> Statement:
    """Note readings that are gone; the loss is numbered by the table."""
    return _LOSE, (loss.kind.value, *loss[2:])


def lose_behind(loss: Loss) -> Statement:
    """Note a loss under its own number or, where that is taken already, behind the last one."""
    return _LOSE_BEHIND, (loss.number, loss.kind.value, *loss[2:])


def told(sink: str, number: int) -> Statement:
    """Note up to where losses were reported to a sink."""
    return _TOLD, (number, sink)


def examined(name: str, now_us: int, reason: str, readings: int) -> Statement:
    """Note that everything readable was taken out of a file in quarantine."""
    return "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?)", (name, now_us, reason, readings)


def losses_after(connection: sqlite3.Connection, number: int, limit: int) -> tuple[Loss, ...]:
    """Return the losses behind a number, in the order in which they were noticed."""
    rows = connection.execute(_LOSSES, (number, limit)).fetchall()
    return tuple(Loss(n, Kind(kind), *rest) for n, kind, *rest in rows)


def reported(connection: sqlite3.Connection, sink: str) -> int:
    """Return the number of the last loss that a sink was told of."""
    row = connection.execute("SELECT reported FROM cursor WHERE sink = ?", (sink,)).fetchone()
    return int(row[0]) if row else 0


def _missing(connection: WriteConnection) -> str:
    present = {name for (name,) in connection.rows("SELECT name FROM sqlite_schema")}
    missing = set(_RESCUED) - present
    if missing:
        return f"it has no table {min(missing)}"
    return "" if len(connection.rows("SELECT * FROM head")) == 1 else "its head is missing"


def _is_broken(error: sqlite3.Error) -> bool:
    return primary_code(error) in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT}


def _copied(source: Path, table: str) -> list[Statement]:
    with contextlib.closing(open_for_reading(source)) as connection:
        connection.text_factory = str
        rows: list[tuple[Any, ...]] = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # names of our own
    if table == "head":
        return [(_HEAD, rows[0])]
    return [(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row) for row in rows]  # noqa: S608  # ditto
