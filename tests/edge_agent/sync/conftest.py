"""A log, a hub that fails on demand, and readings."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog
from platform_hub.client import HubClient
from tests.platform_hub.client.faulty_hub import FaultyHub, faulty_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Seconds:
    """A monotonic clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def hub() -> Iterator[FaultyHub]:
    with faulty_hub() as running:
        yield running


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ReadingLog]:
    with ReadingLog(tmp_path / "log", gateway="gw-1") as opened:
        yield opened


@pytest.fixture
def client(hub: FaultyHub) -> Iterator[HubClient]:
    with HubClient(hub.url, connect_s=2.0, answer_s=5.0) as opened:
        yield opened


@pytest.fixture
def rng() -> random.Random:
    return random.Random(1)  # the same waits in every run


def some_readings(count: int, begin: int = 0) -> list[Reading]:
    """Return readings that tell their place by their instant."""
    return [
        Reading(f"meter-{n % 3}", "active_power", n * 1_000_000, n / 2)
        for n in range(begin, begin + count)
    ]
