"""Copying in: many rows at once into PostgreSQL, in the bytes that COPY takes.

COPY's binary form (PostgreSQL's manual, COPY, "Binary Format") is a head, then for each row the number
of its fields and each field behind its length, then a tail. It is written here: to let the driver
adapt value by value costs more than all that the server does with them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_COUNT = struct.Struct(">h")
_LENGTH = struct.Struct(">i")
_WHOLE = struct.Struct(">iq")
_NULL = _LENGTH.pack(-1)


def copy(transaction: Connection, statement: str, pieces: Iterable[Iterable[bytes]]) -> None:
    """Copy packed rows; where they come in pieces, the server works on one as the next is packed."""
    driver: Any = transaction.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as written:
        written.write(_HEAD)
        for piece in pieces:
            written.write(b"".join(piece))
        written.write(_TAIL)


def packed(row: Sequence[int | str | bytes | None]) -> bytes:
    """Pack a row of bigint, text and bytea."""
    return _COUNT.pack(len(row)) + b"".join(map(_field, row))


def array(values: Iterable[int | None] | Iterable[bytes]) -> str:
    """Write an array of bigint or of bytea as text that PostgreSQL casts to it."""
    return "{" + ",".join(map(_element, values)) + "}"


def _field(value: int | str | bytes | None) -> bytes:
    if value is None:
        return _NULL
    if isinstance(value, int):
        return _WHOLE.pack(8, value)
    data = value.encode() if isinstance(value, str) else value
    return _LENGTH.pack(len(data)) + data


def _element(value: int | bytes | None) -> str:
    if value is None:
        return "NULL"
    return f'"\\\\x{value.hex()}"' if isinstance(value, bytes) else str(value)
