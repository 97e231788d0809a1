"""What a technician sees of a log, also while the agent runs: counts, readings, damage, a CSV file.

Nothing here changes the log.
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from edge_agent.store import segments, stats
from edge_agent.store.control import FILE, losses_after
from edge_agent.store.database import explaining, open_for_reading
from edge_agent.store.errors import LogUnavailable
from edge_agent.store.mending import missing_between
from edge_agent.store.reader import Reader, SegmentDamaged
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.tables import Loss

COLUMNS = ("seq", "observed_at", "device", "quantity", "value", "quality", "code", "clock")
_ALL_LOSSES = 1_000_000
_GIB, _MIB, _KIB = 1 << 30, 1 << 20, 1 << 10


class Numbered(NamedTuple):
    """A reading with its number; `held` while it waits for the clock."""

    seq: int
    reading: Reading
    held: bool

    def cells(self) -> dict[str, Any]:
        """Return it under the names of `COLUMNS`."""
        reading = self.reading
        values = (
            self.seq,
            _instant(reading.observed_us),
            reading.device,
            reading.quantity,
            reading.value,
            reading.quality.reason.value,
            reading.quality.raw,
            self._clock(),
        )
        return dict(zip(COLUMNS, values, strict=True))

    def _clock(self) -> str:
        stamp = self.reading.stamp
        if self.held:
            return "waits"
        if stamp is None:
            return ""
        if stamp.shift_us:
            return f"moved {stamp.shift_us / 1e6:+.1f} s"
        if stamp.offset_us is None:
            return "device"
        return "set" if stamp.trusted else "not set"


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


def counts(folder: Path) -> dict[str, Any]:
    """Return everything that is counted of a log.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    with _opened(folder) as (control, reader):
        found = asdict(stats.count(control, reader, reader.last_seq()))
        gateway, epoch = control.execute("SELECT gateway, epoch FROM log").fetchone()
        lost = losses_after(control, 0, _ALL_LOSSES)
    return {
        "gateway": gateway,
        "epoch": epoch,
        **found,
        "losses": [loss._asdict() for loss in lost],
        "quarantine": [str(path) for path in segments.quarantined(folder)],
    }


def count_lines(found: dict[str, Any]) -> list[str]:
    """Say the counts in lines for a person."""
    lines = [
        f"gateway {found['gateway']}, epoch {found['epoch']}",
        f"{found['stored']} readings stored, {_size(found['bytes'])} in {found['segments']} segments",
    ]
    for sink, place in found["sinks"].items():
        since = place["oldest_unsent_us"]
        waits = f", the oldest of {_instant(since)}" if place["backlog"] and since else ""
        lines.append(
            f"{sink}: up to {place['acknowledged']} acknowledged, {place['backlog']} wait{waits}"
            + (f", {place['refused']} refused" if place["refused"] else "")
        )
    if found["held"]:
        lines.append(f"{found['held']} readings wait for the clock to be set")
    lines += [
        f"lost: {loss['readings']} readings ({loss['kind']}): {loss['reason']}"
        for loss in found["losses"]
    ]
    lines += [f"set aside: {path}" for path in found["quarantine"]]
    return lines


def tail(folder: Path, count: int) -> list[Numbered]:
    """Return the newest readings, the oldest of them first; damaged blocks are left out."""
    found: list[Numbered] = []
    with _opened(folder) as (_, reader):
        for row in reader.backward():
            with contextlib.suppress(blocks.BadBlock):
                found = [*_numbered(row.body, bool(row.held)), *found]
            if len(found) >= count:
                break
    return found[-count:] if count else []


def everything(folder: Path) -> Iterator[Numbered]:
    """Yield every reading that is kept, in order; damaged blocks are left out.

    Raises:
        LogUnavailable: a segment cannot be read further.
    """
    with _opened(folder) as (_, reader):
        for row in reader.forward(0, reader.segments()):
            with contextlib.suppress(blocks.BadBlock):
                yield from _numbered(row.body, bool(row.held))


def tail_lines(found: list[Numbered]) -> list[str]:
    """Say readings in lines for a person."""
    rows = [tuple("" if v is None else str(v) for v in n.cells().values()) for n in found]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (COLUMNS, *rows)]


def verify(folder: Path) -> Verdict:
    """Look through every file of a log, block by block.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    readings, findings, known = 0, list[Finding](), dict[str, int]()
    with _opened(folder) as (control, reader):
        lost = losses_after(control, 0, _ALL_LOSSES)
        for loss in lost:
            known[loss.kind.value] = known.get(loss.kind.value, 0) + loss.readings
        if trouble := _quick_check(control):
            findings.append(Finding(str(folder / FILE), trouble))
        found = list(reader.segments())
        for segment in found:
            whole = _verify(segment, lost, findings, closed=segment != found[-1])
            readings += whole
    aside = tuple(str(path) for path in segments.quarantined(folder))
    return Verdict(readings, tuple(findings), known, aside)


def verdict_lines(verdict: Verdict) -> list[str]:
    """Say a verdict in lines for a person."""
    lines = [f"{finding.file}: {finding.trouble}{_cost(finding)}" for finding in verdict.findings]
    lines.append(f"{verdict.readings} readings can be read")
    lines += [f"known to be lost: {n} readings ({kind})" for kind, n in verdict.losses.items()]
    lines += [f"set aside: {path}" for path in verdict.quarantine]
    return lines


def _verify(
    segment: segments.Segment, lost: tuple[Loss, ...], findings: list[Finding], *, closed: bool
) -> int:
    """Note what is wrong with a segment; return how many readings can be read."""
    runs = sorted((loss.first_seq, loss.last_seq) for loss in lost if loss.first_seq)
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
        findings.append(
            Finding(str(segment.path), f"it cannot be read behind number {at - 1}: {error}")
        )
    else:
        if closed:
            findings += _holes(segment, runs, (at, segment.last_seq))
    finally:
        reader.close()
    return readings


def _holes(
    segment: segments.Segment, known: list[tuple[int, int]], run: tuple[int, int]
) -> list[Finding]:
    """Return the numbers that are missing and whose loss the log does not know of."""
    return [
        Finding(str(segment.path), f"readings {first} to {last} are missing", last - first + 1)
        for first, last in missing_between(known, *run)
    ]


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


def _numbered(body: bytes, held: bool) -> list[Numbered]:
    block = blocks.decode(body)
    return [
        Numbered(seq, r, held)
        for seq, r in zip(itertools.count(block.first_seq), block.readings, strict=False)
    ]


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[tuple[sqlite3.Connection, Reader]]:
    if not (folder / FILE).exists():
        raise LogUnavailable(
            f"there is no reading log in {folder}: correct `data` in the settings, "
            "or run the agent once"
        )
    with explaining(folder), contextlib.closing(open_for_reading(folder / FILE)) as control:
        reader = stats.reader_of(folder, control)
        try:
            yield control, reader
        except SegmentDamaged as damage:
            raise LogUnavailable(
                f"{damage}; `area-edge log verify` says more, the agent mends it at its next start"
            ) from damage
        finally:
            reader.close()


def _instant(us: int) -> str:
    try:
        at = datetime.fromtimestamp(us // 1_000_000, UTC).replace(microsecond=us % 1_000_000)
    except (OverflowError, ValueError, OSError):
        return f"{us} us"
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cost(finding: Finding) -> str:
    return f" ({finding.readings} readings)" if finding.readings else ""


def _size(count: int) -> str:
    for unit, name in ((_GIB, "GiB"), (_MIB, "MiB"), (_KIB, "KiB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"
