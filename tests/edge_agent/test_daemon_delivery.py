"""Delivery on a real log whose disk is held up: polling waits, memory stays bounded, it heals."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from area_configs.domain.readings import Reading
from edge_agent.daemon.delivery import Delivery
from edge_agent.health.observations import Health
from edge_agent.store import ReadingLog
from edge_agent.store.retention import space_of
from tests.edge_agent.manual_clock import ManualClock

ONE = [Reading("meter", "active_power", 1_790_000_000_000_000, 1.0)]
PATIENCE_S = 60.0


class Disk:
    """A disk that can be held up: the log asks it for its space before each commit."""

    def __init__(self, folder) -> None:
        self.turns = threading.Event()
        self.turns.set()
        self.clock = ManualClock()
        self.health = Health(self.clock)
        self.log = ReadingLog(folder / "log", queue_bytes=1, space_of=self._space)
        self.delivery = Delivery(self.log, self.health, self.clock)

    def _space(self, folder):
        self.turns.wait(PATIENCE_S)
        return space_of(folder)


@pytest.fixture
def disk(tmp_path):
    one = Disk(tmp_path)
    yield one
    one.turns.set()
    one.log.close()


async def test_a_slow_disk_holds_up_who_delivers_and_nobody_else(disk):
    disk.turns.clear()
    links = [asyncio.create_task(disk.delivery.deliver(ONE)) for _ in range(5)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the event loop goes on, although the queue holds one request only
    disk.clock.jump_s(31)
    assert not any(link.done() for link in links)
    assert (disk.delivery.waiting, disk.delivery.waiting_s) == (5, 31.0)
    disk.clock.jump_s(100)
    assert disk.health.progress.overdue() == ["log"]
    disk.turns.set()
    await asyncio.wait_for(asyncio.gather(*links), PATIENCE_S)
    assert (disk.delivery.waiting, disk.delivery.waiting_s) == (0, 0.0)
    assert disk.log.last_seq == 5
    assert disk.health.progress.overdue() == []
    assert disk.health.log() == {"refused": 0, "last_error": "", "silent": 0}


async def test_who_is_cancelled_while_the_disk_is_slow_loses_nothing(disk):
    disk.turns.clear()
    links = [asyncio.create_task(disk.delivery.deliver(ONE)) for _ in range(3)]
    await asyncio.sleep(0)
    for link in links:
        link.cancel()
    await asyncio.gather(*links, return_exceptions=True)
    assert disk.delivery.waiting == 3
    disk.turns.set()
    await disk.delivery.finish(PATIENCE_S)
    assert disk.log.last_seq == 3


@pytest.mark.logs("stopped before the disk took them")
async def test_what_the_disk_never_takes_is_counted(disk):
    await disk.delivery.deliver(ONE)
    disk.turns.clear()
    links = [asyncio.create_task(disk.delivery.deliver(ONE)) for _ in range(4)]
    await asyncio.sleep(0)
    await disk.delivery.finish(0.0)
    for link in links:
        with contextlib.suppress(asyncio.CancelledError):
            await link
    assert disk.health.log()["refused"] == 4
    assert disk.delivery.waiting == 0
