"""The mark beside the databases: what it says, and that it never says too much."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import ReadingLog
from edge_agent.store.mark import FILE, Mark, close, lift, put, read
from tests.edge_agent.store.conftest import drained, some_readings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path


def test_it_comes_back_as_it_was_put(here: Path):
    assert read(here) == Mark(0, 0, closed=False)
    put(here, Mark(7, 1 << 40, closed=True))
    assert read(here) == Mark(7, 1 << 40, closed=True)
    assert [file.name for file in here.iterdir()] == [FILE]


@pytest.mark.parametrize("bit", range(8))
def test_a_damaged_one_says_nothing(here: Path, bit: int):
    put(here, Mark(7, 70_000, closed=True))
    sound = (here / FILE).read_bytes()
    for at in range(len(sound) - 1):  # the line's end means nothing
        broken = bytearray(sound)
        broken[at] ^= 1 << bit
        (here / FILE).write_bytes(broken)
        assert read(here) == Mark()
    (here / FILE).write_bytes(b"")
    assert read(here) == Mark()


def test_where_it_cannot_be_put_there_is_none(here: Path):
    put(here, Mark(7, 70_000, closed=True))
    (here / f"{FILE}.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        put(here, Mark(8, 70_000, closed=False))
    assert read(here) in (Mark(), Mark(7, 70_000, closed=True))


def test_a_log_with_something_in_a_write_ahead_log_is_not_closed(here: Path):
    (here / "control.db-wal").write_bytes(b"something")
    close(here, Mark(1, 5))
    assert not read(here).closed
    (here / "control.db-wal").write_bytes(b"")
    close(here, Mark(1, 5))
    assert read(here) == Mark(1, 5, closed=True)


@pytest.mark.logs("from an earlier time")
def test_what_lies_beside_a_closed_log_is_set_aside(here: Path):
    put(here, Mark(2, 5, closed=True))
    for name in ("control.db-wal", "control.db-shm", "seg-1-1.db-wal"):
        (here / name).write_bytes(b"old")
    assert lift(here) == read(here) == Mark(2, 5, closed=False)
    assert sorted(file.name for file in here.iterdir()) == [FILE, "quarantine"]
    aside = sorted(file.name for file in (here / "quarantine").iterdir())
    assert aside == ["control.db-wal", "seg-1-1.db-wal"]


def test_nothing_is_set_aside_of_a_log_that_was_not_closed(here: Path):
    put(here, Mark(2, 5, closed=False))
    (here / "control.db-wal").write_bytes(b"new")
    lift(here)
    assert (here / "control.db-wal").exists()


def test_an_open_log_says_that_it_is_open_and_a_closed_one_where_it_ends(folder: Path):
    with ReadingLog(folder, gateway="gw-1") as log:
        log.append(some_readings(5)).result()
        assert not read(folder).closed
        assert read(folder).reserved >= 5
    assert read(folder) == Mark(1, 5, closed=True)


@pytest.mark.logs("earlier time")
def test_an_older_control_database_after_a_crash_is_noticed(folder: Path, tmp_path: Path):
    """A control database of the first run beside the segments of the second one, cut off."""
    with ReadingLog(folder, gateway="gw-1") as log:
        log.append(some_readings(5)).result()
    old = shutil.copytree(folder, tmp_path / "old")
    with ReadingLog(folder, gateway="gw-1") as log:
        log.append(some_readings(5, 5)).result()
        crashed = shutil.copytree(folder, tmp_path / "crashed")
    for file in crashed.glob("*.db-*"):
        file.unlink()
    for file in (*old.glob("*.db"),):
        shutil.copy(file, crashed / file.name)
    with ReadingLog(crashed, gateway="gw-1") as log:
        assert drained(log) == some_readings(5)
        assert log.stats().damaged >= 5
        assert log.append(some_readings(1, 10)).result() > 10
