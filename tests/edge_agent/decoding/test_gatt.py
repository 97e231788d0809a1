import math
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain import gatt as adopted
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Level, Reason
from edge_agent.decoding import gatt, ieee11073


def _said(characteristic, text):
    fields = gatt.decode(characteristic, bytes.fromhex(text))
    return [(f.name, None if f.value is None else float(f.value), f.quality.reason) for f in fields]


@pytest.mark.parametrize(("text", "value"), [("6100", 97), ("72F1", 37.0), ("FF07", math.nan)])
def test_sfloat_vectors(text, value):
    found, _ = ieee11073.sfloat(bytes.fromhex(text))
    assert ieee11073.to_float(found) == pytest.approx(value, nan_ok=True, abs=0)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (0x07FF, Reason.NO_DATA),
        (0x0800, Reason.NO_DATA),
        (0x07FE, Reason.OVER_RANGE),
        (0x0802, Reason.UNDER_RANGE),
        (0x0801, Reason.NO_DATA),
    ],
)
def test_special_numbers_are_no_values(raw, reason):
    value, quality = ieee11073.sfloat(raw.to_bytes(2, "little"))
    assert (value, quality.reason) == (None, reason)
    wide = {0x07FF: 0x7FFFFF, 0x0800: 0x800000, 0x07FE: 0x7FFFFE, 0x0802: 0x800002}.get(
        raw, 0x800001
    )
    value, quality = ieee11073.float32(wide.to_bytes(4, "little"))
    assert (value, quality.reason) == (None, reason)


@given(st.integers(-2045, 2045), st.integers(-8, 7))
def test_an_sfloat_is_mantissa_times_ten_to_the_exponent(mantissa, exponent):
    raw = (exponent & 0xF) << 12 | mantissa & 0xFFF
    assert ieee11073.sfloat(raw.to_bytes(2, "little"))[0] == Decimal(mantissa).scaleb(exponent)


@given(st.integers(-(2**23) + 3, 2**23 - 4), st.integers(-128, 127))
def test_a_float_is_mantissa_times_ten_to_the_exponent(mantissa, exponent):
    raw = (exponent & 0xFF) << 24 | mantissa & 0xFFFFFF
    assert ieee11073.float32(raw.to_bytes(4, "little"))[0] == Decimal(mantissa).scaleb(exponent)


def test_the_published_vectors():
    assert _said("2a5e", "0061004600") == [("spo2", 97.0, "ok"), ("pulse_rate", 70.0, "ok")]
    assert _said("2a1c", "006C0100FF") == [("temperature", 36.4, "ok")]
    assert _said("2a37", "1E460C0033033D03") == [
        ("heart_rate", 70.0, "ok"),
        ("energy", 12.0, "ok"),
        ("rr_interval", 819 * 1000 / 1024, "ok"),
        ("rr_interval", 829 * 1000 / 1024, "ok"),
    ]
    assert _said("2a37", "16463303") == [
        ("heart_rate", 70.0, "ok"),
        ("rr_interval", 819 * 1000 / 1024, "ok"),
    ]


def test_an_interval_ended_when_the_later_ones_had_passed():
    fields = gatt.decode("2a37", bytes.fromhex("104600040002"))
    assert [f.before_s for f in fields] == [0.0, 0.5, 0.0]


def test_the_longest_value_of_a_strap_is_read_and_a_longer_one_refused():
    longest = bytes.fromhex("1046") + bytes.fromhex("0004") * 255
    beats = [f for f in gatt.decode("2a37", longest) if f.name == "rr_interval"]
    assert [f.before_s for f in beats] == list(map(float, reversed(range(255))))
    with pytest.raises(BadFrame, match="byte 512: no value is longer, this one has 514"):
        gatt.decode("2a37", longest + bytes.fromhex("0004"))


@pytest.mark.parametrize(
    ("flags", "reason"),
    [("00", "ok"), ("02", "ok"), ("04", "no_contact"), ("06", "ok")],
)
def test_a_strap_without_contact_is_doubtful(flags, reason):
    assert _said("2a37", flags + "48") == [("heart_rate", 72.0, reason)]


def test_heart_rate_of_two_bytes():
    assert _said("2a37", "012C01") == [("heart_rate", 300.0, "ok")]


