"""Partitions: on PostgreSQL every day of instances is a table of its own.

Days far from today share one default table, so that a wrong clock or an old archive does not make
a table for each of its days. SQLite keeps one table, ordered by series (decisions/0006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.store import engines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection
    from sqlalchemy.schema import CreateTable


class NoTimescale(SmartAreaError):
    """TimescaleDB was asked for and is not there."""


DAY_US = 86_400_000_000
_BACK, _AHEAD = 400, 2  # days around today that get a table of their own
_DAYS = 4  # the advisory lock of whoever adds a day
_KNOWN = "partitions"


def prepare(connection: Connection) -> None:
    """Make what the partitions need; harmless where it is there."""
    if engines.is_postgresql(connection) and not _is_hypertable(connection):
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS instance_other PARTITION OF instance DEFAULT")
        )
        connection.execute(
            text("CREATE INDEX IF NOT EXISTS instance_by_time ON instance USING brin (observed_us)")
        )


def make_hypertable(connection: Connection, instances: CreateTable) -> None:
    """Leave the days to TimescaleDB: make `instance` before the other tables. Untested.

    Raises:
        NoTimescale: the extension is not installed on the server.
    """
    installed = "SELECT count(*) FROM pg_available_extensions WHERE name = 'timescaledb'"
    if not (engines.is_postgresql(connection) and connection.scalar(text(installed))):
        raise NoTimescale("TimescaleDB is not installed on this server: leave --timescale out")
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS timescaledb"))
    plain = str(instances.compile(dialect=connection.dialect)).partition(" PARTITION BY ")[0]
    connection.exec_driver_sql(plain)
    chunks = f"chunk_time_interval => {DAY_US}::bigint"
    connection.execute(text(f"SELECT create_hypertable('instance', 'observed_us', {chunks})"))


def ensure(transaction: Connection, days: Iterable[int], now_us: int) -> None:
    """Make the tables of days (numbered since 1970 UTC) that lie around today and have none."""
    known: set[int] = transaction.info.setdefault(_KNOWN, set())
    wanted = set(days) - known
    if wanted and not _is_hypertable(transaction):
        today = now_us // DAY_US
        near = {day for day in wanted if today - _BACK <= day <= today + _AHEAD}
        if near:
            engines.lock(transaction, _DAYS)
            for day in sorted(near - set(existing(transaction))):
                _add(transaction, day)
        known |= {day for day in wanted if day <= today + _AHEAD}


def existing(transaction: Connection) -> list[int]:
    """Return the days that have a table, in order."""
    rows = transaction.execute(
        text(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'instance'::regclass AND c.relname LIKE 'instance_d%'"
        )
    )
    return sorted(int(name.removeprefix("instance_d")) for (name,) in rows)


def drop_before(transaction: Connection, day: int) -> int:
    """Drop the tables of days before this one; return how many there were."""
    if not engines.is_postgresql(transaction):
        return 0
    if _is_hypertable(transaction):
        transaction.execute(text(f"SELECT drop_chunks('instance', {day * DAY_US}::bigint)"))
        return 0
    old = [one for one in existing(transaction) if one < day]
    for one in old:
        transaction.execute(text(f"DROP TABLE {_name(one)}"))
    transaction.info.pop(_KNOWN, None)
    return len(old)


def _is_hypertable(transaction: Connection) -> bool:
    """Tell whether the days are TimescaleDB's affair: then `instance` is no partitioned table."""
    kind = "SELECT relkind FROM pg_class WHERE oid = to_regclass('instance')"
    return bool(transaction.scalar(text(kind)) != "p")


def _add(transaction: Connection, day: int) -> None:
    """Attach a day's table; what the default table has of that day (said too early) moves there."""
    name, begins, ends = _name(day), day * DAY_US, (day + 1) * DAY_US
    within = f"observed_us >= {begins} AND observed_us < {ends}"
    move = (  # numbers of our own making are all that is put in
        f"WITH moved AS (DELETE FROM instance_other WHERE {within} RETURNING *) "  # noqa: S608  # made of our own column names
        f"INSERT INTO {name} SELECT * FROM moved"
    )
    attach = f"ALTER TABLE instance ATTACH PARTITION {name} FOR VALUES FROM ({begins}) TO ({ends})"
    make = f"CREATE TABLE {name} (LIKE instance INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
    for statement in (make, move, attach):
        transaction.execute(text(statement))


def _name(day: int) -> str:
    return f"instance_d{day}"
