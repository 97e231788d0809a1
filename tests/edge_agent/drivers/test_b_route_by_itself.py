"""What a B-route driver does beside polling: announcements, air time, the past after a restart."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager, closing

import pytest

from area_configs.domain.areas import Link
from area_configs.loader import load_area
from edge_agent.credentials import RouteBSecrets
from edge_agent.drivers.b_route import BRouteDriver
from edge_agent.drivers.b_route.air_time import AirTime
from edge_agent.drivers.base import NotNow, Station
from edge_agent.simulators.b_route_meter import WiSunDongle
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.echonet_frames import Frame
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.links_file import invent_secrets
from edge_agent.simulators.meter_node import MeterNode
from edge_agent.simulators.meter_properties import MeterProperties
from edge_agent.simulators.speaker import Speaker
from edge_agent.store import DeviceMemory

AREA = load_area("harumi")
METER = AREA.device("meter-home-a")
PROFILE = AREA.profile_of(METER)
SECRETS = invent_secrets("0/any/place")
HOUR_US = 3_600_000_000
PATIENCE_S = 30


class House:
    """A simulated dongle with its meter, on a clock that a test moves; and the driver of it."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.ledger = Ledger(folder / "ledger.jsonl")
        district = District(AREA)
        speaker = Speaker(district, METER, PROFILE, 0)
        self.dongle = WiSunDongle(
            folder / "dongle",
            meter=MeterNode(METER, PROFILE, MeterProperties(METER, district, speaker)),
            secrets=SECRETS,
            ledger=self.ledger,
            clock=clock.now_us,
            faults={},
        )

    def driver(self, memory=None):
        link = Link("b", "b_route", port=str(self.folder / "dongle"), baudrate=115200)
        secrets = RouteBSecrets(SECRETS.route_b_id, SECRETS.password)
        return BRouteDriver(link, Station(METER.id, 0, PROFILE), secrets, self.clock, memory=memory)

    def said(self):
        lines = (self.folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        entries = [json.loads(line) for line in lines]
        return [(e["quantity"], pytest.approx(e["value"]), e["said_us"]) for e in entries]

    def close(self):
        self.dongle.close()
        self.ledger.close()


@pytest.fixture
async def house(tmp_path, clock):
    clock.wall_us = time.time_ns() // 1000
    built = House(tmp_path, clock)
    yield built
    built.close()


@asynccontextmanager
async def _open(driver):
    await driver.open()
    try:
        yield driver
    finally:
        await driver.close()


async def _until(holds):
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_what_the_meter_announces_is_read_and_confirmed_where_it_asks(house):
    heard = asyncio.Queue()
    confirmed = []
    async with _open(house.driver()) as driver:
        house.dongle._ask_meter = confirmed.append
        listening = asyncio.ensure_future(driver.listen(heard.put))
        house.dongle.say_half_hour()
        readings = await asyncio.wait_for(heard.get(), PATIENCE_S)
        frame, _ = house.dongle._meter.half_hour(house.clock.now_us())
        asks = Frame(frame.tid, frame.source, frame.destination, 0x74, frame.properties)
        house.dongle.announce(asks)
        again = await asyncio.wait_for(heard.get(), PATIENCE_S)
        await _until(lambda: confirmed)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert [(r.quantity, r.value, r.observed_us) for r in readings] == house.said()
    assert readings[0].observed_us % (HOUR_US // 2) == 0
    assert readings[0].quantity == "energy_import"
    assert [r.value for r in again] == [r.value for r in readings]
    assert confirmed[0][10] == 0x7A


@pytest.mark.slow
async def test_while_the_air_time_is_used_up_nothing_is_sent_and_the_session_stays(house):
    async with _open(house.driver()) as driver:
        await driver.read(METER.id, PROFILE.points)
        house.dongle.limit_air_time(spent=True)
        await _until(lambda: "air time" in driver.health)
        before = house.said()
        with pytest.raises(NotNow, match="has used up the air time that 920 MHz rules allow"):
            await driver.read(METER.id, PROFILE.points)
        house.dongle.limit_air_time(spent=False)
        await _until(lambda: "air time" not in driver.health)
        assert house.said() == before
        assert await driver.read(METER.id, PROFILE.points)


@pytest.mark.slow
async def test_half_hours_that_an_agent_missed_are_fetched_by_the_next(house, tmp_path):
    for hours in (0, 3):
        house.clock.wall_us += hours * HOUR_US
        with closing(DeviceMemory(tmp_path)) as memory:
            async with _open(house.driver(memory)) as driver:
                readings = await driver.read(METER.id, PROFILE.points)
                await driver.read(METER.id, PROFILE.points[:1])
    past = [r.observed_us for r in readings if r.quantity == "energy_import"][:-1]
    assert len(past) == 6
    assert {at % (HOUR_US // 2) for at in past} == {0}


def test_only_the_modules_own_events_move_the_limit():
    air = AirTime()
    for line in ("OK", "ERXUDP EVENT 32", "EVENT 21 FE80::1 0 00", "EVENT", object()):
        air.put(line)
    assert not air.is_spent()
    air.put("EVENT 32 FE80:0000:0000:0000:021D:1290:1234:5678 0")
    assert air.is_spent()
    air.put("EVENT 33 FE80:0000:0000:0000:021D:1290:1234:5678")
    assert not air.is_spent()
    assert air.empty()
