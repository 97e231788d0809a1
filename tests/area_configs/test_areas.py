"""Every bundled area and device profile loads and holds together; new ones need no Python."""

from pathlib import Path

import pytest

from area_configs.domain.protocols import PROTOCOLS
from area_configs.domain.sources import (
    BleSource,
    EchonetSource,
    ModbusSource,
    OpcUaSource,
    PulseSource,
    SunSpecSource,
    TelegramSource,
)
from area_configs.loader import area_ids, load_area, load_profile, profile_ids

SOURCES = {
    "ble": BleSource,
    "echonet": EchonetSource,
    "modbus": ModbusSource,
    "opc_ua": OpcUaSource,
    "sunspec": SunSpecSource,
    "telegram": TelegramSource,
    "pulse": PulseSource,
}


@pytest.mark.parametrize("profile_id", profile_ids())
def test_a_bundled_profile_loads(profile_id):
    profile = load_profile(profile_id)
    assert profile.id == profile_id
    assert profile.points
    assert profile.documentation
    source = SOURCES[PROTOCOLS[profile.protocol].source]
    assert all(isinstance(point.source, source) for point in profile.points)


@pytest.mark.parametrize("area_id", area_ids())
def test_a_bundled_area_loads(area_id):
    area = load_area(area_id)
    assert area.id == area_id
    assert set(area.profiles) == {device.profile for device in area.devices}
    for device in area.devices:
        area.gateway(device.gateway).link(device.link)
    for rule in area.alarms:
        area.profile_of(area.device(rule.device)).point(rule.quantity)
    assert all(file.is_absolute() and file.is_file() for file in area.geometry)


def test_harumi_uses_every_link_kind_every_kind_of_device_and_every_kind_of_number():
    area = load_area("harumi")
    assert area.model_district
    assert len(area.gateways) == 3
    assert len(area.devices) >= 12
    links = {link.kind for gateway in area.gateways for link in gateway.links}
    assert links >= {"b_route", "modbus_rtu", "modbus_tcp", "echonet_udp", "opc_ua", "ble"}
    # What it lacks are other makes of what it has, or the same spoken to in another protocol.
    unused = [load_profile(name) for name in profile_ids() if name not in area.profiles]
    assert {profile.kind for profile in unused} <= {p.kind for p in area.profiles.values()}
    assert {profile.protocol for profile in unused} <= {p.protocol for p in area.profiles.values()}
    sources = [point.source for profile in area.profiles.values() for point in profile.points]
    numbers = [s for s in sources if isinstance(s, EchonetSource | ModbusSource)]
    assert {source.type for source in numbers} >= {"u16", "i16", "u32", "i32", "u64", "f32", "f64"}
    modbus = [source for source in sources if isinstance(source, ModbusSource)]
    assert {source.word_order for source in modbus} == {"high_first", "low_first"}
    assert {source.table for source in modbus} >= {"input", "holding"}


def test_an_area_loads_from_its_folder_and_from_its_file():
    folder = load_area("harumi").geometry
    here = Path(load_area.__code__.co_filename).parent.parent / "areas" / "harumi"
    assert load_area(here) == load_area(here / "area.toml") == load_area("harumi")
    assert load_area(str(here)).geometry == folder


def test_the_smart_meter_reads_as_the_appendix_says():
    profile = load_profile("b_route_smart_meter")
    assert profile.point("energy_import").source == EchonetSource(
        0xE0, "u32", factor_epcs=(0xD3, 0xE1), no_data=(0xFFFFFFFE,)
    )
    assert profile.point("current_t").source == EchonetSource(
        0xE8, "i16", offset=2, scale=0.1, no_data=(0x7FFE,)
    )


def test_the_sdm630_reads_as_its_manual_says():
    profile = load_profile("eastron_sdm630")
    found = {point.quantity: point.source.address for point in profile.points}
    assert found["active_power"] == 0x34
    assert found["reactive_power"] == 0x3C
    assert found["frequency"] == 0x46
    assert (found["energy_import"], found["energy_export"]) == (0x48, 0x4A)
    assert {(point.source.type, point.source.word_order) for point in profile.points} == {
        ("f32", "high_first")
    }