@pytest.mark.parametrize(
    ("status", "sensor", "value", "reason"),
    [
        ("0000", "000000", 97.0, "ok"),
        ("0001", "000000", 97.0, "ok"),  # fully qualified
        ("0080", "000000", None, "no_data"),  # invalid
        ("0020", "000000", None, "no_data"),  # unavailable
        ("0040", "000000", 97.0, "questionable"),
        ("2000", "000000", 97.0, "questionable"),  # still measuring
        ("0004", "000000", None, "device"),  # made up for demonstration
        ("0000", "000800", 97.0, "no_contact"),  # not on the user
        ("0000", "200000", 97.0, "questionable"),  # low perfusion
        ("0000", "004000", None, "device"),
    ],
)
def test_an_oximeter_says_how_good_it_is(status, sensor, value, reason):
    found = _said("2a5f", f"0C61004600{status}{sensor}")
    assert found[0] == ("spo2", value, reason)
    assert _said("2a5e", f"0661004600{status}{sensor}") == found


def test_a_continuous_oximeter_with_everything():
    fields = _said("2a5f", "1F" + "61004600" + "62004700" + "60004500" + "0001" + "000000" + "1400")
    assert fields == [("spo2", 97.0, "ok"), ("pulse_rate", 70.0, "ok")]


def test_an_oximeter_without_a_number():
    assert _said("2a5f", "00FF07FF07") == [
        ("spo2", None, "no_data"),
        ("pulse_rate", None, "no_data"),
    ]


def test_degrees_fahrenheit():
    assert _said("2a1c", "01D40300FF") == [("temperature", pytest.approx(36.6667, abs=1e-3), "ok")]


def test_a_thermometer_with_time_and_place():
    (field,) = gatt.decode("2a1c", bytes.fromhex("066C0100FFEA070B170A1E0002"))
    assert field.taken == datetime(2026, 11, 23, 10, 30)  # noqa: DTZ001 - a device has no zone


def test_blood_pressure():
    assert _said("2a35", "14780050005D0048000000") == [
        ("systolic", 120.0, "ok"),
        ("diastolic", 80.0, "ok"),
        ("mean", 93.0, "ok"),
        ("pulse_rate", 72.0, "ok"),
    ]


def test_blood_pressure_in_kilopascals():
    said = _said("2a35", "01A0F06BF07CF0")  # 16.0, 10.7, 12.4 kPa
    assert [value for _, value, _ in said] == pytest.approx([120.0, 80.3, 93.0], abs=0.1)


@pytest.mark.parametrize(("status", "reason"), [("0100", "questionable"), ("0200", "no_contact")])
def test_a_cuff_says_how_good_it_is(status, reason):
    assert _said("2a35", f"10780050005D00{status}")[0] == ("systolic", 120.0, reason)


def test_weight():
    assert _said("2a9d", "00F82A") == [("weight", 55.0, "ok")]
    assert _said("2a9d", "01602F") == [("weight", pytest.approx(55.0, abs=0.1), "ok")]
    assert _said("2a9d", "00FFFF") == [("weight", None, "no_data")]
    assert _said("2a9d", "0EF82AEA070B170A1E0001E600A406") == [("weight", 55.0, "ok")]


def test_battery_and_running():
    assert _said("2a19", "5F") == [("battery", 95.0, "ok")]
    assert _said("2a19", "C8") == [("battery", None, "device")]
    assert _said("2a53", "03C001555A00E8030000") == [
        ("speed", 1.75, "ok"),
        ("cadence", 85.0, "ok"),
        ("distance", 100.0, "ok"),
    ]


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001 - a device has no zone
def test_the_current_time_is_read_as_written(now):
    data = gatt.encode_time(now)
    assert len(data) == 10
    assert gatt.decode_time(data) == now.replace(microsecond=0)
    assert data[7] == now.isoweekday()


@pytest.mark.parametrize(
    ("characteristic", "text"),
    [
        ("2a37", ""),
        ("2a37", "01"),
        ("2a37", "0048FF"),  # a byte that no flag announces
        ("2a37", "1048330333"),  # half an interval
        ("2a1c", "006C01"),
        ("2a1c", "026C0100FFEA07"),
        ("2a1c", "026C0100FFEA070D170A1E00"),  # month 13
        ("2a19", ""),
    ],
)
def test_damaged_values_are_refused(characteristic, text):
    with pytest.raises(BadFrame, match=r"byte|time stamp"):
        gatt.decode(characteristic, bytes.fromhex(text))


@given(st.sampled_from(sorted(adopted.FIELDS)), st.binary(max_size=40))
def test_any_bytes_are_fields_or_a_bad_frame(characteristic, data):
    try:
        fields = gatt.decode(characteristic, data)
    except BadFrame:
        return
    for field in fields:
        assert field.name in adopted.FIELDS[characteristic]
        assert field.value is None or field.value.is_finite()
        assert (field.value is None) <= (field.quality.level is not Level.GOOD)
