"""Replay: what is asked of the past, and what the models show of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from area_configs.domain.readings import Series
from desktop.models.alarm_rules import REPLAYED, Action
from desktop.models.area_models import AreaModels
from desktop.models.command_desk import Ask
from desktop.models.connection import Connection
from desktop.models.past_alarms import PastAlarms
from platform_hub.wire.alarms import AlarmState, AlarmView
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


def leak_of_now(at_us):
    facts = ("bank-1", "hydrogen_in_air", "critical", AlarmState.UNACKED_ACTIVE)
    return AlarmView("leak", *facts, active=True, acknowledged=False, raised_us=at_us, revision=1)


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


def test_past_alarms_ring_no_bell_and_those_of_now_do(models, wanted, clock):
    raised, rang = [], []
    models.alarm_desk.raised.connect(raised.append)
    models.bell.rang.connect(lambda: rang.append(clock()))
    models.alarm_desk.take_all([])
    models.replay.take_journal(JOURNAL)
    go_back(models, wanted, YESTERDAY_US + 30 * SECOND_US)
    assert models.alarm_desk.row("leak").since_us == YESTERDAY_US
    assert (raised, rang) == ([], [])
    models.alarm_desk.take([leak_of_now(clock())])
    assert rang == [clock()]
    assert models.alarm_desk.row("leak").since_us == YESTERDAY_US  # the past stays on the screen
    assert models.alarm_desk.waiting_now() == 1
    clock.advance(30)
    models.bell.tick()
    assert len(rang) == 2
    models.time.go_live()
    assert models.alarm_desk.row("leak").since_us == NOON_US


def test_a_question_left_open_is_not_sent_from_the_past(models, wanted):
    sent, refused = [], []
    desk, commands = models.alarm_desk, models.fleet.commands
    for signal in (desk.wanted, commands.wanted, models.fleet.apply_wanted):
        signal.connect(lambda *what: sent.append(what))
    for signal in (desk.refused, commands.refused, models.fleet.said):
        signal.connect(lambda *words: refused.append(words[-1]))
    models.set_language("en")
    models.replay.take_journal(JOURNAL)
    go_back(models, wanted)
    desk.acknowledge(["leak"])
    commands.give(Ask("battery-1", "active_power", 0.0, "test", confirmed=True), "en")
    models.fleet.apply("gw-a", "")
    assert sent == []
    assert refused == [REPLAYED.en] * 3


def test_the_journal_ends_at_the_shown_instant(models, wanted):
    models.alarm_journal.take(JOURNAL, 0)
    assert models.alarm_journal.rowCount() == 3
    go_back(models, wanted, YESTERDAY_US + 90 * SECOND_US)
    assert models.alarm_journal.rowCount() == 2
    assert models.alarm_journal.text_at(0, 7) == "Sato"
    models.time.go_live()
    assert models.alarm_journal.rowCount() == 3


def test_the_journal_leads_from_alarm_to_alarm():
    past = PastAlarms(JOURNAL)
    assert past.before(NOON_US) == YESTERDAY_US
    assert past.after(YESTERDAY_US) is None
    assert past.after(0) == YESTERDAY_US
    assert past.at(YESTERDAY_US - 1) == []


def version(number, state, **steps):
    """A version with when its steps were, in hours after yesterday noon."""
    told = [{"state": s, "atUs": YESTERDAY_US + h * HOUR_US} for s, h in steps.items()]
    return {"version": number, "state": state, "steps": told}


def test_the_configuration_in_force_then_is_asked_for(models, wanted):
    past, asked = models.replay.configurations, []
    past.wanted.connect(lambda gateway, number: asked.append((gateway, number)))
    versions = [
        version(4, "sent", sent=2),
        version(3, "failed", sent=1, applied=1.1, failed=1.2),
        version(2, "read_back", sent=1, read_back=3),
        version(1, "read_back", sent=-50, read_back=-49),
    ]
    past.take_versions("gw-a", versions)
    assert asked == []  # nobody looks at the past
    go_back(models, wanted, YESTERDAY_US + 2 * HOUR_US)
    assert past.versions() == {"gw-a": 1}
    assert asked == [("gw-a", 1)]
    assert past.document("gw-a") is None
    past.take("gw-a", 1, {"trial_s": 90})
    assert past.document("gw-a") == {"trial_s": 90}
    models.time.go_to(NOON_US - 60 * SECOND_US)
    assert past.versions() == {"gw-a": 2}
    assert asked == [("gw-a", 1), ("gw-a", 2)]
    past.fail("gw-a", 2)
    models.time.step(1)
    assert asked[2:] == [("gw-a", 2)]
    models.time.go_to(YESTERDAY_US - 60 * HOUR_US)
    assert past.versions() == {}


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
