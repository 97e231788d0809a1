"""Mending: a damaged segment is set aside, and what can be read of it takes its place."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from edge_agent.store import control as notes
from edge_agent.store import salvage, segments, tables
from edge_agent.store.database import WriteConnection, sync_folder
from edge_agent.store.tables import Kind, Loss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.store.control import Control
    from edge_agent.store.database import Statement
    from edge_agent.store.places import Span
    from edge_agent.store.salvage import Found

_log = logging.getLogger(__name__)

_INSERT = (
    "INSERT INTO block (first_seq, last_seq, begins_us, stored_us, body, held) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)


def mend(segment: segments.Segment, control: Control, reason: str, now_us: int) -> int:
    """Replace a damaged segment by what can be read of it; return the last number that can.

    The damaged file stays in quarantine. Where the disk cannot take the readable part, that is
    done at a later start.
    """
    aside = segments.set_aside(segment.path)
    _log.error("reading log: %s is damaged (%s): it is now %s", segment.path, reason, aside)
    return _take_over(aside, segment, control, (reason, now_us))


def finish(folder: Path, control: Control, now_us: int) -> None:
    """Take what is readable out of files that an earlier run set aside, where that was not done."""
    known = {
        segment.path.name: segment for segment in segments.found_in(folder, control.identity[1])
    }
    for aside in segments.quarantined(folder):
        epoch, first = segments.stored_in(aside)
        if aside.name in control.examined() or epoch != control.identity[1]:
            continue
        path = folder / segments.name_of(epoch, first)
        if path.name not in known:
            segments.bring_companions(path, aside)
            _take_over(aside, segments.Segment(path, first), control, ("set aside before", now_us))


def inserted(found: Iterable[Found]) -> Iterator[Statement]:
    """Store whole blocks as they are; those whose clock was not set wait for it again."""
    for block, stored_us, body in found:
        begins_us = min((r.observed_us for r in block.readings), default=stored_us)
        held = any(r.stamp and not r.stamp.trusted for r in block.readings)
        yield (
            _INSERT,
            (block.first_seq, block.last_seq, begins_us, stored_us, body, int(held)),
        )


def missing_between(runs: Iterable[Span], first: int, last: int) -> list[Span]:
    """Return the numbers of `first .. last` that are in none of the runs, which are in order."""
    missing, at = list[tuple[int, int]](), first
    for begins, ends in runs:
        if begins > at:
            missing.append((at, min(begins - 1, last)))
        at = max(at, ends + 1)
    if at <= last:
        missing.append((at, last))
    return [run for run in missing if run[0] <= run[1]]


def own(found: dict[int, Found], segment: segments.Segment, control: Control) -> list[Found]:
    """Return the blocks that belong into a segment, in order, none twice."""
    own, at = [], segment.first_seq
    for first in sorted(found):
        block = found[first].block
        mine = (block.gateway, block.epoch) == control.identity and block.readings
        if mine and first >= at and block.last_seq <= segment.last_seq:
            own.append(found[first])
            at = block.last_seq + 1
    return own


def loss(run: Span, reason: str, now_us: int) -> Statement:
    """Note numbers that cannot be read any more, and say so."""
    count = run[1] - run[0] + 1
    _log.error("reading log: readings %d to %d are lost: %s", *run, reason)
    return notes.lose(Loss(0, Kind.DAMAGED, *run, count, now_us, now_us, reason))


def _take_over(
    aside: Path, segment: segments.Segment, control: Control, why: tuple[str, int]
) -> int:
    reason, now_us = why
    found = own(salvage.readable_blocks(aside, segments.companions(aside)[0]), segment, control)
    try:
        _rewrite(found, segment.path)
        last = max((f.block.last_seq for f in found), default=segment.first_seq - 1)
        runs = [(f.block.first_seq, f.block.last_seq) for f in found]
        holes = missing_between(runs, segment.first_seq, last)
        lost = [loss(hole, reason, now_us) for hole in holes]
        saved = sum(len(f.block.readings) for f in found)
        control.transact([*lost, notes.examined(aside.name, now_us, reason, saved)])
    except (OSError, sqlite3.Error) as error:
        _log.error(
            "reading log: what is readable of %s is not in use yet: %s; "
            "free space on the disk and start the agent again",
            aside,
            error,
        )
        return segment.first_seq - 1
    _log.warning("reading log: %d readings could be read out of %s", saved, aside)
    return last


def _rewrite(found: list[Found], path: Path) -> None:
    draft = path.with_name(f"{path.name}.new")
    for file in (draft, *segments.companions(draft)):
        file.unlink(missing_ok=True)
    connection = WriteConnection(draft, tables.SEGMENT)
    try:
        connection.transact(inserted(found))
    finally:
        connection.seal()
    draft.rename(path)
    sync_folder(path.parent)
