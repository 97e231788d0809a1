"""Broadcasts: each packet once, no old one, no forged one, and who is away."""

from __future__ import annotations

from contextlib import closing

import pytest
from bleak.backends.scanner import AdvertisementData

from area_configs.loader import load_profile
from edge_agent.decoding import bthome
from edge_agent.drivers.base import Station
from edge_agent.drivers.ble.broadcasts import Broadcasts
from edge_agent.store import DeviceMemory
from tests.edge_agent.manual_clock import ManualClock

REPLAYED = [(one, None, "rejected") for one in ("opening", "people_in", "battery_level")]
SERVICE = "0000fcd2-0000-1000-8000-00805f9b34fb"
ADDRESS = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("231D39C1D7CC1AB1AEE224CD096DB932")


def _said(text="", rssi=-60):
    data = {SERVICE: bytes.fromhex(text)} if text else {}
    return AdvertisementData(None, {}, data, [], None, rssi, ())


class Heard:
    def __init__(self, profile, key=b"", memory=None):
        self.clock = ManualClock()
        station = Station("one", 0, load_profile(profile), ADDRESS, {"bind_key": key.hex()})
        self.broadcasts = Broadcasts(station, self.clock, memory)

    def take(self, text, rssi=-60):
        found = self.broadcasts.take(ADDRESS, _said(text, rssi))
        return [(r.quantity, r.value, str(r.quality.reason)) for r in found]


def test_a_packet_counts_once_however_often_it_is_heard():
    room = Heard("bthome_room_sensor")
    assert room.take("400009015F") == [("battery_level", 95.0, "ok")]
    room.clock.jump_s(60)
    assert room.take("400009015F") == []
    assert room.take("40000A015F") == [("battery_level", 95.0, "ok")]


def test_a_packet_without_number_counts_again_after_a_while():
    room = Heard("bthome_room_sensor")
    assert room.take("40015F")
    assert room.take("40015F") == []
    room.clock.jump_s(5)
    assert room.take("40015F") == [("battery_level", 95.0, "ok")]


def test_a_press_is_an_event_and_a_long_press_its_end():
    button = Heard("bthome_call_button")
    assert button.take("4400013A01") == [("sos_event", 1.0, "ok")]
    assert button.take("4400013A01") == []
    assert button.take("4400023A00") == []
    assert button.take("4400033A04") == [("sos_event", 0.0, "ok")]


def _sealed(counter, plain="1101"):
    from edge_agent.simulators.wearable_frames import sealed  # noqa: PLC0415 - only for these

    return sealed(bytes.fromhex(plain), KEY, ADDRESS, counter).hex()


def test_an_encrypted_packet_is_opened_once():
    door = Heard("bthome_door_counter", KEY)
    assert door.take(_sealed(5)) == [("opening", 1.0, "ok")]
    assert door.take(_sealed(5)) == []
    assert door.take(_sealed(6, "1100")) == [("opening", 0.0, "ok")]


@pytest.mark.parametrize(
    "forged", [_sealed(4), _sealed(5, "1100"), "401100", _sealed(9)[:-2] + "00", "41", "61"]
)
def test_replayed_forged_and_plain_packets_change_nothing(forged):
    door = Heard("bthome_door_counter", KEY)
    assert door.take(_sealed(5))
    assert door.take(forged) == []
    assert door.take(_sealed(6, "1100")) == [("opening", 0.0, "ok")]


def test_a_packet_is_not_taken_again_after_the_agent_began_anew(tmp_path):
    for counter in (5, 6):
        with closing(DeviceMemory(tmp_path)) as memory:
            door = Heard("bthome_door_counter", KEY, memory)
            assert door.take(_sealed(5)) == ([("opening", 1.0, "ok")] if counter == 5 else REPLAYED)
            assert door.take(_sealed(counter + 1)) == [("opening", 1.0, "ok")]


def test_a_key_that_was_made_anew_begins_with_a_counter_of_its_own(tmp_path):
    with closing(DeviceMemory(tmp_path)) as memory:
        assert Heard("bthome_door_counter", KEY[::-1], memory).take(_sealed(9))
        assert Heard("bthome_door_counter", KEY, memory).take(_sealed(3)) == [
            ("opening", 1.0, "ok")
        ]


def test_a_wrong_key_shows_as_bad_readings_once_a_while():
    door = Heard("bthome_door_counter", KEY[::-1])
    assert {found[1:] for found in door.take(_sealed(5))} == {(None, "rejected")}
    assert door.take(_sealed(6)) == []
    door.clock.jump_s(31)
    assert len(door.take(_sealed(7))) == 3


def test_without_a_key_the_configuration_is_to_blame():
    door = Heard("bthome_door_counter")
    assert {found[1:] for found in door.take(_sealed(5))} == {(None, "config")}


def test_a_tag_is_present_while_it_is_heard_and_away_after_three_periods():
    tag = Heard("ibeacon_tag")
    assert tag.take("", -63) == [("presence", 1.0, "ok"), ("signal_strength", -63.0, "ok")]
    assert tag.take("", -64) == []
    tag.clock.jump_s(29)
    assert tag.broadcasts.missing() == []
    tag.clock.jump_s(2)
    assert [(r.quantity, r.value) for r in tag.broadcasts.missing()] == [("presence", 0.0)]
    assert tag.broadcasts.missing() == []
    assert tag.take("", -70)[0] == ("presence", 1.0, "ok")


def test_a_number_in_the_packet_tells_it_from_another():
    assert bthome.parse(bytes.fromhex("4000FF")).packet_id == 255
