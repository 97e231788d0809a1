"""The steps of the schema."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        yield opened


def _one(database: Database) -> None:
    database.table("one").create({"n": int})


def _two(database: Database) -> None:
    database.table("two").create({"n": int})


def _wrong(database: Database) -> None:
    _two(database)
    raise sqlite3.OperationalError("database or disk is full")


def _names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM sqlite_schema ORDER BY name")]


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def test_only_the_missing_steps_are_taken(connection: sqlite3.Connection):
    tables.migrate(connection, [_one])
    tables.migrate(connection, [_one])
    assert (_names(connection), _version(connection)) == (["one"], 1)
    tables.migrate(connection, [_one, _two])
    assert (_names(connection), _version(connection)) == (["one", "two"], 2)


def test_a_step_that_fails_leaves_everything_as_it_was(connection: sqlite3.Connection):
    tables.migrate(connection, [_one])
    with pytest.raises(sqlite3.OperationalError):
        tables.migrate(connection, [_one, _two, _wrong])
    assert (_names(connection), _version(connection)) == (["one"], 1)
    assert not connection.in_transaction


def test_a_newer_database_is_left_alone(connection: sqlite3.Connection):
    tables.migrate(connection, [_one, _two])
    with pytest.raises(tables.NewerSchema):
        tables.migrate(connection, [_one])
    assert _version(connection) == 2


def test_the_tables_of_the_log(connection: sqlite3.Connection):
    tables.migrate(connection, tables.CONTROL)
    assert {"log", "head", "cursor", "beyond", "gap", "loss"} <= set(_names(connection))


def test_the_tables_of_a_segment(connection: sqlite3.Connection):
    tables.migrate(connection, tables.SEGMENT)
    assert {"block", "opening"} <= set(_names(connection))
