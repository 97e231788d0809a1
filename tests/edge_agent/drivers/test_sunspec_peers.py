"""SunSpec over Modbus: our driver against a pymodbus server, pysunspec2 against our simulator."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import sunspec2.modbus.client as peer
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from area_configs.domain.areas import Area, Device, Gateway, Link, Position
from area_configs.domain.commands import Command
from area_configs.domain.devices import Point
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.names import Name
from area_configs.domain.sources import SunSpecSource
from area_configs.loader import load_profile
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.drivers.base import Station, WriteRefused
from edge_agent.drivers.modbus import ModbusDriver
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.modbus_meter import Bus, TcpServer
from edge_agent.simulators.speaker import Speaker
from edge_agent.simulators.sunspec_image import SunSpecImage

NOON_US = 1_781_578_800_000_000  # 16 June 2026, 12:00 in Tokyo
NAME, HERE = Name("機器", "Device"), Position(35.652, 139.777)
PROFILES = ("sunspec_inverter", "sunspec_meter", "sunspec_storage")


@asynccontextmanager
async def _simulated(folder, profile_id):
    profile = load_profile(profile_id)
    device = Device("one", NAME, profile_id, "gw", "lan", HERE, unit=1)
    gateway = Gateway("gw", NAME, HERE, (Link("lan", "modbus_tcp"),))
    area = Area("t", NAME, HERE, 6677, "Asia/Tokyo", True, NAME, (gateway,), (device,),
                {profile_id: profile})  # fmt: skip
    ledger, district = Ledger(folder / "ledger.jsonl"), District(area)

    def obey(quantity, value, at_us):
        return district.obey(device, quantity, value, at_us)

    image = SunSpecImage(device, profile, Speaker(district, device, profile, 0), obey)
    server = TcpServer(Bus({1: image}, ledger, lambda: NOON_US, {}))
    try:
        yield await server.open()
    finally:
        await server.close()
        ledger.close()


@asynccontextmanager
async def _driver(port, profile_id, clock):
    link = Link("lan", "modbus_tcp", host="127.0.0.1", tcp_port=port)
    driver = ModbusDriver(link, [Station("one", 1, load_profile(profile_id))], clock, 1.0)
    await driver.open()
    try:
        yield driver
    finally:
        await driver.close()


@pytest.mark.parametrize("profile_id", PROFILES)
async def test_every_point_is_read_from_the_simulator(profile_id, clock, tmp_path):
    points = load_profile(profile_id).points
    async with (
        _simulated(tmp_path, profile_id) as port,
        _driver(port, profile_id, clock) as driver,
    ):
        readings = await driver.read("one", points)
        again = await driver.read("one", points[:1])
    assert {r.quantity for r in readings} == {p.quantity for p in points}
    assert {r.quality.reason.value for r in readings} <= {"ok", "not_implemented"}
    said = (tmp_path / "ledger.jsonl").read_text().count("\n")
    assert said == len(readings) + len(again)  # what comes along is read as well


@pytest.mark.parametrize(
    ("profile_id", "model", "point", "quantity"),
    [("sunspec_inverter", 103, "W", "active_power"), ("sunspec_meter", 203, "W", "active_power")],
)
async def test_pysunspec2_reads_the_same_from_our_simulator(
    profile_id, model, point, quantity, clock, tmp_path
):
    def theirs(port):
        device = peer.SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr="127.0.0.1", ipport=port)
        try:
            device.scan()
            found = device.models[model][0]
            return set(device.models) - {"common"}, getattr(found, point).cvalue
        finally:
            device.disconnect()

    async with (
        _simulated(tmp_path, profile_id) as port,
        _driver(port, profile_id, clock) as driver,
    ):
        models, value = await asyncio.to_thread(theirs, port)
        readings = {
            r.quantity: r.value for r in await driver.read("one", driver_points(profile_id))
        }
    assert {1, model} <= {m for m in models if isinstance(m, int)}
    assert readings[quantity] == pytest.approx(value)


def driver_points(profile_id):
    return load_profile(profile_id).points


async def test_a_bundled_command_limits_the_simulated_inverter_and_is_read_back(clock, tmp_path):
    profile = load_profile("sunspec_inverter")
    limit, switch = profile.command("output_limit"), profile.command("output_limit_switch")
    shown = [profile.point(one.read_back) for one in (limit, switch)]
    async with (
        _simulated(tmp_path, "sunspec_inverter") as port,
        _driver(port, "sunspec_inverter", clock) as driver,
    ):
        before = {r.quantity: r.value for r in await driver.read("one", shown)}
        await driver.write("one", limit, 40.0)
        await driver.write("one", switch, 1.0)
        after = {r.quantity: r.value for r in await driver.read("one", shown)}

        with pytest.raises(WriteRefused):
            await driver.write("one", replace(switch, target=SunSpecSource((123,), "Conn")), 1.0)
    assert before["output_limit"] == 100.0
    assert before["output_limit_switch"] == 0.0
    assert (after["output_limit"], after["output_limit_switch"]) == (40.0, 1.0)


@asynccontextmanager
async def _foreign(words):
    data = [SimData(40000, values=words, datatype=DataType.REGISTERS)]
    server = ModbusTcpServer(context=SimDevice(1, simdata=data), address=("127.0.0.1", 0))
    await server.listen()
    try:
        yield server.transport.sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


async def test_our_driver_reads_a_pymodbus_server(clock):
    model = sunspec_models()[103]
    block = [103, 50, *[0x8000] * 50]
    for name, raw in (("W", 1234), ("W_SF", 1), ("St", 4), ("Hz", 5001), ("Hz_SF", 0xFFFE)):
        block[model.by_name[name].offset] = raw
    words = [0x5375, 0x6E53, 1, 4, 0, 0, 0, 0, *block, 0xFFFF, 0]
    points = load_profile("sunspec_inverter").points
    async with _foreign(words) as port, _driver(port, "sunspec_inverter", clock) as driver:
        readings = {r.quantity: r.value for r in await driver.read("one", points)}
    assert readings["active_power"] == 12340.0
    assert readings["operating_state"] == 2.0
    assert readings["frequency"] == 50.01
    assert readings["dc_voltage"] is None


async def test_a_scaled_value_is_written_and_read_back(clock):
    model = sunspec_models()[123]
    block = [123, 24, *[0xFFFF] * 24]
    block[model.by_name["WMaxLimPct_SF"].offset] = 0xFFFE
    words = [0x5375, 0x6E53, *block, 0xFFFF, 0]
    limit = SunSpecSource((123,), "WMaxLimPct")
    command = Command("limit", NAME, "output_limit", limit, 0, 100)
    async with _foreign(words) as port, _driver(port, "sunspec_inverter", clock) as driver:
        await driver.write("one", command, 62.5)
        readings = await driver.read("one", [Point("output_limit", limit, 1.0)])
        with pytest.raises(WriteRefused, match="no W that can be written"):
            await driver.write("one", replace(command, target=SunSpecSource((103,), "W")), 1.0)
        with pytest.raises(ValueError, match="does not fit WMaxLimPct"):
            await driver.write("one", command, 1e6)
    assert {r.quantity: r.value for r in readings}["output_limit"] == 62.5


async def test_a_device_without_a_map_is_one_sentence(clock):
    async with _foreign([0] * 10) as port, _driver(port, "sunspec_meter", clock) as driver:
        with pytest.raises(DeviceUnavailable, match=r"one \(unit 1 on .*no SunSpec map begins"):
            await driver.read("one", driver_points("sunspec_meter"))
