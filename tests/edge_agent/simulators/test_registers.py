"""Register images: numbers in words, as profiles describe them."""

from __future__ import annotations

import dataclasses
import math

import pytest

from area_configs.domain.areas import Device, Position
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.sources import ModbusSource
from edge_agent.simulators.registers import (
    RegisterImage,
    Unmapped,
    from_raw,
    to_number,
    to_raw,
    to_words,
)


def _source(**changes):
    return dataclasses.replace(ModbusSource("input", 0), **changes)


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        (_source(), 2300, [2300]),
        (_source(type="i16"), -2, [0xFFFE]),
        (_source(scale=0.1, shift=-50.0), 25.0, [750]),
        (_source(type="u32"), 0x12345678, [0x1234, 0x5678]),
        (_source(type="u32", word_order="low_first"), 0x12345678, [0x5678, 0x1234]),
        (_source(type="i32"), -1, [0xFFFF, 0xFFFF]),
        (_source(type="u64"), 1 << 40, [0, 0x0100, 0, 0]),
        (_source(type="i64", word_order="low_first"), 1, [1, 0, 0, 0]),
        (_source(type="f32"), 231.5, [0x4367, 0x8000]),
        (_source(type="f32", word_order="low_first"), 231.5, [0x8000, 0x4367]),
        (_source(type="f64"), 231.5, [0x406C, 0xF000, 0, 0]),
        (_source(table="coil"), 1, [1]),
        (_source(), 70_000, [0xFFFF]),  # saturates
        (_source(type="i16"), -70_000, [0x8000]),
        (_source(type="u16"), -3, [0]),
        (_source(no_data=(0xFFFF,)), 70_000, [0xFFFE]),  # a measurement is never the null code
        (_source(no_data=(0xFFFF,)), None, [0xFFFF]),
        (_source(type="i16", no_data=(-32768,)), None, [0x8000]),
    ],
)
def test_a_value_becomes_words_and_the_words_mean_it(source, value, words):
    raw = to_raw(value, source)
    assert to_words(raw, source) == words
    assert to_number(words, source) == raw
    if value is None:
        assert from_raw(raw, source) is None


def test_a_float_without_a_measurement_is_not_a_number():
    source = _source(type="f32")
    words = to_words(to_raw(None, source), source)
    assert math.isnan(to_number(words, source))
    assert from_raw(to_number(words, source), source) is None


def _image(*points, longest=100):
    name = Name("計", "Meter")
    device = Device("meter", name, "p", "g", "l", Position(0, 0), unit=1)
    profile = DeviceProfile(
        "p",
        name,
        "m",
        "m",
        "modbus",
        DeviceKind.BUILDING_METER,
        "Device",
        points,
        max_registers=longest,
    )
    values = {"active_power": 1234.0, "energy_import": 70_000.0, "frequency": 50.02}
    return RegisterImage(device, profile, lambda point, _at_us: values[point.quantity])


IMAGE = _image(
    Point("active_power", ModbusSource("holding", 10, "i32"), 1),
    Point("frequency", ModbusSource("holding", 12, scale=0.01), 1),
    Point("energy_import", ModbusSource("holding", 13, "u32", "low_first"), 1),
    Point("frequency", ModbusSource("input", 10, scale=0.1), 1),
)


def test_a_whole_read_says_every_point():
    words, said = IMAGE.read("holding", 10, 5, 0)
    assert words == [0, 1234, 5002, 70_000 & 0xFFFF, 1]
    assert [(s.quantity, s.value) for s in said] == [
        ("active_power", 1234.0),
        ("frequency", 5002 * 0.01),
        ("energy_import", 70_000.0),
    ]


def test_a_point_cut_at_either_end_is_not_said():
    words, said = IMAGE.read("holding", 11, 3, 0)
    assert words == [1234, 5002, 70_000 & 0xFFFF]
    assert [s.quantity for s in said] == ["frequency"]


def test_tables_are_apart():
    assert IMAGE.read("input", 10, 1, 0)[0] == [500]


@pytest.mark.parametrize(
    ("table", "address", "count"), [("holding", 9, 2), ("holding", 13, 3), ("coil", 10, 1)]
)
def test_a_register_of_no_point_is_unmapped(table, address, count):
    with pytest.raises(Unmapped):
        IMAGE.read(table, address, count, 0)
