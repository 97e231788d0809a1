"""A full queue is felt by who appends, never by the event loop, and never grows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import LogUnavailable, ReadingLog
from tests.edge_agent.store.conftest import drained, some_readings, stuck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOUND = 10_000


@pytest.fixture
def small(folder: Path) -> Iterator[ReadingLog]:
    with ReadingLog(folder, queue_bytes=BOUND) as log:
        yield log


async def test_the_event_loop_goes_on_while_tasks_wait_for_room(small: ReadingLog, folder: Path):
    with stuck(folder):
        tasks = [asyncio.create_task(small.store(some_readings(10, 10 * n))) for n in range(50)]
        for _ in range(100):
            await asyncio.sleep(0)
        assert small._writer.queued_bytes <= BOUND
        assert not any(task.done() for task in tasks)
    numbers = await asyncio.gather(*tasks)
    assert sorted(numbers) == [10 * n for n in range(1, 51)]
    assert len(drained(small)) == 500


async def test_one_task_keeps_its_order(small: ReadingLog):
    for n in range(30):
        assert await small.store(some_readings(10, 10 * n)) == 10 * n + 10
    assert drained(small) == some_readings(300)


def test_nothing_is_taken_where_there_is_no_room_and_room_is_told(small: ReadingLog, folder: Path):
    told: list[int] = []
    taken = []
    with stuck(folder):
        while future := small.try_append(some_readings(10), lambda: told.append(1)):
            taken.append(future)
        assert len(taken) < 10
        assert small._writer.queued_bytes <= BOUND
    assert taken[-1].result(timeout=30) == 10 * len(taken)
    small.append([]).result()
    assert told == [1]
    assert small.try_append(some_readings(10)) is not None


async def test_storing_in_a_closed_log_is_refused(small: ReadingLog):
    small.close()
    with pytest.raises(LogUnavailable, match="closed"):
        await small.store(some_readings(1))


async def test_who_is_cancelled_leaves_the_log_as_it_is(small: ReadingLog, folder: Path):
    with stuck(folder):
        tasks = [asyncio.create_task(small.store(some_readings(10, 10 * n))) for n in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    last = await small.store(some_readings(1))
    assert last % 10 == 1
    assert small.last_seq == last
