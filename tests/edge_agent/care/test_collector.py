"""From readings of wearables to minutes: what is sent, what stays, and what is never collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from edge_agent.care.collector import Collector, Worn
from edge_agent.care.heart import HeartBeats
from edge_agent.care.outbox import Outbox
from edge_agent.care.pseudonyms import KEY_FILE, Pseudonyms
from edge_agent.care.raw import RawReadings
from edge_agent.configuration.durable import replace_durably
from edge_agent.credentials import BadSecret
from platform_hub.wire.care import Batch, Minute

if TYPE_CHECKING:
    from collections.abc import Iterable

M = 60_000_000
T0 = 29_000_000 * M
WHO = "p-" + "a" * 26
STRAP = Worn(WHO, {"heart_rate": 1.0, "rr_interval": 1.0, "battery_level": 600.0})
PENDANT = Worn(WHO, {"steps": 10.0, "motion": 10.0, "fall_event": 60.0, "sos_event": 60.0})


def collector(*allowed: str) -> Collector:
    return Collector({"strap": STRAP, "pendant": PENDANT}, allowed)


def say(quantity: str, at_s: float, value: float | None, device: str = "strap") -> Reading:
    return Reading(device, quantity, T0 + int(at_s * 1e6), value)


def a_minute() -> list[Reading]:
    pulse = [say("heart_rate", s, 60.0 + s % 2) for s in range(60)]
    steps = [say("steps", s, 100.0 + s, "pendant") for s in range(0, 60, 10)]
    motion = [say("motion", s, 0.0, "pendant") for s in range(0, 60, 10)]
    return sorted([*pulse, *steps, *motion], key=lambda one: one.observed_us)


def minutes(one: Collector, after_s: float = 130) -> list[Minute]:
    return one.gathered(T0 + int(after_s * 1e6)).minutes


def test_what_a_body_says_is_not_in_the_log_and_a_minute_says_it():
    one = collector(WHO)
    battery = say("battery_level", 3, 77.0)
    other = say("active_power", 3, 5.0, "meter")
    assert one.screened([*a_minute(), battery, other], T0) == [battery, other]
    (made,) = minutes(one)
    assert made.resident == WHO
    assert made.minute * M == T0
    assert (made.worn, made.complete, made.heart_rate) == (True, True, 60.5)
    assert (made.steps, made.still, made.battery) == (50, False, 77.0)


def test_without_consent_nothing_is_collected_and_nothing_passes():
    one = collector()
    readings = [*a_minute(), say("fall_event", 5, 1.0, "pendant")]
    assert one.screened(readings, T0) == []
    ready = one.gathered(T0 + 200 * 10**6)
    assert (ready.raw, ready.batch) == ({}, None)
    assert one.withheld == len(readings)


def test_consent_that_ends_drops_what_was_gathered():
    one = collector(WHO)
    one.screened(a_minute(), T0)
    one.allow(())
    ready = one.gathered(T0 + 200 * 10**6)
    assert (ready.raw, ready.batch) == ({}, None)


def test_a_silent_device_makes_a_minute_incomplete_and_no_value_is_not_worn():
    one = collector(WHO)
    one.screened([one for one in a_minute() if one.device == "strap"], T0)
    (made,) = minutes(one)
    assert (made.worn, made.complete, made.still, made.steps) == (True, False, None, None)
    two = collector(WHO)
    two.screened([Reading("strap", "heart_rate", T0, 60.0, Quality(Reason.NO_CONTACT))], T0)
    two.screened([say("motion", 5, 0.0, "pendant")], T0)
    (made,) = minutes(two)
    assert (made.worn, made.heart_rate, made.still) == (False, None, True)


def test_steps_survive_a_counter_that_begins_anew():
    one = collector(WHO)
    counters = (10, 20, 5, 9)
    one.screened([say("steps", s, float(c), "pendant") for s, c in enumerate(counters)], T0)
    assert minutes(one)[0].steps == 19


def test_a_late_reading_does_not_open_a_minute_again():
    one = collector(WHO)
    one.screened(a_minute(), T0)
    assert len(minutes(one)) == 1
    one.screened([say("heart_rate", 3, 200.0)], T0)
    assert minutes(one) == []


def rmssd(intervals: np.ndarray) -> float:
    """Return RMSSD by its definition, over a gap-free segment."""
    d = np.diff(intervals)
    bad = np.abs(d) / intervals[:-1] > 0.20
    ok = ~(bad | np.r_[False, bad[:-1]] | np.r_[bad[1:], False])
    return float(np.sqrt((d[ok] ** 2).mean()))


def heard(intervals: Iterable[float]) -> float:
    """Return RMSSD from the sums that minutes get of these beats."""
    beats, at_us = HeartBeats(), T0
    for interval in intervals:
        at_us += int(interval * 1000)
        beats.take(at_us, float(interval))
    beats.end_run()
    sums = [beats.minute(minute) for minute in range(T0 // M, at_us // M + 1)]
    return float(np.sqrt(sum(one.squares for one in sums) / sum(one.pairs for one in sums)))


@pytest.mark.parametrize("ectopic", [None, 0, 1, 300, 598, 599])
def test_the_sums_of_minutes_are_the_rmssd_of_the_beats(ectopic):
    intervals = 900 + 40 * np.random.default_rng(5).standard_normal(600)
    if ectopic is not None:
        intervals[ectopic] = 400.0
    assert heard(intervals) == pytest.approx(rmssd(intervals), abs=1e-6)


def test_a_published_series_gives_the_published_number():
    """Of the reference of Systole, systole.hrv.rmssd (N. Legrand and M. Allen)."""
    assert heard([800, 850, 810, 720]) == pytest.approx(63.77042156569664, abs=1e-6)


def test_no_difference_reaches_across_a_gap():
    beats = HeartBeats()
    for at_s, interval in ((1, 800.0), (2, 810.0), (60, 1500.0), (61.5, 1510.0), (63, 1500.0)):
        beats.take(T0 + int(at_s * 1e6), interval)
    beats.end_run()
    sums = [beats.minute(T0 // M + n) for n in (0, 1)]
    assert [one.squares for one in sums] == [100.0, 200.0]


FALL, CALL = ("fall_event", 10, 1.0, "pendant"), ("sos_event", 30, 1.0, "pendant")
STIR = ("motion", 40, 1.0, "pendant")


@pytest.mark.parametrize(
    ("said", "after_s", "kinds"),
    [
        ([FALL], 60, []),
        ([FALL], 80, ["fall"]),
        ([FALL, STIR], 80, []),
        ([FALL, CALL], 31, ["fall", "sos"]),
        ([CALL], 31, ["sos"]),
        ([("fall_event", 10, 0.0, "pendant")], 80, []),
    ],
)
def test_a_fall_counts_where_nobody_gets_up_or_the_button_is_pressed(said, after_s, kinds):
    one = collector(WHO)
    passed = one.screened([say(*words) for words in said], T0)
    assert {reading.quantity for reading in passed} <= {"fall_event", "sos_event"}
    found = one.gathered(T0 + after_s * 10**6).happenings
    assert [happening.kind for happening in found] == kinds


def test_a_pseudonym_is_the_same_for_one_key_and_another_for_the_next(tmp_path):
    first = Pseudonyms(tmp_path / "a").of("room 101")
    assert first == Pseudonyms(tmp_path / "a").of("room 101")
    assert first != Pseudonyms(tmp_path / "b").of("room 101")
    assert first != Pseudonyms(tmp_path / "a").of("room 102")
    assert "101" not in first
    key = tmp_path / "a" / KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(BadSecret, match="chmod 600"):
        Pseudonyms(tmp_path / "a")


def test_raw_readings_age_out_and_go_with_the_consent(tmp_path):
    raw = RawReadings(tmp_path, keep_days=2)
    day_us = 86_400_000_000
    for day in range(4):
        raw.put({WHO: [Reading("strap", "rr_interval", T0 + day * day_us, 800.5)]})
    assert len(list(tmp_path.glob("*/*.csv"))) == 4
    newest = max(tmp_path.glob("*/*.csv"))
    assert newest.read_text().endswith(",strap,rr_interval,800.5\n")
    assert newest.stat().st_mode & 0o777 == 0o600
    assert raw.age_out(T0 + 3 * day_us) == 1
    assert raw.erase_others([WHO]) == []
    assert raw.erase_others([]) == [WHO]
    assert list(tmp_path.iterdir()) == []


def test_the_outbox_keeps_the_order_over_a_restart_and_forgets_whom_it_must(tmp_path):
    other = "p-" + "b" * 26
    box = Outbox(tmp_path / "out", replace_durably)
    box.put(Batch([Minute(WHO, 1), Minute(other, 1)]))
    box.put(Batch([Minute(other, 2)]))
    again = Outbox(tmp_path / "out", replace_durably)
    again.put(Batch([Minute(WHO, 3)]))
    again.erase_others([WHO])
    seen = []
    while waiting := again.first():
        seen.append([(one.resident, one.minute) for one in waiting[1].minutes])
        again.taken(waiting[0])
    assert seen == [[(WHO, 1)], [(WHO, 3)]]
    torn = tmp_path / "out" / "000000000009.json"
    torn.write_text("{")
    assert again.first() is None
    torn.write_text("{")
    again.erase_others([WHO])
    assert not torn.exists()
