"""The filter over the live values."""

from __future__ import annotations

import pytest

from area_configs.domain.readings import Series
from desktop.models.judgement import Judge
from desktop.models.live_filter import LiveFilter
from desktop.models.live_readings import Column, LiveReadings
from tests.desktop.small_area import Clock, all_well, reading, small_area


@pytest.fixture
def live():
    area = small_area()
    model = LiveReadings(area, Judge(area), Clock())
    model.set_language("en")
    model.take(all_well())
    return model


@pytest.fixture
def rows(live):
    return LiveFilter(live)


def shown(rows):
    return [rows.index(n, Column.QUANTITY).data() for n in range(rows.rowCount())]


def test_it_is_a_sound_model(rows, qtmodeltester):
    qtmodeltester.check(rows)


def test_every_word_must_be_found_in_any_column_and_any_case(rows):
    rows.find("ENERGY power")  # the gateway's name and the quantity's
    assert shown(rows) == ["Active power", "Active power"]
    rows.find("energy power hall")
    assert shown(rows) == ["Active power"]


def test_one_device_or_some_series(rows):
    rows.show_device("river-1")
    assert shown(rows) == ["River level"]
    rows.show_series({Series("bank-1", "pressure_high")})
    assert shown(rows) == ["Bank pressure, high"]
    assert rows.row_of("bank-1") == 0
    assert rows.row_of("meter-1") == rows.row_of_series(Series("meter-1", "x")) == -1


def test_abnormal_only(rows, live):
    rows.show_abnormal_only(True)
    assert shown(rows) == []
    live.take([reading("bank-1", "hydrogen_in_air", 99.0, 1 << 60)])
    assert shown(rows) == ["Hydrogen in air"]
