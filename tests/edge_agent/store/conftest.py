"""Readings in numbers, and a log to put them into."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.store import Batch


def some_readings(count: int, begin: int = 0) -> list[Reading]:
    """Return readings that tell their place by their instant."""
    return [
        Reading(f"meter-{n % 3}", "active_power", n * 1_000_000, n / 2)
        for n in range(begin, begin + count)
    ]


def drained(log: ReadingLog, sink: str = "hub", limit: int = 1000) -> list[Reading]:
    """Read and acknowledge until there is nothing more."""
    readings: list[Reading] = []
    while batch := log.read(sink, limit):
        readings += batch.readings
        log.acknowledge(sink, batch.upto)
    return readings


def segment_files(folder: Path) -> list[Path]:
    """Return the segments of a log's folder, the oldest first."""
    return sorted(folder.glob("seg-*.db"), key=lambda path: int(path.stem.split("-")[2]))


def numbers(batch: Batch) -> tuple[int, int, int]:
    return batch.first_seq, batch.upto, len(batch)


@contextlib.contextmanager
def stuck(folder: Path) -> Iterator[None]:
    """Keep the writer from committing."""
    held = sqlite3.connect(segment_files(folder)[-1], isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        held.execute("ROLLBACK")
        held.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def log(folder: Path) -> Iterator[ReadingLog]:
    with ReadingLog(folder, gateway="gw-1") as opened:
        yield opened
