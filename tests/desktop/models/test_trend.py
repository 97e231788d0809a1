"""The choice of a plot: what it shows and which history it asks for."""

from __future__ import annotations

import pytest

from area_configs.domain.readings import Series
from desktop.models.trend import MAX_SERIES, Trend
from tests.desktop.small_area import NOON_US, SECOND_US, Clock

POWER, ENERGY = Series("meter-1", "active_power"), Series("meter-1", "energy_import")


@pytest.fixture
def trend():
    return Trend(Clock())


@pytest.fixture
def asked(trend):
    asked = []
    trend.needs_history.connect(lambda *args: asked.append(args))
    return asked


def test_it_asks_once_for_each_series_by_device(trend, asked):
    trend.show([POWER, ENERGY])
    trend.show([ENERGY])
    begins = NOON_US - 600 * SECOND_US
    assert asked == [("meter-1", ["active_power", "energy_import"], begins, NOON_US)]


def test_a_longer_span_asks_for_more_a_shorter_one_for_nothing(trend, asked):
    trend.show([POWER])
    trend.set_span(3600)
    trend.set_span(600)
    assert [begins for _, _, begins, _ in asked] == [
        NOON_US - 600 * SECOND_US,
        NOON_US - 3600 * SECOND_US,
    ]


def test_after_a_lost_connection_it_asks_again(trend, asked):
    trend.show([POWER])
    trend.ask_again()
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_a_full_plot_takes_no_further_series(trend):
    for n in range(MAX_SERIES + 2):
        trend.toggle(Series("meter-1", f"q{n}"))
    assert len(trend.series) == MAX_SERIES
    trend.toggle(Series("meter-1", "q0"))
    assert Series("meter-1", "q0") not in trend.series
