"""The log as its users see it."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from edge_agent.store import Gap, LogUnavailable, ReadingLog, stats_of
from platform_hub.wire import blocks
from tests.edge_agent.store.conftest import drained, numbers, segment_files, some_readings

if TYPE_CHECKING:
    from pathlib import Path


def test_readings_come_back_as_they_were_stored(log: ReadingLog):
    readings = [
        Reading("a", "active_power", 1, 1.5),
        Reading("b", "river_level", -5, None, Quality(Reason.NO_DATA, "7FFF")),
        Reading("a", "active_power", 0, -0.0, Quality(Reason.CLOCK)),
    ]
    assert log.append(readings).result() == 3
    batch = log.read("hub", 100)
    assert batch.readings == tuple(readings)
    assert (batch.gateway, batch.epoch) == ("gw-1", log.epoch)
    assert numbers(batch) == (1, 3, 3)


def test_the_bodies_are_wire_blocks_with_their_numbers(log: ReadingLog):
    log.append(some_readings(3)).result()
    (body,) = log.read("hub", 100).bodies
    assert blocks.decode(body) == blocks.Block("gw-1", log.epoch, 1, tuple(some_readings(3)))


def test_each_future_gives_the_number_of_its_own_last_reading(log: ReadingLog):
    futures = [log.append(some_readings(count)) for count in (2, 3, 1)]
    assert [future.result() for future in futures] == [2, 5, 6]


def test_appending_nothing_is_confirmed_with_the_number_so_far(log: ReadingLog):
    assert log.append([]).result() == 0
    log.append(some_readings(2)).result()
    assert log.append([]).result() == 2
    assert log.stats().stored == 2


def test_reopening_goes_on_with_the_same_numbers_cursors_and_epoch(folder: Path):
    with ReadingLog(folder, gateway="gw-1") as log:
        log.append(some_readings(5)).result()
        log.acknowledge("hub", 2)
        epoch = log.epoch
    with ReadingLog(folder, gateway="gw-1") as log:
        assert log.epoch == epoch
        assert log.append(some_readings(1, 5)).result() == 6
        assert log.read("hub", 100).readings == tuple(some_readings(4, 2))


def test_another_folder_has_another_epoch(tmp_path: Path):
    with ReadingLog(tmp_path / "a") as one, ReadingLog(tmp_path / "b") as other:
        assert one.epoch != other.epoch


def test_closing_stores_what_was_taken(folder: Path):
    log = ReadingLog(folder)
    futures = [log.append(some_readings(100, 100 * n)) for n in range(20)]
    log.close()
    assert [future.result(timeout=0) for future in futures] == [100 * n for n in range(1, 21)]
    with ReadingLog(folder) as again:
        assert drained(again) == some_readings(2000)


def test_a_closed_log_refuses_and_says_so(folder: Path):
    log = ReadingLog(folder)
    log.close()
    log.close()
    with pytest.raises(LogUnavailable, match="closed"):
        log.append(some_readings(1)).result()
    with pytest.raises(LogUnavailable, match="closed"):
        log.read("hub", 1)
    with pytest.raises(LogUnavailable, match="closed"):
        log.stats()


@pytest.mark.parametrize("limit", [1, 3, 4, 10, 1000])
def test_a_limit_cuts_blocks_but_never_numbers(log: ReadingLog, limit: int):
    for n in range(5):
        log.append(some_readings(4, 4 * n)).result()
    seen: list[int] = []
    while batch := log.read("hub", limit):
        assert len(batch) <= limit
        for block in map(blocks.decode, batch.bodies):
            seen += range(block.first_seq, block.last_seq + 1)
            assert [r.observed_us for r in block.readings] == [
                (seq - 1) * 1_000_000 for seq in range(block.first_seq, block.last_seq + 1)
            ]
        log.acknowledge("hub", batch.upto)
    assert seen == list(range(1, 21))


def test_a_cursor_inside_a_block_is_where_reading_goes_on(log: ReadingLog):
    log.append(some_readings(10)).result()
    log.acknowledge("hub", 4)
    batch = log.read("hub", 100)
    assert numbers(batch) == (5, 10, 6)
    assert batch.readings == tuple(some_readings(6, 4))


def test_reading_does_not_move_the_cursor(log: ReadingLog):
    log.append(some_readings(3)).result()
    assert log.read("hub", 2) == log.read("hub", 2)


def test_an_acknowledgement_only_moves_forward(log: ReadingLog):
    log.append(some_readings(5)).result()
    log.acknowledge("hub", 4)
    log.acknowledge("hub", 2)
    assert log.stats().of("hub").acknowledged == 4
    assert log.read("hub", 10).first_seq == 5


def test_an_acknowledgement_beyond_the_end_is_an_error(log: ReadingLog):
    log.append(some_readings(5)).result()
    with pytest.raises(ValueError, match="cannot acknowledge 6: the log ends at 5"):
        log.acknowledge("hub", 6)
    assert log.stats().of("hub").backlog == 5


def test_each_sink_has_its_own_place(log: ReadingLog):
    log.append(some_readings(5)).result()
    log.acknowledge("hub", 5)
    assert numbers(log.read("ngsi-ld", 100)) == (1, 5, 5)
    assert not log.read("hub", 100)


def test_the_head_of_a_batch_is_its_first_block(log: ReadingLog):
    log.append(some_readings(2)).result()
    log.append(some_readings(3, 2)).result()
    head = log.read("hub", 100).head()
    assert numbers(head) == (1, 2, 2)
    assert head.readings == tuple(some_readings(2))


def test_one_large_append_becomes_several_blocks_of_one_commit(log: ReadingLog):
    assert log.append(some_readings(4500)).result() == 4500
    assert [len(blocks.decode(b).readings) for b in log.read("hub", 5000).bodies] == [
        2000,
        2000,
        500,
    ]


def test_the_counts(log: ReadingLog):
    assert log.stats().of("hub").backlog == 0
    assert log.stats().oldest_unsent_us is None
    log.append(some_readings(4, 7)).result()
    log.read("hub", 1)
    assert log.stats().oldest_unsent_us == 7_000_000
    log.append(some_readings(4, 11)).result()
    log.acknowledge("hub", 4, gaps=[Gap(2, 3, "unknown device")])
    place = log.stats().of("hub")
    assert (place.acknowledged, place.backlog, place.refused) == (4, 4, 2)
    assert place.oldest_unsent_us == 11_000_000
    assert (log.stats().stored, log.stats().damaged) == (8, 0)


def test_refusals_told_again_are_counted_once(log: ReadingLog):
    log.append(some_readings(4)).result()
    for _ in range(2):
        log.acknowledge("hub", 3, gaps=[Gap(2, 3, "unknown device")])
    assert log.stats().of("hub").refused == 2


def test_another_process_may_count_while_the_log_is_open(log: ReadingLog, folder: Path):
    log.append(some_readings(3)).result()
    log.acknowledge("hub", 1)
    assert stats_of(folder) == log.stats()


def test_a_log_without_a_folder_is_refused_and_writes_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LogUnavailable, match="no name: give the path"):
        ReadingLog("")
    assert not list(tmp_path.iterdir())


def test_counting_where_there_is_no_log_is_explained(tmp_path: Path):
    with pytest.raises(LogUnavailable, match="unable to open"):
        stats_of(tmp_path / "nothing")


def test_listeners_hear_of_stored_readings_only(log: ReadingLog):
    heard = threading.Semaphore(0)
    stop = log.listen(heard.release)
    log.append(some_readings(1)).result()
    assert heard.acquire(timeout=10)
    log.acknowledge("hub", 1)
    stop()
    log.append(some_readings(1)).result()
    log.append([]).result()  # committed after it, so its listeners would have been called
    assert not heard.acquire(blocking=False)


@pytest.mark.logs("a listener of the reading log failed")
def test_a_listener_that_fails_does_not_stop_the_log(log: ReadingLog):
    log.listen(lambda: 1 // 0)
    log.append(some_readings(1)).result()
    assert log.append(some_readings(1)).result() == 2


def test_readings_that_cannot_be_packed_cost_only_themselves(log: ReadingLog, folder: Path):
    wrong = Reading("a", "active_power", 2**80, 1.0)
    with sqlite3.connect(segment_files(folder)[-1], isolation_level=None) as held:
        held.execute("BEGIN IMMEDIATE")  # so that all of them wait for the same commit
        futures = [log.append(some_readings(2)), log.append([wrong]), log.append(some_readings(3))]
        held.execute("ROLLBACK")
    held.close()
    assert isinstance(futures[1].exception(), OverflowError)
    assert [futures[0].result(), futures[2].result()] == [2, 5]
    assert len(drained(log)) == 5


def test_eight_threads_lose_nothing_and_keep_their_order(log: ReadingLog):
    def work(name: str) -> None:
        for n in range(50):
            log.append([Reading(name, "active_power", n, float(n))]).result()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [f"meter-{n}" for n in range(8)]))
    readings = drained(log, limit=37)
    assert len(readings) == 400
    for n in range(8):
        own = [r.observed_us for r in readings if r.device == f"meter-{n}"]
        assert own == list(range(50))


def test_readers_and_the_writer_do_not_disturb_one_another(log: ReadingLog):
    found: list[Reading] = []

    def drain() -> None:
        while len(found) < 3000:
            batch = log.read("hub", 100)
            found.extend(batch)
            log.acknowledge("hub", batch.upto)

    reader = threading.Thread(target=drain)
    reader.start()
    futures = [log.append(some_readings(10, 10 * n)) for n in range(300)]
    assert futures[-1].result(timeout=30) == 3000
    reader.join(timeout=30)
    assert found == some_readings(3000)


def test_a_full_queue_makes_append_wait(folder: Path):
    bound = 20_000
    with ReadingLog(folder, queue_bytes=bound) as log:
        held = sqlite3.connect(segment_files(folder)[-1], isolation_level=None)
        held.execute("BEGIN IMMEDIATE")  # the writer waits
        sizes: list[int] = []

        def work() -> None:
            for n in range(200):
                futures.append(log.append(some_readings(10, 10 * n)))
                sizes.append(log._writer.queued_bytes)

        futures: list = []
        thread = threading.Thread(target=work)
        thread.start()
        while not sizes:
            thread.join(0.01)
        assert not futures[0].done()
        held.execute("ROLLBACK")
        held.close()
        thread.join(timeout=30)
        assert futures[-1].result(timeout=30) == 2000
        assert max(sizes) <= bound
        assert drained(log) == some_readings(2000)


def test_an_append_larger_than_the_queue_is_still_taken(folder: Path):
    with ReadingLog(folder, queue_bytes=100) as log:
        assert log.append(some_readings(3000)).result() == 3000


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("append"), st.integers(0, 9)),
            st.tuples(st.just("send"), st.integers(1, 12)),
            st.tuples(st.just("reopen"), st.just(0)),
        ),
        max_size=12,
    )
)
@pytest.mark.slow
def test_any_history_delivers_every_reading_once(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("log")
    log = ReadingLog(folder)
    stored, sent = 0, []
    for step, count in steps:
        if step == "append":
            log.append(some_readings(count, stored)).result()
            stored += count
        elif step == "send":
            batch = log.read("hub", count)
            sent += batch.readings
            log.acknowledge("hub", batch.upto)
        else:
            log.close()
            log = ReadingLog(folder)
    sent += drained(log)
    log.close()
    assert sent == some_readings(stored)
