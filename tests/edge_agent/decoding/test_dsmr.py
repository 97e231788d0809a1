"""P1 telegrams: cut out of a stream, checked, read; whatever comes."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason
from area_configs.domain.sources import TelegramSource
from edge_agent.decoding import dsmr

TELEGRAM = (
    b"/ISk5\\2MT382-1000\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.8.1(000123.456*kWh)\r\n"
    b"1-0:1.7.0(01.193*kW)\r\n!A158\r\n"
)
POWER = Point("active_power", TelegramSource("1-0:1.7.0", scale=1000.0), 1.0, maximum=5000.0)


def test_the_checksum_is_crc_16_arc():
    assert dsmr.crc16(b"123456789") == 0xBB3D


def test_a_telegram_is_read():
    assert dsmr.parse(TELEGRAM) == {
        "1-3:0.2.8": ("50",),
        "1-0:1.8.1": ("000123.456*kWh",),
        "1-0:1.7.0": ("01.193*kW",),
    }


@pytest.mark.parametrize(
    ("telegram", "said"),
    [
        (TELEGRAM.replace(b"01.193", b"01.194"), "checksum 'A158' does not match"),
        (TELEGRAM.replace(b"!A158", b"!"), "checksum"),
        (TELEGRAM.ljust(dsmr.LONGEST + 1), "byte 4096: no telegram is longer, this one has 4097"),
        (b"", "begins with / and ends with !"),
        (b"!A158/", "begins with / and ends with !"),
    ],
)
def test_a_damaged_telegram_is_refused(telegram, said):
    with pytest.raises(BadFrame, match=said):
        dsmr.parse(telegram)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20))
def test_telegrams_are_cut_out_of_any_pieces(sizes):
    stream = b"noise(1*kW)\r\n" + TELEGRAM * 3 + TELEGRAM[:20]
    cutter, found, at = dsmr.TelegramStream(), [], 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        found += cutter.feed(stream[at : at + size])
        at += size
    assert found == [TELEGRAM] * 3


def test_a_telegram_that_was_cut_does_not_spoil_the_next_one():
    assert list(dsmr.TelegramStream().feed(TELEGRAM[:40] + b"\r\n" + TELEGRAM)) == [TELEGRAM]


@pytest.mark.parametrize("noise", [b"\x00/\xff", b"/ISk5\\2MT382-10", b"/" * 40, b"!\r\n/x"])
def test_noise_right_before_a_telegram_does_not_spoil_it(noise):
    *_, last = dsmr.TelegramStream().feed(noise + TELEGRAM)
    assert last == TELEGRAM


def test_an_endless_stream_takes_no_room():
    cutter = dsmr.TelegramStream()
    for _ in range(100):
        assert list(cutter.feed(b"/" + b"x" * 1000)) == []
        assert len(cutter._buffer) <= dsmr.LONGEST + 1001


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("01.193*kW", 1193.0, Reason.OK),
        ("-0.5*kW", -500.0, Reason.OK),
        ("6*kW", 6000.0, Reason.OUT_OF_LIMITS),
        ("", None, Reason.DEVICE),
        ("1e5", None, Reason.DEVICE),
        ("NaN", None, Reason.DEVICE),
        ("9" * 400, None, Reason.OVER_RANGE),
    ],
)
def test_values(text, value, reason):
    (reading,) = dsmr.readings((POWER,), {"1-0:1.7.0": (text,)}, "d", 1)
    assert (reading.value, reading.quality.reason) == (value, reason)


def test_a_value_that_is_not_there_is_no_value():
    second = Point("gas_total", TelegramSource("1-0:1.7.0", position=1), 1.0)
    (reading,) = dsmr.readings((second,), {"1-0:1.7.0": ("1",)}, "d", 1)
    assert reading.value is None


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data):
    body = b"/" + data.replace(b"!", b"") + b"!"
    telegram = body + f"{dsmr.crc16(body):04X}\r\n".encode()
    dsmr.readings((POWER,), dsmr.parse(telegram), "d", 1)
    with pytest.raises(BadFrame):
        dsmr.parse(data.replace(b"!", b""))


def test_a_library_that_is_not_ours_agrees():
    parsers = pytest.importorskip("dsmr_parser.parsers", reason="dsmr-parser is not installed")
    specifications = importlib.import_module("dsmr_parser.telegram_specifications")
    theirs = parsers.TelegramParser(specifications.V5).parse(TELEGRAM.decode())
    power = theirs.CURRENT_ELECTRICITY_USAGE.value
    (reading,) = dsmr.readings((POWER,), dsmr.parse(TELEGRAM), "d", 1)
    assert float(power) * 1000 == reading.value
