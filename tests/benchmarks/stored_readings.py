"""The readings that the benchmarks store, and the two ways to store them that they compare.

Each way takes batches, one durable before the next, and gives them out again in runs of `RUN`.
"""

from __future__ import annotations

import gzip
import json
import math
import sqlite3
import time
from typing import TYPE_CHECKING, Self

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

RUN = 5000
SINK = "hub"
BEGIN_US = 1_764_000_000_000_000
_SERIES = 20

Batches = list[list[Reading]]


def readings(batches: int, size: int, begin_us: int = BEGIN_US) -> Batches:
    """Return batches of 20 series, a reading a second each, values like a meter's."""
    return [[_reading(n * size + k, begin_us) for k in range(size)] for n in range(batches)]


def _reading(number: int, begin_us: int) -> Reading:
    return Reading(
        f"meter-{number % _SERIES}",
        "active_power",
        begin_us + number // _SERIES * 1_000_000 + number % _SERIES,
        round(700 + 300 * math.sin(number / 900) + number % 7, 1),
    )


class PackedLog:
    """The suite's own log."""

    def __init__(self, folder: Path) -> None:
        self._log = ReadingLog(folder)

    def put(self, batch: Sequence[Reading]) -> None:
        """Store one batch; it is on the disk when this returns."""
        self._log.append(batch).result()

    def put_without_waiting(self, batches: Batches) -> None:
        """Store all batches; all are on the disk when this returns."""
        for ticket in [self._log.append(batch) for batch in batches]:
            ticket.result()

    def drain(self) -> int:
        """Read and acknowledge everything; return the bytes to send for it."""
        sent = 0
        while batch := self._log.read(SINK, RUN):
            sent += sum(map(len, batch.bodies))
            self._log.acknowledge(SINK, batch.upto)
        return sent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._log.close()


class PlainRows:
    """What one writes without a library: rows in SQLite, WAL, synchronous=FULL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._rows = sqlite3.connect(folder / "rows.db", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=FULL")
        self._rows.execute(
            "CREATE TABLE r (seq INTEGER PRIMARY KEY, device, quantity, observed_us, value, reason)"
        )

    def put(self, batch: Sequence[Reading]) -> None:
        """Store one batch; it is on the disk when this returns."""
        self._rows.execute("BEGIN")
        self._rows.executemany(
            "INSERT INTO r (device, quantity, observed_us, value, reason) VALUES (?,?,?,?,?)",
            map(row, batch),
        )
        self._rows.execute("COMMIT")

    def drain(self) -> int:
        """Read and delete everything; nothing is encoded for sending yet."""
        upto = 0
        while found := self._next(upto):
            upto = found[-1][0]
            self._rows.execute("DELETE FROM r WHERE seq <= ?", (upto,))
        return 0

    def _next(self, upto: int) -> list[tuple[int, ...]]:
        select = "SELECT * FROM r WHERE seq > ? ORDER BY seq LIMIT ?"
        return self._rows.execute(select, (upto, RUN)).fetchall()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()


def row(reading: Reading) -> tuple[object, ...]:
    """Return a reading as a row."""
    fields = (reading.device, reading.quantity, reading.observed_us, reading.value)
    return (*fields, str(reading.quality.reason))


def gzipped_rows(batch: Sequence[Reading]) -> int:
    """Return the bytes of a batch as gzipped JSON objects, the usual upload."""
    keys = ("device", "quantity", "observed_us", "value", "reason")
    objects = [dict(zip(keys, row(reading), strict=True)) for reading in batch]
    return len(gzip.compress(json.dumps(objects, separators=(",", ":")).encode(), 6))


def timed(job: Callable[[], object]) -> float:
    """Return the seconds that a job takes."""
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin
