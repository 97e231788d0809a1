"""OPC UA data values: status, stamps and numbers become readings; any bytes are read or refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Level, Quality, Reason
from area_configs.domain.sources import OpcUaSource
from edge_agent.decoding.opc_ua import DataValue, parse_results, reading, reason_of

NOW = 1_795_600_000_000_000
S = 1_000_000
SOURCE = OpcUaSource("urn:x", "P", scale=0.1, shift=-5, no_data=(9999,))
PUSHED = Point("pressure_high", SOURCE, 1.0, 0, 100, pushed=True)
POLLED = Point("pressure_high", SOURCE, 1.0, 0, 100)
SLOW = Point("nitrogen_pressure", SOURCE, 10.0, 0, 100, pushed=True)
EVENT = Point("session_mass", OpcUaSource("urn:x", "M"), 60.0, pushed=True)


@pytest.mark.parametrize(
    ("status", "reason", "level"),
    [
        (0x00000000, Reason.OK, Level.GOOD),
        (0x00960000, Reason.OK, Level.GOOD),  # GoodLocalOverride
        (0x808C0000, Reason.DEVICE, Level.BAD),
        (0x808C0480, Reason.DEVICE, Level.BAD),  # with flags
        (0x80310000, Reason.COMM, Level.BAD),
        (0x808D0000, Reason.DEVICE, Level.BAD),
        (0x80340000, Reason.CONFIG, Level.BAD),
        (0x801F0000, Reason.REJECTED, Level.BAD),
        (0x80320000, Reason.NO_DATA, Level.BAD),
        (0x80FF0000, Reason.DEVICE, Level.BAD),
        (0x40900000, Reason.NO_CONTACT, Level.UNCERTAIN),
        (0x40940000, Reason.OVER_RANGE, Level.UNCERTAIN),
        (0x40000000, Reason.OUT_OF_LIMITS, Level.UNCERTAIN),
    ],
)
def test_a_status_has_its_reason(status, reason, level):
    assert reason_of(status) is reason
    assert Quality(reason).level is level


@pytest.mark.parametrize(
    ("value", "number", "quality"),
    [
        (DataValue(455.0), 40.5, Quality()),
        (DataValue(1455.0), 140.5, Quality(Reason.OUT_OF_LIMITS, "1455")),
        (DataValue(455.0, 0x40900000), 40.5, Quality(Reason.NO_CONTACT, "40900000")),
        (DataValue(455.0, 0x808C0000), None, Quality(Reason.DEVICE, "808C0000 with 455")),
        (DataValue(None, 0x80310000), None, Quality(Reason.COMM, "80310000")),
        (DataValue(None), None, Quality(Reason.NO_DATA)),
        (DataValue(9999.0), None, Quality(Reason.NO_DATA, "9999")),
        (DataValue(float("nan")), None, Quality(Reason.NO_DATA)),
        (DataValue(float("inf")), None, Quality(Reason.OVER_RANGE)),
        (DataValue(None, foreign="str"), None, Quality(Reason.CONFIG, "str")),
    ],
)
def test_a_value_has_its_number_and_quality(value, number, quality):
    found = reading(PUSHED, value, "d", NOW)
    assert (found.value, found.quality) == (number, quality)


@pytest.mark.parametrize(
    ("point", "age_s", "server_age_s", "again", "observed_age_s", "clock"),
    [
        (PUSHED, 2, 0, True, 2, False),  # within 5 s the source's stamp dates it
        (POLLED, 2, 0, False, 0, False),  # what was asked for is dated by the gateway
        (PUSHED, 5.1, 0, True, 0, True),  # it has just changed, and is dated otherwise
        (PUSHED, 60, 0, False, 0, False),  # it may have stood so for a minute
        (SLOW, 9.9, 9.9, False, 9.9, False),  # it waited for its scan
        (SLOW, 9.9, 9.9, True, 0, True),
        (POLLED, 60, 0, False, 0, False),
        (POLLED, 60, 60, False, 0, True),  # the server's own clock is off as well
        (POLLED, 60, None, False, 0, True),
        (PUSHED, -6, -6, False, 0, True),  # from the future
        (EVENT, 600, 0, True, 600, False),  # what happened keeps its instant
        (EVENT, -6, 0, True, 0, True),
    ],
)
def test_stamps_date_what_they_can(point, age_s, server_age_s, again, observed_age_s, clock):
    server_us = None if server_age_s is None else NOW - int(server_age_s * S)
    value = DataValue(455.0, 0, NOW - int(age_s * S), server_us)
    found = reading(point, value, "d", NOW, again=again)
    assert found.observed_us == NOW - int(observed_age_s * S)
    assert (found.quality.reason is Reason.CLOCK) is clock
    if clock:
        assert found.quality.raw.startswith("2026-11-2")
        assert found.value is not None


def test_results_are_read_as_the_encoding_says():
    text = bytes([0x01, 12]) + (2).to_bytes(4, "little") + b"H2"
    double = bytes([0x01, 11]) + bytes.fromhex("0000000000205440")
    bad = bytes([0x02]) + bytes.fromhex("00008C80")
    data = (3).to_bytes(4, "little") + double + bad + text
    assert parse_results(data) == [
        DataValue(80.5), DataValue(None, 0x808C0000), DataValue(None, foreign="String"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "data end here"),
        ("FFFFFFFF", "-1 results"),
        ("0100000001", "data end here"),
        ("01000000018B", "neither a number nor a text"),
        ("00000000FF", "1 bytes too many"),
        ("01000000010C64000000", "does not fit"),
    ],
)
def test_damaged_results_are_refused_with_their_place(data, words):
    with pytest.raises(BadFrame, match=words):
        parse_results(bytes.fromhex(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(BadFrame):
        for value in parse_results(data):
            reading(PUSHED, value, "d", NOW)
