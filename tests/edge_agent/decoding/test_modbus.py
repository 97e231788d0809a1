"""Modbus frames and register numbers, with vectors from real libraries."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason
from edge_agent.decoding import modbus
from edge_agent.decoding.modbus import Registers, Request, Response

BITS = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "u32": 32, "i32": 32, "u64": 64, "i64": 64}


def _with_checksum(body: bytes) -> bytes:
    return body + modbus.crc16(body).to_bytes(2, "little")


def test_the_checksum_of_the_standard_example():
    assert modbus.crc16(b"123456789") == 0x4B37


def test_four_holding_registers():
    assert modbus.parse_request(bytes.fromhex("0103000000044409")) == Request(1, 3, 0, 4)
    response = modbus.parse_response(bytes.fromhex("01030808FC007B000001F44C63"))
    assert response == Response(1, 3, (2300, 123, 0, 500))
    assert response.table == "holding"


def test_a_float_of_two_registers():
    assert modbus.parse_request(bytes.fromhex("01030064000285D4")) == Request(1, 3, 100, 2)
    response = modbus.parse_response(bytes.fromhex("010304436780003FA8"))
    assert modbus.number(modbus.pack(response.values, "high_first"), "f32") == 231.5


def test_an_exception():
    assert modbus.parse_request(bytes.fromhex("01031388000240A5")) == Request(1, 3, 5000, 2)
    assert modbus.parse_response(bytes.fromhex("018302C0F1")) == Response(1, 3, exception=2)
    assert modbus.explain(2) == "exception 2 (illegal data address)"


def test_a_write_carries_no_readings():
    written = bytes.fromhex("010600030309B93C")
    with pytest.raises(BadFrame, match="byte 1: function 06 answers no read"):
        modbus.parse_response(written)
    with pytest.raises(BadFrame, match="byte 1: function 06 with 6 bytes is no read request"):
        modbus.parse_request(written)


def test_coils_are_bits_low_first():
    response = modbus.parse_response(_with_checksum(bytes.fromhex("010102CD01")))
    assert response.table == "coil"
    assert response.values == (1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (1, Reason.CONFIG),
        (2, Reason.CONFIG),
        (3, Reason.CONFIG),
        (4, Reason.DEVICE),
        (6, Reason.DEVICE),
        (10, Reason.COMM),
        (11, Reason.COMM),
    ],
)
def test_why_an_exception_gives_no_value(exception, reason):
    assert modbus.reason_of(exception) is reason


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"\x01\x03\x02", "byte 3: 5 bytes are the least of an RTU frame"),
        (bytes.fromhex("01030808FC007B000001F44C64"), "byte 11: checksum 4C64 .* would be 4C63"),
        (bytes(257), "byte 256: no RTU frame is longer, this one has 257"),
        (_with_checksum(b"\x01\x03\x04\x00\x01"), "byte 2: 4 bytes of data are announced, 2 are"),
        (_with_checksum(b"\x01\x03\x01\x00"), "byte 2: 1 bytes are no whole number of registers"),
    ],
)
def test_a_damaged_frame_names_the_byte(frame, words):
    with pytest.raises(BadFrame, match=words):
        modbus.parse_response(frame)


def test_values_of_a_block():
    block = Registers("input", 10, (1, 2, 3))
    assert block.of(10, 3) == (1, 2, 3)
    assert block.of(12, 1) == (3,)
    assert block.of(9, 1) is None
    assert block.of(12, 2) is None


@pytest.mark.parametrize("order", ["high_first", "low_first"])
@pytest.mark.parametrize("number_type", ["u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"])
@given(data=st.data())
def test_every_number_in_every_word_order(number_type, order, data):
    letter = {16: "h", 32: "i", 64: "q"}
    if number_type.startswith("f"):
        width = int(number_type[1:])
        value = data.draw(st.floats(width=width, allow_nan=False))
        raw = struct.pack(">f" if width == 32 else ">d", value)
    else:
        bits, signed = BITS[number_type], number_type.startswith("i")
        low = -(1 << bits - 1) if signed else 0
        value = data.draw(st.integers(low, low + (1 << bits) - 1))
        raw = struct.pack(">" + (letter[bits] if signed else letter[bits].upper()), value)
    words = struct.unpack(f">{len(raw) // 2}H", raw)
    sent = words if order == "high_first" else words[::-1]
    assert modbus.size("input", number_type) == len(words)
    assert modbus.number(modbus.pack(sent, order), number_type) == value


@pytest.mark.parametrize(("number_type", "value"), [("u8", 254), ("i8", -2)])
def test_small_numbers_stand_in_the_low_byte(number_type, value):
    assert modbus.number(modbus.pack((0x12FE,), "high_first"), number_type) == value


def test_a_float_may_be_nan():
    assert math.isnan(modbus.number(modbus.pack((0x7FC0, 0), "high_first"), "f32"))


@given(
    st.integers(0, 255),
    st.sampled_from([3, 4]),
    st.lists(st.integers(0, 65535), min_size=1, max_size=125),
)
def test_registers_survive_the_wire(unit, function, words):
    data = struct.pack(f">{len(words)}H", *words)
    frame = _with_checksum(bytes((unit, function, len(data))) + data)
    assert modbus.parse_response(frame) == Response(unit, function, tuple(words))


@given(st.binary(min_size=5, max_size=40), st.integers(0, 319))
def test_one_flipped_bit_is_noticed(body, bit):
    frame = bytearray(_with_checksum(body))
    at = bit % (8 * len(frame))
    frame[at // 8] ^= 1 << at % 8
    with pytest.raises(BadFrame, match="checksum"):
        modbus.parse_response(bytes(frame))
