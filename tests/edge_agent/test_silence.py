"""Silence, one family after another: whatever is not heard has readings that say so."""

from __future__ import annotations

import asyncio
import os
import pty
import random
import socket
import tty
from contextlib import asynccontextmanager, contextmanager

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.devices import Point
from area_configs.domain.quality import Level, Quality, Reason
from area_configs.domain.quantities import BY_GATEWAY, QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.domain.readings import Reading
from area_configs.domain.sources import ModbusSource
from area_configs.loader import load_profile
from edge_agent.credentials import OpcUaIdentity, RouteBSecrets
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Station
from edge_agent.drivers.ble import BleDriver
from edge_agent.drivers.ble.absence import Absence
from edge_agent.drivers.dsmr_p1 import P1Driver
from edge_agent.drivers.modbus import ModbusDriver
from edge_agent.polling import LinkPoller, Silence
from edge_agent.simulators.faults import Fault
from tests.edge_agent.drivers.echonet_town import town
from tests.edge_agent.manual_clock import ManualClock, settle

GAUGES = (
    Point("voltage_r", ModbusSource("input", 0), 2.0),
    Point("current_r", ModbusSource("input", 1), 600.0),
)


class Notes:
    """An observer that keeps who was silent and who answered."""

    def __init__(self):
        self.silences, self.answers = [], []

    def link_up(self, *_what):
        pass

    def link_down(self, *_what):
        pass

    def scheduled(self, *_what):
        pass

    def answered(self, _link, device, *_what):
        self.answers.append(device)

    def silent(self, device, sentence):
        self.silences.append((device, sentence))


async def _missed(driver, station, clock):
    """Poll until something is missed; return the readings that say so."""
    stop, missed = asyncio.Event(), []

    async def deliver(readings):
        missed.extend(one for one in readings if one.quality.reason is Reason.SILENT)
        if missed:
            stop.set()

    poller = LinkPoller("l", driver, [station], deliver, Notes(), (clock, random.Random(7)))
    async with asyncio.timeout(20):
        await poller.run(stop)
    return missed


def _expected(profile):
    """Name what a silent device owes: neither what happens once nor what the gateway finds out."""
    given = {point.quantity for point in profile.points} - BY_GATEWAY
    return {one for one in given if QUANTITIES[one].kind is not Kind.EVENT}


def _is_told(missed, profile, how):
    assert {one.quantity for one in missed} == _expected(profile)
    assert {one.value for one in missed} == {None}
    assert {(one.quality.level, one.quality.raw) for one in missed} == {(Level.BAD, how)}


@contextmanager
def _mute_line():
    """Give a serial port on whose other end nobody speaks."""
    near, far = pty.openpty()
    tty.setraw(far)
    try:
        yield os.ttyname(far)
    finally:
        os.close(near)
        os.close(far)


