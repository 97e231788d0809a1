"""Commanded machines move with ramps and limits, and what stands above them sees it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pymodbus.client import ModbusTcpClient

from edge_agent.simulators.behaviour import District

SECOND = 1_000_000
NOON_US = 1_781_578_800 * SECOND  # 2026-06-16, 12:00 in Tokyo


@pytest.fixture
def district(harumi):
    return District(harumi, seed=1)


def _at(seconds):
    return NOON_US + seconds * SECOND


def test_a_commanded_battery_changes_the_feeder_by_as_much(harumi, district):
    untouched = District(harumi, seed=1)
    battery, feeder = harumi.device("battery-main"), harumi.device("feeder-main")
    assert district.obey(battery, "active_power", 40_000.0, _at(0))
    assert district.value(battery, "active_power", _at(20)) == pytest.approx(40_000)
    before = untouched.value(battery, "active_power", _at(20))
    change = untouched.value(feeder, "active_power", _at(20)) - district.value(
        feeder, "active_power", _at(20)
    )
    assert change == pytest.approx(40_000 - before)


def test_it_ramps_and_its_content_follows(harumi, district):
    battery = harumi.device("battery-main")
    start = district.value(battery, "active_power", _at(0))
    content = district.value(battery, "state_of_charge", _at(0))
    district.obey(battery, "active_power", -60_000.0, _at(0))
    powers = [start, *(district.value(battery, "active_power", _at(s)) for s in range(1, 12))]
    assert all(a - b <= 15_000 + 1e-6 for a, b in pairwise(powers))
    assert powers[-1] == pytest.approx(-60_000)
    hour = district.value(battery, "state_of_charge", _at(3600)) - content
    assert hour == pytest.approx(100 * 60 * 0.95 / 240, rel=0.05)


def test_counters_never_fall_and_a_full_battery_stops(harumi, district):
    battery, feeder = harumi.device("battery-main"), harumi.device("feeder-main")
    district.obey(battery, "active_power", 60_000.0, _at(0))
    counters = ((battery, "energy_export"), (feeder, "energy_import"))
    counts = [
        [district.value(one, counter, _at(600 * step)) for one, counter in counters]
        for step in range(60)
    ]
    assert all(
        a <= b for before, after in pairwise(counts) for a, b in zip(before, after, strict=True)
    )
    assert district.value(battery, "state_of_charge", _at(36_000)) >= 4
    assert district.value(battery, "active_power", _at(36_000)) == 0


def test_a_fuel_cell_starts_runs_and_stops(harumi, district):
    cell = harumi.device("fuel-cell-main")
    district.obey(cell, "active_power", 30_000.0, _at(0))
    assert district.value(cell, "operating_state", _at(10)) == 1
    assert district.value(cell, "active_power", _at(10)) == 0
    assert district.value(cell, "active_power", _at(120)) == pytest.approx(30_000)
    assert district.value(cell, "operating_state", _at(120)) == 2
    assert district.value(cell, "hydrogen_flow", _at(120)) > 0
    district.obey(cell, "operating_state", 0, _at(120))
    assert district.value(cell, "operating_state", _at(125)) == 3
    assert district.value(cell, "operating_state", _at(300)) == 0


def test_a_curtailed_roof_stays_below_its_limit_and_the_school_takes_the_rest(harumi, district):
    roof, meter = harumi.device("pv-school"), harumi.device("meter-school")
    given = district.value(roof, "active_power", _at(0))
    taken = district.value(meter, "active_power", _at(0))
    assert given > 2_000
    district.obey(roof, "power_limit", 1_000.0, _at(0))
    assert district.value(roof, "active_power", _at(30)) == pytest.approx(1_000)
    assert district.value(roof, "power_limit", _at(30)) == 1_000
    assert district.value(meter, "active_power", _at(30)) > 0.8 * (taken + given)


def test_a_limit_in_per_cent_counts_once_it_is_in_force(harumi, district):
    roof = harumi.device("pv-school")
    given = district.value(roof, "active_power", _at(0))
    assert given > 2_000
    district.obey(roof, "output_limit", 1.0, _at(0))
    assert district.value(roof, "active_power", _at(30)) > 1_500
    district.obey(roof, "output_limit_switch", 1.0, _at(30))
    held = district.value(roof, "active_power", _at(90))
    assert held < 1_500
    district.obey(roof, "output_limit_switch", 0.0, _at(90))
    assert district.value(roof, "active_power", _at(180)) > held


@pytest.mark.parametrize(("device", "value"), [("battery-main", 61_000), ("feeder-main", 1)])
def test_it_refuses_what_it_cannot_do(harumi, district, device, value):
    assert not district.obey(harumi.device(device), "active_power", value, NOON_US)


def test_commands_come_in_over_modbus(simulate):
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            assert not client.write_registers(100, [400], device_id=2).isError()
            assert not client.write_register(100, 300, device_id=2).isError()
            assert client.read_holding_registers(100, count=1, device_id=2).registers == [300]
            assert client.write_register(100, 700, device_id=2).exception_code == 3
            assert client.write_register(99, 1, device_id=2).exception_code == 2
            assert client.write_registers(100, [1, 2], device_id=2).exception_code == 2
            assert client.write_register(101, 1, device_id=2).exception_code == 3
        link = running.links("gw-energy")["links"]["lan-hydrogen"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            assert not client.write_registers(8192, [0, 20_000], device_id=1).isError()
            assert client.write_register(8193, 1, device_id=1).exception_code == 2
