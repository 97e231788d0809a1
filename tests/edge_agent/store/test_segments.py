"""Segments: numbers run through them, space comes back by whole files, and every loss is counted."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.store import Kind, LogFull, Policy, ReadingLog, Retention, Space
from edge_agent.store.ballast import FILE as BALLAST
from tests.edge_agent.store.conftest import drained, numbers, segment_files, some_readings

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Retention(segment_bytes=1)  # a segment for every commit
PLENTY = Space(total=1 << 30, free=1 << 29)


def noise(count: int, begin: int = 0) -> list[Reading]:
    """Return readings that nothing can compress."""
    dice = random.Random(begin)
    return [Reading("m", "active_power", n, dice.random()) for n in range(begin, begin + count)]


def _fill(log: ReadingLog, segments: int, size: int = 10) -> None:
    first = log.last_seq
    for n in range(segments):
        log.append(some_readings(size, first + size * n)).result()


def _until_full(log: ReadingLog) -> tuple[int, str]:
    """Store until the log refuses; return the last number and the sentence."""
    stored = log.last_seq
    for n in range(200):
        try:
            stored = log.append(noise(1000, 1000 * n)).result()
        except LogFull as error:
            return stored, str(error)
    raise AssertionError("it was never full")


def test_reading_goes_through_all_segments(folder: Path):
    with ReadingLog(folder, retention=SMALL) as log:
        _fill(log, 5)
        assert len(segment_files(folder)) == 5
        assert log.stats().segments == 5
        batch = log.read("hub", 100)
        assert batch.readings == tuple(some_readings(50))
        assert batch.gaps == ()
        assert numbers(log.read("hub", 12)) == (1, 10, 10), "whole blocks, as many as fit"
        log.acknowledge("hub", 15)
        assert numbers(log.read("hub", 18)) == (16, 30, 15)
    with ReadingLog(folder, retention=SMALL) as log:
        assert log.append(some_readings(1, 50)).result() == 51
        assert drained(log) == some_readings(36, 15)


def test_a_closed_segment_is_one_file(folder: Path):
    with ReadingLog(folder, retention=SMALL) as log:
        _fill(log, 3)
        closed = segment_files(folder)[0]
        assert closed.exists()
        assert not closed.with_name(closed.name + "-wal").exists()


def test_a_segment_is_closed_when_it_is_a_day_old(folder: Path):
    day_us = 86_400_000_000
    now_us = [0]
    with ReadingLog(folder, now_us=lambda: now_us[0]) as log:
        for at in (0, day_us // 2, day_us, day_us + 1, -5 * day_us, -5 * day_us + 1):
            now_us[0] = at
            _fill(log, 1)
        assert [int(f.stem.split("-")[2]) for f in segment_files(folder)] == [1, 21, 41]
        assert drained(log) == some_readings(60)


def test_with_the_policy_refuse_new_readings_are_refused_and_counted(folder: Path):
    keep = Retention(most_bytes=200_000, segment_bytes=30_000)
    with ReadingLog(folder, retention=keep) as log:
        stored, sentence = _until_full(log)
        assert "is full: it takes" in sentence
        with pytest.raises(LogFull):
            log.append(noise(7)).result()
        assert log.stats().dropped == 0
        log.acknowledge("hub", stored)
        assert log.append(noise(5)).result() == stored + 5, "it goes on once the sinks caught up"
        log.append(noise(1)).result()
        (loss,) = log.losses("hub")
        assert (loss.kind, loss.first_seq, loss.readings) == (Kind.NOT_TAKEN, 0, 1007)
        assert loss.begins_us == 0
        assert "is full" in loss.reason
        assert log.stats().not_taken == 1007
        log.reported("hub", loss.number)
        assert log.losses("hub") == ()


@pytest.mark.logs("give way")
def test_with_the_policy_drop_oldest_the_oldest_give_way_and_are_reported(folder: Path):
    keep = Retention(most_bytes=200_000, segment_bytes=30_000, policy=Policy.DROP_OLDEST)
    with ReadingLog(folder, retention=keep) as log:
        log.acknowledge("other", 0)
        log.read("hub", 1)
        for n in range(60):
            log.append(noise(1000, 1000 * n)).result()
            if n == 5:
                log.acknowledge("hub", 500)
        log.append([]).result()  # behind it the last look at the space is over
        assert log.stats().bytes < 300_000
        batch = log.read("hub", 100)
        (gap,) = batch.gaps
        assert (gap.first_seq, gap.last_seq, gap.kind) == (501, batch.first_seq - 1, Kind.DROPPED)
        everything = drained(log, "hub", 5000)
        assert [r.observed_us for r in everything] == list(range(batch.first_seq - 1, 60_000))
        lost = log.losses("hub")
        assert {loss.kind for loss in lost} == {Kind.DROPPED}
        runs = [(loss.first_seq, loss.last_seq) for loss in lost]
        assert runs[0][0] == 1, "the other sink lacks the first ones too"
        assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(runs))
        assert runs[-1][1] == batch.first_seq - 1
        assert log.stats().dropped == batch.first_seq - 1


def test_what_every_sink_has_gives_way_without_a_loss(folder: Path):
    keep = Retention(days=1000, most_bytes=100_000, segment_bytes=30_000)
    with ReadingLog(folder, retention=keep) as log:
        for n in range(40):
            log.append(noise(1000, 1000 * n)).result()
            log.acknowledge("hub", log.last_seq)
        assert log.stats().bytes < 200_000
        assert log.losses("hub") == ()
        newcomer = log.read("newcomer", 1)
        assert newcomer.first_seq > 1
        assert newcomer.gaps == (), "what went before it came is nothing that it lost"


def test_too_little_free_space_on_the_disk_is_a_reason_too(folder: Path):
    disk = [PLENTY]
    keep = Retention(least_free_bytes=1000, segment_bytes=30_000)
    with ReadingLog(folder, retention=keep, space_of=lambda _: disk[0]) as log:
        log.append(some_readings(1)).result()
        disk[0] = Space(total=1 << 30, free=999)
        assert "only 999 bytes are free on its disk" in _until_full(log)[1]
        disk[0] = PLENTY
        assert log.append(some_readings(1)).result() == log.last_seq


def test_there_is_a_ballast(log: ReadingLog, folder: Path):
    assert log.last_seq == 0
    assert (folder / BALLAST).stat().st_size == 4 << 20


def test_a_sink_that_comes_later_gets_all_that_is_there(folder: Path):
    with ReadingLog(folder, retention=SMALL) as log:
        _fill(log, 3)
        assert log.read("late", 100).readings == tuple(some_readings(30))


def test_a_segment_that_was_made_but_never_used_is_no_loss(folder: Path):
    with ReadingLog(folder, retention=SMALL) as log:
        _fill(log, 2)
        epoch = log.epoch
    (folder / f"seg-{epoch}-21.db").write_bytes(b"")  # the power went while it was made
    with ReadingLog(folder) as log:
        _fill(log, 1)
        assert log.read("hub", 100).readings == tuple(some_readings(30))
        assert log.losses("hub") == ()
