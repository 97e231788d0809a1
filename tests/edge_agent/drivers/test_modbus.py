"""The Modbus driver against libmodbus, which shares no code with it, and a few odd peers."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.commands import Command
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.names import Name
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.sources import ModbusSource
from edge_agent.drivers.base import LinkLost, Station, WriteRefused
from edge_agent.drivers.modbus import ModbusDriver, plan_blocks, split
from tests.peers import libmodbus

VOLTAGE = Point("voltage_r", ModbusSource("holding", 0, scale=0.1), 1.0)
CURRENT = Point("current_r", ModbusSource("holding", 1, scale=0.1), 1.0)
POWER = Point("active_power", ModbusSource("holding", 3), 1.0)
FLOAT = Point("voltage_s", ModbusSource("holding", 100, "f32"), 1.0)
NOWHERE = Point("voltage_t", ModbusSource("holding", 102), 1.0)
FAR = Point("frequency", ModbusSource("holding", 104), 1.0)
RELAY = Point("operating_state", ModbusSource("coil", 2), 1.0)


def _driver(link, clock, profile, timeout_s=1.0, units=(libmodbus.UNIT,)):
    stations = [Station(f"meter-{unit}", unit, profile) for unit in units]
    return ModbusDriver(link, stations, clock, timeout_s)


def _tcp(port: int) -> Link:
    return Link("l", "modbus_tcp", host="127.0.0.1", tcp_port=port)


def _rtu(path) -> Link:
    return Link("l", "modbus_rtu", port=str(path), baudrate=9600)


def _command(point: Point) -> Command:
    name = Name("指令", "Command")
    return Command("c", name, point.quantity, point.source, -1e9, 1e9)


def _values(readings):
    return {reading.quantity: reading.value for reading in readings}


@pytest.fixture(scope="module")
def tcp_port(tmp_path_factory):
    with libmodbus.tcp_server(tmp_path_factory.mktemp("libmodbus")) as port:
        yield port


@pytest.fixture(scope="module")
def rtu_path(tmp_path_factory):
    with libmodbus.rtu_server(tmp_path_factory.mktemp("libmodbus")) as path:
        yield path


class TestAgainstLibmodbus:
    @pytest.fixture(params=["tcp", "rtu"])
    def link(self, request, tcp_port, rtu_path):
        return _tcp(tcp_port) if request.param == "tcp" else _rtu(rtu_path)

    async def test_registers_floats_and_coils(self, link, clock, make_profile):
        profile = make_profile(VOLTAGE, CURRENT, POWER, FLOAT, RELAY, max_registers=110)
        driver = _driver(link, clock, profile)
        await driver.open()
        try:
            readings = await driver.read("meter-1", profile.points)
        finally:
            await driver.close()
        assert _values(readings) == {
            "voltage_r": 230.0,
            "current_r": 12.3,
            "active_power": 500.0,
            "voltage_s": 231.5,
            "operating_state": 1.0,
        }
        assert all(reading.device == "meter-1" for reading in readings)

    @pytest.mark.parametrize(
        ("point", "there", "other"), [(POWER, 500.0, 700.0), (FLOAT, 231.5, -2.25), (RELAY, 1, 0)]
    )
    async def test_what_is_written_is_read_again(
        self, link, clock, make_profile, point, there, other
    ):
        profile = make_profile(point)
        driver = _driver(link, clock, profile)
        await driver.open()
        try:
            for value in (other, there):  # the last one puts it back for the other tests
                await driver.write("meter-1", _command(point), value)
                readings = await driver.read("meter-1", profile.points)
                assert _values(readings) == {point.quantity: value}
        finally:
            await driver.close()

    async def test_what_the_device_refuses_is_told(self, link, clock, make_profile):
        driver = _driver(link, clock, make_profile(POWER))
        await driver.open()
        try:
            with pytest.raises(WriteRefused, match=r"illegal data address"):
                await driver.write("meter-1", _command(NOWHERE), 1.0)
            with pytest.raises(WriteRefused, match="does not fit u16"):
                await driver.write("meter-1", _command(POWER), 70_000.0)
        finally:
            await driver.close()

    async def test_points_that_were_not_due_come_along(self, link, clock, make_profile):
        profile = make_profile(VOLTAGE, CURRENT, POWER)
        driver = _driver(link, clock, profile)
        await driver.open()
        try:
            readings = await driver.read("meter-1", (VOLTAGE, POWER))
        finally:
            await driver.close()
        assert [r.quantity for r in readings] == ["voltage_r", "current_r", "active_power"]

    async def test_a_register_that_is_missing_takes_no_other_with_it(
        self, link, clock, make_profile
    ):
        profile = make_profile(FLOAT, NOWHERE, FAR)
        driver = _driver(link, clock, profile)
        await driver.open()
        try:
            for _ in range(2):  # the second time the refused blocks are not tried again
                readings = await driver.read("meter-1", profile.points)
                assert _values(readings) == {
                    "voltage_s": 231.5,
                    "voltage_t": None,
                    "frequency": None,
                }
                refusal = Quality(Reason.CONFIG, "exception 2 (illegal data address)")
                assert [r.quality for r in readings[1:]] == [refusal, refusal]
        finally:
            await driver.close()

    async def test_a_silent_unit_leaves_its_neighbour_alone(self, link, clock, make_profile):
        profile = make_profile(VOLTAGE)
        # For 0.5 s libmodbus takes what it hears for the other unit's answer.
        driver = _driver(link, clock, profile, timeout_s=0.7, units=(1, 7))
        await driver.open()
        try:
            with pytest.raises(
                DeviceUnavailable, match=r"meter-7 \(unit 7 on .*\) does not answer"
            ):
                await driver.read("meter-7", profile.points)
            assert _values(await driver.read("meter-1", profile.points)) == {"voltage_r": 230.0}
            assert "open" in driver.health
        finally:
            await driver.close()

    async def test_it_opens_again_after_it_was_closed(self, link, clock, make_profile):
        profile = make_profile(VOLTAGE)
        driver = _driver(link, clock, profile)
        for _ in range(2):
            await driver.open()
            assert await driver.read("meter-1", profile.points)
            await driver.close()
            await driver.close()
        with pytest.raises(LinkLost, match="closed"):
            await driver.read("meter-1", profile.points)


async def test_a_line_is_owned_by_one(rtu_path, clock, make_profile):
    profile = make_profile(VOLTAGE)
    owner, other = (_driver(_rtu(rtu_path), clock, profile) for _ in range(2))
    await owner.open()
    try:
        with pytest.raises(DeviceUnavailable, match="is held by another link of this gateway"):
            await other.open()
        assert await owner.read("meter-1", profile.points)
    finally:
        await owner.close()
        await other.close()


async def test_a_peer_that_is_not_there(clock, make_profile):
    driver = _driver(_tcp(1), clock, make_profile(VOLTAGE))
    with pytest.raises(DeviceUnavailable, match=r"127\.0\.0\.1:1 refuses the connection"):
        await driver.open()
    await driver.close()


async def test_a_port_that_is_not_there(clock, make_profile, tmp_path):
    driver = _driver(_rtu(tmp_path / "no-port"), clock, make_profile(VOLTAGE))
    with pytest.raises(DeviceUnavailable, match="no-port is not there"):
        await driver.open()
    await driver.close()


async def test_a_peer_that_hangs_up_is_a_lost_link(clock, make_profile):
    async def hang_up(_reader, writer):
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    profile = make_profile(VOLTAGE)
    driver = _driver(_tcp(server.sockets[0].getsockname()[1]), clock, profile, timeout_s=0.3)
    await driver.open()
    try:
        with pytest.raises(LinkLost, match="lost its connection"):
            await _read_thrice(driver, profile)
    finally:
        await driver.close()
        server.close()
        await server.wait_closed()


async def test_what_was_heard_before_a_silence_is_kept(clock, make_profile):
    gone = asyncio.Event()

    async def answer_once(reader, writer):
        request = await reader.read(12)
        writer.write(request[:4] + bytes.fromhex("0005") + request[6:7] + bytes.fromhex("030208FC"))
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(answer_once, "127.0.0.1", 0)
    profile = make_profile(VOLTAGE, FLOAT, max_registers=10)
    driver = _driver(_tcp(server.sockets[0].getsockname()[1]), clock, profile, timeout_s=0.3)
    await driver.open()
    try:
        assert _values(await driver.read("meter-1", profile.points)) == {"voltage_r": 230.0}
        with pytest.raises(DeviceUnavailable, match="does not answer"):
            await driver.read("meter-1", profile.points)
    finally:
        await driver.close()
        await gone.wait()
        server.close()
        await server.wait_closed()


async def test_a_setting_that_the_port_refuses(clock, make_profile):
    """A pseudo terminal has no parity bit."""
    master, slave = pty.openpty()
    link = Link("l", "modbus_rtu", port=os.ttyname(slave), baudrate=9600, parity="E")
    driver = _driver(link, clock, make_profile(VOLTAGE))
    try:
        with pytest.raises(DeviceUnavailable, match="cannot be set to 9600 baud, parity E"):
            await driver.open()
    finally:
        await driver.close()
        os.close(slave)
        os.close(master)


async def test_a_gateway_that_speaks_for_a_silent_unit(clock, make_profile):
    async def answer(reader, writer):
        request = await reader.read(260)
        writer.write(request[:4] + bytes.fromhex("0003") + request[6:7] + bytes.fromhex("830B"))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    profile = make_profile(VOLTAGE)
    driver = _driver(_tcp(server.sockets[0].getsockname()[1]), clock, profile)
    await driver.open()
    try:
        with pytest.raises(DeviceUnavailable, match="exception 11"):
            await driver.read("meter-1", profile.points)
    finally:
        await driver.close()
        server.close()
        await server.wait_closed()


async def test_a_line_that_comes_back_under_the_same_name(clock, make_profile, tmp_path):
    """An adapter is pulled out and plugged in again: another terminal behind the same link."""
    name, profile = tmp_path / "by-id", make_profile(VOLTAGE)
    driver = _driver(_rtu(name), clock, profile, timeout_s=0.3)
    for value in (2300, 2310):
        master, slave = pty.openpty()
        name.symlink_to(os.ttyname(slave))
        os.close(slave)
        await driver.open()
        asyncio.get_running_loop().add_reader(master, _answer_once, master, value)
        assert _values(await driver.read("meter-1", profile.points)) == {"voltage_r": value / 10}
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)
        name.unlink()
        with pytest.raises(LinkLost, match="lost its connection"):
            await _read_thrice(driver, profile)
        await driver.close()


async def _read_thrice(driver, profile):
    """A loss may show only in the second request: the first one still goes out."""
    for _ in range(3):
        await driver.read("meter-1", profile.points)


def _answer_once(master: int, value: int) -> None:
    from edge_agent.decoding.modbus import crc16  # noqa: PLC0415 - a peer of one test

    if len(os.read(master, 64)) >= 8:
        body = bytes((1, 3, 2)) + value.to_bytes(2, "big")
        os.write(master, body + crc16(body).to_bytes(2, "little"))


def test_a_light_start():
    """A gateway without B-route does not load momonga, nor the other way round."""
    code = (
        "import sys, edge_agent.drivers; print('pymodbus' in sys.modules, 'momonga' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


class TestBlocks:
    def test_neighbours_are_read_together(self):
        [block] = plan_blocks((POWER, VOLTAGE, CURRENT), 100)
        assert (block.address, block.count, block.has_holes) == (0, 4, True)
        assert block.points == (VOLTAGE, CURRENT, POWER)

    def test_no_request_is_longer_than_the_device_takes(self):
        blocks = plan_blocks((VOLTAGE, POWER, FLOAT), 4)
        assert [(block.address, block.count) for block in blocks] == [(0, 4), (100, 2)]

    def test_a_number_is_never_cut(self):
        points = [Point(f"p{at}", ModbusSource("input", at, "f32"), 1.0) for at in (0, 2, 4)]
        blocks = plan_blocks(points, 5)
        assert [(block.address, block.count) for block in blocks] == [(0, 4), (4, 2)]

    def test_tables_are_apart(self):
        blocks = plan_blocks((VOLTAGE, RELAY), 100)
        assert [(block.table, block.address) for block in blocks] == [("coil", 2), ("holding", 0)]

    def test_numbers_that_overlap(self):
        whole = Point("energy_import", ModbusSource("holding", 0, "u32"), 1.0)
        [block] = plan_blocks((CURRENT, whole), 100)
        assert (block.address, block.count, block.has_holes) == (0, 2, False)

    def test_a_refused_block_is_cut_at_its_holes_then_into_points(self):
        [block] = plan_blocks((VOLTAGE, CURRENT, POWER), 100)
        runs = split(block)
        assert [(run.address, run.count) for run in runs] == [(0, 2), (3, 1)]
        assert [part.address for part in split(runs[0])] == [0, 1]
