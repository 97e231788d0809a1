"""Migrations: numbered steps that bring a database of an earlier form to this one, on each engine.

A new table needs nothing but its declaration in `tables`: it is made where it is missing. A new
column that may be NULL or has a server default needs `tables.VERSION` raised: it is then added
where it is missing. Whatever else changes gets a step, too.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateColumn, CreateTable

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.store import engines, partitions
from platform_hub.server.store.area_tables import EVERY
from platform_hub.server.store.tables import VERSION, instance, meta

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from platform_hub.server.store.engines import Engines

_FORM = 3  # the advisory lock of whoever changes the form


class ForeignDatabase(SmartAreaError):
    """The database was written by a newer version, or is no hub's."""


def create(opened: Engines, *, timescale: bool = False) -> None:
    """Create every table of a new database; harmless where a hub's are there already.

    Raises:
        NoTimescale: TimescaleDB is asked for and not installed.
    """
    with opened.writer.begin() as connection:
        engines.lock(connection, _FORM)
        if _version(connection) is None:
            if timescale:
                partitions.make_hypertable(connection, CreateTable(instance))
            _make_tables(connection)
            _pack_quickly(connection)
            connection.execute(insert(meta).values(key="version", value=str(VERSION)))


def bring_up_to_date(opened: Engines) -> None:
    """Run the steps that a database lacks, all or none.

    Raises:
        ForeignDatabase: names the form found and the remedy.
    """
    with opened.readers.begin() as connection:
        found = _version(connection)
        if found == VERSION and not _missing(connection):
            return
        _refuse_foreign(found)
    with opened.writer.begin() as connection:
        engines.lock(connection, _FORM)
        found = _version(connection)
        _climb(connection, VERSION if found is None else found)


def _climb(connection: Connection, found: int) -> None:
    for number in range(found + 1, VERSION + 1):
        STEPS.get(number, _nothing)(connection)
    if found < VERSION:
        _add_columns(connection)
    _make_tables(connection)
    connection.execute(update(meta).where(meta.c.key == "version").values(value=str(VERSION)))


def _nothing(_connection: Connection) -> None:
    """Take a step that only adds: what is missing is added after the last one."""


def _add_columns(connection: Connection) -> None:
    there = set(connection.dialect.get_table_names(connection))
    for table in EVERY.sorted_tables:
        if table.name in there:
            known = {one["name"] for one in connection.dialect.get_columns(connection, table.name)}
            for column in [one for one in table.columns if one.name not in known]:
                added = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {added}")


def _make_tables(connection: Connection) -> None:
    EVERY.create_all(connection)
    partitions.prepare(connection)


def _pack_quickly(connection: Connection) -> None:
    """Let the change log be compressed by LZ4, where the server has it: it comes and goes quickly."""
    if engines.is_postgresql(connection):
        with contextlib.suppress(DBAPIError), connection.begin_nested():
            connection.exec_driver_sql("ALTER TABLE change ALTER COLUMN body SET COMPRESSION lz4")


def _version(connection: Connection) -> int | None:
    if not connection.dialect.has_table(connection, "meta"):
        return None
    found = connection.scalar(select(meta.c.value).where(meta.c.key == "version"))
    return int(found) if found else None


def _missing(connection: Connection) -> bool:
    found = set(connection.dialect.get_table_names(connection))
    return not EVERY.tables.keys() <= found


def _refuse_foreign(found: int | None) -> None:
    if found is None:
        raise ForeignDatabase("database has form unknown: it is no hub's; give another one")
    if found > VERSION:
        raise ForeignDatabase(
            f"database has form {found}, this hub reads up to form {VERSION}: "
            "install the version of area-hub that wrote it"
        )


def _index_uncommon(connection: Connection) -> None:
    """Add the index of what roll-ups do not know of."""
    for index in instance.indexes:
        index.create(connection, checkfirst=True)


STEPS: Mapping[int, Callable[[Connection], None]] = {3: _index_uncommon}
