"""What the writer thread does to the disk: commits blocks and notes, makes room, mends."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.store import control as notes
from edge_agent.store import mending, opening, segments, tables, waiting
from edge_agent.store.database import WriteConnection, is_damage, is_full
from edge_agent.store.errors import LogFull
from edge_agent.store.room import Room
from edge_agent.store.segments import Segment
from edge_agent.store.tables import Kind, Loss
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.control import Control
    from edge_agent.store.database import Statement
    from edge_agent.store.retention import Retention, Space
    from edge_agent.store.stamping import Stamper
    from platform_hub.wire.blocks import Run

_log = logging.getLogger(__name__)

_INSERT = (
    "INSERT INTO block (first_seq, last_seq, begins_us, stored_us, body, held) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_TRIES = 4  # a segment gives way each time
_ROW_BYTES = 64  # of a block beside its body
_LOOK_EVERY_BYTES = 1 << 20  # how much is written between two looks at the space


class Part(NamedTuple):
    """Readings that become one block."""

    readings: tuple[Reading, ...]
    stamps: Sequence[Run]
    held: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the log is given: how long to keep, its clock, its disk, and who reads beside it."""

    retention: Retention
    stamper: Stamper
    now_us: Callable[[], int]
    space_of: Callable[[Path], Space]
    forget: Callable[[Path], None]


