"""Replay: what is asked of the past, and what the models show of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from area_configs.domain.readings import Series
from desktop.models.alarm_rules import REPLAYED, Action
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.past_alarms import PastAlarms
from tests.desktop.small_area import NOON_US, SECOND_US, Clock, all_well, reading, small_area

POWER, LEAK = Series("meter-1", "active_power"), Series("bank-1", "hydrogen_in_air")
HOUR_US = 3600 * SECOND_US
YESTERDAY_US = NOON_US - 24 * HOUR_US


def line(seq, at_us, what, state, **more):
    facts = {"alarm": "leak", "priority": "critical", "value": None, "by": "", "note": ""}
    return SimpleNamespace(**facts | more, seq=seq, at_us=at_us, what=what, state=state)


RETURNED = line(3, YESTERDAY_US + 120 * SECOND_US, "returned", "latched", value=1.0)
SEEN = line(
    2, YESTERDAY_US + 60 * SECOND_US, "acknowledged", "acked_active", by="Sato", note="checking"
)
RAISED = line(1, YESTERDAY_US, "raised", "unacked_active", value=31.0)
JOURNAL = [RETURNED, SEEN, RAISED]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def models(clock, qapp):  # noqa: ARG001  # signals want an application
    models = AreaModels(small_area(), Connection(clock), clock)
    models.take(all_well())
    return models


@pytest.fixture
def wanted(models):
    wanted = []
    models.replay.wanted.connect(wanted.append)
    return wanted


def go_back(models, wanted, at_us=YESTERDAY_US, state=()):
    models.time.go_to(at_us)
    models.replay.take(wanted.pop(), list(state))


def power(models):
    held = models.live.latest(POWER)
    return held.value if held else None


def test_a_jump_shows_how_everything_stood_and_nothing_of_now(models, wanted):
    models.time.go_to(YESTERDAY_US)
    (moment,) = wanted
    assert (moment.whole, moment.ends_us) == (True, YESTERDAY_US)
    assert models.replay.is_loading
    models.replay.take(moment, [reading(*POWER, 42.0, YESTERDAY_US - SECOND_US)])
    assert power(models) == 42.0
    assert models.live.latest(Series("river-1", "river_level")) is None
    assert not models.replay.is_loading


def test_live_values_wait_until_the_replay_is_over(models, wanted, clock):
    go_back(models, wanted, state=[reading(*POWER, 42.0, YESTERDAY_US)])
    clock.advance(1)
    models.take([reading(*POWER, 9.0, clock())])
    assert power(models) == 42.0
    assert models.connection.newest_us == clock()
    again = []
    models.replay.live_again.connect(lambda: again.append(True))
    models.time.go_live()
    assert again == [True]
    models.take([reading(*POWER, 9.0, clock())])
    assert power(models) == 9.0


def test_playing_hands_over_each_reading_at_its_instant(models, wanted, clock):
    go_back(models, wanted)
    models.time.play()
    assert [moment.thinned for moment in wanted] == [False] * 3
    assert [m.ends_us - m.begins_us for m in wanted] == [10 * SECOND_US] * 3
    first, second, _ = wanted
    models.replay.take(second, [reading(*POWER, 3.0, YESTERDAY_US + 12 * SECOND_US)])
    models.replay.take(first, [reading(*POWER, n, YESTERDAY_US + n * SECOND_US) for n in (1, 2)])
    assert power(models) is None
    clock.advance(1)
    models.time.tick()
    assert power(models) == 1
    clock.advance(1)
    models.time.tick()
    assert power(models) == 2


def test_fast_playing_asks_for_the_last_of_each_moment(models, wanted):
    go_back(models, wanted)
    models.time.set_speed(60)
    models.time.play()
    assert {(m.thinned, m.ends_us - m.begins_us) for m in wanted} == {(True, 30 * SECOND_US)}


def test_answers_of_an_earlier_place_are_dropped(models, wanted):
    models.time.go_to(YESTERDAY_US)
    old = wanted.pop()
    for hours in (1, 2, 3):  # a hand that scrubs
        models.time.go_to(YESTERDAY_US - hours * HOUR_US)
    assert wanted == []
    models.replay.take(old, [reading(*POWER, 42.0, YESTERDAY_US)])
    assert power(models) is None
    assert [moment.ends_us for moment in wanted] == [YESTERDAY_US - 3 * HOUR_US]
    assert models.replay.is_loading


def test_going_back_a_step_asks_anew(models, wanted):
    go_back(models, wanted)
    models.time.step(-60)
    assert [moment.whole for moment in wanted] == [True]


def test_what_the_hub_cannot_tell_is_said(models, wanted):
    models.time.go_to(YESTERDAY_US)
    models.replay.fail(wanted.pop(), "no answer")
    assert models.replay.failure == "no answer"
    models.time.go_live()
    assert models.replay.failure == ""


def test_alarms_stand_as_the_journal_tells(models, wanted):
    models.replay.take_journal(JOURNAL)
    go_back(models, wanted, YESTERDAY_US + 30 * SECOND_US)
    row = models.alarm_desk.row("leak")
    assert (row.state, row.value, row.since_us) == ("unacked_active", 31.0, YESTERDAY_US)
    assert models.alarm_desk.why_not(Action.ACKNOWLEDGE, row) is REPLAYED
    models.time.step(60)
    row = models.alarm_desk.row("leak")
    assert (row.state, row.by, row.note) == ("acked_active", "Sato", "checking")
    models.time.step(-3600)
    assert models.alarm_desk.row("leak") is None


def test_nothing_is_commanded_while_the_present_is_not_shown(models, wanted):
    go_back(models, wanted)
    assert models.fleet.commands.why_not("battery-1") is REPLAYED
    models.time.go_live()
    assert models.fleet.commands.why_not("battery-1") is not REPLAYED


def test_past_alarms_ring_no_bell_and_those_of_now_wait(models, wanted):
    raised = []
    models.alarm_desk.raised.connect(raised.append)
    models.replay.take_journal(JOURNAL)
    go_back(models, wanted, YESTERDAY_US + 30 * SECOND_US)
    models.alarm_desk.take_all([])
    assert models.alarm_desk.row("leak") is not None
    assert raised == []
    models.time.go_live()
    assert models.alarm_desk.row("leak") is None


def test_the_journal_leads_from_alarm_to_alarm():
    past = PastAlarms(JOURNAL)
    assert past.before(NOON_US) == YESTERDAY_US
    assert past.after(YESTERDAY_US) is None
    assert past.after(0) == YESTERDAY_US
    assert past.at(YESTERDAY_US - 1) == []


def test_the_configuration_of_then_is_known(models, wanted):
    versions = [
        {"version": 2, "created": "2026-11-25T00:00:00Z"},
        {"version": 1, "created": "2026-11-20T00:00:00Z"},
    ]
    models.replay.take_versions("gw-a", versions)
    go_back(models, wanted)
    assert models.replay.versions() == {"gw-a": 1}
    models.time.go_to(NOON_US - 60 * SECOND_US)
    assert models.replay.versions() == {"gw-a": 2}


def test_beside_a_forecast_the_values_are_those_of_now(models, wanted, clock):
    models.time.step(3600)
    assert wanted == []
    assert models.clock() == clock()
    assert power(models) == 668.0


def test_the_plots_draw_the_past_from_tiles(models, wanted):
    models.device_trend.show([POWER])
    assert not models.device_trend.is_tiled
    go_back(models, wanted)
    assert models.device_trend.is_tiled
    assert models.device_trend.window_us()[1] == YESTERDAY_US
    models.time.go_live()
    assert not models.device_trend.is_tiled
