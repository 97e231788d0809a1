"""The list of series: sound, ticked through the trend, in both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.models.series_picker import Role, SeriesPicker
from desktop.models.trend import Trend
from tests.desktop.small_area import Clock, small_area


@pytest.fixture
def picker():
    return SeriesPicker(small_area(), Trend(Clock()))


def test_it_is_a_sound_model(picker, qtmodeltester):
    qtmodeltester.check(picker)


def test_ticking_shows_and_unticking_hides(picker):
    index = picker.index(3)
    for expected in (Qt.CheckState.Checked, Qt.CheckState.Unchecked):
        assert picker.setData(index, True, Qt.ItemDataRole.CheckStateRole)
        assert index.data(Qt.ItemDataRole.CheckStateRole) == expected


def test_nothing_else_can_be_edited(picker):
    assert not picker.setData(picker.index(0), "x")


def test_it_speaks_both_languages(picker):
    assert picker.index(3).data(Role.DEVICE_NAME) == "蓄電池1号"
    picker.set_language("en")
    assert picker.index(3).data() == "Battery 1 · State of charge"
