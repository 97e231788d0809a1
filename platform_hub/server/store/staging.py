"""Staging: many instances at once, by the fastest way of each engine.

SQLite takes them in slices of one prepared statement; PostgreSQL takes them by COPY. Nearly always
all of them are new. Where one is not, the slice is taken back and done again: on SQLite row by row,
on PostgreSQL by COPY into a temporary table and one statement from there. A distributed PostgreSQL
accepts all of this.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import text

from platform_hub.server.store import copying_in, engines, partitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

Row: TypeAlias = tuple[int, int, int, str, float | None, bytes, int]  # as `instance` has them
_SLICE, _PIECE = 2000, 1000
_COLUMNS = "entity_pk, attribute_pk, observed_us, dataset, num, body, modified_us"
_CONFLICT = (
    "ON CONFLICT (entity_pk, attribute_pk, observed_us, dataset) DO UPDATE "
    "SET num = excluded.num, body = excluded.body, modified_us = excluded.modified_us "
    "WHERE instance.body IS DISTINCT FROM excluded.body"
)
_INTO = f"INSERT INTO instance ({_COLUMNS})"
# SQLite 3.39 knows IS DISTINCT FROM; IS NOT is its older name.
_EACH = f"{_INTO} VALUES (?,?,?,?,?,?,?) {_CONFLICT}".replace("IS DISTINCT FROM", "IS NOT")
_STAGE = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (n integer, entity_pk bigint, "
    "attribute_pk bigint, observed_us bigint, dataset text, num double precision, body bytea, "
    "modified_us bigint) ON COMMIT DELETE ROWS"
)
_DIRECTLY = f"COPY instance ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COMMON = struct.Struct(">iqiqiqiidi")  # up to the body, of a default instance that has a number
_KEY = struct.Struct(">iqiqiq")
_TEXT = struct.Struct(">i")
_NUM = struct.Struct(">id")
_LAST = struct.Struct(">iq")
_NO_NUM = struct.pack(">i", -1)
_FIELDS, _STAGED_FIELDS = struct.pack(">h", 7), struct.pack(">h", 8)
_PLACE = struct.Struct(">ii")
_WHICH = (
    f"WITH stored AS ({_INTO} SELECT {_COLUMNS} FROM incoming {_CONFLICT} RETURNING entity_pk, attribute_pk, observed_us, dataset) "  # noqa: S608 - constants
    "SELECT n FROM incoming LEFT JOIN stored USING (entity_pk, attribute_pk, observed_us, dataset) "
    "WHERE stored.entity_pk IS NULL"
)
_STAGED = "staged"


def store(transaction: Connection, rows: Sequence[Row]) -> set[int]:
    """Store rows with distinct keys; return the places of those that said nothing new."""
    if not rows:
        return set()
    if engines.is_postgresql(transaction):
        return _copy(transaction, rows)
    cursor = _driver(transaction).cursor()
    try:
        known: set[int] = set()
        for at in range(0, len(rows), _SLICE):
            known |= _slice(cursor, rows[at : at + _SLICE], at)
        return known
    finally:
        cursor.close()


def _slice(cursor: Any, rows: Sequence[Row], at: int) -> set[int]:
    cursor.execute("SAVEPOINT slice")
    cursor.executemany(_EACH, rows)
    known: set[int] = set()
    if cursor.rowcount == 0:
        known = set(range(at, at + len(rows)))
    elif cursor.rowcount < len(rows):
        cursor.execute("ROLLBACK TO slice")
        for place, row in enumerate(rows, at):
            if not cursor.execute(_EACH, row).rowcount:
                known.add(place)
    cursor.execute("RELEASE slice")
    return known


def _copy(transaction: Connection, rows: Sequence[Row]) -> set[int]:
    from psycopg.errors import UniqueViolation  # noqa: PLC0415 - only where there is PostgreSQL

    instants = [row[2] for row in rows]
    partitions.ensure(transaction, _days(instants), rows[0][-1])
    attempt = transaction.begin_nested()
    try:
        pieces = (_packed(rows[at : at + _PIECE]) for at in range(0, len(rows), _PIECE))
        copying_in.copy(transaction, _DIRECTLY, pieces)
    except UniqueViolation:
        attempt.rollback()
        _fill(transaction, rows)
        return set(transaction.scalars(text(_WHICH)))
    attempt.commit()
    return set()


def _days(instants: list[int]) -> set[int]:
    first, last = min(instants) // partitions.DAY_US, max(instants) // partitions.DAY_US
    if last - first <= 1:  # nearly always: no need to look at each
        return {first, last}
    return {us // partitions.DAY_US for us in instants}


def _fill(transaction: Connection, rows: Sequence[Row]) -> None:
    if transaction.info.get(_STAGED) is transaction.get_transaction():
        transaction.execute(text("TRUNCATE incoming"))
    else:
        transaction.execute(text(_STAGE))
        transaction.info[_STAGED] = transaction.get_transaction()
    numbered = (_PLACE.pack(4, n) + row for n, row in enumerate(_packed(rows, b"")))
    statement = "COPY incoming FROM STDIN (FORMAT BINARY)"
    copying_in.copy(transaction, statement, [(_STAGED_FIELDS + row for row in numbered)])


def _packed(rows: Sequence[Row], before: bytes = _FIELDS) -> list[bytes]:
    """Write rows in COPY's binary form, each behind the same bytes."""
    common = _COMMON.pack
    lasts = {us: _LAST.pack(8, us) for us in {row[6] for row in rows}}
    return [
        before
        + common(8, row[0], 8, row[1], 8, row[2], 0, 8, row[4], len(row[5]))
        + row[5]
        + lasts[row[6]]
        if row[4] is not None and not row[3]
        else before + _uncommon(row) + row[5] + lasts[row[6]]
        for row in rows
    ]


def _uncommon(row: Row) -> bytes:
    """Write what stands before the body of a row that has a dataset, or no number."""
    entity_pk, attribute_pk, observed_us, dataset, num, body, _ = row
    key = _KEY.pack(8, entity_pk, 8, attribute_pk, 8, observed_us)
    name = dataset.encode()
    number = _NO_NUM if num is None else _NUM.pack(8, num)
    return b"".join((key, _TEXT.pack(len(name)), name, number, _TEXT.pack(len(body))))


def _driver(transaction: Connection) -> Any:
    return transaction.connection.driver_connection
