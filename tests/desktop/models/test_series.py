"""Lines: order, bounds, gaps and missing values."""

from __future__ import annotations

import numpy as np

from area_configs.domain.readings import Series
from desktop.models.series import Line, SeriesStore, isolated
from tests.desktop.small_area import NOON_US, SECOND_US, reading

LEVEL = Series("river-1", "river_level")
GAP_US = 30 * SECOND_US


def said(value, seconds):
    return reading("river-1", "river_level", value, NOON_US + seconds * SECOND_US)


def window(store, first=-3600, last=3600):
    return store.window(LEVEL, NOON_US + first * SECOND_US, NOON_US + last * SECOND_US, GAP_US)


def test_history_and_live_values_merge_in_time_order_and_once():
    store = SeriesStore()
    store.take([said(3.0, 20), said(4.0, 30)])
    store.take([said(1.0, 0), said(2.0, 10), said(3.0, 20)])
    times, values = window(store)
    assert list(values) == [1.0, 2.0, 3.0, 4.0]
    assert list(np.diff(times)) == [10.0, 10.0, 10.0]


def test_a_gap_in_time_breaks_the_line():
    store = SeriesStore()
    store.take([said(1.0, 0), said(2.0, 10), said(3.0, 100)])
    _, values = window(store)
    assert np.array_equal(values, [1.0, 2.0, np.nan, 3.0], equal_nan=True)
    assert list(isolated(values)) == [False, False, False, True]


def test_a_missing_value_breaks_the_line_too_and_is_not_zero():
    store = SeriesStore()
    store.take([said(1.0, 0), said(None, 10), said(3.0, 20)])
    assert np.array_equal(window(store)[1], [1.0, np.nan, 3.0], equal_nan=True)


def test_a_window_begins_with_the_point_before_it():
    store = SeriesStore()
    store.take([said(float(n), n) for n in range(10)])
    assert list(window(store, 5, 7)[1]) == [4.0, 5.0, 6.0, 7.0]


def test_an_unheard_series_is_empty():
    times, values = window(SeriesStore())
    assert len(times) == len(values) == 0
    assert SeriesStore().first_us(LEVEL) is None


def test_a_line_is_bounded_and_keeps_the_newest():
    line = Line(capacity=1000)
    for n in range(2500):
        line.add(np.array([n]), np.array([float(n)]))
    assert 800 < len(line) <= 1000
    assert line.times[-1] == 2499
    assert list(np.unique(np.diff(line.times))) == [1]


def test_a_large_history_is_bounded_too():
    line = Line(capacity=1000)
    line.add(np.arange(5000), np.arange(5000.0))
    line.add(np.array([5000]), np.array([1.0]))
    assert len(line) <= 1000
    assert line.times[-1] == 5000


def test_a_corrected_point_replaces_the_held_one():
    line = Line()
    line.add(np.array([1, 2]), np.array([1.0, 2.0]))
    line.add(np.array([2]), np.array([9.0]))
    assert list(line.values) == [1.0, 9.0]


def test_one_batch_is_one_signal(qtbot):
    store = SeriesStore()
    with qtbot.waitSignal(store.changed) as told:
        store.take([said(1.0, 0), said(2.0, 1)])
    assert told.args == [[LEVEL]]


def test_what_no_plot_draws_makes_room_for_what_comes():
    line = Line()
    for n in range(40_000):  # eleven hours, a value each second
        line.add(np.array([n * SECOND_US]), np.array([float(n)]))
    assert 3_600 <= len(line) <= 4_200
    assert line.values[-1] == 39_999.0
    assert np.all(np.diff(line.times) == SECOND_US)


def test_points_that_come_together_are_as_those_that_come_alone():
    single, block = Line(), Line()
    times, values = np.arange(3_000) * SECOND_US, np.arange(3_000.0)
    for at in range(0, 3_000, 7):
        block.add(times[at : at + 7], values[at : at + 7])
    for time_us, value in zip(times, values, strict=True):
        single.add(np.array([time_us]), np.array([value]))
    assert np.array_equal(single.times, block.times)
    assert np.array_equal(single.values, block.values)


def test_a_block_larger_than_a_line_leaves_its_newest():
    line = Line(capacity=100)
    line.add(np.arange(250) * SECOND_US, np.arange(250.0))
    assert list(line.values) == list(np.arange(150.0, 250.0))
    line.add(np.array([250 * SECOND_US, 251 * SECOND_US]), np.array([250.0, 251.0]))
    assert line.values[-1] == 251.0
    assert len(line) <= 100


def test_a_replay_keeps_what_it_shows_beside_what_is_heard():
    store, day_s = SeriesStore(), 86_400
    store.whole = True
    store.take([said(float(n), n - day_s) for n in range(2_000)])
    for n in range(3_000):
        store.take([said(1.0, n)])
    assert len(window(store, -2 * day_s, -day_s // 2)[0]) == 2_000
    store.whole = False  # the present is shown again
    for n in range(3_000, 9_000):
        store.take([said(1.0, n)])
    assert len(window(store, -2 * day_s, -day_s // 2)[0]) == 0
