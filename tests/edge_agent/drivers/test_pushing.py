"""Drivers whose devices send by themselves: a P1 meter and pulse inputs, simulated."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

import pytest

from area_configs.domain.areas import Area, Device, Gateway, Link, Position
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.names import Name
from area_configs.domain.quality import Reason
from area_configs.loader import load_profile
from edge_agent.drivers.base import LinkLost, Listening, Station
from edge_agent.drivers.dsmr_p1 import P1Driver
from edge_agent.drivers.pulse import PulseDriver
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.faults import Fault
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.p1_meter import P1Meter
from edge_agent.simulators.pulse_inputs import PulseInputs
from edge_agent.simulators.speaker import Speaker
from edge_agent.store import DeviceMemory

NOON_US = 1_781_578_800_000_000  # 16 June 2026, 12:00 in Tokyo
NAME, HERE = Name("機器", "Device"), Position(35.652, 139.777)


def _device(profile, unit=0):
    return Device("one", NAME, profile, "gw", "line", HERE, unit=unit)


def _said(folder):
    lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
    return [(line["quantity"], line["value"]) for line in lines]


@asynccontextmanager
async def _listening(driver):
    """Open a driver and give the queue of what it delivers, and the task that does."""
    await driver.open()
    heard = asyncio.Queue()
    task = asyncio.ensure_future(driver.listen(heard.put))
    try:
        yield heard, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


class TestP1:
    @pytest.fixture
    async def meter(self, tmp_path):
        device, profile = _device("dsmr_p1_meter"), load_profile("dsmr_p1_meter")
        gateway = Gateway("gw", NAME, HERE, (Link("line", "p1_serial"),))
        area = Area("t", NAME, HERE, 6677, "Asia/Tokyo", True, NAME, (gateway,), (device,),
                    {profile.id: profile})  # fmt: skip
        ledger, self.faults = Ledger(tmp_path / "ledger.jsonl"), {}
        world = lambda: NOON_US, lambda us: datetime.fromtimestamp(us / 1e6, UTC), self.faults
        speaker = Speaker(District(area), device, profile, 0)
        meter = P1Meter(tmp_path / "p1", (device, profile), speaker, ledger, world)
        yield meter
        meter.close()
        ledger.close()

    def _driver(self, folder, clock, silence_s=30.0):
        profile = load_profile("dsmr_p1_meter")
        link = Link("line", "p1_serial", port=str(folder / "p1"), baudrate=115200)
        return P1Driver(link, Station("one", 0, profile), clock, silence_s)

    async def test_a_telegram_becomes_readings(self, meter, clock, tmp_path):
        meter.send()  # nobody listens: nothing is said
        async with _listening(self._driver(tmp_path, clock)) as (heard, _):
            meter.send()
            readings = await asyncio.wait_for(heard.get(), 5)
        assert [(r.quantity, r.value) for r in readings] == _said(tmp_path)
        assert {r.quality.reason for r in readings} == {Reason.OK}

    async def test_a_damaged_telegram_is_bad_quality_with_its_reason(self, meter, clock, tmp_path):
        driver = self._driver(tmp_path, clock)
        async with _listening(driver) as (heard, _):
            self.faults["one"] = Fault(garbled=True)
            meter.send()
            readings = await asyncio.wait_for(heard.get(), 5)
            assert "1 telegrams, 1 damaged" in driver.health
        assert {r.value for r in readings} == {None}
        assert {r.quality.reason for r in readings} == {Reason.COMM}
        assert "checksum" in readings[0].quality.raw

    @pytest.mark.usefixtures("meter")
    async def test_silence_ends_the_link_with_a_sentence(self, clock, tmp_path):
        async with _listening(self._driver(tmp_path, clock, silence_s=0.05)) as (_, task):
            with pytest.raises(LinkLost, match=r"sent no telegram for 0.05 s: check the cable"):
                await task

    async def test_a_port_that_goes_away_ends_the_link(self, meter, clock, tmp_path):
        async with _listening(self._driver(tmp_path, clock)) as (_, task):
            meter.close()
            with pytest.raises(LinkLost, match="the port is gone"):
                await asyncio.wait_for(task, 5)

    async def test_a_port_that_is_not_there(self, clock, tmp_path):
        with pytest.raises(DeviceUnavailable, match="is not there"):
            await self._driver(tmp_path, clock).open()


class TestPulses:
    @pytest.fixture
    async def inputs(self, tmp_path):
        profile = load_profile("pulse_energy_meter")
        ledger = Ledger(tmp_path / "ledger.jsonl")
        device = _device(profile.id, unit=5)
        inputs = PulseInputs(tmp_path / "chip", {5: (device, profile)}, ledger, lambda: NOON_US, {})
        yield inputs
        inputs.close()
        ledger.close()

    def _driver(self, folder, clock, memory=None):
        station = Station("one", 5, load_profile("pulse_energy_meter"))
        link = Link("line", "pulse_input", port=str(folder / "chip"))
        return PulseDriver(link, [station], clock, memory)

    async def test_each_pulse_is_counted_and_gives_a_rate(self, inputs, clock, tmp_path):
        inputs.pulse(5)  # nobody watches
        async with _listening(self._driver(tmp_path, clock)) as (heard, _):
            inputs.pulse(5)
            inputs.pulse(5)
            readings = await asyncio.wait_for(heard.get(), 5)
            if len(readings) < 4:  # two reads of the pipe instead of one
                readings += await asyncio.wait_for(heard.get(), 5)
        assert [(r.quantity, r.value) for r in readings] == _said(tmp_path)
        assert [r.value for r in readings] == [0.001, None, 0.002, 1200.0]
        assert len({r.observed_us for r in readings}) == 2

    async def test_a_burst_is_told_once(self, inputs, clock, tmp_path):
        driver = self._driver(tmp_path, clock)
        await driver.open()
        for _ in range(40):
            inputs.pulse(5)
        heard = asyncio.Queue()
        task = asyncio.ensure_future(driver.listen(heard.put))
        readings = await asyncio.wait_for(heard.get(), 5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()
        assert [r.value for r in readings] == [0.04, 1200.0]

    async def test_a_count_goes_on_after_the_agent_began_anew(self, inputs, clock, tmp_path):
        counts = []
        for _ in range(2):
            with closing(DeviceMemory(tmp_path)) as memory:
                driver = self._driver(tmp_path, clock, memory)
                async with _listening(driver) as (heard, _):
                    inputs.pulse(5)
                    counts += [r.value for r in await asyncio.wait_for(heard.get(), 5)]
        assert counts[::2] == [0.001, 0.002]

    async def test_a_count_is_durable_before_anybody_hears_of_it(self, inputs, clock, tmp_path):
        kept = []

        async def deliver(_readings):
            with closing(sqlite3.connect(tmp_path / "devices.db")) as other:
                kept.extend(other.execute("SELECT value FROM memory").fetchall())
            delivered.set()

        delivered = asyncio.Event()
        with closing(DeviceMemory(tmp_path)) as memory:
            driver = self._driver(tmp_path, clock, memory)
            await driver.open()
            listening = asyncio.ensure_future(driver.listen(deliver))
            inputs.pulse(5)
            await asyncio.wait_for(delivered.wait(), 5)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await driver.close()
        assert kept == [(1,)]

    async def test_a_chip_that_is_not_there_is_one_sentence(self, clock, tmp_path):
        with pytest.raises(DeviceUnavailable, match="cannot be watched"):
            await self._driver(tmp_path, clock).open()

    def test_both_kinds_listen(self, clock, tmp_path):
        assert isinstance(self._driver(tmp_path, clock), Listening)
