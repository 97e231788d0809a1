"""Whatever happens to the files: the log opens, keeps what is whole, says what is lost, goes on."""

from __future__ import annotations

import random
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import Kind, ReadingLog, Retention
from edge_agent.store.salvage import readable_blocks
from platform_hub.wire import blocks
from tests.edge_agent.store.conftest import drained, segment_files, some_readings
from tests.edge_agent.store.test_segments import noise

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.readings import Reading

said = pytest.mark.logs("")  # what it says differs with the place of the damage


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A log as a killed process leaves it: two closed segments, one in use, nothing closed."""
    folder, copy = tmp_path / "log", tmp_path / "killed"
    with ReadingLog(folder, gateway="gw-1", retention=Retention(segment_bytes=15_000)) as log:
        for n in range(12):
            log.append(noise(500, 500 * n)).result()
        log.acknowledge("hub", 700)
        for n in range(12):
            log.append(noise(20, 6000 + 20 * n)).result()
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("ballast"))
    assert len(segment_files(copy)) > 2
    return copy


EVERYTHING = noise(500) + [r for n in range(1, 12) for r in noise(500, 500 * n)]
EVERYTHING += [r for n in range(12) for r in noise(20, 6000 + 20 * n)]


def _check(folder: Path) -> tuple[list[Reading], int]:
    """Return what is there and how many are said to be lost; together they are everything."""
    with ReadingLog(folder, gateway="gw-1") as log:
        upto = log.place("hub").upto
        seen: list[Reading] = []
        spoken_for: set[int] = set(range(1, upto + 1))
        while (batch := log.read("hub", 1000)).upto > log.place("hub").upto:
            for (first, last), body in zip(batch.spans, batch.bodies, strict=True):
                assert blocks.decode(body).first_seq == first
                assert spoken_for.isdisjoint(range(first, last + 1)), "a number was used twice"
                spoken_for.update(range(first, last + 1))
            for gap in batch.gaps:
                assert gap.kind is Kind.DAMAGED
                spoken_for.update(range(gap.first_seq, gap.last_seq + 1))
            seen += batch.readings
            log.acknowledge("hub", batch.upto)
        assert spoken_for == set(range(1, log.last_seq + 1)), "some are neither there nor lost"
        assert spoken_for >= set(range(1, len(EVERYTHING) + 1))
        known = {reading.observed_us: reading for reading in EVERYTHING}
        assert all(known[r.observed_us] == r for r in seen)
        last = log.last_seq
        assert log.append(some_readings(3)).result() == last + 3, "it takes new readings"
        assert log.read("hub", 10).readings == tuple(some_readings(3))
        lost = sum(loss.readings for loss in log.losses("other", 1000))
    with ReadingLog(folder, gateway="gw-1") as log:
        assert log.append(some_readings(1)).result() == last + 4
    return seen, lost


def test_after_a_kill_everything_is_there(killed: Path):
    seen, lost = _check(killed)
    assert seen == EVERYTHING[700:]
    assert lost == 0


@said
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits(killed: Path, seed: int):
    dice = random.Random(seed)
    files = sorted(f for f in killed.iterdir() if ".db" in f.name and "-shm" not in f.name)
    target = files[seed % len(files)]
    data = bytearray(target.read_bytes())
    for _ in range(1 + seed // 6):
        at = (
            dice.randrange(min(len(data), 200))
            if dice.random() < 0.3
            else dice.randrange(len(data))
        )
        data[at] ^= 1 << dice.randrange(8)
    target.write_bytes(data)
    _check(killed)


@said
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9])
@pytest.mark.parametrize("which", [0, -1])
def test_a_file_that_is_cut(killed: Path, which: int, part: float):
    target = segment_files(killed)[which]
    data = target.read_bytes()
    target.write_bytes(data[: int(len(data) * part)])
    _check(killed)


@said
def test_a_missing_write_ahead_log_is_noticed(killed: Path):
    active = segment_files(killed)[-1]
    active.with_name(active.name + "-wal").unlink()
    seen, lost = _check(killed)
    assert lost > 0
    assert len(seen) < len(EVERYTHING) - 700


@said
def test_a_write_ahead_log_from_an_earlier_time_is_noticed(killed: Path, tmp_path: Path):
    active = segment_files(killed)[-1]
    stale = active.with_name(active.name + "-wal")
    earlier = stale.read_bytes()
    with ReadingLog(killed, gateway="gw-1") as log:
        shutil.copytree(killed, tmp_path / "later")
        numbers_used = log.last_seq
    later = tmp_path / "later"
    (later / stale.name).write_bytes(earlier)
    with ReadingLog(later, gateway="gw-1") as log:
        assert log.last_seq > numbers_used, "a number that may have been used is not used again"


def test_a_missing_shm_is_made_again(killed: Path):
    for file in killed.glob("*-shm"):
        file.unlink()
    assert _check(killed) == (EVERYTHING[700:], 0)


@said
@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_missing_segment_is_a_gap(killed: Path, which: int):
    target = segment_files(killed)[which]
    target.unlink()
    target.with_name(target.name + "-wal").unlink(missing_ok=True)
    seen, lost = _check(killed)
    assert lost > 0
    assert seen


@said
def test_a_missing_control_database_costs_no_reading(killed: Path):
    for file in killed.glob("control.db*"):
        file.unlink()
    seen, lost = _check(killed)
    assert (seen, lost) == (EVERYTHING, 0), "all is sent again; the hub knows it by its numbers"


@said
def test_a_damaged_control_database_is_replaced_by_what_can_be_read_of_it(killed: Path):
    with ReadingLog(killed, gateway="gw-1") as log:
        epoch = log.epoch
    target = killed / "control.db"
    data = bytearray(target.read_bytes())
    with sqlite3.connect(target) as database:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'quarantine'"
        page = database.execute(query).fetchone()[0]
    database.close()
    data[(page - 1) * 4096] = 0xFF
    target.write_bytes(data)
    with ReadingLog(killed, gateway="gw-1") as log:
        assert log.epoch == epoch
        assert log.place("hub").upto == 700
        assert drained(log) == EVERYTHING[700:]
    assert (killed / "quarantine" / "control.db").exists()


def test_what_can_be_salvaged_of_a_sound_segment_is_all_of_it(killed: Path):
    for path in segment_files(killed):
        found = readable_blocks(path, path.with_name(path.name + "-wal"))
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT first_seq, stored_us, body FROM block").fetchall()
        database.close()
        assert {(n, f.stored_us, f.body) for n, f in found.items()} == set(rows)


@said
def test_a_ruined_head_costs_nothing_else(killed: Path):
    """Without its first page SQLite knows nothing of a file; its blocks are all there."""
    target = segment_files(killed)[0]
    data = bytearray(target.read_bytes())
    data[:100] = bytes(100)
    target.write_bytes(data)
    seen, lost = _check(killed)
    assert (seen, lost) == (EVERYTHING[700:], 0)


@said
def test_the_damaged_file_is_kept_and_examined_once(killed: Path, caplog: pytest.LogCaptureFixture):
    target = segment_files(killed)[0]
    data = bytearray(target.read_bytes())
    data[:100] = bytes(100)
    target.write_bytes(data)
    _check(killed)
    assert (killed / "quarantine" / target.name).read_bytes() == bytes(data)
    caplog.clear()
    with ReadingLog(killed, gateway="gw-1"):
        assert not caplog.records
