"""What is wrong with the files of a log, block by block; nothing here changes them."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.store import segments
from edge_agent.store.control import FILE
from edge_agent.store.database import open_for_reading
from edge_agent.store.inspection import HEAD, files_of, opened
from edge_agent.store.mending import missing_between
from edge_agent.store.reader import Reader, SegmentDamaged
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_agent.store.inspection import Log
    from edge_agent.store.places import Span

_ACKNOWLEDGED = (
    "SELECT max(coalesce((SELECT max(upto) FROM cursor), 0), "
    "coalesce((SELECT max(last_seq) FROM beyond), 0))"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a log's files: which file, what, and what it costs."""

    file: str
    trouble: str
    readings: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What looking through all files gave.

    Attributes:
        readings: how many can be read.
        findings: what is damaged; empty where everything is whole.
        losses: losses that the log knows of already, by kind.
        quarantine: damaged files that were set aside.
    """

    readings: int
    findings: tuple[Finding, ...]
    losses: dict[str, int]
    quarantine: tuple[str, ...]


def verify(folder: Path) -> Verdict:
    """Look through every file of a log, block by block.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    readings, findings, known = 0, list[Finding](), dict[str, int]()
    with opened(folder) as log:
        findings += _of_notes(log)
        lost = log.losses()
        for loss in lost:
            known[loss.kind.value] = known.get(loss.kind.value, 0) + loss.readings
        runs = sorted((loss.first_seq, loss.last_seq) for loss in lost if loss.first_seq)
        found = log.reader.segments()
        for segment in found:
            readings += _verify(segment, runs, findings, closed=segment != found[-1])
        if not findings:  # what else is damaged may be what is missing
            findings += _of_the_end(log, runs)
    aside = tuple(str(path) for path in segments.quarantined(folder))
    return Verdict(readings, tuple(findings), known, aside)


def verdict_lines(verdict: Verdict) -> list[str]:
    """Say a verdict in lines for a person."""
    lines = [f"{finding.file}: {finding.trouble}{_cost(finding)}" for finding in verdict.findings]
    lines.append(f"{verdict.readings} readings can be read")
    lines += [f"known to be lost: {n} readings ({kind})" for kind, n in verdict.losses.items()]
    lines += [f"set aside: {path}" for path in verdict.quarantine]
    return lines


def _of_notes(log: Log) -> list[Finding]:
    """Return what is wrong with what the log knows of itself."""
    trouble = _quick_check(log.control) if log.control else log.trouble
    if not trouble:
        return []
    words = f"{trouble}; the agent makes it anew at its next start of what can be read"
    return [Finding(str(log.folder / FILE), words)]


def _of_the_end(log: Log, known: Sequence[Span]) -> list[Finding]:
    """Return what was stored once, by what the log knows of itself, and is in no file."""
    if log.control is None:
        return []
    epoch, active = log.control.execute(HEAD).fetchone()
    (acknowledged,) = log.control.execute(_ACKNOWLEDGED).fetchone()
    found = files_of(log.folder, (epoch, active))  # after the notes: an agent may go on meanwhile
    if active and active not in {segment.first_seq for segment in found}:
        path = log.folder / segments.name_of(epoch, active)
        return [Finding(str(path), "the file in use is missing")]
    with contextlib.closing(Reader(lambda: found)) as reader:
        ending = missing_between(known, reader.last_seq() + 1, acknowledged)
    return [_missing(found[-1].path, *run) for run in ending] if found else []


def _verify(
    segment: segments.Segment, runs: Sequence[Span], findings: list[Finding], *, closed: bool
) -> int:
    """Note what is wrong with a segment; return how many readings can be read."""
    reader = Reader(lambda: (segment,))
    readings, at = 0, segment.first_seq
    try:
        with contextlib.closing(open_for_reading(segment.path)) as connection:
            if trouble := _quick_check(connection):
                findings.append(Finding(str(segment.path), trouble))
        for row in reader.forward(segment.first_seq - 1, (segment,)):
            findings += _holes(segment, runs, (at, row.first_seq - 1))
            at = row.last_seq + 1
            if trouble := _bad(row.body, row.first_seq, row.last_seq):
                count = at - row.first_seq
                findings.append(Finding(str(segment.path), trouble, count))
            else:
                readings += at - row.first_seq
    except (sqlite3.Error, SegmentDamaged) as error:
        if not segment.path.exists():
            return readings  # its time was over meanwhile
        findings.append(
            Finding(str(segment.path), f"it cannot be read behind number {at - 1}: {error}")
        )
    else:
        if closed:
            findings += _holes(segment, runs, (at, segment.last_seq))
    finally:
        reader.close()
    return readings


def _holes(segment: segments.Segment, known: Sequence[Span], run: Span) -> list[Finding]:
    """Return the numbers that are missing and whose loss the log does not know of."""
    return [_missing(segment.path, *hole) for hole in missing_between(known, *run)]


def _missing(path: Path, first: int, last: int) -> Finding:
    return Finding(str(path), f"readings {first} to {last} are missing", last - first + 1)


def _bad(body: bytes, first_seq: int, last_seq: int) -> str:
    try:
        block = blocks.decode(body)
    except blocks.BadBlock as error:
        return f"readings {first_seq} to {last_seq}: {error}"
    if (block.first_seq, block.last_seq) != (first_seq, last_seq):
        return f"readings {first_seq} to {last_seq}: the block says {block.first_seq} to {block.last_seq}"
    return ""


def _quick_check(connection: sqlite3.Connection) -> str:
    try:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else str(said)


def _cost(finding: Finding) -> str:
    count = finding.readings
    return f" ({count} reading{'s' if count > 1 else ''})" if count else ""
