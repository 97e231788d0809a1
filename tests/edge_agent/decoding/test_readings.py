"""Readings and their quality, from answers and a profile."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.quality import GOOD, Level, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import EchonetSource, ModbusSource
from edge_agent.decoding.modbus import Registers
from edge_agent.decoding.readings import from_properties, from_registers, refused

NAME = Name("試験", "Test")


def _profile(*points: Point) -> DeviceProfile:
    protocol = "b_route" if isinstance(points[0].source, EchonetSource) else "modbus"
    return DeviceProfile("t", NAME, "m", "m", protocol, DeviceKind.SMART_METER, "Device", points)


def _property(source: EchonetSource, edts: dict[int, str], factors=None, **limits) -> Reading:
    profile = _profile(Point("active_power", source, 30.0, **limits))
    found = {epc: bytes.fromhex(edt) for epc, edt in edts.items()}
    scaling = {epc: bytes.fromhex(edt) for epc, edt in (factors or {}).items()}
    [reading] = from_properties(profile, found, scaling, "d", 1)
    return reading


def _number(source: ModbusSource, *words: int, **limits) -> Reading:
    block = Registers(source.table, source.address, words)
    [reading] = from_registers(_profile(Point("voltage_r", source, 1.0, **limits)), block, "d", 1)
    return reading


POWER = EchonetSource(0xE7, "i32")
ENERGY = EchonetSource(0xE0, "u32", factor_epcs=(0xD3, 0xE1))


def test_power_in_watts():
    assert _property(POWER, {0xE7: "0000029C"}) == Reading("d", "active_power", 1, 668.0, GOOD)
    assert _property(POWER, {0xE7: "FFFFFC18"}).value == -1000.0


@pytest.mark.parametrize(
    ("edt", "reason", "level"),
    [
        ("7FFFFFFE", Reason.NO_DATA, Level.BAD),
        ("7FFFFFFF", Reason.OVER_RANGE, Level.UNCERTAIN),
        ("80000000", Reason.UNDER_RANGE, Level.UNCERTAIN),
    ],
)
def test_a_code_is_never_a_number(edt, reason, level):
    reading = _property(POWER, {0xE7: edt})
    assert reading.value is None
    assert reading.quality == Quality(reason, edt)
    assert reading.quality.level is level


def test_a_code_of_the_profile():
    reading = _property(EchonetSource(0xC0, "u8", no_data=(0xFD,)), {0xC0: "FD"})
    assert (reading.value, reading.quality) == (None, Quality(Reason.NO_DATA, "FD"))


def test_a_property_that_the_meter_refuses():
    reading = _property(POWER, {0xE7: ""})
    assert (reading.value, reading.quality.reason) == (None, Reason.NOT_SUPPORTED)


def test_data_too_short_for_the_number():
    reading = _property(POWER, {0xE7: "029C"})
    assert (reading.value, reading.quality) == (None, Quality(Reason.DEVICE, "029C"))


def test_energy_is_counts_by_coefficient_by_unit():
    half_hour = EchonetSource(0xEA, "u32", offset=7, factor_epcs=(0xD3, 0xE1))
    edts = {0xEA: "07EA0B170A1E000001F3A4"}
    assert _property(half_hour, edts, {0xE1: "01"}).value == 12790.8
    assert _property(ENERGY, {0xE0: "00000064"}, {0xE1: "01", 0xD3: "00000003"}).value == 30.0
    assert _property(ENERGY, {0xE0: "00000064", 0xE1: "02"}, {0xE1: "01"}).value == 1.0


def test_energy_of_a_meter_that_does_not_say_its_unit():
    reading = _property(ENERGY, {0xE0: "00000064"}, {0xE1: ""})
    assert (reading.value, reading.quality) == (None, Quality(Reason.NOT_SUPPORTED, "E1"))


def test_a_two_wire_meter_has_no_phase_t():
    points = [
        Point(f"current_{phase}", EchonetSource(0xE8, "i16", offset=at, scale=0.1), 30.0)
        for phase, at in (("r", 0), ("t", 2))
    ]
    edts = {0xE8: bytes.fromhex("00287FFE")}
    r, t = from_properties(_profile(*points), edts, {}, "d", 1)
    assert (r.value, r.quality) == (4.0, GOOD)
    assert (t.value, t.quality.reason) == (None, Reason.NO_DATA)


def test_only_points_in_the_answer():
    assert (
        from_properties(_profile(Point("active_power", POWER, 30.0)), {0xE8: b""}, {}, "d", 1) == []
    )


def test_a_value_outside_its_limits_is_kept():
    reading = _property(POWER, {0xE7: "0000029C"}, maximum=600.0)
    assert (reading.value, reading.quality) == (668.0, Quality(Reason.OUT_OF_LIMITS, "668"))
    assert _number(ModbusSource("input", 0), 99, minimum=100.0).quality.reason is (
        Reason.OUT_OF_LIMITS
    )
    assert _number(ModbusSource("input", 0), 100, minimum=100.0, maximum=100.0).quality is GOOD


def test_scale_and_shift_round_once():
    assert _number(ModbusSource("input", 0, scale=0.1), 2300).value == 230.0
    assert _number(ModbusSource("input", 0, "u32", scale=0.1), 1, 62372).value == 12790.8
    assert _number(ModbusSource("input", 0, "i16", scale=0.1, shift=-40.0), 655).value == 25.5


@pytest.mark.parametrize(
    ("source", "words", "raw"),
    [
        (ModbusSource("input", 0, "f32"), (0x7FC0, 0), "7FC00000"),
        (ModbusSource("input", 0, "f64"), (0x7FF8, 0, 0, 1), "7FF8000000000001"),
        (ModbusSource("input", 0, "u16", no_data=(0xFFFF,)), (0xFFFF,), "FFFF"),
        (ModbusSource("input", 0, "i16", no_data=(-32768,)), (0x8000,), "8000"),
        (ModbusSource("input", 0, "i16", no_data=(0x8000,)), (0x8000,), "8000"),
        (ModbusSource("input", 0, "u8", no_data=(0xFF,)), (0x12FF,), "12FF"),
        (
            ModbusSource("input", 0, "u32", "low_first", no_data=(0x80000000,)),
            (0, 0x8000),
            "80000000",
        ),
    ],
)
def test_what_a_device_does_not_implement(source, words, raw):
    reading = _number(source, *words)
    assert (reading.value, reading.quality) == (None, Quality(Reason.NOT_IMPLEMENTED, raw))


@pytest.mark.parametrize(
    ("word", "reason"), [(0x7F80, Reason.OVER_RANGE), (0xFF80, Reason.UNDER_RANGE)]
)
def test_infinity_is_no_number(word, reason):
    reading = _number(ModbusSource("input", 0, "f32"), word, 0)
    assert (reading.value, reading.quality.reason) == (None, reason)


def test_coils_are_zero_or_one():
    assert _number(ModbusSource("coil", 5), 1).value == 1.0
    assert _number(ModbusSource("discrete", 5), 0).value == 0.0


def test_every_point_wholly_inside_a_block():
    points = (
        Point("voltage_r", ModbusSource("input", 0, "f32"), 1.0),
        Point("current_r", ModbusSource("input", 2, "f32"), 60.0),
        Point("frequency", ModbusSource("input", 3, "f32"), 1.0),
        Point("power_factor", ModbusSource("holding", 0), 1.0),
    )
    found = from_registers(_profile(*points), Registers("input", 0, (0, 0, 0, 0)), "d", 7)
    assert [(r.quantity, r.observed_us) for r in found] == [("voltage_r", 7), ("current_r", 7)]


def test_a_refusal_has_no_value():
    point = Point("voltage_r", ModbusSource("input", 0), 1.0)
    quality = Quality(Reason.CONFIG, "exception 2")
    assert refused([point], quality, "d", 9) == [Reading("d", "voltage_r", 9, None, quality)]


@given(
    st.integers(-(1 << 31), (1 << 31) - 1),
    st.sampled_from([1.0, 0.1, 0.01, 0.001, 10.0]),
    st.sampled_from([0.0, -40.0, 0.5]),
)
def test_a_scaled_number_is_the_nearest_to_the_exact_one(raw, scale, shift):
    value = _number(
        ModbusSource("input", 0, "i32", scale=scale, shift=shift),
        raw >> 16 & 0xFFFF,
        raw & 0xFFFF,
    ).value
    assert math.isclose(value, raw * scale + shift, rel_tol=1e-12, abs_tol=1e-9)
    assert value == float(f"{value:.4f}")
