"""What a technician sees of a log, also while the agent runs: counts and readings.

Nothing here changes the log.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from edge_agent.store import segments, stats
from edge_agent.store.control import FILE, losses_after
from edge_agent.store.database import explaining, is_damage, open_for_reading
from edge_agent.store.errors import LogUnavailable
from edge_agent.store.reader import Reader, SegmentDamaged
from platform_hub.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.store.reader import Row
    from edge_agent.store.tables import Loss

COLUMNS = ("seq", "observed_at", "device", "quantity", "value", "quality", "code", "clock")
Head = tuple[int, int]  # epoch, first number of the segment in use
HEAD = "SELECT (SELECT epoch FROM log), (SELECT active FROM head)"
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
class Log:
    """A log that is looked into: a reader of its segments, and what it knows of itself.

    Attributes:
        trouble: why nothing is known of itself; empty where `control` is there.
    """

    folder: Path
    reader: Reader
    control: sqlite3.Connection | None
    trouble: str

    def notes(self) -> sqlite3.Connection:
        """Return what the log knows of itself.

        Raises:
            LogUnavailable: that is damaged or lost.
        """
        if self.control is None:
            raise _mended_later(f"{self.folder / FILE}: {self.trouble}")
        return self.control

    def losses(self) -> tuple[Loss, ...]:
        """Return every loss that the log knows of."""
        return losses_after(self.control, 0, _ALL_LOSSES) if self.control else ()


def counts(folder: Path) -> dict[str, Any]:
    """Return everything that is counted of a log.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    with opened(folder) as log:
        control = log.notes()
        found = asdict(stats.count(control, log.reader, log.reader.last_seq()))
        gateway, epoch = control.execute("SELECT gateway, epoch FROM log").fetchone()
        lost = log.losses()
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
        f"{found['stored']} readings stored, {_size(found['bytes'])} in {_files(found['segments'])}",
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
    with opened(folder) as log:
        for row in log.reader.backward():
            with contextlib.suppress(blocks.BadBlock):
                found += reversed(_numbered(row))
            if len(found) >= count:
                break
    return found[:count][::-1]


def everything(folder: Path, left_out: Callable[[str], None]) -> Iterator[Numbered]:
    """Yield every reading that is kept and can be read, in order; tell what is damaged.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    with opened(folder) as log:
        for segment in log.reader.segments():
            yield from _readable(log.reader, segment, left_out)


def tail_lines(found: list[Numbered]) -> list[str]:
    """Say readings in lines for a person."""
    rows = [tuple("" if v is None else str(v) for v in n.cells().values()) for n in found]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (COLUMNS, *rows)]


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Log]:
    """Open a log for looking into it, also where its notes are damaged or lost.

    Raises:
        LogUnavailable: there is no readable log in the folder.
    """
    if not folder.is_dir() or not ((folder / FILE).exists() or segments.epochs_in(folder)):
        raise LogUnavailable(
            f"there is no reading log in {folder}: correct `data` in the settings, "
            "or run the agent once"
        )
    with explaining(folder), contextlib.ExitStack() as open_files:
        control, head, trouble = _notes(folder / FILE)
        if control:
            open_files.enter_context(contextlib.closing(control))
        found = files_of(folder, head or (max(segments.epochs_in(folder), default=0), sys.maxsize))
        reader = open_files.enter_context(contextlib.closing(Reader(lambda: found)))
        try:
            yield Log(folder, reader, control, trouble)
        except SegmentDamaged as damage:
            raise _mended_later(str(damage)) from damage


def files_of(folder: Path, head: Head) -> tuple[segments.Segment, ...]:
    """Return the segments of a log whose notes had that head before; none that is just being made."""
    epoch, active = head
    found = segments.found_in(folder, epoch)
    if found and found[-1].first_seq > active and not segments.is_made(found[-1].path):
        return found[:-1]
    return found


def _notes(path: Path) -> tuple[sqlite3.Connection | None, Head | None, str]:
    """Return the notes of a log and what is in use, or what is wrong with them."""
    if not path.exists():
        return None, None, "it is missing"
    with contextlib.ExitStack() as undone:
        try:
            control = open_for_reading(path)
            undone.callback(control.close)
            epoch, active = control.execute(HEAD).fetchone()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return None, None, str(error)
        if epoch is None:
            return None, None, "it does not say whose log it is"
        undone.pop_all()
    return control, (int(epoch), int(active or 0)), ""


def _mended_later(words: str) -> LogUnavailable:
    return LogUnavailable(
        f"{words}; `area-edge log verify` says more, the agent mends it at its next start"
    )


def _readable(
    reader: Reader, segment: segments.Segment, left_out: Callable[[str], None]
) -> Iterator[Numbered]:
    at = segment.first_seq - 1
    try:
        for row in reader.forward(at, (segment,)):
            at = row.last_seq
            try:
                found = _numbered(row)
            except blocks.BadBlock as error:
                left_out(f"readings {row.first_seq} to {row.last_seq}: {error}")
                continue
            yield from found
    except SegmentDamaged as damage:
        left_out(f"{segment.path} cannot be read behind number {at}: {damage.reason}")
    except sqlite3.OperationalError:
        if segment.path.exists():
            raise  # else its time was over meanwhile


def _numbered(row: Row) -> list[Numbered]:
    block = blocks.decode(row.body)
    return [
        Numbered(seq, reading, bool(row.held))
        for seq, reading in enumerate(block.readings, block.first_seq)
    ]


def _files(count: int) -> str:
    return "1 segment" if count == 1 else f"{count} segments"


def _instant(us: int) -> str:
    try:
        at = datetime.fromtimestamp(us // 1_000_000, UTC).replace(microsecond=us % 1_000_000)
    except (OverflowError, ValueError, OSError):
        return f"{us} us"
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _size(count: int) -> str:
    for unit, name in ((_GIB, "GiB"), (_MIB, "MiB"), (_KIB, "KiB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"
