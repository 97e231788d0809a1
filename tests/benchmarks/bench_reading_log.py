"""Benchmark of the durable path: the reading log against plain SQLite rows and thingsboard-gateway.

`python tests/benchmarks/bench_reading_log.py --output DIR` writes `DIR/bench_reading_log.json`: in
one run, in turns, medians of five rounds: readings a second until each is on the disk, and until
all are given out again; bytes written and sent per reading; how long 16 producers wait. Ratios
beside their goals; absolute figures are this disk's.

The goal against thingsboard-gateway is taken as the reference design measured it: the log in
batches of 1,000, each waited for, against one point per message, which is what its drivers give it.
One reading per append against the same is a figure of its own, without a goal: there both pay for a
call per reading, and the log is ahead by much less.

What is compared. `packed_b1000` and `plain_b1000`: one producer that waits for each batch of 1,000
to be on the disk (WAL, synchronous=FULL) before it gives the next; so with `_b100`. `thingsboard_b1`:
its `put` of one point per message returns once the message is in memory; what is timed is until all
are in its database, which it commits without a sync of its own (WAL, NORMAL). `packed_b1`: one
reading per append, each with its own ticket, none waited for until all are given; timed until the
last ticket says that it is on the disk. So the rival never promises what both others promise.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

sys.path.insert(0, str(Path(__file__).parents[2]))

from edge_agent.store import ReadingLog
from tests.benchmarks import stored_readings as stores
from tests.benchmarks.goals import told
from tests.benchmarks.thingsboard import VERSION, Rival
from tests.faults import write_log

if TYPE_CHECKING:
    from collections.abc import Callable

    Figures = dict[str, float]

ROOT = Path(__file__).parents[2]
ROUNDS = 5
COUNTS = {1000: 60, 100: 200, 1: 20_000}  # batches by size
PRODUCERS, SLICES, APPENDS, ROWS = 16, 15, 20, 10
SYNCS, PAGE = 20, 4096  # syncs after each slice


def packed(folder: Path, size: int) -> Figures:
    """Measure the reading log: each batch durable before the next, single ones all together."""
    batches = stores.readings(COUNTS[size], size)
    with stores.PackedLog(folder) as log:
        if size == 1:
            put_s = stores.timed(lambda: log.put_without_waiting(batches))
        else:
            put_s = stores.timed(lambda: [log.put(batch) for batch in batches])
        return _rates(size, put_s, stores.timed(log.drain))


def plain(folder: Path, size: int) -> Figures:
    """Measure rows in SQLite."""
    batches = stores.readings(COUNTS[size], size)
    with stores.PlainRows(folder) as rows:
        put_s = stores.timed(lambda: [rows.put(batch) for batch in batches])
        return _rates(size, put_s, stores.timed(rows.drain))


def _rates(size: int, put_s: float, drain_s: float) -> Figures:
    count = COUNTS[size] * size
    return {"put": count / put_s, "cycle": count / (put_s + drain_s)}


def waits(folder: Path) -> Figures:
    """Measure how long 16 producers wait for a promise, in turns with the disk's own sync; in ms.

    The disk changes its mood within a second: so each slice of appends stands beside its syncs.
    """
    waited: list[float] = []
    synced: list[float] = []
    with ReadingLog(folder) as log, _Page(folder.parent / "page") as page:
        for slice_ in range(SLICES):
            begin_us = stores.BEGIN_US + slice_ * APPENDS
            shares = [stores.readings(APPENDS, ROWS, begin_us + n) for n in range(PRODUCERS)]
            threads = [threading.Thread(target=_produce, args=(log, s, waited)) for s in shares]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            synced += [page.sync() for _ in range(SYNCS)]
    p99, sync_p50 = _quantile(waited, 99), _quantile(synced, 50)
    return {
        "fdatasync_p50_ms": 1000 * sync_p50,
        "fdatasync_p99_ms": 1000 * _quantile(synced, 99),
        "wait_p50_ms": 1000 * _quantile(waited, 50),
        "wait_p99_ms": 1000 * p99,
        "ratio": p99 / sync_p50,
        "ratio_of_p99": p99 / _quantile(synced, 99),  # the disk has bad moments of its own
    }


def _produce(log: ReadingLog, share: stores.Batches, waited: list[float]) -> None:
    for batch in share:
        begin = time.perf_counter()
        log.append(batch).result()
        waited.append(time.perf_counter() - begin)


def _quantile(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100)[percent - 1]


class _Page:
    """A file that grows by one page with each sync, as a log does."""

    def __init__(self, path: Path) -> None:
        self._opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._at = 0

    def sync(self) -> float:
        """Write a page; return the seconds until it is on the disk."""
        os.pwrite(self._opened, os.urandom(PAGE), self._at)
        self._at += PAGE
        begin = time.perf_counter()
        os.fdatasync(self._opened)
        return time.perf_counter() - begin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._opened)


def written(way: str, folder: Path, size: int) -> Figures:
    """Count the bytes and syncs that a way to store costs per reading, by its recorded writes."""
    batches = min(COUNTS[size], 100)
    log = folder.with_suffix(".log")
    script = str(Path(__file__).with_name("store_child.py"))
    command = [sys.executable, script, way, str(folder), str(batches), str(size)]
    subprocess.run(command, env=write_log.environment(folder, log), check=True, cwd=ROOT)
    operations = write_log.load(log)
    count = batches * size
    kept = [each for each in operations if not each.path.endswith("-shm")]
    return {
        "bytes": sum(len(each.data) for each in kept if each.kind == "W") / count,
        "syncs_per_1000": 1000 * sum(each.kind == "S" for each in kept) / count,
    }


def sent(folder: Path) -> Figures:
    """Compare the bytes to send per reading with gzipped JSON of the same batches."""
    batches = stores.readings(COUNTS[1000], 1000)
    with stores.PackedLog(folder) as log:
        log.put_without_waiting(batches)
        bytes_ = log.drain()
    count = sum(map(len, batches))
    rows = sum(map(stores.gzipped_rows, batches))
    return {"packed": bytes_ / count, "gzip_json": rows / count, "ratio": bytes_ / rows}


def one_round(scratch: Path, rival: Rival) -> dict[str, Figures]:
    """Measure everything that depends on the disk's mood once, one after the other."""
    ways: dict[str, Callable[[Path], Figures]] = {
        "packed_b1000": lambda folder: packed(folder, 1000),
        "plain_b1000": lambda folder: plain(folder, 1000),
        "packed_b100": lambda folder: packed(folder, 100),
        "plain_b100": lambda folder: plain(folder, 100),
        "packed_b1": lambda folder: packed(folder, 1),
        "waits": waits,
    }
    if not rival.trouble:
        ways["thingsboard_b1"] = lambda folder: rival.measure(folder, COUNTS[1])
    return {name: _in_scratch(scratch, measure) for name, measure in ways.items()}


