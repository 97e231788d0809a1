"""Pulses: counted without gaps, over the roll-over of their numbers and a start anew."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from edge_agent.decoding.pulses import Counter, Edge, edges

RECORD = struct.Struct("=QIIII24x")


def _counted(*numbers):
    counter = Counter()
    for at, number in enumerate(numbers):
        counter.add(Edge(at * 1_000_000_000, 5, number))
    return counter


@pytest.mark.parametrize(
    ("numbers", "count", "missed"),
    [
        ((1,), 1, 0),
        ((7, 8, 9), 3, 0),
        ((1, 2, 10), 10, 7),
        ((0xFFFF_FFFE, 0xFFFF_FFFF, 0, 1), 4, 0),
        ((100, 101, 1, 2), 4, 0),
        ((5, 5), 2, 0),
    ],
)
def test_counts(numbers, count, missed):
    counter = _counted(*numbers)
    assert (counter.count, counter.missed) == (count, missed)


def test_the_rate_is_by_the_last_two_and_sees_what_was_missed():
    assert _counted(1).rate is None
    assert _counted(1, 2).rate == pytest.approx(1.0)
    assert _counted(1, 5).rate == pytest.approx(4.0)


@given(st.lists(st.integers(0, 2**32 - 1), max_size=50))
def test_a_count_never_falls(numbers):
    counter, before = Counter(), 0
    for at, number in enumerate(numbers):
        counter.add(Edge(at, 1, number))
        assert counter.count > before
        before = counter.count


def test_falling_edges_are_left_out_and_halves_refused():
    data = RECORD.pack(5, 1, 3, 1, 1) + RECORD.pack(6, 2, 3, 2, 2)
    assert list(edges(data)) == [Edge(5, 3, 1)]
    with pytest.raises(BadFrame, match="end inside a record"):
        list(edges(data[:50]))
