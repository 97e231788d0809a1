"""Counting what was lost and doubled between the devices and the hub."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.readings import Series
from desktop.bridge.reconciliation import Found, Said, reconcile

POWER = Series("meter", "active_power")
STEP_US = 1_000_000


def _said(values: list[float | None], series: Series = POWER) -> list[Said]:
    return [Said(series, n * STEP_US, value) for n, value in enumerate(values)]


def _found(said: list[Said], delay_us: int = 30_000) -> list[Found]:
    return [Found(s.series, s.said_us + delay_us, s.value, s.said_us + 500_000) for s in said]


def test_all_arrived() -> None:
    said = _said([1.0, None, 1.0, 0.0])
    tally = reconcile(said, _found(said))
    assert (tally.said, tally.found, tally.lost, tally.doubled) == (4, 4, 0, 0)
    assert tally.latency(0.95) == 0.5


def test_unknown_is_not_zero() -> None:
    said = _said([None])
    tally = reconcile(said, [Found(POWER, 0, 0.0, 1)])
    assert (tally.lost, tally.doubled) == (1, 1)


def test_a_wrongly_decoded_value_counts_on_both_sides() -> None:
    said = _said([668.0, 669.0])
    found = _found(said)
    tally = reconcile(said, [found[0]._replace(value=66.8), found[1]])
    assert (tally.lost, tally.doubled) == (1, 1)


def test_nothing_said_and_nothing_found_has_no_latency() -> None:
    assert reconcile([], []).latency(0.5) is None


@given(
    st.lists(st.sampled_from([1.0, 2.0, None]), min_size=1, max_size=60),
    st.integers(min_value=0),
    st.integers(min_value=0),
)
def test_each_missing_and_each_extra_reading_is_counted(
    values: list[float | None], lost: int, doubled: int
) -> None:
    said = _said(values)
    found = _found(said)
    missing = found.pop(lost % len(found))
    tally = reconcile(said, found)
    assert (tally.lost, tally.doubled) == (1, 0)
    twice = [*found, missing, missing._replace(observed_us=missing.observed_us + doubled % 1000)]
    random.Random(lost).shuffle(twice)
    tally = reconcile(said, twice)
    assert (tally.lost, tally.doubled) == (0, 1)


def test_series_are_counted_apart() -> None:
    other = Series("meter", "current_r")
    said = _said([1.0, 2.0]) + _said([1.0, 2.0], other)
    tally = reconcile(said, _found(said)[:3])
    assert (tally.said, tally.found, tally.lost, tally.doubled) == (4, 3, 1, 0)
