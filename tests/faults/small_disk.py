"""A process on a disk of its own of a few megabytes, which fills up and is freed again.

`small_disk.py full|drained|read-only DIR` runs as root of a user and mount namespace
of their own (`unshare --user --map-root-user --mount`); without namespaces `small_disk.py
full-by-limit DIR` bounds the size of files instead. The verdict is told as JSON.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from area_configs.domain.readings import Reading
from edge_agent.store import LogUnavailable, ReadingLog
from tests.faults import numbered

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, FILLER_BYTES, LIMIT_BYTES = 500, 4 << 20, 400_000
REFUSALS = 20
_DEVICE = "hard-to-pack"


def noisy(number: int) -> Reading:
    """Return a reading that does not compress, so that the disk fills."""
    value = random.Random(number).random()
    return Reading(_DEVICE, "active_power", numbered.BEGIN_US + number, value)


def numbers(log: ReadingLog, sink: str) -> list[int]:
    """Return the numbers of everything that is stored, each checked."""
    readings = log.read(sink, 1 << 40).readings
    found = [each.observed_us - numbered.BEGIN_US for each in readings]
    if list(readings) != [noisy(n) for n in found]:
        raise ValueError("something that was never stored")
    return found


def fill(log: ReadingLog, first: int, refusals: int) -> tuple[list[int], list[str]]:
    """Store until the disk has refused so often; return what is promised and the refusals."""
    promised: list[int] = []
    refused: list[str] = []
    begin = first
    while len(refused) < refusals:
        batch = range(begin, begin + SIZE)
        begin += SIZE
        try:
            log.append(map(noisy, batch)).result(timeout=60)
            promised += batch
        except LogUnavailable as error:
            refused.append(str(error))
    return promised, refused


def full(folder: Path, free: Callable[[], object]) -> dict[str, Any]:
    """Fill the disk, free some of it, go on, open it again."""
    with numbered.opened(folder) as log:
        log.read("known before", 1)
        promised, refusals = fill(log, 0, REFUSALS)
        while_full = numbered.judge(promised, numbers(log, "known before"))
        free()
        again = list(range(1 << 30, (1 << 30) + 40 * SIZE))
        for at in range(0, len(again), SIZE):
            log.append(map(noisy, again[at : at + SIZE])).result(timeout=60)
    with numbered.opened(folder) as log:
        verdict = numbered.judge([*promised, *again], numbers(log, "after"))
    return {
        **asdict(verdict),
        "missing_while_full": while_full.missing,
        "refusals": len(refusals),
        "words": refusals[-1],
    }


def drained(disk: Path) -> dict[str, Any]:
    """Fill the disk; then the link comes back and a sink takes everything: only that makes room."""
    with numbered.opened(_small(disk) / "log") as log:
        log.read("hub", 1)
        promised, refusals = fill(log, 0, REFUSALS)
        found: list[int] = []
        while batch := log.read("hub", 2000):
            found += [each.observed_us - numbered.BEGIN_US for each in batch.readings]
            log.acknowledge("hub", batch.upto)
        verdict = numbered.judge(promised, found)
        again = [noisy(number) for number in range(1 << 30, (1 << 30) + 10 * SIZE)]
        log.append(again).result(timeout=60)
        alive = list(log.read("hub", 1 << 40).readings) == again
    return {**asdict(verdict), "refusals": len(refusals), "alive": alive}


def with_small_disk(disk: Path) -> dict[str, Any]:
    """Run on a tmpfs that a filler shares with the log."""
    filler = _small(disk) / "filler"
    filler.write_bytes(bytes(FILLER_BYTES))
    return full(disk / "log", filler.unlink)


def with_limited_files(disk: Path) -> dict[str, Any]:
    """Run with a bound on every file's size; Python ignores the signal, so the write fails."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, hard))
    return full(disk / "log", lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)))


def with_read_only_disk(disk: Path) -> dict[str, Any]:
    """Open the log while its disk is mounted read-only, and again when it is writable."""
    folder = _small(disk) / "log"
    with numbered.opened(folder) as log:
        log.append(map(noisy, range(SIZE))).result()
    _mount("-o", "remount,ro", str(disk))
    refusals = []
    for _ in range(3):
        try:
            with contextlib.closing(numbered.opened(folder)) as log:
                log.append([noisy(SIZE)]).result(timeout=30)
        except LogUnavailable as error:
            refusals.append(str(error))
    _mount("-o", "remount,rw", str(disk))
    with numbered.opened(folder) as log:
        verdict = numbered.judge(range(SIZE), numbers(log, "after"))
        alive = log.append([noisy(SIZE + 1)]).result() == SIZE + 1
    return {**asdict(verdict), "refusals": len(refusals), "words": refusals[-1], "alive": alive}


def _small(disk: Path) -> Path:
    _mount("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk))
    return disk


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)  # noqa: S607  # of the PATH, as a person's


if __name__ == "__main__":
    ways = {
        "full": with_small_disk,
        "drained": drained,
        "full-by-limit": with_limited_files,
        "read-only": with_read_only_disk,
    }
    sys.stdout.write(json.dumps(ways[sys.argv[1]](Path(sys.argv[2]))))
