"""Counters, small groups, and queues beside the textbook."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.twin.analysis.people import counted, may_show, mean_stay_min, mean_wait_min


@pytest.mark.parametrize(
    ("count", "shown"), [(0, True), (1, False), (9, False), (10, True), (500, True), (None, False)]
)
def test_groups_below_ten_are_not_shown(count, shown):
    assert may_show(count) is shown


def test_a_counter_that_begins_anew_counts_from_zero():
    assert counted(np.array([100.0, 130.0, np.nan, 150.0])) == 50
    assert counted(np.array([100.0, 130.0, 4.0, 10.0])) == 40
    assert counted(np.array([100.0, np.nan])) is None


def test_littles_law():
    assert mean_stay_min(600, 20) == 30
    assert mean_stay_min(600, 0) is None
    assert mean_stay_min(None, 20) is None


def test_one_desk_is_the_plain_queue():
    # M/M/1: Wq = rho / (mu - lambda)
    assert mean_wait_min(0.8, 1, 1.0) == pytest.approx(0.8 / 0.2)


def test_several_desks_follow_erlang():
    # A. O. Allen, Probability, Statistics and Queueing Theory: 2 servers, a = 1.5: C = 0.642857
    assert mean_wait_min(1.5, 2, 1.0) == pytest.approx(0.642857 / 0.5, rel=1e-5)
    assert mean_wait_min(10, 100, 1.0) < 1e-30
    assert mean_wait_min(0, 2, 1.0) == 0
    assert math.isinf(mean_wait_min(4.0, 2, 0.5))
