"""Recorded frames read again: each answer by the request before it, on serial lines and over TCP."""

from __future__ import annotations

from area_configs.loader import load_profile
from edge_agent.decoding import modbus
from edge_agent.decoding.replay import Frame, replay

PROFILE = load_profile("generic_pv_inverter")
REQUEST, ANSWER = "090300280002", "0903040000C350"


def _serial(text):
    body = bytes.fromhex(text)
    return body + modbus.crc16(body).to_bytes(2, "little")


def _tcp(text):
    body = bytes.fromhex(text)
    return b"\0\1\0\0" + len(body).to_bytes(2, "big") + body


def _values(frames):
    return [
        {reading.quantity: reading.value for reading in one.decoded.readings}
        for one in replay(PROFILE, frames)
        if one.decoded
    ]


def test_an_answer_is_read_by_its_request():
    for wire in (_serial, _tcp):
        frames = [Frame(1.0, False, wire(REQUEST)), Frame(1.1, True, wire(ANSWER))]
        assert _values(frames) == [{"power_limit": 50_000.0}]


def test_damage_comes_out_in_words_and_the_next_answer_is_read():
    frames = [
        Frame(1.0, False, _serial(REQUEST)),
        Frame(1.1, True, _serial(ANSWER)[:-1] + b"\0"),
        Frame(2.0, False, _serial(REQUEST)),
        Frame(2.1, True, _serial(ANSWER)),
    ]
    first, second = replay(PROFILE, frames)
    assert first.decoded is None
    assert "checksum" in first.lines()[0]
    assert second.lines()[0].startswith("2.100  Modbus unit 9")


def test_echonet_frames_need_no_request():
    profile = load_profile("b_route_smart_meter")
    frame = Frame(1.0, True, bytes.fromhex("1081000102880105FF017201E704000001F8"))
    (read,) = replay(profile, [frame])
    assert read.decoded.readings[0].value == 504.0
