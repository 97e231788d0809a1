"""All models in step: readings, time and language reach every one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.devices import DeviceKind
from area_configs.domain.readings import Series
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.device_states import DeviceState, State
from tests.desktop.small_area import NOON_US, Clock, all_well, profile, reading, small_area


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def models(clock):
    return AreaModels(small_area(), Connection(clock), clock)


def test_headlines_carry_the_most_telling_value(models):
    models.take(all_well())
    assert models.states.of("battery-1") == DeviceState(State.NORMAL, "55.5 %")
    assert models.states.of("river-1").headline == "1.42 m"


def test_a_device_in_alarm_tells_what_is_alarming_and_names_it(models):
    models.take(all_well())
    assert models.states.of("bank-1").headline == "81.25 MPa"
    models.take([reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1)])
    assert models.states.of("bank-1").headline == "水素濃度 30.0 %LFL"


def test_an_event_in_alarm_is_told_by_its_name(clock):
    area = small_area()
    pendant = profile("pendant", DeviceKind.WEARABLE, "battery_level", "sos_event")
    area = replace(
        area,
        profiles={**area.profiles, "pendant": pendant},
        devices=(replace(area.devices[0], id="pendant-1", profile="pendant"),),
        alarms=(replace(area.alarms[0], device="pendant-1", quantity="sos_event", above=0.5),),
    )
    models = AreaModels(area, Connection(clock), clock)
    models.take([reading("pendant-1", "battery_level", 44.0)])
    assert models.states.of("pendant-1").headline == "44.0 %"
    models.take([reading("pendant-1", "sos_event", 1.0)])
    assert models.states.of("pendant-1") == DeviceState(State.ALARM, "緊急呼出")
    models.set_language("en")
    assert models.states.of("pendant-1").headline == "SOS call"


def test_before_anything_is_heard_a_headline_is_a_dash(models):
    assert models.states.of("river-1") == DeviceState(State.NO_DATA, "—")


def test_time_alone_makes_devices_stale(models, clock):
    models.take(all_well())
    clock.advance(3600)
    models.tick()
    assert models.states.of("river-1").state is State.STALE


def test_choosing_a_device_plots_its_main_quantity(models):
    models.selection.choose("battery-1")
    assert models.device_trend.series == (Series("battery-1", "state_of_charge"),)
    models.selection.choose("meter-1")
    models.selection.choose("")
    assert models.device_trend.series == (Series("battery-1", "state_of_charge"),)  # sums up


def test_the_most_telling_device_is_the_most_urgent_one(models):
    models.take(all_well())
    assert models.most_telling() == "battery-1"
    models.take([reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1)])
    assert models.most_telling() == "bank-1"


def test_history_feeds_the_plots_and_not_the_live_values(models):
    models.take_history([reading("river-1", "river_level", 9.0, NOON_US - 5)])
    assert models.live.latest(Series("river-1", "river_level")) is None
    assert models.series.first_us(Series("river-1", "river_level")) == NOON_US - 5
