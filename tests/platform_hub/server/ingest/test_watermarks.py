"""Watermarks: gaps, overlaps, and readings that can never come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_hub.server.ingest.watermarks import arrive
from platform_hub.server.store.gateways import Arrived


@pytest.mark.parametrize(
    ("before", "runs", "oldest", "after"),
    [
        (Arrived(), [], 0, Arrived()),
        (Arrived(), [(1, 3)], 0, Arrived(3)),
        (Arrived(3), [(2, 5)], 0, Arrived(5)),
        (Arrived(3), [(5, 6)], 0, Arrived(3, ((5, 6),))),
        (Arrived(3, ((5, 6),)), [(4, 4)], 0, Arrived(6)),
        (Arrived(3, ((5, 6),)), [(7, 9)], 0, Arrived(3, ((5, 9),))),
        (Arrived(), [(101, 110)], 101, Arrived(110)),
        (Arrived(), [], 101, Arrived(100)),
        (Arrived(500), [], 101, Arrived(500)),
        (Arrived(0, ((50, 60), (90, 120))), [], 101, Arrived(120)),
    ],
)
def test_the_watermark(
    before: Arrived, runs: list[tuple[int, int]], oldest: int, after: Arrived
) -> None:
    assert arrive(before, runs, oldest) == after


_RUN = st.tuples(st.integers(1, 30), st.integers(0, 5)).map(lambda run: (run[0], sum(run)))


@given(st.lists(_RUN, max_size=12), st.integers(0, 20))
def test_it_holds_exactly_what_arrived(runs: list[tuple[int, int]], oldest: int) -> None:
    state = Arrived()
    for run in runs:
        state = arrive(state, [run], oldest)
    numbers = {n for first, last in runs for n in range(first, last + 1)}
    expected = numbers | (set(range(1, oldest)) if runs else set())
    held = set(range(1, state.upto + 1))
    held |= {n for first, last in state.ahead for n in range(first, last + 1)}
    assert held == expected
    assert state.upto + 1 not in expected
