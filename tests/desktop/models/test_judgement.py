"""Judging: stale after three periods, unknown is not zero, an alarm outlives its value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.devices import DeviceKind
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.judgement import Judge, main_quantity, stale_after_us, worst
from tests.desktop.small_area import NOON_US, PROFILES, SECOND_US, profile, reading, small_area

POWER = Series("meter-1", "active_power")
LEAKAGE = Series("bank-1", "hydrogen_in_air")


def test_a_value_is_stale_only_after_three_periods_and_the_way():
    judge, said = Judge(small_area()), reading("meter-1", "active_power", 1.0)
    limit = stale_after_us(5.0)
    assert limit >= 15 * SECOND_US
    assert judge.point(POWER, said, NOON_US + limit) is State.NORMAL
    assert judge.point(POWER, said, NOON_US + limit + 1) is State.STALE


@pytest.mark.parametrize(
    ("value", "quality", "expected"),
    [
        (0.0, Quality(), State.NORMAL),
        (None, Quality(Reason.NO_DATA, "0x7FFE"), State.NO_DATA),
        (5.0, Quality(Reason.OUT_OF_LIMITS), State.UNCERTAIN),
    ],
)
def test_the_state_of_a_fresh_value(value, quality, expected):
    said = reading("meter-1", "active_power", value, quality=quality)
    assert Judge(small_area()).point(POWER, said, NOON_US) is expected


def test_never_heard_is_no_data():
    assert Judge(small_area()).point(POWER, None, NOON_US) is State.NO_DATA


def test_an_alarm_stays_when_its_value_grows_stale():
    said = reading("bank-1", "hydrogen_in_air", 30.0)
    assert Judge(small_area()).point(LEAKAGE, said, NOON_US + 3600 * SECOND_US) is State.ALARM


def test_a_missing_side_value_does_not_make_a_device_abnormal():
    area = small_area()
    held = {POWER: reading("meter-1", "active_power", 5.0)}
    state = Judge(area).device(area.device("meter-1"), held.get, {}.get, NOON_US)
    assert state is State.NORMAL


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], State.NORMAL),
        ([reading("meter-1", "presence", None, quality=Quality(Reason.NO_DATA))], None),
    ],
)
def test_a_tag_that_was_never_heard_is_nothing_to_look_after(held, expected):
    tag = profile("meter", DeviceKind.PRESENCE_TAG, "presence", "signal_strength")
    area = replace(small_area(), profiles=PROFILES | {"meter": tag})
    known = {one.series: one for one in held}
    state = Judge(area).device(area.device("meter-1"), known.get, {}.get, NOON_US)
    assert state is (expected or State.NO_DATA)


def test_a_doubtful_side_value_does():
    area = small_area()
    held = {
        POWER: reading("meter-1", "active_power", 5.0),
        Series("meter-1", "current_t"): reading(
            "meter-1", "current_t", 999.0, quality=Quality(Reason.OUT_OF_LIMITS)
        ),
    }
    assert Judge(area).device(area.device("meter-1"), held.get, {}.get, NOON_US) is State.UNCERTAIN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meter", "active_power"),
        ("battery", "state_of_charge"),
        ("bank", "pressure_high"),
        ("river", "river_level"),
    ],
)
def test_the_most_telling_quantity(name, expected):
    assert main_quantity(PROFILES[name]) == expected


def test_a_profile_without_the_usual_quantity_tells_by_its_first():
    assert main_quantity(profile("x", DeviceKind.BATTERY, "temperature")) == "temperature"


def test_the_worst_of_states():
    assert worst([State.NORMAL, State.ALARM, State.STALE]) is State.ALARM
    assert worst([]) is State.NORMAL


def test_one_answer_without_a_value_is_no_event_but_three_periods_are():
    area = small_area()
    meter, judge = area.device("meter-1"), Judge(area)
    missing_since = {POWER: NOON_US}
    for seconds, expected in ((5, State.NORMAL), (30, State.NO_DATA)):
        now = NOON_US + seconds * SECOND_US
        latest = {POWER: reading("meter-1", "active_power", None, now)}
        assert judge.device(meter, latest.get, missing_since.get, now) is expected


def test_an_event_never_grows_stale_and_says_nothing_before_it_happened():
    area = small_area()
    pendant = profile("pendant", DeviceKind.WEARABLE, "battery_level", "sos_event")
    area = replace(
        area,
        profiles={**PROFILES, "pendant": pendant},
        devices=(replace(area.devices[0], id="pendant-1", profile="pendant"),),
        alarms=(replace(area.alarms[0], device="pendant-1", quantity="sos_event", above=0.5),),
    )
    judge, call = Judge(area), Series("pendant-1", "sos_event")
    later = NOON_US + 7 * 86_400 * SECOND_US
    held = {
        Series("pendant-1", "battery_level"): replace(
            reading("pendant-1", "battery_level", 80.0), observed_us=later
        )
    }
    assert judge.device(area.device("pendant-1"), held.get, {}.get, later) is State.NORMAL
    assert judge.point(call, reading("pendant-1", "sos_event", 1.0), later) is State.ALARM
    assert judge.point(call, reading("pendant-1", "sos_event", 0.0), later) is State.NORMAL
