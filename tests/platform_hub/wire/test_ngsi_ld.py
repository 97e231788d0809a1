"""Readings as NGSI-LD Properties."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.readings import Reading
from platform_hub.wire import ngsi_ld
from tests.platform_hub.wire.strategies import names, readings


@given(readings)
def test_a_reading_survives_as_json(reading: Reading):
    body = msgspec.json.decode(msgspec.json.encode(ngsi_ld.property_of(reading)))
    assert ngsi_ld.reading_of(reading.series, body) == reading


def test_a_good_reading_in_full():
    assert ngsi_ld.property_of(Reading("m", "active_power", 1_500_000, 230.5)) == {
        "type": "Property",
        "value": 230.5,
        "observedAt": "1970-01-01T00:00:01.500000Z",
        "unitCode": "WTT",
    }


def test_no_value_is_the_null_of_ngsi_ld_with_its_reason():
    reading = Reading("m", "river_level", 0, None, Quality(Reason.NO_DATA, "7FFF"))
    assert ngsi_ld.property_of(reading) == {
        "type": "Property",
        "value": "urn:ngsi-ld:null",
        "observedAt": "1970-01-01T00:00:00Z",
        "unitCode": "MTR",
        "quality": {"type": "Property", "value": "no_data"},
        "rawCode": {"type": "Property", "value": "7FFF"},
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_is_no_value(value: float):
    assert ngsi_ld.property_of(Reading("m", "q", 0, value))["value"] == ngsi_ld.NULL


def test_every_quantity_has_its_own_attribute_that_leads_back():
    attributes = [ngsi_ld.attribute_name(quantity) for quantity in QUANTITIES]
    assert len(set(attributes)) == len(QUANTITIES)
    assert [ngsi_ld.quantity_of(attribute) for attribute in attributes] == list(QUANTITIES)
    assert ngsi_ld.attribute_name("state_of_charge") == "stateOfCharge"


def test_an_unknown_quantity_keeps_its_name_and_has_no_unit():
    assert ngsi_ld.attribute_name("moon_phase") == "moon_phase"
    assert ngsi_ld.quantity_of("moon_phase") == "moon_phase"
    assert "unitCode" not in ngsi_ld.property_of(Reading("m", "moon_phase", 0, 1.0))


@given(names)
def test_a_device_is_found_again_in_its_urn(device: str):
    assert ngsi_ld.device_of(ngsi_ld.entity_id("harumi", device)) == device


@pytest.mark.parametrize(
    "urn",
    [
        "",
        "urn:ngsi-ld:Building:harumi:b1",
        "urn:ngsi-ld:Device:harumi",
        "urn:ngsi-ld:Device:harumi:",
        "not a urn:ngsi-ld:Device:harumi:meter",
    ],
)
def test_other_entities_are_no_devices(urn: str):
    assert ngsi_ld.device_of(urn) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": 1.0},
        {"value": "text", "observedAt": "2026-11-25T00:00:00Z"},
        {"value": None, "observedAt": "2026-11-25T00:00:00Z"},
        {"value": 1.0, "observedAt": "2026-11-25T00:00:00"},
        {"value": 1.0, "observedAt": "2026-11-25T00:00:00Z", "quality": {"value": "unheard-of"}},
        {"value": 1.0, "observedAt": "2026-11-25T00:00:00Z", "quality": {}},
    ],
)
def test_another_property_is_refused(body: dict):
    with pytest.raises((ValueError, KeyError, TypeError)):
        ngsi_ld.reading_of(Reading("m", "q", 0, None).series, body)
