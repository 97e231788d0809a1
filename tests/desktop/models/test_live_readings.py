"""The table of newest values: batches, ages, missing values, both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.judgement import Judge
from desktop.models.live_readings import Column, LiveReadings, Role
from tests.desktop.small_area import NOON_US, SECOND_US, Clock, all_well, reading, small_area

POWER = Series("meter-1", "active_power")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(clock):
    area = small_area()
    model = LiveReadings(area, Judge(area), clock)
    model.set_language("en")
    return model


def text(model, row, column):
    return model.index(row, column).data()


def test_it_is_a_sound_model(live, qtmodeltester):
    qtmodeltester.check(live)
    live.take(all_well())
    qtmodeltester.check(live)


def test_every_point_of_the_area_has_a_row_before_anything_is_heard(live):
    assert live.rowCount() == 9
    assert text(live, 0, Column.VALUE) == "—"
    assert text(live, 0, Column.QUALITY) == "Never heard"
    assert text(live, 0, Column.AGE) == "—"


def test_a_batch_is_told_in_one_signal(live):
    told = []
    live.dataChanged.connect(lambda *args: told.append(args))
    live.take(all_well())
    assert len(told) == 1
    assert text(live, 0, Column.VALUE) == "668 W"


def test_older_readings_change_nothing(live):
    live.take([reading("meter-1", "active_power", 5.0)])
    live.take([reading("meter-1", "active_power", 4.0, NOON_US - SECOND_US)])
    assert live.latest(POWER).value == 5.0


def test_no_value_is_a_dash_with_its_reason(live):
    live.take([reading("meter-1", "active_power", None, quality=Quality(Reason.NO_DATA, "7FFE"))])
    assert text(live, 0, Column.VALUE) == "—"
    assert text(live, 0, Column.QUALITY) == "No measurement (7FFE)"
    assert live.index(0, 0).data(Role.STATE) == State.NO_DATA


def test_it_knows_since_when_a_value_is_missing(live):
    for second, value in enumerate((None, None, 5.0, None)):
        live.take([reading("meter-1", "active_power", value, NOON_US + second * SECOND_US)])
        expected = {0: NOON_US, 1: NOON_US, 2: None, 3: NOON_US + 3 * SECOND_US}[second]
        assert live.missing_since_us(POWER) == expected


def test_ages_grow_and_values_go_stale(live, clock):
    live.take(all_well())
    clock.advance(60)
    live.tick()
    assert text(live, 0, Column.AGE) == "1 min"
    assert text(live, 0, Column.STATE) == "Stale"


def test_an_unknown_quantity_gets_its_own_row_and_an_unknown_device_none(live):
    live.take([reading("meter-1", "from_the_future", 1.5), reading("ghost", "active_power", 1.0)])
    assert live.rowCount() == 10
    assert text(live, 9, Column.QUANTITY) == "from_the_future"


def test_values_sort_as_numbers_with_unknown_below_all(live):
    live.take([reading("meter-1", "active_power", -5.0)])
    known = live.index(0, Column.VALUE).data(Role.SORT)
    unknown = live.index(1, Column.VALUE).data(Role.SORT)
    assert unknown < known == -5.0


def test_the_language_reaches_header_and_cells(live):
    live.take(all_well())
    live.set_language("ja")
    header = live.headerData(Column.QUALITY, Qt.Orientation.Horizontal)
    assert header == "品質"
    assert text(live, 0, Column.QUANTITY) == "有効電力"
    assert text(live, 0, Column.DEVICE) == "集会所の電力計"
