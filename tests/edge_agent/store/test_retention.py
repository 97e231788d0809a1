"""How long acknowledged readings stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.store import Gap, ReadingLog, Retention
from tests.edge_agent.store.conftest import some_readings

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400_000_000


class _Days:
    """A wall clock that stands still until it is set."""

    def __init__(self) -> None:
        self.day = 0.0

    def __call__(self) -> int:
        return int(self.day * DAY_US)


@pytest.fixture
def clock() -> _Days:
    return _Days()


def _fill(folder: Path, clock: _Days, days: int) -> None:
    with ReadingLog(folder, now_us=clock) as log:
        for day in range(days):
            clock.day = day
            log.append(some_readings(10, 10 * day)).result()


def _first_kept(folder: Path, clock: _Days, retention: Retention) -> int:
    """Open the log, let it prune behind one commit, and ask a new sink where it begins."""
    with ReadingLog(folder, now_us=clock, retention=retention) as log:
        log.append([*some_readings(1)]).result()
    with ReadingLog(folder, now_us=clock) as log:
        return log.read("newcomer", 1).first_seq


def _acknowledge(folder: Path, clock: _Days, **sinks: int) -> None:
    with ReadingLog(folder, now_us=clock, retention=Retention(days=1000)) as log:
        for sink, upto in sinks.items():
            log.acknowledge(sink, upto)


@pytest.mark.parametrize(
    ("sinks", "first"),
    [
        ({}, 1),  # nobody has taken anything yet
        ({"hub": 100}, 31),
        ({"hub": 25}, 21),
        ({"hub": 100, "other": 0}, 1),
        ({"hub": 100, "other": 15}, 11),
    ],
)
def test_only_old_readings_go_that_every_sink_has(
    folder: Path, clock: _Days, sinks: dict[str, int], first: int
):
    _fill(folder, clock, 10)
    _acknowledge(folder, clock, **sinks)
    clock.day = 10.0
    assert _first_kept(folder, clock, Retention(days=7.0)) == first


def test_a_sink_that_has_only_read_keeps_its_readings(folder: Path, clock: _Days):
    _fill(folder, clock, 3)
    with ReadingLog(folder, now_us=clock) as log:
        log.read("slow", 1)
        log.acknowledge("hub", 30)
    clock.day = 100.0
    assert _first_kept(folder, clock, Retention()) == 1


def test_the_newest_block_stays_so_that_numbers_go_on(folder: Path, clock: _Days):
    _fill(folder, clock, 3)
    _acknowledge(folder, clock, hub=30)
    clock.day = 100.0
    _first_kept(folder, clock, Retention(days=0.0))
    with ReadingLog(folder, now_us=clock) as log:
        assert log.append(some_readings(1)).result() == 32


def test_too_many_bytes_go_before_their_time(folder: Path, clock: _Days):
    _fill(folder, clock, 10)
    _acknowledge(folder, clock, hub=50)
    assert _first_kept(folder, clock, Retention(days=1000, most_bytes=1)) == 51


@pytest.mark.parametrize(("day", "first"), [(9, 11), (28, 11), (50, 31)])
def test_readings_that_were_refused_stay_longer_as_evidence(
    folder: Path, clock: _Days, day: int, first: int
):
    _fill(folder, clock, 3)
    with ReadingLog(folder, now_us=clock) as log:
        log.acknowledge("hub", 30, gaps=[Gap(15, 15, "unknown device")])
    clock.day = day
    assert _first_kept(folder, clock, Retention()) == first
    with ReadingLog(folder, now_us=clock) as log:
        batch = log.read("auditor", 100)
        assert batch.gaps == (), "what is kept has no holes"
        assert batch.first_seq == first
