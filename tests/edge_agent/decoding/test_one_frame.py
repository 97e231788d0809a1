"""One frame for a person at a desk: which registers it holds, and what is wrong with it."""

from __future__ import annotations

import pytest

from area_configs.domain.errors import BadFrame
from area_configs.loader import load_profile
from edge_agent.decoding.modbus import crc16
from edge_agent.decoding.one_frame import decode

METER = load_profile("b_route_smart_meter")
BANK = load_profile("generic_hydrogen_bank")
POWER = "1081100202880105FF017202E7040000029CE80400280028"


def test_power_and_currents_as_people_read_them():
    assert decode(METER, POWER).lines() == [
        "ECHONET Lite Get_Res from 028801",
        "active_power                  668 W  good",
        "current_r                     4.0 A  good",
        "current_t                     4.0 A  good",
    ]


def test_as_plain_values():
    found = decode(METER, f"{POWER[:40].lower()} {POWER[40:]}").as_json()
    assert found["readings"][0] == {
        "quantity": "active_power",
        "value": 668.0,
        "unit": "W",
        "quality": {"level": "good", "reason": "ok", "raw": ""},
    }


def test_no_value_is_not_zero():
    lines = decode(METER, "1081000902880105FF017201E7047FFFFFFE").lines()
    assert lines[1] == "active_power               no value  bad: no_data, raw 7FFFFFFE"


def test_an_unencrypted_datagram_is_remarked_on():
    line = f"ERXUDP FE80::1 FE80::2 0E1A 0E1A 001D129012345678 A7 0 0 0018 {POWER}"
    found = decode(METER, line)
    assert found.readings[0].value == 668.0
    assert "unencrypted" in found.remarks[0]


def test_counts_of_an_unknown_unit_are_no_energy():
    found = decode(METER, "1081000102880105FF017201E0040001F3A4")
    assert found.readings[0].value is None
    assert found.remarks == ("energy_import: property E1, its unit, is not in this frame",)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("108100000EF0010EF0017301D50401028801", "ECHONET Lite INF from 0EF001"),
        ("1081000105FF010288016201E700", "ECHONET Lite service 62 from 05FF01"),
    ],
)
def test_what_carries_no_readings(frame, words):
    assert decode(METER, frame).lines() == [f"{words}: no reading of this profile"]


def test_an_exception_is_named():
    assert "exception 2 (illegal data address)" in decode(BANK, "018302C0F1").lines()[0]


def test_registers_are_found_without_the_request_where_only_one_run_fits():
    frame = _rtu("050410073A0FB42003FFDD000C000000000753")
    found = decode(BANK, frame)
    assert found.frame == "Modbus unit 5, function 4, input from address 300"
    assert [reading.value for reading in found.readings][-1] == 187.5


def test_the_request_is_asked_for_where_several_runs_fit():
    with pytest.raises(BadFrame, match=r"could begin at 300, 301, 302, 303, 304: give the request"):
        decode(BANK, _rtu("0504020001"))


def test_the_request_is_asked_for_where_none_fits():
    with pytest.raises(BadFrame, match="fits no run of its points: give the request"):
        decode(BANK, _rtu("050302 0001"))


def test_a_request_of_another_answer():
    with pytest.raises(BadFrame, match="goes to unit 1 with function 4, the answer is of unit 5"):
        decode(BANK, _rtu("0504020001"), _rtu("0104012C0001"))
    with pytest.raises(BadFrame, match="asks for 2 values, the answer has 1"):
        decode(BANK, _rtu("0504020001"), _rtu("0504012C0002"))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("", "the frame is empty"),
        ("XYZ", "the frame is not hexadecimal: it has 'X' in it"),
        ("018", "the frame has 3 hexadecimal digits: a byte takes two, one is missing"),
        ("01zz", "the frame is not hexadecimal: it has 'z' in it"),
        ("0183020000", "checksum 0000 does not match, it would be C0F1"),
    ],
)
def test_what_is_no_frame(frame, words):
    with pytest.raises(BadFrame, match=words):
        decode(BANK, frame)


def _rtu(body: str) -> str:
    data = bytes.fromhex(body)
    return (data + crc16(data).to_bytes(2, "little")).hex()
