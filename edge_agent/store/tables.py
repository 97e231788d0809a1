"""The schema of the log's database, as numbered steps; `PRAGMA user_version` counts those taken.

block   readings `first_seq .. last_seq` as one packed wire block; the block with the highest
        number is never deleted, so that no sequence number is used twice
cursor  per sink: everything up to `upto` is acknowledged
gap     readings that a sink will not get, with the reason; an empty sink means every sink
log     one row: whose log this is
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from sqlite_utils import Database

    Step = Callable[[Database], None]


class Gap(NamedTuple):
    """A run of readings that does not reach a sink, and why."""

    first_seq: int
    last_seq: int
    reason: str


class NewerSchema(Exception):
    """The database was written by a newer version of this program."""


def migrate(connection: sqlite3.Connection, steps: Sequence[Step] | None = None) -> None:
    """Take the steps that the database lacks, all or none.

    Raises:
        NewerSchema: it has more steps than this version knows; nothing is changed.
    """
    steps = _STEPS if steps is None else steps
    taken = connection.execute("PRAGMA user_version").fetchone()[0]
    if taken > len(steps):
        raise NewerSchema
    if taken < len(steps):
        _take(connection, steps, taken)


def _take(connection: sqlite3.Connection, steps: Sequence[Step], taken: int) -> None:
    from sqlite_utils import Database  # noqa: PLC0415  # 0.2 s of CPU, needed once in a log's life

    with connection:
        connection.execute("BEGIN IMMEDIATE")
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        for step in steps[taken:]:
            step(database)
        connection.execute(f"PRAGMA user_version = {len(steps)}")


def _first_tables(database: Database) -> None:
    database.table("log").create(
        {"gateway": str, "epoch": int, "created_us": int},
        not_null={"gateway", "epoch", "created_us"},
    )
    database.table("block").create(
        {"last_seq": int, "first_seq": int, "begins_us": int, "stored_us": int, "body": bytes},
        pk="last_seq",
        not_null={"first_seq", "begins_us", "stored_us", "body"},
    )
    database.table("cursor").create({"sink": str, "upto": int}, pk="sink", not_null={"upto"})
    database.table("gap").create(
        {"sink": str, "first_seq": int, "last_seq": int, "reason": str, "noted_us": int},
        pk=("sink", "first_seq"),
        not_null={"last_seq", "reason", "noted_us"},
    )


_STEPS: Sequence[Step] = (_first_tables,)
