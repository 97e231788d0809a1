"""Wandering: zones, hours and dwell; no data is not absence; one event, not ten."""

from __future__ import annotations

import pytest

from area_configs.domain.care_zones import CareZone, ZoneRule
from area_configs.domain.names import Name
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from edge_agent.care.collector import Collector, Worn
from edge_agent.care.wandering import Radio, Wandering

WHO = "p-" + "a" * 26
DAY_US = 86_400_000_000
S = 1_000_000
NOON = 20_000 * DAY_US + DAY_US // 2
TAG, ROOM = "tag", "room"


def minute_of(at_us: int) -> int:
    return at_us % DAY_US // (60 * S)


def zone(rule: ZoneRule = ZoneRule.STAY, hours: tuple[int, int] = (0, 1440)) -> CareZone:
    return CareZone("home", Name("家", "Home"), "gw", "radio", rule, *hours, dwell_s=120.0)


def watch(of: CareZone | None = None, heard: tuple[str, ...] = (TAG, ROOM)) -> Wandering:
    return Wandering(WHO, Radio(of or zone(), frozenset(heard)), frozenset({TAG}), minute_of)


def tag(at_s: float, value: float | None, quality: Quality | None = None) -> Reading:
    return Reading(TAG, "presence", NOON + int(at_s * S), value, **_worded(quality))


def _worded(quality: Quality | None) -> dict[str, Quality]:
    return {} if quality is None else {"quality": quality}


def room(at_s: float) -> Reading:
    return Reading(ROOM, "temperature", NOON + int(at_s * S), 22.0)


DEAF = Quality(Reason.SILENT, "not heard")


def events(one: Wandering, *story: Reading | float) -> list[tuple[float, float]]:
    """Tell a story of readings and of looks at seconds; return when each event was told and since when."""
    found = []
    for step in story:
        if isinstance(step, Reading):
            one.take(step)
        else:
            now_us = NOON + int(step * S)
            found += [(step, (e.at_us - NOON) / S) for e in one.happened(now_us)]
    return found


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        pytest.param([tag(0, 1), tag(30, 0), room(90), 140, 155], [(155, 30)], id="long enough"),
        pytest.param([tag(0, 1), tag(30, 0), room(90), 100, tag(120, 1), 400], [], id="back"),
        pytest.param([600, 1200], [], id="never heard"),
        pytest.param([tag(0, 1), room(90), 400], [], id="present"),
        pytest.param([tag(30, 0), 155, 600], [], id="the radio heard nothing else"),
        pytest.param([tag(30, 0), room(90), tag(100, None, DEAF), 600], [], id="then unknown"),
        pytest.param(
            [tag(30, 0), tag(60, None, DEAF), tag(300, 0), room(350), 400, 421],
            [(421, 300)],
            id="unknown begins anew",
        ),
    ],
)
def test_away_from_home_counts_where_it_is_known_for_long_enough(story, expected):
    assert events(watch(), *story) == expected


def test_where_the_radio_hears_nothing_but_the_tag_its_own_word_counts():
    assert events(watch(heard=(TAG,)), tag(30, 0), 140, 151) == [(151, 30)]


def test_who_comes_and_goes_at_the_edge_is_told_of_once():
    one = watch()
    flicker = [tag(30, 0), room(60), 151, tag(155, 1), tag(165, 0), room(170), 290, 600]
    assert events(one, *flicker) == [(151, 30)]
    again = [tag(700, 1), tag(765, 1), tag(800, 0), room(850), 921]
    assert events(one, *again) == [(921, 800)]


def test_a_risk_counts_from_one_hearing_to_another():
    pier = zone(ZoneRule.AVOID)
    heard = [tag(at, 1) for at in range(0, 121, 10)]
    assert events(watch(pier), *heard[:-1], 600) == []  # the last hearing came too early
    assert events(watch(pier), *heard, 121, 300) == [(121, 0)]
    assert events(watch(pier), tag(0, 0), room(60), 600) == []


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((0, 1440), [(200, 30)]),
        ((13 * 60, 14 * 60), []),
        ((22 * 60, 12 * 60 + 1), []),  # over at 12:01, before the dwell is
        ((12 * 60 + 2, 11 * 60), [(300, 120)]),  # begins at 12:02; who is still away is told of
    ],
)
def test_hours_decide_whether_it_counts(hours, expected):
    story = [tag(30, 0), room(40), 60, 120, room(130), room(180), 200, 300]
    assert events(watch(zone(hours=hours)), *story) == expected


def test_hours_go_over_midnight():
    night = zone(hours=(21 * 60, 6 * 60))
    covered = [minute for minute in range(0, 1440, 60) if night.covers(minute)]
    assert covered == [*range(0, 360, 60), *range(1260, 1440, 60)]


def collector(*allowed: str) -> Collector:
    worn = {TAG: Worn(WHO, {"presence": 10.0, "signal_strength": 10.0})}
    return Collector(worn, allowed, [Radio(zone(), frozenset({TAG, ROOM}))], minute_of)


def test_where_somebody_is_leaves_the_gateway_as_an_event_under_the_pseudonym_only():
    one = collector(WHO)
    strength = Reading(TAG, "signal_strength", NOON, -50.0)
    battery = Reading(TAG, "battery_level", NOON, 80.0)
    said = [tag(0, 1), strength, battery, tag(30, 0), room(90)]
    assert one.screened(said, NOON) == [battery, room(90)]
    gathered = one.gathered(NOON + 155 * S)
    (event,) = gathered.happenings
    assert (event.resident, event.kind, event.device) == (WHO, "wandering", TAG)
    assert gathered.minutes == []  # a tag says nothing of a body


def test_without_consent_nobody_is_watched():
    one = collector()
    assert one.screened([tag(0, 1), tag(30, 0), room(90)], NOON) == [room(90)]
    assert one.gathered(NOON + 600 * S).happenings == []


def test_a_tag_that_was_taken_back_stays_out_of_the_log_and_is_not_watched():
    one = collector(WHO)
    one.screened([tag(0, 1), tag(30, 0)], NOON)
    one.wear({TAG: Worn("", {"presence": 10.0})})
    assert one.screened([tag(60, 1), room(90)], NOON) == [room(90)]
    assert one.gathered(NOON + 600 * S).happenings == []
