"""Supervision: crashes, hangs and leaks are begun anew, later and later, and counted."""

from __future__ import annotations

import asyncio
import random

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.sources import ModbusSource
from edge_agent.clock import SystemClock
from edge_agent.drivers.base import Station
from edge_agent.drivers.modbus import ModbusDriver
from edge_agent.health.footprint import footprint
from edge_agent.supervision import BoundedDriver, Deadlines, Hung, Supervisor
from tests.edge_agent.manual_clock import ManualClock, settle
from tests.peers import libmodbus


@pytest.fixture
def clock():
    return ManualClock()


class Bench:
    """One supervised task that does what it is told at each of its begins."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.begins: list[float] = []
        self.outcomes: list = []
        self.told: list[tuple[str, float]] = []
        self.one = Supervisor("task", self._run, (clock, random.Random(7)), self._note)

    async def _run(self, stop) -> None:
        self.begins.append(self.clock.monotonic())
        if self.outcomes:
            await self.outcomes.pop(0)(stop)
        else:
            await stop.wait()

    def _note(self, sentence, retry_s) -> None:
        self.told.append((sentence, retry_s))

    async def __aenter__(self):
        self.task = asyncio.create_task(self.one.keep())
        await settle()
        return self

    async def __aexit__(self, *_error) -> None:
        self.one.stop()
        await asyncio.wait_for(self.task, 5)


async def _crash(_stop):
    raise ZeroDivisionError


async def _hang(_stop):
    raise Hung("the driver hangs")


async def _end(_stop):
    return


@pytest.mark.logs("task")
async def test_a_crash_is_begun_anew_later_and_later(clock):
    bench = Bench(clock)
    bench.outcomes = [_crash] * 12
    async with bench:
        await clock.pass_s(3600)
    waits = [retry_s for _, retry_s in bench.told]
    assert len(bench.begins) == 13
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits[:8]))
    assert all(150 <= wait <= 300 for wait in waits[9:])
    record = bench.one.record
    assert (record.restarts, record.crashes, record.hangs) == (12, 12, 0)
    assert record.last_reason == "internal error: ZeroDivisionError()"


@pytest.mark.logs("task")
async def test_after_a_long_healthy_run_the_wait_is_short_again(clock):
    async def late_crash(stop):
        await clock.pause(700, stop)
        await _crash(stop)

    bench = Bench(clock)
    bench.outcomes = [_crash] * 5 + [late_crash]
    async with bench:
        await clock.pass_s(2000)
    assert bench.told[4][1] > 8
    assert bench.told[5][1] <= 1


async def test_a_hang_and_an_end_without_reason_count_too(clock):
    bench = Bench(clock)
    bench.outcomes = [_hang, _end]
    async with bench:
        await clock.pass_s(60)
    record = bench.one.record
    assert (record.restarts, record.crashes, record.hangs) == (2, 1, 1)
    assert [sentence for sentence, _ in bench.told] == [
        "the driver hangs",
        "internal error: it ended by itself",
    ]


async def test_a_leak_is_begun_anew_at_once_after_what_is_in_flight(clock):
    bench = Bench(clock)
    async with bench:
        bench.one.restart("too many open files")
        bench.one.restart("too many open files")
        await settle()
        assert len(bench.begins) == 2
        record = bench.one.record
        assert (record.restarts, record.leaks) == (1, 1)
        assert record.last_reason == "too many open files"


async def test_a_stop_ends_the_wait_for_the_next_try(clock):
    bench = Bench(clock)
    bench.outcomes = [_hang]
    async with bench:
        pass
    assert len(bench.begins) == 1


class Wire:
    """A driver whose calls return when their event is set."""

    health = "wire"

    def __init__(self) -> None:
        self.answer = asyncio.Event()
        self.cancelled = 0

    async def _call(self) -> list:
        try:
            await self.answer.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return []

    async def open(self) -> None:
        await self._call()

    async def read(self, _device, _points):
        return await self._call()

    async def close(self) -> None:
        await self._call()


@pytest.mark.parametrize(
    ("call", "limit_s", "words"),
    [
        (lambda driver: driver.open(), 20, "open took longer than 20 s"),
        (lambda driver: driver.read("meter", ()), 5, "reading meter took longer than 5 s"),
        (lambda driver: driver.close(), 2, "close took longer than 2 s"),
    ],
)
async def test_a_call_past_its_deadline_is_a_hang(clock, call, limit_s, words):
    wire = Wire()
    driver = BoundedDriver(wire, clock, Deadlines(20, 5, 2))
    task = asyncio.create_task(call(driver))
    await clock.pass_s(limit_s - 0.1)
    assert not task.done()
    await clock.pass_s(0.2)
    with pytest.raises(Hung, match=words):
        await task
    assert wire.cancelled == 1


async def test_a_call_in_time_gives_its_answer_or_its_error(clock):
    wire = Wire()
    driver = BoundedDriver(wire, clock)
    task = asyncio.create_task(driver.read("meter", ()))
    await settle()
    wire.answer.set()
    assert await task == []

    async def unavailable(*_) -> list:
        raise DeviceUnavailable("meter does not answer")

    wire.read = unavailable
    with pytest.raises(DeviceUnavailable):
        await driver.read("meter", ())


async def test_a_process_that_was_stopped_takes_nobody_for_hung(clock):
    """SIGSTOP for an hour: the answer lies in the socket, but the deadline wakes first."""
    wire = Wire()
    driver = BoundedDriver(wire, clock, Deadlines(20, 5, 2))
    task = asyncio.create_task(driver.read("meter", ()))
    await settle()
    clock.jump_s(3600)
    await settle()
    assert not task.done()
    wire.answer.set()
    assert await task == []


@pytest.mark.parametrize(
    "rounds", [30, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(0)])]
)
async def test_a_link_that_is_opened_again_and_again_holds_no_more_than_before(
    tmp_path, make_profile, rounds
):
    point = Point("voltage_r", ModbusSource("holding", 0, scale=0.1), 1.0)
    with libmodbus.tcp_server(tmp_path) as port:
        link = Link("l", "modbus_tcp", host="127.0.0.1", tcp_port=port)
        station = Station("meter", libmodbus.UNIT, make_profile(point))
        held = []
        for _ in range(rounds):
            driver = BoundedDriver(ModbusDriver(link, [station], SystemClock()), SystemClock())
            await driver.open()
            assert len(await driver.read("meter", (point,))) == 1
            await driver.close()
            held.append(footprint())
    assert held[-1].open_files <= held[4].open_files
    assert held[-1].threads <= held[4].threads
