"""The schema of the log's databases, as numbered steps; `PRAGMA user_version` counts those taken.

`control.db` holds what concerns the log as a whole:

log         one row: whose log this is
head        one row: how often it was opened, up to which number readings may have been stored, and
            the first number of the segment in use
cursor      per sink: everything up to `upto` is acknowledged, losses up to `reported` are told
beyond      per sink: runs acknowledged above its cursor
gap         readings that a sink will not get, with the reason; an empty sink means every sink
loss        readings that are gone or were never taken, in the order in which it was noticed
quarantine  damaged files that were set aside, and how much could be read out of them

Each segment holds a run of readings:

block       readings `first_seq .. last_seq` as one packed wire block; `held` until the clock is set
opening     one row: how often the log had been opened when the segment was written last

`devices.db` holds what drivers remember:

memory      numbers by device and name
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from sqlite_utils import Database

    Step = Callable[[Database], None]


class Kind(StrEnum):
    """Why readings do not arrive; upstream gap records carry these words."""

    REFUSED = "refused"  # by the sink, for good
    DAMAGED = "damaged"  # on the disk
    DROPPED = "dropped"  # the oldest, to make room
    NOT_TAKEN = "not_taken"  # the log could not store them and said so to who gave them


class Gap(NamedTuple):
    """A run of readings that does not reach a sink, and why."""

    first_seq: int
    last_seq: int
    reason: str
    kind: Kind = Kind.REFUSED


class Loss(NamedTuple):
    """Readings that no sink can get any more, as it is reported upstream.

    Attributes:
        number: counts the losses of one log: 1, 2, 3, ...
        kind: `damaged`, `dropped` or `not_taken`.
        first_seq: the first reading lost; 0 for readings that were not taken: they have no numbers.
        last_seq: the last one.
        readings: how many; at most so many where it cannot be known.
        begins_us: when the first of them was observed, or the loss noticed where that is unknown.
        ends_us: when the last of them was observed, likewise.
        reason: in words.
    """

    number: int
    kind: Kind
    first_seq: int
    last_seq: int
    readings: int
    begins_us: int
    ends_us: int
    reason: str


class NewerSchema(Exception):
    """The database was written by a newer version of this program."""


def migrate(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """Take the steps that the database lacks, all or none.

    Raises:
        NewerSchema: it has more steps than this version knows; nothing is changed.
    """
    taken = connection.execute("PRAGMA user_version").fetchone()[0]
    if taken > len(steps):
        raise NewerSchema
    if taken < len(steps):
        _take(connection, steps, taken)


def _take(connection: sqlite3.Connection, steps: Sequence[Step], taken: int) -> None:
    with _absent("numpy", "pandas"):
        from sqlite_utils import Database  # noqa: PLC0415  # 0.2 s of CPU, once in a log's life

    with connection:
        connection.execute("BEGIN IMMEDIATE")
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        for step in steps[taken:]:
            step(database)
        connection.execute(f"PRAGMA user_version = {len(steps)}")


@contextmanager
def _absent(*packages: str) -> Iterator[None]:
    """Let what is imported meanwhile find these packages not installed.

    sqlite-utils takes numpy and pandas in wherever it finds them, for column types that no table
    of ours has: 50 MiB of a gateway's memory and a second of its processor.
    """
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "not there"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _control_tables(database: Database) -> None:
    _log_table(database)
    database.table("head").create({"opening": int, "reserved": int, "active": int})
    database.table("head").insert({"opening": 0, "reserved": 0, "active": 0})
    database.table("cursor").create(
        {"sink": str, "upto": int, "reported": int},
        pk="sink",
        not_null={"upto", "reported"},
        defaults={"reported": 0},
    )
    database.table("gap").create(
        {
            "sink": str,
            "first_seq": int,
            "last_seq": int,
            "reason": str,
            "kind": str,
            "noted_us": int,
        },
        pk=("sink", "first_seq"),
        not_null={"last_seq", "reason", "kind", "noted_us"},
    )
    _beyond_and_loss(database)
    database.table("quarantine").create(
        {"name": str, "noted_us": int, "reason": str, "readings": int}, pk="name"
    )


def _log_table(database: Database) -> None:
    database.table("log").create(
        {"gateway": str, "epoch": int, "created_us": int},
        not_null={"gateway", "epoch", "created_us"},
    )


def _beyond_and_loss(database: Database) -> None:
    database.table("beyond").create(
        {"sink": str, "first_seq": int, "last_seq": int},
        pk=("sink", "first_seq"),
        not_null={"last_seq"},
    )
    database.table("loss").create(
        {
            "number": int,
            "kind": str,
            "first_seq": int,
            "last_seq": int,
            "readings": int,
            "begins_us": int,
            "ends_us": int,
            "reason": str,
        },
        pk="number",
    )


def _block_table(database: Database) -> None:
    database.table("block").create(
        {"last_seq": int, "first_seq": int, "begins_us": int, "stored_us": int, "body": bytes},
        pk="last_seq",
        not_null={"first_seq", "begins_us", "stored_us", "body"},
    )


def _held_and_opening(database: Database) -> None:
    database.table("block").add_column("held", int, not_null_default=0)
    database.execute("CREATE INDEX held ON block (last_seq) WHERE held")
    database.table("opening").create({"number": int})
    database.table("opening").insert({"number": 0})


def _all_in_one_file(database: Database) -> None:
    """Make the tables of `readings.db`, as logs of before there were segments have them."""
    _log_table(database)
    _block_table(database)
    database.table("cursor").create({"sink": str, "upto": int}, pk="sink", not_null={"upto"})
    database.table("gap").create(
        {"sink": str, "first_seq": int, "last_seq": int, "reason": str, "noted_us": int},
        pk=("sink", "first_seq"),
        not_null={"last_seq", "reason", "noted_us"},
    )


def _two_lanes_and_losses(database: Database) -> None:
    _beyond_and_loss(database)
    database.table("cursor").add_column("reported", int, not_null_default=0)
    database.table("gap").add_column("kind", str, not_null_default=Kind.REFUSED.value)


def _memory(database: Database) -> None:
    database.table("memory").create(
        {"device": str, "name": str, "value": int}, pk=("device", "name"), not_null={"value"}
    )


CONTROL: Sequence[Step] = (_control_tables,)
SEGMENT: Sequence[Step] = (_block_table, _held_and_opening)
ONE_FILE: Sequence[Step] = (_all_in_one_file, _two_lanes_and_losses)
MEMORY: Sequence[Step] = (_memory,)
