"""What the agent remembers of links and devices, and when it says so in the log."""

from __future__ import annotations

import pytest

from area_configs.domain.devices import Point
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.domain.sources import ModbusSource
from edge_agent.drivers.base import Station
from edge_agent.health.observations import Health


@pytest.fixture
def health(clock, make_profile):
    one = Health(clock)
    profile = make_profile(Point("voltage_r", ModbusSource("input", 0), 1.0))
    one.expect("bus", [Station("a", 1, profile), Station("b", 2, profile)])
    one.expect("lan", [Station("c", 1, profile)])
    return one


def _answer(health, device="a"):
    health.answered("bus", device, [Reading(device, "voltage_r", 1, 1.0)] * 3, "open")


def test_before_anything_is_known(health):
    assert health.snapshot()["links"]["bus"]["state"] == "opening"
    assert health.snapshot()["devices"]["a"] == {
        "link": "bus",
        "last_ok_us": 0,
        "last_error": "",
        "consecutive_failures": 0,
        "polls": 0,
        "readings": 0,
        "stored": 0,
    }


def test_an_answer_counts(health, clock):
    _answer(health)
    _answer(health)
    found = health.devices["a"]
    assert (found.polls, found.readings, found.consecutive_failures) == (2, 6, 0)
    assert found.last_ok_us == clock.now_us() - 1


@pytest.mark.logs("a does not answer")
def test_silence_is_said_once_and_its_end_too(health, caplog):
    caplog.set_level("INFO")
    for _ in range(3):
        health.silent("a", "a does not answer")
    assert (health.devices["a"].consecutive_failures, health.devices["a"].polls) == (3, 3)
    _answer(health)
    assert health.devices["a"].last_error == "a does not answer"
    assert caplog.messages == ["a does not answer", "a answers again"]


@pytest.mark.logs("port gone")
def test_a_link_that_is_down_is_said_once(health, caplog):
    for _ in range(3):
        health.link_down("bus", "port gone", 1.26)
    link = health.links["bus"]
    assert (link.state, link.failures, link.retry_s) == ("down", 3, 1.3)
    assert caplog.messages == ["link bus: port gone"]
    assert health.devices["b"].last_error == "port gone"
    assert health.devices["c"].last_error == ""
    health.link_up("bus", "open again")
    assert (link.state, link.failures, link.words) == ("open", 0, "open again")


@pytest.mark.logs("disk full")
def test_what_the_log_refuses_is_counted(health, caplog):
    health.refused(3, "disk full")
    health.refused(2, "disk full")
    assert health.log() == {"refused": 5, "last_error": "disk full", "silent": 0}
    assert len(caplog.messages) == 1


@pytest.mark.logs("disk full")
def test_a_log_that_takes_readings_again(health, caplog):
    caplog.set_level("INFO")
    health.stored()
    health.refused(3, "disk full")
    health.stored()
    health.stored()
    assert health.log() == {"refused": 3, "last_error": "", "silent": 0}
    assert caplog.messages[1:] == ["the log takes readings again; 3 were refused"]


def test_a_link_that_schedules_nothing_does_not_get_on(health, clock):
    health.scheduled("bus", 3600)
    health.scheduled("lan", 1)
    clock.seconds += 1000
    assert health.progress.overdue() == ["link lan"]
    health.forget("lan")
    assert health.progress.overdue() == []


def test_a_log_in_which_readings_wait_must_move(health, clock):
    health.log_moves(more_waits=True)
    clock.seconds += 130
    health.scheduled("bus", 0)
    health.scheduled("lan", 0)
    assert health.progress.overdue() == ["log"]
    health.log_moves(more_waits=False)
    clock.seconds += 500
    assert health.progress.overdue() == []


def test_only_what_the_device_itself_said_counts_as_stored(health):
    said = Reading("a", "voltage_r", 1, 101.0)
    of_it, elsewhere = Reading("a", "data_age", 1, 3.0), Reading("x", "voltage_r", 1, 101.0)
    nothing = Reading("a", "voltage_r", 2, None, Quality(Reason.SILENT, "no answer"))
    health.stored([said, of_it, elsewhere, nothing])
    assert health.devices["a"].stored == 1
    assert health.log()["silent"] == 1
