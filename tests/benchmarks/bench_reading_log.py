"""Benchmark of the durable path: the reading log against plain SQLite rows, in one run.

`python tests/benchmarks/bench_reading_log.py --output DIR` writes `DIR/bench_reading_log.json`:
readings a second until each is on the disk, bytes in the file and on the wire per reading, and the
ratios. Both sides run with WAL and synchronous=FULL in the same folder, in turns.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from area_configs.domain.readings import Reading  # noqa: E402  # the path above comes first
from edge_agent.store import ReadingLog  # noqa: E402  # ditto

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, BATCHES, SIZE = 5, 40, 1000


def readings(batch: int) -> list[Reading]:
    """Return one batch: 20 series, one reading a second each, values like a meter's."""
    first_us = 1_764_000_000_000_000 + batch * SIZE // 20 * 1_000_000
    return [
        Reading(
            f"meter-{n % 20}",
            "active_power",
            first_us + n // 20 * 1_000_000 + n % 20,
            round(700 + 300 * math.sin((batch * SIZE + n) / 900) + n % 7, 1),
        )
        for n in range(SIZE)
    ]


def packed_log(folder: Path, batches: list[list[Reading]]) -> int:
    """Append every batch, each durable before the next; return the bytes sent for them."""
    with ReadingLog(folder) as log:
        for batch in batches:
            log.append(batch).result()
        sent = 0
        while batch := log.read("hub", SIZE * 5):
            sent += sum(map(len, batch.bodies))
            log.acknowledge("hub", batch.upto)
        return sent


def plain_rows(folder: Path, batches: list[list[Reading]]) -> int:
    """Insert every batch as rows, one commit each; return the bytes of gzipped JSON for them."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "rows.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE r (device, quantity, observed_us, value, reason)")
    for batch in batches:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO r VALUES (?,?,?,?,?)", map(_row, batch))
        connection.execute("COMMIT")
    connection.close()
    return sum(len(gzip.compress(json.dumps([*map(_row, b)]).encode())) for b in batches)


def _row(reading: Reading) -> tuple[object, ...]:
    return (
        reading.device,
        reading.quantity,
        reading.observed_us,
        reading.value,
        str(reading.quality.reason),
    )


def measure(store: Callable[[Path, list[list[Reading]]], int]) -> dict[str, float]:
    """Return one round's figures of one way to store."""
    batches = [readings(batch) for batch in range(BATCHES)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "store"
        begin = time.perf_counter()
        wire = store(folder, batches)
        seconds = time.perf_counter() - begin
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    count = BATCHES * SIZE
    return {
        "readings_per_s": count / seconds,
        "file_bytes": size / count,
        "wire_bytes": wire / count,
    }


def main() -> int:
    """Run the benchmark and write its file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"), metavar="DIR")
    folder = parser.parse_args().output
    rounds = [(measure(packed_log), measure(plain_rows)) for _ in range(ROUNDS)]
    medians = [
        {
            key: round(statistics.median(pair[side][key] for pair in rounds), 2)
            for key in rounds[0][0]
        }
        for side in (0, 1)
    ]
    ratios = {key: round(medians[0][key] / medians[1][key], 2) for key in medians[0]}
    report = {
        "benchmark": "reading_log: store, send and acknowledge / plain rows and gzipped JSON",
        "rounds": ROUNDS,
        "reading_log": medians[0],
        "plain_rows": medians[1],
        "ratio": ratios,
    }
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "bench_reading_log.json"
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report))  # noqa: T201  # a benchmark's figures are its output
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
