"""The states of one alarm after ISA-18.2, driven by values, time and people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from platform_hub.server.alarms import states
from platform_hub.server.alarms.states import Alarm
from platform_hub.wire.alarms import AlarmState, Shelf
from tests.platform_hub.server.registry.plant import rule

S = 1_000_000
PLAIN = rule("plain", deadband=10.0)
SLOW = rule("slow", on_delay_s=60.0, off_delay_s=30.0)
LATCHING = rule("latching", latching=True)


def feed(alarm: Alarm, judged: object, *values: tuple[int, float | None]) -> tuple[Alarm, list]:
    """Let values come at seconds; return the alarm and (what, second) of what happened."""
    told = []
    for at_s, value in values:
        alarm, happened = states.observed(alarm, judged, value, at_s * S)
        told += [(one.what, one.at_us / S) for one in happened]
    return alarm, told


def test_a_value_beyond_its_limit_raises_and_returns_behind_the_deadband() -> None:
    alarm, told = feed(Alarm(), PLAIN, (1, 100.0), (2, 101.0), (3, 95.0), (4, 90.0))
    assert told == [("raised", 2), ("returned", 4)]
    assert alarm.state is AlarmState.RETURNED_UNACKED
    assert (alarm.raised_us, alarm.returned_us, alarm.value) == (2 * S, 4 * S, 90.0)


def test_acknowledging_before_and_after_the_return() -> None:
    active, _ = feed(Alarm(), PLAIN, (1, 150.0))
    assert active.state is AlarmState.UNACKED_ACTIVE
    acked, happened = states.acknowledged(active, "anna", "on my way", 2 * S)
    assert acked.state is AlarmState.ACKED_ACTIVE
    assert [(one.what, one.by, one.note) for one in happened] == [
        ("acknowledged", "anna", "on my way")
    ]
    assert states.acknowledged(acked, "ben", "", 3 * S) == (acked, ())
    assert feed(acked, PLAIN, (4, 0.0))[0].state is AlarmState.NORMAL
    returned, _ = feed(active, PLAIN, (4, 0.0))
    assert states.acknowledged(returned, "anna", "", 5 * S)[0].state is AlarmState.NORMAL


def test_a_new_occurrence_wants_a_new_acknowledgement() -> None:
    acked, _ = states.acknowledged(feed(Alarm(), PLAIN, (1, 150.0))[0], "anna", "x", 2 * S)
    again, _ = feed(acked, PLAIN, (3, 0.0), (4, 150.0))
    assert again.state is AlarmState.UNACKED_ACTIVE
    assert (again.acknowledged_by, again.note) == ("", "")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([(0, 0.0), (10, 150.0), (69, 150.0)], []),
        ([(0, 0.0), (10, 150.0), (70, 150.0)], [("raised", 70)]),
        ([(0, 0.0), (10, 150.0), (40, 50.0), (75, 150.0)], []),  # a short excursion is none
        ([(0, 0.0), (10, 150.0), (80, 50.0)], [("raised", 70)]),  # it held until the next value
        ([(10, 150.0), (80, 150.0), (90, 50.0), (119, 50.0)], [("raised", 70)]),
        ([(10, 150.0), (80, 150.0), (90, 50.0), (120, 50.0)], [("raised", 70), ("returned", 120)]),
        ([(10, 150.0), (80, 50.0), (100, 150.0), (130, 50.0)], [("raised", 70)]),
    ],
)
def test_delays_hold_back_what_does_not_last(
    values: list[tuple[int, float]], expected: list[tuple[str, int]]
) -> None:
    assert feed(Alarm(), SLOW, *values)[1] == expected


def test_time_alone_raises_what_is_pending() -> None:
    pending, _ = feed(Alarm(), SLOW, (10, 150.0))
    assert states.elapsed(pending, SLOW, 69 * S) == (pending, ())
    raised, happened = states.elapsed(pending, SLOW, 500 * S)
    assert raised.state is AlarmState.UNACKED_ACTIVE
    assert [one.at_us for one in happened] == [70 * S]


def test_a_latched_alarm_stays_until_it_is_reset() -> None:
    active, _ = feed(Alarm(), LATCHING, (1, 150.0))
    assert states.reset(active, "anna", "", 2 * S) == (active, ())  # still in alarm
    acked, _ = states.acknowledged(active, "anna", "", 2 * S)
    latched, _ = feed(acked, LATCHING, (3, 0.0))
    assert latched.state is AlarmState.LATCHED
    assert states.acknowledged(latched, "anna", "", 4 * S)[0].state is AlarmState.LATCHED
    assert states.reset(latched, "anna", "", 5 * S)[0].state is AlarmState.NORMAL
    unacked, _ = feed(active, LATCHING, (3, 0.0))
    done, happened = states.reset(unacked, "anna", "gone", 5 * S)
    assert done.state is AlarmState.NORMAL
    assert [one.what for one in happened] == ["acknowledged", "reset"]


def test_a_shelf_hides_and_gives_back_by_itself() -> None:
    active, _ = feed(Alarm(), PLAIN, (1, 150.0))
    shelf = Shelf("anna", "sensor is mended", 100 * S)
    hidden, _ = states.shelved(active, shelf, 2 * S)
    assert hidden.state is AlarmState.SHELVED
    assert states.shelf_over(hidden, 99 * S) == (hidden, ())
    back, happened = states.shelf_over(hidden, 150 * S)
    assert back.state is AlarmState.UNACKED_ACTIVE
    assert [(one.what, one.at_us) for one in happened] == [("shelf_expired", 100 * S)]
    assert states.unshelved(hidden, "anna", 3 * S)[0].state is AlarmState.UNACKED_ACTIVE


def test_what_hides_an_alarm_has_its_order_and_judging_goes_on() -> None:
    alarm = replace(Alarm(), shelf=Shelf("a", "b", 9 * S))
    alarm, _ = states.explained(alarm, "leak", 1 * S)
    assert alarm.state is AlarmState.SUPPRESSED
    alarm, _ = states.taken_out(alarm, "anna", "repair", 2 * S)
    assert alarm.state is AlarmState.OUT_OF_SERVICE
    alarm, told = feed(alarm, PLAIN, (3, 150.0))
    assert told == [("raised", 3)]
    assert alarm.active
    assert alarm.state is AlarmState.OUT_OF_SERVICE
    assert states.put_back(alarm, "anna", 4 * S)[0].state is AlarmState.SUPPRESSED


def test_unknown_is_neither_alarm_nor_normal() -> None:
    active, _ = feed(Alarm(), PLAIN, (1, 150.0), (2, None))
    assert (active.state, active.unknown, active.value) == (AlarmState.UNACKED_ACTIVE, True, None)
    normal, told = feed(Alarm(), PLAIN, (1, None))
    assert (normal.state, told) == (AlarmState.NORMAL, [])


@given(
    some.lists(some.tuples(some.integers(1, 500), some.sampled_from([0.0, 95.0, 150.0, None]))),
    some.sampled_from([PLAIN, SLOW, LATCHING]),
)
def test_raised_and_returned_take_turns_and_late_values_change_nothing(
    values: list[tuple[int, float | None]], judged: object
) -> None:
    alarm, told = feed(Alarm(), judged, *values)
    whats = [what for what, _ in told]
    assert whats == ["raised", "returned"] * (len(whats) // 2) + ["raised"] * (len(whats) % 2)
    assert [at for _, at in told] == sorted(at for _, at in told)
    assert feed(alarm, judged, *values) == (alarm, [])
