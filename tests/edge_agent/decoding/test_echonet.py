"""ECHONET Lite frames and the numbers in them, with published vectors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason
from edge_agent.decoding import echonet
from edge_agent.decoding.echonet import Frame, Property

# From the public test of a BP35A1 driver: 668 W and 4.0 A on both phases.
POWER = bytes.fromhex("1081100202880105FF017202E7040000029CE80400280028")
# What a meter says after a join: its node announces one object, 028801.
ANNOUNCED = bytes.fromhex("108100000EF0010EF0017301D50401028801")


def test_an_answer_with_power_and_currents():
    frame = echonet.parse(POWER, 0x1002)
    assert (frame.seoj, frame.deoj, frame.esv) == (echonet.METER, echonet.CONTROLLER, 0x72)
    assert frame.from_meter
    assert echonet.number(frame.edts()[0xE7], 0, "i32") == 668
    assert [echonet.number(frame.edts()[0xE8], at, "i16") for at in (0, 2)] == [40, 40]


def test_an_announcement_of_the_node():
    frame = echonet.parse(ANNOUNCED)
    assert (frame.esv, frame.from_meter) == (echonet.INF, False)
    assert frame.properties == (Property(0xD5, bytes.fromhex("01028801")),)


def test_a_request():
    asked = (echonet.Property(0xE7), echonet.Property(0xE8))
    request = echonet.Frame(0x1002, echonet.CONTROLLER, echonet.METER, echonet.GET, asked)
    assert echonet.build(request).hex().upper() == "1081100205FF010288016202E700E800"


def test_when_a_half_hour_value_was_measured():
    edt = bytes.fromhex("07EA0B170A1E000001F3A4")
    assert echonet.measured_at(edt) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert echonet.measured_at(edt).utcoffset() == timedelta(hours=9)
    counts = echonet.number(edt, 7, "u32")
    assert counts * echonet.factor(echonet.UNIT, b"\x01") == Decimal("12790.8")


@pytest.mark.parametrize("edt", ["07EA0D170A1E00", "07EA0B170A1E", "000000000000FF"])
def test_what_is_no_date(edt):
    with pytest.raises(BadFrame, match="no date and time"):
        echonet.measured_at(bytes.fromhex(edt))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("", "byte 0: the frame ends inside its 12 byte head"),
        ("1081100202880105FF0172", "byte 11: the frame ends inside its 12 byte head"),
        ("1082100202880105FF017200", "byte 0: 1082 is not ECHONET Lite format 1"),
        ("1081100202880105FF017202E7040000029C", "byte 18: the frame ends after 1 of 2 properties"),
        ("1081100202880105FF017201E7", "byte 12: the frame ends after 0 of 1 properties"),
        (
            "1081100202880105FF017201E7050000029C",
            "byte 13: property E7 says 5 bytes of data, the frame has 4",
        ),
        ("1081100202880105FF017200FF", "byte 12: 1 bytes follow the last of 0 properties"),
    ],
)
def test_a_frame_that_does_not_fit_names_the_byte(frame, words):
    with pytest.raises(BadFrame, match=words):
        echonet.parse(bytes.fromhex(frame))


def test_the_answer_to_another_transaction():
    with pytest.raises(BadFrame, match="byte 2: transaction 1002 is not the one asked for, 1003"):
        echonet.parse(POWER, 0x1003)


def test_a_refusal_carries_what_the_meter_does_have():
    frame = echonet.parse(bytes.fromhex("1081000102880105FF015202E7040000029CE300"))
    assert frame.esv == echonet.GET_SNA
    assert frame.edts() == {0xE7: bytes.fromhex("0000029C"), 0xE3: b""}


@pytest.mark.parametrize(
    ("edt", "number_type", "reason"),
    [
        ("7FFFFFFE", "i32", Reason.NO_DATA),
        ("7FFE", "i16", Reason.NO_DATA),
        ("FFFFFFFE", "u32", Reason.NO_DATA),
        ("7FFFFFFF", "i32", Reason.OVER_RANGE),
        ("80000000", "i32", Reason.UNDER_RANGE),
        ("7FFF", "i16", Reason.OVER_RANGE),
        ("8000", "i16", Reason.UNDER_RANGE),
        ("FFFF", "u16", Reason.OVER_RANGE),
        ("FFFE", "u16", Reason.UNDER_RANGE),
        ("7FFFFFFD", "i32", None),
        ("80000001", "i32", None),
        ("FFFFFFFD", "u32", None),
        ("7FFFFFFE", "u32", None),
        ("FFFFFFFE", "i32", None),
    ],
)
def test_codes_that_are_no_numbers(edt, number_type, reason):
    raw = echonet.number(bytes.fromhex(edt), 0, number_type)
    assert echonet.code_of(raw, number_type) is reason


@pytest.mark.parametrize(
    ("edt", "kwh"),
    [
        ("00", "1"),
        ("01", "0.1"),
        ("02", "0.01"),
        ("03", "0.001"),
        ("04", "0.0001"),
        ("0A", "10"),
        ("0B", "100"),
        ("0C", "1000"),
        ("0D", "10000"),
    ],
)
def test_units_of_cumulative_energy(edt, kwh):
    assert echonet.factor(echonet.UNIT, bytes.fromhex(edt)) == Decimal(kwh)


def test_factors_that_a_meter_does_not_say():
    assert echonet.factor(echonet.COEFFICIENT, None) == 1
    assert echonet.factor(echonet.COEFFICIENT, b"") == 1
    assert echonet.factor(echonet.COEFFICIENT, bytes.fromhex("000000C8")) == 200
    assert echonet.factor(echonet.UNIT, None) is None
    assert echonet.factor(echonet.UNIT, b"\x05") is None


properties = st.builds(Property, st.integers(0x80, 0xFF), st.binary(max_size=255))
frames = st.builds(
    Frame,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFF),
    st.integers(0, 0xFFFFFF),
    st.integers(0, 0xFF),
    st.lists(properties, max_size=8).map(tuple),
)


@given(frames)
def test_what_is_built_is_read_back(frame):
    assert echonet.parse(echonet.build(frame), frame.tid) == frame


@given(frames, st.data())
def test_a_cut_frame_is_never_read(frame, data):
    whole = echonet.build(frame)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BadFrame, match="byte"):
        echonet.parse(whole[:cut])


@given(st.binary(max_size=64))
def test_noise_is_read_or_refused(noise):
    try:
        frame = echonet.parse(noise)
    except BadFrame:
        return
    assert echonet.build(frame) == noise
