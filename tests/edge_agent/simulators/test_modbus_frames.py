"""Modbus framing against published frames, whole and damaged."""

from __future__ import annotations

import pytest

from area_configs.domain.areas import Device, Position
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.sources import ModbusSource
from edge_agent.simulators.modbus_frames import RtuRequests, answer, crc16, rtu_frame
from edge_agent.simulators.registers import RegisterImage

# published request and answer frames: 2300, 123, 0, 500 and float 231.5
READ_FOUR = bytes.fromhex("0103000000044409")
FOUR = bytes.fromhex("01030808FC007B000001F44C63")
READ_FLOAT = bytes.fromhex("01030064000285D4")
FLOAT = bytes.fromhex("010304436780003FA8")
READ_NOTHING = bytes.fromhex("01031388000240A5")
NOTHING = bytes.fromhex("018302C0F1")

VALUES = {"voltage_r": 2300, "voltage_s": 123, "voltage_t": 0, "frequency": 500, "current_r": 231.5}


def _image():
    name = Name("計", "Meter")
    points = [
        Point(quantity, ModbusSource("holding", address), 1)
        for address, quantity in enumerate(("voltage_r", "voltage_s", "voltage_t", "frequency"))
    ]
    points.append(Point("current_r", ModbusSource("holding", 100, "f32"), 1))
    points += [Point("power_factor", ModbusSource("coil", n), 1) for n in range(10)]
    profile = DeviceProfile(
        "p", name, "m", "m", "modbus", DeviceKind.BUILDING_METER, "D", tuple(points), "", 20
    )
    device = Device("meter", name, "p", "g", "l", Position(0, 0), unit=1)
    return RegisterImage(device, profile, lambda point, _at_us: VALUES.get(point.quantity, 1))


@pytest.mark.parametrize(
    ("request_frame", "answer_frame"),
    [(READ_FOUR, FOUR), (READ_FLOAT, FLOAT), (READ_NOTHING, NOTHING)],
)
def test_published_requests_get_the_published_answers(request_frame, answer_frame):
    ((unit, pdu),) = RtuRequests().feed(request_frame, 0)
    assert rtu_frame(unit, answer(pdu, _image(), 0).pdu) == answer_frame


@pytest.mark.parametrize(
    ("pdu", "refusal"),
    [
        ("0300000000", "8303"),  # no register at all
        ("030000007E", "8303"),  # 126 of them
        ("0300000015", "8303"),  # more than the model allows in one request
        ("03000000", "8303"),  # cut short
        ("0400000001", "8402"),  # another table
        ("060003 0309", "8601"),  # read only
        ("2B0E0100", "AB01"),
    ],
)
def test_what_the_meter_does_not_do_is_an_exception(pdu, refusal):
    given = answer(bytes.fromhex(pdu), _image(), 0)
    assert given.pdu.hex().upper() == refusal
    assert given.said == []


def test_bits_are_packed_from_the_lowest():
    assert answer(bytes.fromhex("010000000A"), _image(), 0).pdu.hex().upper() == "0102FF03"


def test_the_crc_is_the_published_one():
    assert crc16(b"123456789") == 0x4B37  # CRC-16/MODBUS check value


def test_requests_are_found_in_pieces_and_in_a_row():
    bus = RtuRequests()
    assert list(bus.feed(READ_FOUR[:3], 0.0)) == []
    assert list(bus.feed(READ_FOUR[3:] + READ_FLOAT, 0.01)) == [
        (1, READ_FOUR[1:-2]),
        (1, READ_FLOAT[1:-2]),
    ]


def test_a_damaged_request_is_forgotten_and_the_next_one_heard():
    bus = RtuRequests()
    assert list(bus.feed(READ_FOUR[:-1] + b"\0", 0.0)) == []
    assert list(bus.feed(READ_FOUR, 1.0)) == [(1, READ_FOUR[1:-2])]


def test_half_a_request_is_forgotten_after_a_pause():
    bus = RtuRequests()
    assert list(bus.feed(READ_FOUR[:5], 0.0)) == []
    assert list(bus.feed(READ_FOUR, 1.0)) == [(1, READ_FOUR[1:-2])]


@pytest.mark.parametrize("body", ["0110000000020400010002", "012B0E0100"])
def test_longer_and_unknown_functions_are_framed_too(body):
    data = bytes.fromhex(body)
    frame = rtu_frame(data[0], data[1:])
    assert list(RtuRequests().feed(frame, 0.0)) == [(1, data[1:])]
