"""Mistakes in profiles of Bluetooth devices, and in their addresses."""

from __future__ import annotations

import re

import pytest

from area_configs.domain.errors import AreaFileError
from area_configs.domain.gatt import long_uuid, short_uuid
from area_configs.domain.protocols import LINKS
from area_configs.domain.sources import BleSource
from area_configs.loader import load_profile

PROFILE = """\
name = { ja = "帯", en = "Strap" }
maker = "M"
model = "X"
protocol = "ble"
kind = "wearable"
entity_type = "Device"
[[points]]
quantity = "%s"
period_s = 1
pushed = true
ble = { %s }
"""
OWN = "7a1c0002-5e0f-4b1d-9c6e-2d3f4a5b6c7d"

MISTAKES = [
    ("heart_rate", 'field = "heart_rate"', "ble", "either characteristic"),
    ("heart_rate", 'characteristic = "2a37", advertisement = "any"', "ble", "either"),
    ("heart_rate", 'characteristic = "2a37"', "ble.field", "gives heart_rate, rr_interval"),
    ("heart_rate", 'characteristic = "2a37", field = "hart_rate"', "ble.field", "did you mean"),
    (
        "heart_rate",
        'characteristic = "2a37", field = "heart_rate", offset = 1',
        "ble.offset",
        "own",
    ),
    ("heart_rate", 'characteristic = "2A37", field = "heart_rate"', "ble.characteristic", "small"),
    (
        "heart_rate",
        f'characteristic = "{OWN}", field = "heart_rate"',
        "ble.field",
        "offset and type",
    ),
    ("heart_rate", f'characteristic = "{OWN}", scale = 0.0', "ble.scale", "every value"),
    ("heart_rate", f'characteristic = "{OWN}", object = 2', "ble.object", "BTHome"),
    ("temperature", 'advertisement = "ibeacon", object = 2', "ble.object", "no BTHome objects"),
    ("temperature", 'advertisement = "bthome", object = 2, field = "rssi"', "ble.field", "both"),
    ("temperature", 'advertisement = "bthome", object = 2, offset = 1', "ble.offset", "remove it"),
    ("presence", 'advertisement = "ibeacon", field = "present"', "ble.field", "gives no 'present'"),
    ("fall_event", f'characteristic = "{OWN}"', "ble.code", "means fall_event happened"),
    ("heart_rate", f'characteristic = "{OWN}", code = 1', "ble.code", "is no event"),
    (
        "fall_event",
        f'characteristic = "{OWN}", code = 1, acknowledge = "{OWN}"',
        "ble.packet",
        "names a packet",
    ),
]


@pytest.mark.parametrize(("quantity", "source", "path", "words"), MISTAKES)
def test_a_mistake_in_a_bluetooth_profile(tmp_path, quantity, source, path, words):
    file = tmp_path / "strap.toml"
    file.write_text(PROFILE % (quantity, source), encoding="utf-8")
    with pytest.raises(AreaFileError) as caught:
        load_profile(file)
    found = [m.message for m in caught.value.mistakes if m.path == f"points[0].{path}"]
    assert any(words in message for message in found), caught.value.mistakes


def test_a_right_one_says_where_its_number_stands(tmp_path):
    file = tmp_path / "strap.toml"
    source = f'characteristic = "{OWN}", packet = 0, offset = 1, code = 1, acknowledge = "{OWN}"'
    file.write_text(PROFILE % ("fall_event", source), encoding="utf-8")
    (point,) = load_profile(file).points
    assert point.source == BleSource(OWN, offset=1, packet=0, code=1, acknowledge=OWN)
    assert point.pushed


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("C4:7C:8D:00:00:01", True),
        ("c4:7c:8d:00:00:01", False),
        ("C4:7C:8D:00:00", False),
        ("ibeacon:f7826da6-4fa2-4e98-8024-bc5b71e0893e/1/2", True),
        ("ibeacon:f7826da6/1/2", False),
    ],
)
def test_addresses(address, right):
    assert bool(re.fullmatch(LINKS["ble"].address, address)) is right


def test_short_and_long_forms_of_a_uuid():
    assert long_uuid("2a37") == "00002a37-0000-1000-8000-00805f9b34fb"
    assert short_uuid(long_uuid("2a37").upper()) == "2a37"
    assert short_uuid(OWN) == long_uuid(OWN) == OWN
