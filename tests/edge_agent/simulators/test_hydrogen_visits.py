"""Cars at a dispenser: seeded, one at a time, and counters that never fall."""

import pytest

from edge_agent.simulators.hydrogen_visits import (
    CHECKING,
    CONNECTED,
    FINISHED,
    FUELLING,
    IDLE,
    SLOT_S,
    Visits,
)

NOON = 1_795_575_600


def _some(visits, count=40):
    return [v for slot in range(count) if (v := visits.at(NOON + slot * SLOT_S))]


def test_a_key_repeats_and_another_differs():
    assert _some(Visits("1/a")) == _some(Visits("1/a"))
    assert [v.number for v in _some(Visits("1/a"))] != [v.number for v in _some(Visits("2/a"))]


def test_a_car_goes_through_every_stage_within_its_slot():
    for visit in _some(Visits("1/a")):
        assert visit.arrives_s // SLOT_S == visit.leaves_s // SLOT_S
        stages = [
            visit.stage(at)
            for at in (
                visit.arrives_s - 1, visit.arrives_s, visit.begins_s - 1, visit.begins_s + 1,
                visit.ends_s + 1, visit.leaves_s,
            )
        ]  # fmt: skip
        assert stages == [IDLE, CONNECTED, CHECKING, FUELLING, FINISHED, IDLE]


def test_the_total_grows_by_what_each_car_takes():
    visits = Visits("1/a")
    first = _some(visits)[0]
    before, after = visits.total_kg(first.begins_s), visits.total_kg(first.ends_s)
    assert after - before == pytest.approx(first.fill.end.taken)
    totals = [visits.total_kg(NOON + 60 * minute) for minute in range(60)]
    assert totals == sorted(totals)
    assert Visits("1/a").total_kg(NOON) == totals[0]


def test_the_newest_session_is_the_last_that_has_ended():
    visits = Visits("1/a")
    first, second, *_ = _some(visits)
    assert visits.last_ended(second.ends_s - 1) == first
    assert visits.last_begun(second.ends_s - 1) == second
    assert visits.last_ended(second.ends_s) == second
