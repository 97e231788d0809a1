"""A new model of meter is a profile and a capture, and no Python: shown with a meter nobody knows."""

from __future__ import annotations

import json
import tomllib
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from area_configs.loader import load_area
from edge_agent.cli import app
from edge_agent.clock import SystemClock
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Station
from edge_agent.simulators import Simulation

PROFILE = """
name = { ja = "試験電力計", en = "Meter of tomorrow" }
maker = "Nobody"
model = "M-1"
protocol = "modbus"
kind = "building_meter"
entity_type = "ACMeasurement"
documentation = "Nobody, M-1 manual, table 4"
max_registers = 4

[[points]]
quantity = "active_power"
period_s = 5
modbus = { table = "holding", address = 4096, type = "i32", word_order = "low_first", scale = 10.0 }

[[points]]
quantity = "voltage_r"
period_s = 5
modbus = { table = "input", address = 7, type = "u16", scale = 0.01, no_data = [0xFFFF] }

[[points]]
quantity = "energy_import"
period_s = 60
modbus = { table = "input", address = 300, type = "f64" }
"""
AREA = """
id = "t"
name = { ja = "試験", en = "Test" }
centre = { latitude = 35.652, longitude = 139.777 }
epsg = 6677
attribution = { ja = "なし", en = "None" }

[[gateways]]
id = "gw"
name = { ja = "試験", en = "Test" }
position = { latitude = 35.652, longitude = 139.777 }

[[gateways.links]]
id = "lan"
kind = "modbus_tcp"
host = "192.0.2.1"

[[devices]]
id = "tomorrow"
name = { ja = "試験電力計", en = "Meter of tomorrow" }
profile = "nobody_m1"
gateway = "gw"
link = "lan"
unit = 9
position = { latitude = 35.652, longitude = 139.777 }
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "nobody_m1.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "area.toml").write_text(AREA, encoding="utf-8")
    return tmp_path


def test_its_capture_is_read(folder):
    profile = str(folder / "profiles" / "nobody_m1.toml")
    words = ["decode", "--profile", profile, "--request", "090310000002C183"]
    done = CliRunner().invoke(app, [*words, "--frame", "09030403E80000F383", "--json"])
    assert done.exit_code == 0, done.stderr
    (reading,) = json.loads(done.stdout)["readings"]
    assert (reading["quantity"], reading["value"], reading["unit"]) == (
        "active_power",
        10000.0,
        "W",
    )


async def test_it_is_simulated_and_polled(folder):
    area = load_area(folder)
    (device,) = area.devices
    profile = area.profile_of(device)
    async with AsyncExitStack() as stack:
        await Simulation(area, folder / "sim").open(stack)
        link = replace(area.gateway("gw").link("lan"), **_place(folder))
        driver = driver_of(link, (Station(device.id, 9, profile),), None, SystemClock())
        stack.push_async_callback(driver.close)
        await driver.open()
        readings = await driver.read(device.id, profile.points)
    assert {r.quantity for r in readings} == {"active_power", "voltage_r", "energy_import"}
    lines = (folder / "sim" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    said = {e["quantity"]: e["value"] for e in map(json.loads, lines)}
    assert {r.quantity: r.value for r in readings} == pytest.approx(said)


def _place(folder):
    text = (folder / "sim" / "gw" / "links.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["links"]["lan"]
