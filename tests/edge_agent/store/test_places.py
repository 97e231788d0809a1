"""Where a sink is: two lanes acknowledge out of order, and nothing is counted twice or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.store import Place, ReadingLog
from tests.edge_agent.store.conftest import numbers, some_readings

if TYPE_CHECKING:
    from pathlib import Path

runs = st.tuples(st.integers(1, 30), st.integers(0, 8)).map(lambda run: (run[0], sum(run)))


@given(st.lists(runs, max_size=12))
def test_runs_in_any_order_give_the_same_place(acknowledged: list[tuple[int, int]]):
    place, known = Place(), set[int]()
    for first, last in acknowledged:
        place = place.with_run(first, last)
        known.update(range(first, last + 1))
    expected = 0
    while expected + 1 in known:
        expected += 1
    beyond = [n for first, last in place.beyond for n in range(first, last + 1)]
    assert place.upto == expected
    assert beyond == sorted(known - set(range(1, expected + 1)))
    assert place.count == len(known)
    starts = [first for first, _ in place.beyond]
    assert all(
        ends + 1 < begins for (_, ends), begins in zip(place.beyond, starts[1:], strict=False)
    )


def test_a_live_lane_reads_ahead_while_history_drains(log: ReadingLog, folder: Path):
    for n in range(5):
        log.append(some_readings(10, 10 * n)).result()
    live = log.read("hub", 100, after=40)
    assert numbers(live) == (41, 50, 10)
    log.acknowledge("hub", 50, start=41)
    stats = log.stats().of("hub")
    assert (stats.acknowledged, stats.backlog) == (0, 40)
    history = log.read("hub", 100)
    assert numbers(history) == (1, 40, 40), "history ends where the live lane began"
    log.append(some_readings(10, 50)).result()
    assert numbers(log.read("hub", 100)) == (1, 40, 40)
    log.acknowledge("hub", 35)
    log.close()
    with ReadingLog(folder, gateway="gw-1") as again:
        assert again.place("hub") == Place(35, ((41, 50),))
        again.acknowledge("hub", 40)
        assert again.place("hub") == Place(50)
        assert numbers(again.read("hub", 100)) == (51, 60, 10)


def test_a_lane_can_be_told_where_to_end(log: ReadingLog):
    log.append(some_readings(30)).result()
    assert numbers(log.read("hub", 100, after=4, until=9)) == (5, 9, 5)
    assert numbers(log.read("hub", 100, until=9)) == (1, 9, 9)
    assert not log.read("hub", 100, after=9, until=9)


def test_nothing_was_lost_so_nothing_is_reported(log: ReadingLog):
    log.append(some_readings(3)).result()
    assert log.losses("hub") == ()
    log.reported("hub", 0)
    assert log.read("hub", 10).gaps == ()
