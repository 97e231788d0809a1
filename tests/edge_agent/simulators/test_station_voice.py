"""Faults on demand: what each makes the station say, and how a cut fill is told."""

import pytest

from area_configs.domain.quantities import SAFETY
from area_configs.loader import load_area
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.faults import HEALTHY, STATION_EVENTS, Fault
from edge_agent.simulators.hydrogen_visits import SLOT_S
from edge_agent.simulators.station_measures import VEHICLE_FIELDS
from edge_agent.simulators.station_voice import StationVoice

AREA = load_area("harumi")
NOON = 1_795_575_600


@pytest.fixture
def district():
    return District(AREA, 1)


def _fuelling_us(district, device):
    """Return an instant in the middle of a fill."""
    visits = district.visits(device)
    visit = next(v for slot in range(40) if (v := visits.at(NOON + slot * SLOT_S)))
    return visit, int((visit.begins_s + visit.ends_s) / 2 * 1e6)


@pytest.mark.parametrize(
    ("event", "device", "quantity", "value"),
    [
        ("leak", "station-main", "hydrogen_in_air_compressor", 28.0),
        ("leak", "dispenser-1", "hydrogen_in_air", 34.0),
        ("flame", "station-main", "flame_detected", 1.0),
        ("esd", "station-main", "emergency_stop", 1.0),
        ("seismic", "station-main", "seismic_trip", 1.0),
        ("over_temperature", "dispenser-1", "vehicle_temperature", 86.2),
        ("abort", "dispenser-1", "vehicle_command", 4.0),
        ("sensor_failure", "station-main", "discharge_temperature", None),
    ],
)
def test_a_fault_says_so_until_it_is_taken_away(district, event, device, quantity, value):
    voice = StationVoice(district, AREA.device(device))
    at_us = NOON * 1_000_000
    before = voice.say(quantity, at_us, HEALTHY)
    assert voice.say(quantity, at_us, Fault(event=event)) == value != before
    assert voice.say(quantity, at_us, HEALTHY) == before


def test_a_healthy_station_trips_no_safety_function(district):
    voice = StationVoice(district, AREA.device("station-main"))
    for minute in range(0, 1440, 7):
        at_us = (NOON + 60 * minute) * 1_000_000
        for quantity in SAFETY:
            assert voice.say(quantity, at_us, HEALTHY) < 2.0


@pytest.mark.parametrize(("event", "reason"), [("abort", 1), ("over_temperature", 2), ("leak", 7)])
def test_a_cut_fill_ends_as_a_session_with_its_reason(district, event, reason):
    device = AREA.device("dispenser-1")
    voice = StationVoice(district, device)
    visit, at_us = _fuelling_us(district, device)
    fault = Fault(event=event)
    assert voice.say("dispenser_state", at_us, HEALTHY) == 3
    assert voice.say("dispenser_state", at_us, fault) == 5
    assert voice.say("hydrogen_flow", at_us, fault) == 0.0
    told = {q: voice.event(q, at_us + 1_000_000, fault) for q in ("session_ended", "session_mass")}
    assert told["session_ended"] == (visit.number, at_us)
    assert 0 < told["session_mass"].value < visit.fill.end.taken
    assert voice.event("session_abort_reason", at_us, fault).value == reason
    later_us = int(visit.leaves_s * 1e6) + 1
    assert voice.event("session_ended", later_us, HEALTHY) == (visit.number, at_us)
    assert voice.say("dispenser_state", later_us, HEALTHY) == 0


def test_a_stale_heartbeat_stands_still(district):
    voice = StationVoice(district, AREA.device("station-main"))
    fault = Fault(event="stale_heartbeat")
    at_us = NOON * 1_000_000
    first = voice.say("heartbeat", at_us, fault)
    assert voice.say("heartbeat", at_us + 60_000_000, fault) == first
    assert voice.say("heartbeat", at_us + 60_000_000, HEALTHY) == (first + 60) % 65536


@pytest.mark.parametrize("event", sorted(STATION_EVENTS - {"comm_loss"}))
def test_every_event_is_noticed_in_what_is_said(district, event):
    devices = [AREA.device(name) for name in ("station-main", "dispenser-1")]
    noon_us, later_us = NOON * 1_000_000, (NOON + 5) * 1_000_000

    def all_said(fault):
        voices = [StationVoice(district, device) for device in devices]
        return [
            (voice.say(p.quantity, noon_us, fault), voice.say(p.quantity, later_us, fault))
            for voice, device in zip(voices, devices, strict=True)
            for p in AREA.profile_of(device).points
            if not p.quantity.startswith("session_")
        ]

    assert all_said(Fault(event=event)) != all_said(HEALTHY)


def _visit_that(district, device, *, talks):
    visits = district.visits(device)
    return next(
        v for slot in range(80) if (v := visits.at(NOON + slot * SLOT_S)) and v.talks is talks
    )


def test_what_a_vehicle_told_stands_in_its_session_as_j2799_gives_it(district):
    device = AREA.device("dispenser-1")
    voice, visit = StationVoice(district, device), _visit_that(district, device, talks=True)
    after_us = int(visit.leaves_s * 1e6)
    told = {field: voice.event(field, after_us, HEALTHY) for field in VEHICLE_FIELDS}
    assert {one.at_us for one in told.values()} == {int(visit.ends_s * 1e6)}
    start = visit.fill.at(0.0)
    assert {field: one.value for field, one in told.items()} == {
        "session_vehicle_volume": 122.4,
        "session_vehicle_receptacle": 4.0,  # H70
        "session_vehicle_command": 1.0,  # Dyna to the end
        "session_vehicle_start_pressure": pytest.approx(start.mpa, abs=0.05),
        "session_vehicle_start_temperature": pytest.approx(start.celsius, abs=0.051),
    }


def test_a_vehicle_that_does_not_talk_has_told_nothing(district):
    device = AREA.device("dispenser-1")
    voice, visit = StationVoice(district, device), _visit_that(district, device, talks=False)
    after_us = int(visit.leaves_s * 1e6)
    assert voice.event("session_ended", after_us, HEALTHY).value == visit.number
    assert voice.event("session_communication", after_us, HEALTHY).value == 0.0
    assert [voice.event(field, after_us, HEALTHY) for field in VEHICLE_FIELDS] == [None] * 5


def test_a_vehicle_that_aborts_says_so_in_its_session(district):
    device = AREA.device("dispenser-1")
    voice, visit = StationVoice(district, device), _visit_that(district, device, talks=True)
    at_us = int((visit.begins_s + visit.ends_s) / 2 * 1e6)
    told = voice.event("session_vehicle_command", at_us, Fault(event="abort"))
    assert told == (4.0, at_us)
