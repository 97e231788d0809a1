"""Recordings of raw frames: written by every transport within, read again, replayed."""

from __future__ import annotations

import json

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.sources import ModbusSource
from edge_agent.decoding.one_frame import decode
from edge_agent.drivers.base import Station
from edge_agent.drivers.modbus import ModbusDriver
from edge_agent.transports.recording import Live, frames, record, tap
from tests.peers import libmodbus


def test_outside_a_recording_nothing_is_kept(tmp_path):
    tap("l")("in", b"\1", "")
    assert list(tmp_path.iterdir()) == []


def test_a_recording_is_lines_that_are_read_again(tmp_path):
    path = tmp_path / "raw.jsonl"
    with record(path, lambda: 12.5):
        note = tap("lan")
        note("out", b"\x10\x81", "10.0.0.1")
        note("in", b"", "")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == {"t": 12.5, "link": "lan", "dir": "out", "hex": "1081", "peer": "10.0.0.1"}
    assert [(f.direction, f.data, f.peer) for f in frames(path)] == [
        ("out", b"\x10\x81", "10.0.0.1"),
        ("in", b"", ""),
    ]


def test_a_link_that_is_open_already_is_recorded_from_now_on(tmp_path):
    path = tmp_path / "raw.jsonl"
    note, other = tap("lan"), tap("bus")
    note("in", b"\1", "")
    live = Live("lan", path, lambda: 1.0)
    note("in", b"\2", "")
    other("in", b"\3", "")
    assert live.end() == 1
    note("in", b"\4", "")
    assert [frame.data for frame in frames(path)] == [b"\2"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", ["", "{}", '{"t": 1, "link": "l", "dir": "in", "hex": "xy"}'])
def test_a_line_that_is_none_is_named(line, tmp_path):
    path = tmp_path / "raw.jsonl"
    path.write_text('{"t": 1, "link": "l", "dir": "in", "hex": "01"}\n' + line + "\n")
    with pytest.raises(BadFrame, match=r"raw.jsonl:2: not a recorded frame: write the file with"):
        list(frames(path))


async def test_a_modbus_line_is_recorded_and_decodes_again(clock, make_profile, tmp_path):
    profile = make_profile(Point("voltage_r", ModbusSource("holding", 0, scale=0.1), 1.0))
    with libmodbus.rtu_server(tmp_path) as port, record(tmp_path / "raw.jsonl"):
        link = Link("rs485", "modbus_rtu", port=str(port), baudrate=9600)
        driver = ModbusDriver(link, [Station("one", libmodbus.UNIT, profile)], clock)
        await driver.open()
        try:
            (reading,) = await driver.read("one", profile.points)
        finally:
            await driver.close()
    request, *answer = frames(tmp_path / "raw.jsonl")
    assert (request.direction, request.link) == ("out", "rs485")
    again = decode(profile, b"".join(f.data for f in answer).hex(), request.data.hex())
    assert [r.value for r in again.readings] == [reading.value]


def test_bytes_that_are_no_text_are_no_recording(tmp_path):
    file = tmp_path / "raw.bin"
    file.write_bytes(bytes(range(256)))
    with pytest.raises(BadFrame, match=r"raw.bin:1: not a recorded frame"):
        list(frames(file))
