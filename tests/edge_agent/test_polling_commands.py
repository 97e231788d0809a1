"""Commands between polls: one request at a time on a line, and what a lost link does to them."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.sources import ModbusSource
from area_configs.loader import load_profile
from edge_agent.drivers.base import LinkLost, Station, WriteRefused
from edge_agent.polling import LinkPoller
from tests.edge_agent.manual_clock import ManualClock
from tests.edge_agent.test_polling import Notes, Wire

FAST = Point("voltage_r", ModbusSource("input", 0), 2.0)


class ToldWire(Wire):
    """A wire whose devices can be told something."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.told: list[tuple[str, str, float]] = []
        self.refusing: Exception | None = None

    async def write(self, device, command, value):
        assert self.in_flight == 0, "two requests on one line"
        self.in_flight += 1
        await asyncio.sleep(0)
        self.in_flight -= 1
        if self.refusing:
            raise self.refusing
        self.told.append((device, command.id, value))


COMMAND = load_profile("generic_battery_pcs").commands[0]


@contextlib.asynccontextmanager
async def told(profile):
    """Give a poller that runs on a wire, the wire, what was delivered, and the clock."""
    clock, stop, delivered = ManualClock(), asyncio.Event(), []

    async def deliver(readings):
        delivered.append(readings)

    wire = ToldWire(clock, stop, polls=1000)
    timing = (clock, random.Random(1))
    poller = LinkPoller("line", wire, [Station("a", 1, profile)], deliver, Notes(), timing)
    running = asyncio.create_task(poller.run(stop))
    await clock.pass_s(2.0)
    try:
        yield poller, wire, delivered, clock
    finally:
        stop.set()
        await running


async def test_commands_go_out_between_polls(make_profile):
    async with told(make_profile(FAST)) as (poller, wire, delivered, clock):
        before = len(delivered)
        await asyncio.gather(
            *(poller.write("a", COMMAND, value) for value in (1.0, 2.0, 3.0)),
            poller.ask("a", (FAST,)),
            clock.pass_s(10.0),
        )
        assert wire.told == [("a", "power", value) for value in (1.0, 2.0, 3.0)]
        assert len(delivered) > before + 1


async def test_a_link_lost_by_a_command_is_opened_again(make_profile):
    async with told(make_profile(FAST)) as (poller, wire, _, clock):
        wire.refusing = LinkLost("gone")
        with pytest.raises(LinkLost):
            await poller.write("a", COMMAND, 1.0)
        with pytest.raises(DeviceUnavailable, match="is not open"):
            await poller.write("a", COMMAND, 1.0)
        wire.refusing = None
        await clock.pass_s(20.0)
        assert wire.opened == 2
        await poller.write("a", COMMAND, 1.0)


async def test_a_link_without_a_way_to_tell_refuses(make_profile):
    clock, stop = ManualClock(), asyncio.Event()
    timing = (clock, random.Random(1))
    poller = LinkPoller(
        "line", Wire(clock, stop), [Station("a", 1, make_profile(FAST))], print, Notes(), timing
    )
    with pytest.raises(WriteRefused, match="cannot tell"):
        await poller.write("a", COMMAND, 1.0)
