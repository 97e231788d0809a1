"""The shown instant: live, replayed, forecast; played, held, stepped."""

from __future__ import annotations

import pytest

from desktop.models.time_source import FUTURE_US, Mode, TimeSource
from tests.desktop.small_area import NOON_US, SECOND_US, Clock

HOUR_US = 3600 * SECOND_US


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def time(clock):
    return TimeSource(clock)


def test_it_begins_live_and_follows_the_clock(time, clock):
    clock.advance(5)
    assert (time.mode, time(), time.playing) == (Mode.LIVE, NOON_US + 5 * SECOND_US, True)


def test_the_past_is_a_replay_that_stands_until_it_is_played(time, clock):
    time.go_to(NOON_US - HOUR_US)
    clock.advance(10)
    time.tick()
    assert (time.mode, time(), time.playing) == (Mode.REPLAY, NOON_US - HOUR_US, False)
    time.play()
    time.set_speed(60)
    clock.advance(2)
    time.tick()
    assert time() == NOON_US - HOUR_US + 120 * SECOND_US


def test_the_future_is_the_forecast_and_ends(time, clock):
    time.go_to(NOON_US + 30 * FUTURE_US)
    assert (time.mode, time()) == (Mode.FORECAST, NOON_US + FUTURE_US)
    time.step(-20)
    time.play()
    time.set_speed(10)
    clock.advance(5)
    time.tick()
    assert (time(), time.playing) == (clock() + FUTURE_US, False)


def test_a_forecast_that_the_present_has_overtaken_is_the_past(time, clock):
    time.step(10)
    assert time.mode is Mode.FORECAST
    clock.advance(11)
    time.tick()
    assert time.mode is Mode.REPLAY


def test_a_replay_that_reaches_the_present_is_live(time, clock):
    time.go_to(NOON_US - 10 * SECOND_US)
    time.play()
    time.set_speed(60)
    clock.advance(1)
    time.tick()
    assert time.is_live
    assert time.speed == 1.0


def test_holding_the_present_is_a_replay(time, clock):
    time.pause()
    clock.advance(3)
    time.tick()
    assert (time.mode, time()) == (Mode.REPLAY, NOON_US)
    time.go_live()
    assert time() == clock()


def test_steps_go_back_and_a_playing_replay_goes_on(time):
    time.go_to(NOON_US - HOUR_US)
    time.play()
    time.step(-60)
    assert time() == NOON_US - HOUR_US - 60 * SECOND_US
    assert time.playing


def test_speeds_are_bounded_and_changing_one_jumps_nowhere(time, clock):
    time.go_to(NOON_US - HOUR_US)
    time.play()
    clock.advance(10)
    time.set_speed(1000)
    assert time.speed == 60
    assert time() == NOON_US - HOUR_US + 10 * SECOND_US
    time.set_speed(0.01)
    assert time.speed == 0.5


def test_it_says_what_changed_and_where_it_is(time):
    moved, changed = [], []
    time.moved.connect(moved.append)
    time.changed.connect(lambda: changed.append(time.mode))
    time.go_to(NOON_US - HOUR_US)
    time.go_to(NOON_US - 2 * HOUR_US)
    time.play()
    time.play()
    assert moved == [NOON_US - HOUR_US, NOON_US - 2 * HOUR_US]
    assert changed == [Mode.REPLAY, Mode.REPLAY]