class Keeper:
    """Owns everything that changes the log's files; used by one thread at a time.

    Raises:
        sqlite3.Error, OSError: the folder cannot be used.
    """

    def __init__(self, folder: Path, control: Control, around: Surroundings) -> None:
        self._folder = folder
        self._control = control
        self._around = around
        started = opening.open_newest(folder, control, around.now_us())
        self._active, self._head = started.active, started.head
        self.last_seq = started.last_seq
        self.segments = segments.found_in(folder, control.identity[1])
        self._suspect = False  # after a failed sync nothing more is written to that file
        self._size, self._begun_us = self._content()
        self._room = Room(folder, control, around.retention, around.space_of)
        self._unlooked = _LOOK_EVERY_BYTES  # the first look comes behind the first commit
        self._not_taken: Loss | None = None
        self._refusing = False  # what is refused in a row becomes one loss
        self.held = any(waiting.held_in(segment) for segment in self.segments)

    def store(self, parts: Sequence[Part]) -> None:
        """Commit readings as blocks behind the last one, in one synced transaction.

        Raises:
            LogFull: there is no room, and the oldest readings are not to give way.
            sqlite3.Error: nothing was stored.
        """
        if shortage := self._room.shortage:
            self.tidy()
            if shortage := self._room.shortage:
                raise LogFull(self._folder, shortage)
        now_us = self._around.now_us()
        count = sum(len(part.readings) for part in parts)
        self._prepare(count, now_us)
        rows = list(self._rows(parts, now_us))
        try:
            self._insert(rows)
        except sqlite3.Error as error:
            self._insist(rows, error)
        self._stored(rows, count, now_us)

    def note(self, statements: Iterable[Statement]) -> None:
        """Commit notes, in one synced transaction.

        Raises:
            sqlite3.Error: none of them was kept.
        """
        statements = list(statements)
        try:
            self._control.transact(statements)
        except sqlite3.Error as error:
            if not is_full(error):
                self._control.reopen()
                raise
            self._room.throw_off_ballast()
            self._control.transact(statements)
            with contextlib.suppress(sqlite3.Error):
                self._control.checkpoint()
            self._room.take_on_ballast()

    def not_taken(self, readings: Sequence[Reading], reason: str) -> None:
        """Remember readings that could not be stored, to report them once notes can be written."""
        instants = [reading.observed_us for reading in readings]
        loss = Loss(0, Kind.NOT_TAKEN, 0, 0, len(readings), min(instants), max(instants), reason)
        if last := self._not_taken:
            loss = last._replace(
                readings=last.readings + loss.readings,
                begins_us=min(last.begins_us, loss.begins_us),
                ends_us=max(last.ends_us, loss.ends_us),
            )
        self._not_taken, self._refusing = loss, True

    def upkeep(self) -> None:
        """Note what was not taken, and look after the space every so often."""
        if not self._refusing:
            self._note_not_taken()
        if self._unlooked >= min(_LOOK_EVERY_BYTES, self._around.retention.segment_bytes):
            self.tidy()

    def tidy(self) -> None:
        """Drop what may go or has to go, and see whether there is room."""
        self._unlooked = 0
        if self._room.wants_roll(self.segments, self.last_seq):
            self._room.throw_off_ballast()  # a new file takes a little before the old one goes
            self._roll()
        for segment, reason in self._room.doomed(self.segments, self._around.now_us()):
            self._drop(segment, reason)
        self._room.look(self.segments)

    def settle(self) -> None:
        """Give readings that wait for the clock their final instants, once that can be done."""
        if not self.held:
            return
        sight = self._around.stamper.look()
        if waiting.is_over(self.segments, self._around.stamper, sight):
            for segment in self.segments:
                self._around.forget(segment.path)
            waiting.settle(self.segments, self._connections(), self._around.stamper, sight)
            self.held = False

    def mend(self, segment: Segment, reason: str) -> None:
        """Set a damaged segment aside and put what is readable of it in its place."""
        current = next((s for s in self.segments if s.path == segment.path), None)
        if current is None or not segment.path.exists():
            return
        if current == self.segments[-1]:
            self._active.close()
            self._suspect = True
            self._start_segment()  # behind the last number: it is known, so nothing is in doubt
            current = replace(current, last_seq=self.last_seq)
        self._around.forget(segment.path)
        mending.mend(current, self._control, reason, self._around.now_us())
        self.segments = segments.found_in(self._folder, self._control.identity[1])

    def pass_over(self, upto: int, reason: str) -> None:
        """Go on behind a number that somebody else knows of this log, and note that it happened.

        Losses are counted on from that number as well: there were fewer of them than readings, so
        none that was told in the life that this log does not know has the number of a new one.

        Raises:
            sqlite3.Error: the log goes on as before.
        """
        before, now_us = self.last_seq, self._around.now_us()
        left_out = (before + 1, upto) if upto > before else (0, 0)
        loss = Loss(upto, Kind.DAMAGED, *left_out, 0, now_us, now_us, reason)
        self._control.transact([notes.lose_behind(loss)])
        if upto <= before:
            return
        self._advance(reserved=upto + opening.STRIDE)
        self.last_seq = upto
        try:
            self._roll()
        except sqlite3.Error:
            self.last_seq = before
            raise

    def close(self) -> None:
        """Note that everything is in the files, and release them."""
        self._note_not_taken()
        for _ in range(_TRIES):
            if self._suspect:  # what was refused after a failed sync must not come back
                with contextlib.suppress(sqlite3.Error, OSError):
                    self._start_segment()
        with contextlib.suppress(sqlite3.Error):
            self._advance(reserved=self.last_seq)
        self._active.close()
        self._control.close()

    def _prepare(self, count: int, now_us: int) -> None:
        """Reserve numbers, and begin a new segment where the present one is complete."""
        try:
            if self.last_seq + count > self._head.reserved:
                self._advance(reserved=self.last_seq + count + opening.STRIDE)
            if self._suspect:
                self._start_segment()
            elif self.last_seq >= self.segments[-1].first_seq and (
                self._around.retention.is_complete(self._size, self._begun_us, now_us)
            ):
                self._roll()
        except sqlite3.Error as error:
            if not is_full(error) or not self._make_room():
                raise

    def _rows(self, parts: Iterable[Part], now_us: int) -> Iterator[Statement]:
        gateway, epoch = self._control.identity
        first = self.last_seq + 1
        for readings, stamps, held in parts:
            body = blocks.encode(blocks.Block(gateway, epoch, first, readings), stamps)
            begins_us = min([reading.observed_us for reading in readings])
            last = first + len(readings) - 1
            yield _INSERT, (first, last, begins_us, now_us, body, int(held))
            first = last + 1

    def _insert(self, rows: Sequence[Statement]) -> None:
        if self._suspect:
            self._start_segment()
        self._active.transact(rows)

    def _insist(self, rows: Sequence[Statement], error: sqlite3.Error) -> None:
        """Store once more what was not stored: with more room, or in another file.

        After a failed sync nobody knows what is on the disk, and a second sync proves nothing: the
        same readings go with the same numbers into a new segment, where the old one now ends.
        """
        if is_full(error):
            self._insert_with_more_room(rows, error)
            return
        if is_damage(error):
            self._suspect = True
        else:
            raise error
        self._insert(rows)
        _log.error("reading log %s: %s; it goes on in a new segment", self._folder, error)

    def _insert_with_more_room(self, rows: Sequence[Statement], error: sqlite3.Error) -> None:
        for _ in range(_TRIES):
            if not self._make_room():
                break
            try:
                self._insert(rows)
            except sqlite3.Error as again:
                if not is_full(again):
                    raise
            else:
                return
        raise LogFull(self._folder, "its disk is full") from error

    def _stored(self, rows: Sequence[Statement], count: int, now_us: int) -> None:
        if self.last_seq < self.segments[-1].first_seq:
            self._begun_us = now_us
        self.last_seq += count
        self._refusing = False
        self.held = self.held or any(row[1][-1] for row in rows)
        size = sum(len(row[1][-2]) + _ROW_BYTES for row in rows)
        self._size += size
        self._unlooked += size

    def _roll(self) -> None:
        """Close the segment in use and go on in a new one."""
        full = self._active
        self._start_segment()
        self._around.forget(full.path)
        full.seal()

    def _start_segment(self) -> None:
        first = self.last_seq + 1
        path = self._folder / segments.name_of(self._control.identity[1], first)
        if self._suspect and path == self._active.path:  # nothing in it was ever confirmed
            self._around.forget(path)
            self._active.close()
            segments.remove(Segment(path, first))
        active = segments.create(path, self._head.opening)
        self._head = self._head._replace(active=first)
        self._control.advance(self._head)
        if self._suspect:
            self._active.close()
        self._active, self._suspect = active, False
        self._size, self._begun_us = 0, self._around.now_us()
        self.segments = segments.found_in(self._folder, self._control.identity[1])

    def _make_room(self) -> bool:
        """Free space on a full disk; return whether there is more for readings now."""
        thrown_off = self._room.throw_off_ballast()
        self._checkpoint()
        doomed = self._room.victims(self.segments)
        if not doomed and self._room.gives_way(self.segments[-1], self.last_seq):
            with contextlib.suppress(sqlite3.Error):
                self._roll()
                doomed = self._room.victims(self.segments)
        for segment in doomed:
            self._drop(segment, "its disk is full")
        self._room.take_on_ballast()
        return bool(doomed) or (thrown_off and self._room.has_ballast)

    def _checkpoint(self) -> None:
        """Empty write-ahead logs whose content finds room in place of the ballast."""
        for segment in self.segments:
            wal = segments.companions(segment.path)[0]
            if not wal.exists() or wal.stat().st_size > self._room.ballast_bytes:
                continue
            with contextlib.suppress(sqlite3.Error, tables.NewerSchema):
                if segment.path == self._active.path:
                    self._active.checkpoint()
                else:
                    self._around.forget(segment.path)
                    WriteConnection(segment.path, tables.SEGMENT).seal()

    def _drop(self, segment: Segment, reason: str) -> None:
        """Take a segment away; what some sink lacks of it is a loss, noted before it happens."""
        now_us = self._around.now_us()
        losses = self._room.losses_of(segment, now_us, reason)
        for loss in losses:
            _log.warning(
                "reading log: readings %d to %d give way: %s",
                *(loss.first_seq, loss.last_seq, loss.reason),
            )
        statements = [notes.lose(loss) for loss in losses]
        self._around.forget(segment.path)
        try:
            self._control.transact(statements)
            segments.remove(segment)
        except sqlite3.Error as error:
            if not is_full(error):
                raise
            segments.remove(segment)  # only this makes room for the note
            self._control.transact(statements)
        self.segments = segments.found_in(self._folder, self._control.identity[1])

    def _advance(self, *, reserved: int) -> None:
        head = self._head._replace(reserved=reserved)
        self._control.advance(head)
        self._head = head

    def _note_not_taken(self) -> None:
        if self._not_taken:
            with contextlib.suppress(sqlite3.Error):  # tried again with the next commit
                self._control.transact([notes.lose(self._not_taken)])
                self._not_taken = None

    def _connections(self) -> dict[Path, WriteConnection]:
        return {self.segments[-1].path: self._active}

    def _content(self) -> tuple[int, int]:
        """Return how much is in the segment in use, and since when."""
        query = "SELECT total(length(body) + ?), min(stored_us) FROM block"
        ((size, stored_us),) = self._active.rows(query, (_ROW_BYTES,))
        return int(size), self._around.now_us() if stored_us is None else int(stored_us)
