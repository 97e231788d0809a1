"""Readings that wait in the log for the clock to be set: when they may go on, and how they look then."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.store import tables
from edge_agent.store.database import WriteConnection, open_for_reading
from edge_agent.store.segments import found_in
from edge_agent.store.stamping import last_monotonic, settled, starts_of
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Sight
    from edge_agent.store.database import Statement
    from edge_agent.store.segments import Segment
    from edge_agent.store.stamping import Stamper

_HELD = "SELECT last_seq, body FROM block WHERE held ORDER BY last_seq LIMIT ?"
_SETTLE = "UPDATE block SET begins_us = ?, body = ?, held = 0 WHERE last_seq = ?"
_LET_GO = "UPDATE block SET held = 0 WHERE last_seq = ?"
_NEWEST = "SELECT stored_us, body FROM block WHERE NOT held ORDER BY last_seq DESC LIMIT 8"
_AT_ONCE = 20  # blocks per transaction


class _Held(NamedTuple):
    last_seq: int
    block: blocks.Block | None  # None where it is damaged: it need not wait, its reader reports it


def held_in(segment: Segment) -> bool:
    """Tell whether readings of a segment wait; one that cannot be read is left to its reader."""
    with contextlib.suppress(sqlite3.Error):
        return any(True for _ in _held(segment, 1))
    return False


def is_over(segments: Sequence[Segment], stamper: Stamper, sight: Sight) -> bool:
    """Tell whether the wait is over: the clock is set, or it has lasted long enough."""
    if sight.trusted:
        return True
    with contextlib.suppress(sqlite3.Error):
        first = next((h for segment in segments for h in _held(segment, 1)), None)
        return first is None or all(stamper.is_over(r, sight) for r in _unsure(first.block))
    return False


def settle(
    segments: Sequence[Segment],
    opened: dict[Path, WriteConnection],
    stamper: Stamper,
    sight: Sight,
) -> None:
    """Rewrite the blocks that wait with their final instants, before any of them is sent.

    Raises:
        sqlite3.Error: some still wait; those that were rewritten stay so.
    """
    waiting = (r for segment in segments for h in _held(segment) for r in _unsure(h.block))
    starts = starts_of(last_monotonic(waiting), sight)
    for segment in segments:
        statements = [_settle(held, sight, starts, stamper) for held in _held(segment)]
        if not statements:
            continue
        connection = opened.get(segment.path)
        if connection:
            _write(connection, statements)
        else:
            _write_closed(segment.path, statements)


def _settle(held: _Held, sight: Sight, starts: dict[str, int], stamper: Stamper) -> Statement:
    if held.block is None:
        return _LET_GO, (held.last_seq,)
    block = replace(held.block, readings=settled(held.block.readings, sight, starts, stamper))
    begins_us = min(reading.observed_us for reading in block.readings)
    return _SETTLE, (begins_us, blocks.encode(block), held.last_seq)


def _write_closed(path: Path, statements: list[Statement]) -> None:
    connection = WriteConnection(path, tables.SEGMENT)
    try:
        _write(connection, statements)
    finally:
        connection.seal()


def _write(connection: WriteConnection, statements: list[Statement]) -> None:
    for at in range(0, len(statements), _AT_ONCE):
        connection.transact(statements[at : at + _AT_ONCE])


def _held(segment: Segment, limit: int = -1) -> Iterator[_Held]:
    with contextlib.closing(open_for_reading(segment.path)) as connection:
        for last_seq, body in connection.execute(_HELD, (limit,)).fetchall():
            try:
                block = blocks.decode(body)
            except blocks.BadBlock:
                block = None
            yield _Held(last_seq, block)


def _unsure(block: blocks.Block | None) -> list[Reading]:
    readings = block.readings if block else ()
    return [r for r in readings if r.stamp and not r.stamp.trusted]


def newest_trusted_us(folder: Path, epoch: int) -> int:
    """Return when the newest reading with a trusted clock of our own was stored; 0 if unknown."""
    found = found_in(folder, epoch)
    with contextlib.suppress(sqlite3.Error, blocks.BadBlock):
        for segment in reversed(found):
            for stored_us, body in _newest(segment):
                stamps = [stamp for _, stamp in blocks.runs_of(blocks.decode(body).readings)]
                if any(s and s.trusted and s.offset_us is not None for s in stamps):
                    return int(stored_us)
    return 0


def _newest(segment: Segment) -> list[tuple[int, bytes]]:
    with contextlib.closing(open_for_reading(segment.path)) as connection:
        return connection.execute(_NEWEST).fetchall()
