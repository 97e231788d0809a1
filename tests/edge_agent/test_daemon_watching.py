"""Who watches the agent: the watchdog is fed by progress alone; leaks end links, then the process."""

from __future__ import annotations

import asyncio
import json

import pytest

from edge_agent.daemon.watching import Watching
from edge_agent.health.footprint import Footprint, footprint
from edge_agent.health.progress import Progress
from edge_agent.health.service_manager import ServiceManager
from tests.edge_agent.health.some_status import some_sink, some_status
from tests.edge_agent.manual_clock import ManualClock, settle

LEAN = Footprint(40, 12, 80 << 20)


@pytest.fixture
def clock():
    return ManualClock()


class Bench:
    """Everything that watches, told apart by what it said and did."""

    def __init__(self, clock, held=LEAN) -> None:
        self.said: list[str] = []
        self.restarts: list[str] = []
        self.progress = Progress(clock)
        manager = ServiceManager({"WATCHDOG_USEC": "30000000"}, self.said.append)
        self.one = Watching(clock, self.progress, manager, lambda: held)
        self.tasks = self.one.tasks(self.restarts.append)
        self.stop = asyncio.Event()

    async def run(self, name):
        task = asyncio.create_task(self.tasks[name](self.stop))
        await settle()
        return task


@pytest.mark.logs("no progress: log; the watchdog is not fed any more")
async def test_the_watchdog_is_fed_while_there_is_progress(clock):
    bench = Bench(clock)
    bench.progress.promise("log", 100)
    task = await bench.run("watchdog")
    await clock.pass_s(96)
    assert bench.said == ["WATCHDOG=1"] * 9
    await clock.pass_s(60)
    assert bench.said[9:] == ["STATUS=no progress: log"]
    bench.progress.promise("log", 100)
    await clock.pass_s(12)
    assert bench.said[10:] == ["WATCHDOG=1"]
    bench.stop.set()
    await task


@pytest.mark.logs("open files")
async def test_a_leak_restarts_links_and_in_the_end_the_process(clock):
    bench = Bench(clock, Footprint(1_000_000, 10, 10))
    ended = []
    bench.one.worn_out = lambda: ended.append(1)
    task = await bench.run("leak guard")
    await clock.pass_s(60)
    assert bench.restarts == ["the agent holds 1000000 open files"]
    assert not bench.one.is_worn_out
    await clock.pass_s(180)
    assert len(bench.restarts) == 1
    assert bench.one.is_worn_out
    assert ended
    bench.stop.set()
    await task


def test_pages(clock):
    bench = Bench(clock)
    bench.one.status = some_status()
    page = bench.one._health()
    assert (page.status, json.loads(page.body)["status"]) == (200, "ok")
    bench.one.status = some_status(sinks={"hub": some_sink(reachable=False)})
    assert bench.one._health().status == 200
    bench.progress.promise("log", 0)
    clock.jump_s(1)
    page = bench.one._health()
    assert (page.status, json.loads(page.body)["status"]) == (503, "failing")
    assert "area_edge_log_readings_total 60" in bench.one._metrics().body


async def test_without_a_watchdog_none_is_fed_and_without_a_port_nothing_listens(clock):
    one = Watching(clock, Progress(clock), ServiceManager({}), footprint)
    tasks = one.tasks(lambda _: None)
    assert set(tasks) == {"leak guard", "monitor"}
    stop = asyncio.Event()
    serving = asyncio.create_task(tasks["monitor"](stop))
    await settle()
    assert not serving.done()
    stop.set()
    await serving
