"""The Bluetooth driver against bumble's controller and GATT server, which share no code with it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.sources import BleSource
from area_configs.loader import load_profile
from edge_agent.clock import SystemClock
from edge_agent.drivers.base import LinkLost, Station
from edge_agent.drivers.ble import BleDriver
from edge_agent.drivers.ble.pairing import PairingWindow, open_window
from tests.edge_agent.manual_clock import ManualClock
from tests.peers import bumble_wearables as bumble

RATE = "2a37"
EVENT, ACK = (f"7a1c000{n}-5e0f-4b1d-9c6e-2d3f4a5b6c7d" for n in (2, 3))
FDS = Path("/proc/self/fd")


def _strap(address=bumble.STRAP, profile="ble_heart_rate_strap"):
    return Station(f"worn-{address[-1]}", 0, load_profile(profile), address, zone="Asia/Tokyo")


@asynccontextmanager
async def _listening(adapter, *stations, **options):
    """Run the driver; give it with the readings that it delivers."""
    driver = BleDriver(Link("l", "ble", adapter=adapter), stations, SystemClock(), **options)
    heard = Readings()
    await driver.open()
    listening = asyncio.create_task(driver.listen(heard.take))
    try:
        yield driver, heard
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await driver.close()


class Readings:
    def __init__(self):
        self.all = []
        self._new = asyncio.Event()

    async def take(self, readings):
        self.all += readings
        self._new.set()

    def values(self, quantity):
        return [reading.value for reading in self.all if reading.quantity == quantity]

    async def until(self, done):
        async with asyncio.timeout(bumble.PATIENCE_S):
            while not done():
                self._new.clear()
                await self._new.wait()


async def test_a_strap_of_another_maker_is_read_as_it_speaks():
    async with bumble.channel() as (air, adapter):
        strap = await bumble.strap(air)
        async with _listening(adapter, _strap()) as (driver, heard):
            await strap.say(RATE, bumble.heart_rate(71, [0.8, 0.9]))
            await heard.until(lambda: len(heard.values("rr_interval")) == 2)
            await strap.say(RATE, bumble.heart_rate(72, [], contact=False))
            await heard.until(lambda: len(heard.values("heart_rate")) == 2)
            await heard.until(lambda: heard.values("battery_level"))
            identity = await driver.identify(bumble.STRAP)
        assert heard.values("heart_rate") == [71.0, 72.0]
        assert heard.values("rr_interval") == pytest.approx([799.8, 899.4], abs=0.1)
        assert heard.values("battery_level") == [87.0]
        first, second = [r.observed_us for r in heard.all if r.quantity == "rr_interval"]
        assert second - first == pytest.approx(900_000, abs=1500)
        assert [r.quality.reason for r in heard.all if r.quantity == "heart_rate"] == [
            "ok",
            "no_contact",
        ]
        assert (identity.maker, identity.model, identity.firmware) == ("Bumble", "Strap 1", "9.9")


async def test_a_measurement_is_indicated_and_dated_back_where_the_device_kept_it():
    cuff = _strap(bumble.CUFF, "ble_thermometer")
    async with bumble.channel() as (air, adapter):
        peer = await bumble.made_of(air, bumble.CUFF, {"2a1c": "indicate", "2a2b": "write"})
        async with _listening(adapter, cuff) as (_, heard):
            await peer.indicate("2a1c", bytes.fromhex("006C0100FF"))
            await peer.indicate("2a1c", bytes.fromhex("026C0100FFEA070109070000"))
            await heard.until(lambda: len(heard.values("body_temperature")) == 2)
            assert heard.values("body_temperature") == [36.4, 36.4]
        kept = [r for r in heard.all if r.quantity == "body_temperature"][1]
        midnight = datetime(2026, 1, 8, 22, 0, tzinfo=UTC)  # 9 January, 7:00 in Tokyo
        assert kept.observed_us == midnight.timestamp() * 1e6
        (clock,) = [data for uuid, data in peer.written if uuid == "2a2b"]
        assert len(clock) == 10


async def test_an_event_is_acknowledged_each_time_and_counted_once():
    pendant = _strap(bumble.PENDANT, "generic_care_pendant")
    async with bumble.channel() as (air, adapter):
        peer = await bumble.made_of(air, bumble.PENDANT, {EVENT: "notify", ACK: "write"})
        async with _listening(adapter, pendant) as (_, heard):
            for text in ("0701", "0701", "0802", "0701", "0900"):
                peer.new_write.clear()
                await peer.say(EVENT, bytes.fromhex(text))
                async with asyncio.timeout(bumble.PATIENCE_S):
                    await peer.new_write.wait()
        assert [data[0] for uuid, data in peer.written if uuid == ACK] == [7, 7, 8, 7, 9]
        assert heard.values("fall_event") == [1.0, 0.0]
        assert heard.values("sos_event") == [1.0, 0.0]
        missing = {r.quantity for r in heard.all if r.quality.reason == "config"}
        assert missing == {"battery_level", "steps", "motion"}


async def test_a_device_that_talks_rubbish_or_without_end_does_not_disturb_another():
    async with bumble.channel() as (air, adapter):
        liar = await bumble.made_of(air, bumble.PENDANT, {RATE: "notify"})
        strap = await bumble.strap(air)
        stations = _strap(), _strap(bumble.PENDANT)
        async with _listening(adapter, *stations) as (_, heard):
            await liar.say(RATE, b"\x01")
            for _ in range(200):
                await liar.say(RATE, b"\xff" * 20)
            await strap.say(RATE, bumble.heart_rate(70, []))
            await heard.until(lambda: 70.0 in heard.values("heart_rate"))
        lies = [r for r in heard.all if r.device == "worn-2" and r.quantity == "heart_rate"]
        assert {(r.value, str(r.quality.reason)) for r in lies} <= {
            (None, "device"),
            (65535.0, "out_of_limits"),
        }
        assert lies[0].quality.raw.startswith("01: byte")
        assert len(lies) < 100


def _descriptors():
    return len([*FDS.iterdir()])


async def _leave_and_come(strap, times):
    for _ in range(times):
        await strap.heard_by()
        await strap.leave()
    await strap.heard_by()


async def _descriptors_after(times):
    async with bumble.channel() as (air, adapter):
        strap = await bumble.made_of(air, bumble.STRAP, {RATE: "notify"})
        async with _listening(adapter, _strap()) as (_, heard):
            await _leave_and_come(strap, 20)
            before = _descriptors()
            tasks = len(asyncio.all_tasks())
            await _leave_and_come(strap, times)
            await strap.say(RATE, bumble.heart_rate(70, []))
            await heard.until(lambda: 70.0 in heard.values("heart_rate"))
            assert strap.connected == 20 + times + 1
            return _descriptors() - before, len(asyncio.all_tasks()) - tasks


@pytest.mark.slow
async def test_reconnecting_costs_nothing():
    assert await _descriptors_after(130) == (0, 0)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_reconnections_cost_nothing():
    assert await _descriptors_after(10_000) == (0, 0)


async def test_pairing_happens_only_inside_an_open_window(tmp_path):
    clock = SystemClock()
    window = PairingWindow(tmp_path, clock)
    async with bumble.channel() as (air, adapter):
        strap = await bumble.made_of(air, bumble.STRAP, {RATE: "notify"})
        async with _listening(adapter, _strap(), pairing=window):
            await strap.heard_by()
            assert strap.connection is not None
            assert not strap.connection.is_encrypted
            open_window(tmp_path, "another", clock.now_us() + 60_000_000)
            await _leave_and_come(strap, 1)
            assert not strap.connection.is_encrypted
            open_window(tmp_path, "worn-1", clock.now_us() - 1)
            await _leave_and_come(strap, 1)
            assert not strap.connection.is_encrypted
            open_window(tmp_path, "worn-1", clock.now_us() + 60_000_000)
            await _leave_and_come(strap, 1)
            assert strap.connection.is_encrypted
        assert not window.allows("worn-1"), "a window lets one device in, once"


async def test_a_device_that_must_be_paired_says_so():
    async with bumble.channel() as (air, adapter):
        strap = await bumble.made_of(
            air, bumble.STRAP, {RATE: "notify", "2a19": "read"}, locked=True
        )
        async with _listening(adapter, _strap()) as (_, heard):
            await strap.heard_by()
            await heard.until(lambda: heard.values("battery_level"))
        (level,) = [r for r in heard.all if r.quantity == "battery_level"]
        assert (level.value, level.quality.reason) == (None, "config")
        assert "area-edge pair" in level.quality.raw


async def test_what_is_near_is_discovered_with_the_models_that_fit():
    known = [load_profile(one) for one in ("ble_weight_scale", "ble_heart_rate_strap")]
    async with bumble.channel() as (air, adapter):
        await bumble.strap(air)
        async with _listening(adapter, known=known) as (driver, _):
            found = await anext(driver.discover())
        assert (found.address, found.profiles) == (bumble.STRAP, ("ble_heart_rate_strap",))
        assert found.signal_dbm == -50


async def test_a_point_is_read_over_the_connection_that_stands():
    point = Point("battery_level", BleSource("2a19", field="battery"), 60.0)
    async with bumble.channel() as (air, adapter):
        strap = await bumble.strap(air)
        async with _listening(adapter, _strap()) as (driver, _):
            with pytest.raises(DeviceUnavailable, match="not connected"):
                await driver.read("worn-1", [point])
            await strap.heard_by()
            (reading,) = await driver.read("worn-1", [point])
        assert (reading.quantity, reading.value) == ("battery_level", 87.0)


async def test_a_radio_that_is_not_there_says_so():
    driver = BleDriver(Link("l", "ble", adapter="virtual:127.0.0.1:1"), (), SystemClock())
    with pytest.raises(DeviceUnavailable, match="cannot be opened"):
        await driver.open()
    await driver.close()


async def test_a_device_that_nobody_met_does_not_say_what_it_is():
    clock = ManualClock()
    driver = BleDriver(Link("l", "ble"), [_strap()], clock)
    asked = asyncio.create_task(driver.identify(bumble.STRAP))
    await clock.pass_s(25)
    with pytest.raises(DeviceUnavailable, match="not connected to within 20 s: wake it"):
        await asked
    with pytest.raises(DeviceUnavailable, match="is none of this link's devices"):
        await driver.identify("C4:7C:8D:00:00:99")
    assert issubclass(LinkLost, DeviceUnavailable)
    assert replace(_strap(), secrets={"bind_key": "secret"}).__repr__().count("secret") == 0
