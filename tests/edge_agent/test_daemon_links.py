"""Links under supervision: a driver that hangs or crashes, and changes that touch only themselves."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from edge_agent.daemon.links import Drivers, Links
from edge_agent.drivers.base import WriteRefused
from edge_agent.health.observations import Health
from edge_agent.settings import Installation
from tests.edge_agent.manual_clock import ManualClock, settle

AREA = load_area("harumi")
GATEWAY = AREA.gateway("gw-waterfront")
TWO = tuple(link for link in GATEWAY.links if link.id in ("rs485-waterfront", "lan-plaza"))
HERE = Installation(AREA, replace(GATEWAY, links=TWO))


class Wire:
    """A driver of one link; `outcome` says what a poll does."""

    def __init__(self, link) -> None:
        self.link = link
        self.closed = 0
        self.health = "wire"
        self.outcome = self._answer

    async def open(self) -> None: ...

    async def close(self) -> None:
        self.closed += 1

    async def read(self, device, points):
        return await self.outcome(device, points)

    async def _answer(self, device, points):
        return [Reading(device, point.quantity, 1, 1.0) for point in points]


class Site:
    """The links of one gateway, every driver ever made for them, and what they delivered."""

    def __init__(self, refusal=lambda _device: "") -> None:
        self.clock = ManualClock()
        self.wires: list[Wire] = []
        self.stored: list[Reading] = []
        self.health = Health(self.clock)
        drivers = Drivers(self._make, self._store, self.clock, random.Random(7), refusal)
        self.links = Links(drivers, self.health)

    def _make(self, link, _stations, _secrets, _clock):
        self.wires.append(Wire(link))
        return self.wires[-1]

    async def _store(self, readings) -> None:
        self.stored += readings

    def of(self, link) -> list[Wire]:
        return [wire for wire in self.wires if wire.link.id == link]

    def records(self) -> dict:
        return dict(self.links.records())

    @asynccontextmanager
    async def running(self):
        await self.links.change(HERE)
        await self.clock.pass_s(3)
        try:
            yield self
        finally:
            await self.links.stop()


def _with_port(tcp_port: int) -> Installation:
    links = tuple(
        replace(link, tcp_port=tcp_port) if link.kind == "modbus_tcp" else link
        for link in HERE.gateway.links
    )
    return Installation(AREA, replace(HERE.gateway, links=links))


TCP = next(link.id for link in HERE.gateway.links if link.kind == "modbus_tcp")
RTU = next(link.id for link in HERE.gateway.links if link.kind != "modbus_tcp")


@pytest.mark.logs("the driver hangs")
async def test_a_driver_that_hangs_is_replaced_and_no_other_notices():
    async with Site().running() as site:
        never = asyncio.Event()
        [hanging] = site.of(TCP)
        hanging.outcome = lambda *_: never.wait()
        await site.clock.pass_s(200)
        record = site.records()[f"link {TCP}"]
        assert (record.restarts, record.hangs) == (1, 1)
        assert hanging.closed == 1
        assert len(site.of(TCP)) == 2
        assert site.health.links[TCP].state == "open"
        # the other one has gone on with the driver it had
        assert len(site.of(RTU)) == 1
        assert site.records()[f"link {RTU}"].restarts == 0
        before = len(site.stored)
        await site.clock.pass_s(30)
        assert {reading.device for reading in site.stored[before:]} == {
            device.id for link in TWO for device in HERE.devices_on(link)
        }


@pytest.mark.logs("link")
async def test_a_driver_that_crashes_is_replaced():
    async with Site().running() as site:

        async def crash(*_):
            raise ZeroDivisionError

        site.of(TCP)[0].outcome = crash
        await site.clock.pass_s(30)
        record = site.records()[f"link {TCP}"]
        assert (record.restarts, record.crashes) == (1, 1)
        assert site.health.links[TCP].last_error == "internal error: ZeroDivisionError()"
        assert site.health.links[TCP].state == "open"


async def test_all_links_are_begun_anew_for_a_leak():
    async with Site().running() as site:
        site.links.restart("1000 open files")
        await site.clock.pass_s(3)
        assert [len(site.of(link)) for link in (RTU, TCP)] == [2, 2]
        assert all(record.leaks == 1 for record in site.records().values())


async def test_an_equal_configuration_touches_nothing():
    async with Site().running() as site:
        assert await site.links.change(Installation(AREA, HERE.gateway)) == []
        assert len(site.wires) == 2


async def test_only_the_changed_link_is_begun_anew():
    async with Site().running() as site:
        assert await site.links.change(_with_port(1502)) == [TCP]
        await site.clock.pass_s(3)
        assert [wire.link.tcp_port for wire in site.of(TCP)][-1] == 1502
        assert site.of(TCP)[0].closed == 1
        assert len(site.of(RTU)) == 1


async def test_a_poll_in_flight_is_stored_before_its_link_changes():
    async with Site().running() as site:
        answer = asyncio.Event()
        [old] = site.of(TCP)

        async def late(device, points):
            await answer.wait()
            return [Reading(device, points[0].quantity, 77, 1.0)]

        old.outcome = late
        await site.clock.pass_s(60)
        change = asyncio.create_task(site.links.change(_with_port(1502)))
        await settle()
        assert not change.done()
        answer.set()
        await change
        assert [r.observed_us for r in site.stored].count(77) == 1


async def test_a_link_that_is_gone_is_forgotten():
    async with Site().running() as site:
        rtu = tuple(link for link in HERE.gateway.links if link.id == RTU)
        fewer = Installation(AREA, replace(HERE.gateway, links=rtu))
        assert await site.links.change(fewer) == [TCP]
        assert list(site.health.links) == [RTU]
        assert {one.link for one in site.health.devices.values()} == {RTU}
        assert await site.links.change(HERE) == [TCP]
        await site.clock.pass_s(3)
        assert site.health.links[TCP].state == "open"


async def test_after_a_stop_and_a_jump_of_the_clock_polls_go_on_without_a_burst_or_a_drift():
    async with Site().running() as site:
        [wire], polled = site.of(TCP), []

        async def note(device, points):
            polled.extend((site.clock.monotonic(), device, point) for point in points)
            return [Reading(device, point.quantity, site.clock.now_us(), 1.0) for point in points]

        wire.outcome = note
        await site.clock.pass_s(20)
        site.clock.jump_s(3600)  # SIGSTOP for an hour
        site.clock.wall_us -= 50 * 365 * 86_400_000_000  # and back to 1970
        stopped_until = site.clock.monotonic()
        await site.clock.pass_s(20)
        for device, point in {(device, point) for _, device, point in polled}:
            times = [at for at, *of in polled if of == [device, point]]
            # what was missed is skipped: asked once at once, then on the grid of before
            assert sum(at == stopped_until for at in times) <= 1
            grid = [at for at in times if at != stopped_until]
            assert all(
                (at - grid[0]) % point.period_s == pytest.approx(0, abs=1e-6)
                or (at - grid[0]) % point.period_s == pytest.approx(point.period_s, abs=1e-6)
                for at in grid
            )
            assert len(times) <= 40 / point.period_s + 3
        assert all(record.restarts == 0 for record in site.records().values())
        assert site.health.progress.overdue() == []


async def test_a_device_that_is_not_in_service_is_told_nothing():
    async with Site(lambda device: f"{device} is not in service yet").running() as site:
        device = HERE.devices_on(HERE.gateway.links[0])[0].id
        with pytest.raises(WriteRefused, match="is not in service yet"):
            await site.links.write(device, None, 1.0)