@asynccontextmanager
async def _mute_server():
    """Give a port that takes connections and says nothing."""
    peers = []
    server = await asyncio.start_server(lambda *pair: peers.append(pair), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for _, writer in peers:
            writer.close()
        await server.wait_closed()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


async def test_a_serial_meter(clock):
    station = Station("meter", 1, load_profile("eastron_sdm120"))
    with _mute_line() as port:
        link = Link("l", "modbus_rtu", port=port, baudrate=9600)
        missed = await _missed(ModbusDriver(link, [station], clock, 0.05), station, clock)
    asked = _expected(station.profile)
    assert {one.quantity for one in missed} <= asked
    assert {one.quality for one in missed} == {Quality(Reason.SILENT, "no answer")}


@pytest.mark.parametrize("profile", ["sunspec_inverter", "generic_hydrogen_bank"])
async def test_a_meter_or_inverter_on_the_network(clock, profile):
    station = Station("one", 1, load_profile(profile))
    async with _mute_server() as port:
        link = Link("l", "modbus_tcp", host="127.0.0.1", tcp_port=port)
        missed = await _missed(ModbusDriver(link, [station], clock, 0.05), station, clock)
    assert missed
    assert {one.quality for one in missed} == {Quality(Reason.SILENT, "no answer")}


@pytest.mark.parametrize(
    ("fault", "how"),
    [(Fault(silent=True), "no answer"), (Fault(garbled=True), "damaged answer")],
)
async def test_an_echonet_object(fault, how, clock, tmp_path):
    async with town(tmp_path, clock, ("echonet_storage_battery", 11)) as battery:
        battery.faults["storage_battery"] = fault
        profile = battery.profile("storage_battery")
        station = Station("storage_battery", 0, profile, battery.devices[0].address)
        await battery.driver.close()
        missed = await _missed(battery.driver, station, clock)
    assert missed
    assert {one.quality for one in missed} == {Quality(Reason.SILENT, how)}


async def test_a_telegram_meter(clock):
    profile = load_profile("dsmr_p1_meter")
    station = Station("meter", 0, profile)
    with _mute_line() as port:
        link = Link("l", "p1_serial", port=port, baudrate=115200)
        missed = await _missed(P1Driver(link, station, clock, 0.05), station, clock)
    _is_told(missed, profile, "link down")


@pytest.mark.parametrize(
    ("kind", "profile", "secrets"),
    [
        ("b_route", "b_route_smart_meter", RouteBSecrets("0" * 32, "0" * 12)),
        ("pulse_input", "pulse_energy_meter", None),
    ],
)
async def test_what_hangs_on_a_port_that_is_gone(clock, kind, profile, secrets, tmp_path):
    station = Station("one", 0, load_profile(profile))
    link = Link("l", kind, port=str(tmp_path / "unplugged"), baudrate=115200)
    driver = driver_of(link, (station,), secrets, clock)
    _is_told(await _missed(driver, station, clock), station.profile, "link down")


async def test_a_hydrogen_station_whose_server_is_gone(clock, tmp_path):
    station = Station("h2", 0, load_profile("generic_hydrogen_station"), "Station")
    url = f"opc.tcp://127.0.0.1:{_free_port()}"
    link = Link("l", "opc_ua", url=url, security="lab")
    driver = driver_of(link, (station,), OpcUaIdentity(tmp_path), clock)
    _is_told(await _missed(driver, station, clock), station.profile, "link down")


class TestBluetooth:
    @pytest.fixture
    def clock(self):
        return ManualClock()

    def _absence(self, clock, profile):
        return Absence(Station("worn", 0, load_profile(profile)), clock)

    def test_a_strap_is_missed_after_two_minutes_its_battery_after_three_of_its_periods(
        self, clock
    ):
        strap = self._absence(clock, "ble_heart_rate_strap")
        clock.jump_s(120)
        assert strap.missing() == []
        clock.jump_s(1)
        assert [r.quantity for r in strap.missing()] == ["heart_rate", "rr_interval"]
        assert strap.missing() == []
        clock.jump_s(1800)
        assert [r.quantity for r in strap.missing()] == ["battery_level"]

    def test_who_is_heard_again_may_be_missed_again(self, clock):
        strap = self._absence(clock, "ble_heart_rate_strap")
        clock.jump_s(121)
        assert strap.missing()
        strap.heard()
        assert strap.missing() == []
        clock.jump_s(121)
        assert strap.missing()

    def test_a_scale_may_sleep_and_a_call_button_may_stay_unpressed(self, clock):
        scale = self._absence(clock, "ble_weight_scale")
        button = self._absence(clock, "bthome_call_button")
        clock.jump_s(2 * 86_400)
        assert scale.missing() == []
        assert [r.quantity for r in button.missing()] == ["battery_level"]

    def test_that_a_tag_is_away_is_a_value_and_no_silence(self, clock):
        tag = self._absence(clock, "ibeacon_tag")
        clock.jump_s(1000)
        assert [r.quantity for r in tag.missing()] == ["signal_strength"]

    async def test_the_driver_says_it_and_nobody_takes_it_for_an_answer(self, clock):
        station = Station("worn", 0, load_profile("ble_heart_rate_strap"), "C4:00:00:00:00:03")
        driver = BleDriver(Link("l", "ble"), [station], clock, radio=DeafRadio())
        stored, notes, stop = [], Notes(), asyncio.Event()

        async def deliver(readings):
            stored.extend(readings)

        poller = LinkPoller("l", driver, [station], deliver, notes, (clock, random.Random(7)))
        running = asyncio.create_task(poller.run(stop))
        await settle()
        await clock.pass_s(130.0)
        stop.set()
        await running
        assert [(r.quantity, r.quality) for r in stored] == [
            (one, Quality(Reason.SILENT, "not heard")) for one in ("heart_rate", "rr_interval")
        ]
        assert notes.answers == []
        [(device, sentence)] = notes.silences
        assert device == "worn"
        assert sentence.endswith("check its battery and its distance")


class DeafRadio:
    """A radio that hears nothing, whatever is done to it."""

    async def open(self):
        pass

    async def close(self):
        pass

    def scanner(self, _heard):
        return self

    async def start(self):
        pass

    async def stop(self):
        pass


class TestHowOften:
    def test_each_point_at_most_once_in_its_period_and_in_half_a_minute(self, clock):
        silence = Silence(clock)
        told = []
        for _ in range(62):
            told += [one.quantity for one in silence.of("a", GAUGES, "no answer")]
            clock.seconds += 10
        assert told.count("voltage_r") == 21  # every 30 s within 610 s
        assert told.count("current_r") == 2  # every 600 s

    def test_an_answer_ends_it(self, clock):
        silence = Silence(clock)
        assert len(silence.of("a", GAUGES, "no answer")) == 2
        silence.ended([Reading("a", "voltage_r", 1, 230.0)])
        assert [one.quantity for one in silence.of("a", GAUGES, "no answer")] == ["voltage_r"]
