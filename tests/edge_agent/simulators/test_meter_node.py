"""The ECHONET Lite node of a smart meter: answers, refusals, announcements and their meaning."""

from __future__ import annotations

import pytest

from area_configs.domain.sources import EchonetSource
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.echonet_frames import Frame, Property, parse, property_map
from edge_agent.simulators.meter_node import CONTROLLER, METER, NODE, MeterNode, value_of
from edge_agent.simulators.meter_properties import MeterProperties
from edge_agent.simulators.speaker import Speaker

NOON_US = 1_781_578_800_000_000  # 16 June 2026, 12:00 in Tokyo
TID = b"\x00\x01"


@pytest.fixture
def meter(harumi):
    device = harumi.device("meter-home-a")
    profile = harumi.profile_of(device)
    district = District(harumi)
    speaker = Speaker(district, device, profile, 0)
    return MeterNode(device, profile, MeterProperties(device, district, speaker))


def _ask(meter, esv, *properties, to=METER, at_us=NOON_US):
    return meter.answer(Frame(TID, CONTROLLER, to, esv, properties), at_us)


def test_a_get_swaps_the_objects_keeps_the_transaction_and_means_its_points(meter):
    answer, said = _ask(meter, 0x62, Property(0xE7), Property(0xE8))
    assert (answer.tid, answer.source, answer.destination) == (TID, METER, CONTROLLER)
    assert answer.esv == 0x72
    assert [p.epc for p in answer.properties] == [0xE7, 0xE8]
    power = int.from_bytes(answer.properties[0].edt, "big", signed=True)
    assert said[0].value == power
    assert [s.quantity for s in said] == ["active_power", "current_r", "current_t"]


def test_an_unknown_property_is_52_without_data_and_the_known_ones_keep_theirs(meter):
    answer, said = _ask(meter, 0x62, Property(0xD0), Property(0xE0))
    assert answer.esv == 0x52
    assert answer.properties[0] == Property(0xD0)
    assert len(answer.properties[1].edt) == 4
    assert [s.quantity for s in said] == ["energy_import"]


def test_cumulative_energy_means_count_by_coefficient_by_unit(meter):
    answer, said = _ask(meter, 0x62, Property(0xD3), Property(0xE1), Property(0xE0))
    coefficient, unit, count = (int.from_bytes(p.edt, "big") for p in answer.properties)
    assert (coefficient, unit) == (1, 0x01)  # E1 01 is 0.1 kWh
    assert said[0].value == pytest.approx(count * 0.1)
    assert said[0].value > 100


def test_the_day_can_be_chosen_and_only_within_99_days(meter):
    assert _ask(meter, 0x61, Property(0xE5, b"\x03"))[0].esv == 0x71
    assert _ask(meter, 0x62, Property(0xE2))[0].properties[0].edt[:2] == b"\x00\x03"
    refused = _ask(meter, 0x61, Property(0xE5, b"\x64"))[0]
    assert (refused.esv, refused.properties) == (0x51, (Property(0xE5, b"\x64"),))
    assert _ask(meter, 0x62, Property(0xE5))[0].properties[0].edt == b"\x03"


@pytest.mark.parametrize("edt", ["07EA0D010000 01", "07EA06100C0F 01", "07EA06100C00 0D", "07EA"])
def test_a_history_from_no_half_hour_is_refused(meter, edt):
    assert _ask(meter, 0x61, Property(0xED, bytes.fromhex(edt)))[0].esv == 0x51


def test_a_set_without_answer_is_done_silently_and_refused_aloud(meter):
    assert _ask(meter, 0x60, Property(0xE5, b"\x02")) == (None, [])
    assert _ask(meter, 0x62, Property(0xE5))[0].properties[0].edt == b"\x02"
    assert _ask(meter, 0x60, Property(0xE7, b"\x00"))[0].esv == 0x50


def test_the_node_lists_its_one_meter(meter):
    answer, said = _ask(meter, 0x62, Property(0xD6), to=NODE)
    assert answer.properties == (Property(0xD6, bytes.fromhex("01028801")),)
    assert said == []
    frame = meter.instance_list().encode()
    assert frame.hex().upper() == "108100010EF0010EF0017301D50401028801"


def test_other_objects_and_services_get_no_answer(meter):
    assert _ask(meter, 0x62, Property(0xE7), to=bytes.fromhex("013001")) == (None, [])
    assert _ask(meter, 0x72, Property(0xE7)) == (None, [])


def test_the_half_hour_announcement_carries_the_last_half_hour(meter):
    at = NOON_US + 17 * 60_000_000
    frame, said = meter.half_hour(at)
    assert (frame.esv, frame.properties[0].epc) == (0x73, 0xEA)
    assert frame.properties[0].edt[:7].hex() == "07ea06100c0000"  # 2026-06-16 12:00:00
    counted = frame.properties[0].edt[7:]
    answer, now = _ask(meter, 0x62, Property(0xE0))
    assert counted == answer.properties[0].edt
    assert said[0] == now[0]


def test_power_has_no_data_now_and_then(meter):
    edts = [_ask(meter, 0x62, Property(0xE7)) for _ in range(500)]
    empty = [said[0].value for answer, said in edts if answer.properties[0].edt.hex() == "7ffffffe"]
    assert 2 <= len(empty) <= 25
    assert set(empty) == {None}


def test_published_data_means_what_it_should():
    power = EchonetSource(0xE7, "i32", no_data=(0x7FFFFFFE,))
    phase_t = EchonetSource(0xE8, "i16", offset=2, scale=0.1, no_data=(0x7FFE,))
    energy = EchonetSource(0xEA, "u32", offset=7, factor_epcs=(0xD3, 0xE1))
    assert value_of(power, bytes.fromhex("0000029C")) == 668
    assert value_of(power, bytes.fromhex("7FFFFFFE")) is None
    assert value_of(phase_t, bytes.fromhex("00280028")) == 4.0
    assert value_of(phase_t, bytes.fromhex("00287FFE")) is None
    edt = bytes.fromhex("07EA0B170A1E000001F3A4")
    assert value_of(energy, edt) == pytest.approx(12790.8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1081",
        "1082000105FF010288016201E700",  # another format
        "1081000105FF010288016202E700",  # one property less than said
        "1081000105FF010288016201E7040000",  # data past the end
    ],
)
def test_what_is_no_frame_is_none(text):
    assert parse(bytes.fromhex(text)) is None


def test_frames_survive_a_round_trip():
    text = "1081100202880105FF017202E7040000029CE80400280028"
    frame = parse(bytes.fromhex(text))
    assert frame.encode().hex().upper() == text
    assert frame.properties[0] == Property(0xE7, bytes.fromhex("0000029C"))


def test_property_maps_are_lists_or_bitmaps():
    assert property_map({0xE5, 0xED}) == b"\x02\xe5\xed"
    published = "80 81 82 83 88 8A 9D 9E 9F A0 A1 CF D3 DA E2 E4 E5"
    codes = set(bytes.fromhex(published))
    assert property_map(codes).hex() == "1105054121404000000100210000020212"