def _in_scratch(scratch: Path, measure: Callable[[Path], Figures]) -> Figures:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        return measure(folder / "store")
    finally:
        shutil.rmtree(folder)


def medians(rounds: list[dict[str, Figures]]) -> dict[str, Figures]:
    """Return the median of every figure."""
    return {
        name: {
            key: round(statistics.median(each[name][key] for each in rounds), 3)
            for key in rounds[0][name]
        }
        for name in rounds[0]
    }


def ratio(rounds: list[dict[str, Figures]], over: str, under: str, key: str) -> float | None:
    """Return the median of a ratio, each taken within one round; None where one side is missing."""
    if not all(name in rounds[0] for name in (over, under)):
        return None
    return round(statistics.median(each[over][key] / each[under][key] for each in rounds), 2)


def goals(rounds: list[dict[str, Figures]], counted: dict[str, Figures]) -> dict[str, object]:
    """Return each goal's figure, its bound and whether it is met."""
    figure = counted.get("written_packed_b1000"), counted.get("written_plain_b1000")
    bytes_ratio = round(figure[0]["bytes"] / figure[1]["bytes"], 3) if all(figure) else None
    waits_ratio = round(statistics.median(each["waits"]["ratio"] for each in rounds), 2)
    found = {
        "append_b1000_per_plain_b1000": (
            ratio(rounds, "packed_b1000", "plain_b1000", "put"), ">=", 1.0,
        ),
        "append_b1000_per_thingsboard_b1": (
            ratio(rounds, "packed_b1000", "thingsboard_b1", "put"), ">=", 3.0,
        ),
        "append_and_drain_b1000_per_plain_b1000": (
            ratio(rounds, "packed_b1000", "plain_b1000", "cycle"), ">=", 1.5,
        ),
        "bytes_written_per_plain_b1000": (bytes_ratio, "<=", 0.6),
        "bytes_sent_per_gzip_json": (round(counted["sent"]["ratio"], 3), "<=", 0.5),
        "wait_p99_per_fdatasync_p50": (waits_ratio, "<=", 10.0),
    }  # fmt: skip
    return {name: told(*goal) for name, goal in found.items()}


def count_bytes(scratch: Path) -> dict[str, Figures]:
    """Count what does not depend on the machine's mood, once."""
    found = {"sent": _in_scratch(scratch, sent)}
    for way in ("packed", "plain") if shutil.which("gcc") else ():
        for size in (1000, 100):
            found[f"written_{way}_b{size}"] = _in_scratch(
                scratch, lambda folder, way=way, size=size: written(way, folder, size)
            )
    return found


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--alone", action="store_true", help="without thingsboard-gateway")
    options = parser.parse_args()
    folder = options.output.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        rival = Rival(folder / f"thingsboard-gateway-{VERSION}", skip=options.alone)
        rounds = [one_round(Path(scratch), rival) for _ in range(options.rounds)]
        counted = count_bytes(Path(scratch))
    report = {
        "benchmark": "reading_log",
        "rounds": len(rounds),
        "goals": goals(rounds, counted),
        "append_b1_per_thingsboard_b1": ratio(rounds, "packed_b1", "thingsboard_b1", "put"),
        "readings_per_s_and_ms": medians(rounds),
        "per_reading": counted,
        "thingsboard_gateway": rival.trouble or VERSION,
    }
    target = folder / "bench_reading_log.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report["goals"]))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
