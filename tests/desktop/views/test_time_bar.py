"""The time bar: scrub, play, speed, keys, jumps, and a banner that nobody overlooks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from area_configs.domain.readings import Series
from desktop.models.tiles import RAW, points
from desktop.models.time_source import PAST_US, Mode
from desktop.models.trend import Compare
from desktop.views.time_banner import TimeBanner
from desktop.views.trends_page import TrendsPage
from tests.desktop.small_area import NOON_US, SECOND_US, reading

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
POWER = Series("meter-1", "active_power")
DAY_US = 86_400 * SECOND_US


@pytest.fixture
def bar(console):
    return console.window.time_bar


@pytest.fixture
def banner(console):
    return console.window.findChild(TimeBanner)


def test_it_begins_live_without_a_banner(bar, banner):
    assert bar.mode.text() == "LIVE"
    assert banner.isHidden()
    assert not bar.live.isEnabled()


def test_a_click_on_the_line_replays_that_instant(console, bar, banner, qtbot):
    line = bar.line
    place = QPoint(round(line.x_of(NOON_US - PAST_US // 2)), line.height() // 2)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=place)
    time = console.models.time
    assert time.mode is Mode.REPLAY
    assert abs(time() - (NOON_US - PAST_US // 2)) < PAST_US / line.width()
    assert bar.mode.text() == banner.title.text() == "REPLAY"
    assert banner.isVisible()
    assert "Nothing can be commanded" in banner.text.text()
    qtbot.mouseClick(bar.live, Qt.MouseButton.LeftButton)
    assert banner.isHidden()


def test_the_forecast_looks_otherwise_than_a_replay(console, bar, banner):
    console.models.time.step(3600)
    assert bar.mode.text() == "FORECAST"
    assert banner.property("mode") == "forecast"
    assert "those of now" in banner.text.text()


def test_keys_step_a_minute_and_an_hour_and_home_is_now(console, bar, qtbot):
    time = console.models.time
    for key, seconds in (
        (Qt.Key.Key_Left, 60),
        (Qt.Key.Key_PageUp, 3660),
        (Qt.Key.Key_Right, 3600),
    ):
        qtbot.keyClick(bar.line, key)
        assert NOON_US - time() == seconds * SECOND_US
    qtbot.keyClick(bar.line, Qt.Key.Key_Home)
    assert time.is_live


def test_it_plays_at_the_chosen_speed(console, bar, qtbot):
    time = console.models.time
    time.go_to(NOON_US - DAY_US)
    bar.speed.setCurrentIndex(bar.speed.findData(60.0))
    bar.speed.activated.emit(bar.speed.currentIndex())
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    console.clock.advance(1)
    time.tick()
    assert time() == NOON_US - DAY_US + 60 * SECOND_US
    assert bar.play.accessibleName() == "Pause"


def test_it_jumps_to_alarms(console, bar, qtbot):
    assert not bar.alarm_before.isEnabled()
    raised = SimpleNamespace(
        seq=1, alarm="leak", at_us=NOON_US - DAY_US, what="raised", state="unacked_active",
        priority="critical", value=31.0, by="", note="",
    )  # fmt: skip
    console.models.replay.take_journal([raised])
    qtbot.mouseClick(bar.alarm_before, Qt.MouseButton.LeftButton)
    assert console.models.time() == NOON_US - DAY_US
    assert not bar.alarm_after.isEnabled()


def test_no_day_is_cut_off_at_the_edge(bar):
    height = bar.line.height()
    for width_px in range(100, 1000, 10):
        bar.line.resize(width_px, height)
        image = bar.line.grab().toImage()
        for x in (0, image.width() - 1):
            below = {image.pixel(x, y) for y in range(image.height() * 2 // 3, image.height())}
            assert len(below) == 1, width_px


def test_it_speaks_japanese(console, bar, banner):
    console.models.time.go_to(NOON_US - DAY_US)
    console.languages.choose("ja")
    console.application.processEvents()
    assert bar.mode.text() == "再生中"
    assert "操作はできません" in banner.text.text()


@pytest.fixture
def panel(console):
    console.window.show_page("trends")
    console.models.wide_trend.show([POWER])
    return console.window.findChild(TrendsPage).panel


def answered(console, needs):
    """Every need gets one point a second."""
    for need in needs:
        ends = min(need.ends_us, NOON_US) / 1e6
        times = np.arange(need.begins_us / 1e6, ends, max(1, need.period_s))
        found = dict.fromkeys(need.quantities, points(times, np.ones(len(times))))
        console.models.tiles.take(need, found)


def test_zooming_asks_for_the_past_and_draws_it(console, panel, qtbot):
    needs = []
    console.models.tiles.needed.connect(needs.append)
    trend = console.models.wide_trend
    trend.hold(NOON_US - 1200 * SECOND_US, NOON_US - 600 * SECOND_US)
    qtbot.waitUntil(lambda: bool(needs))
    assert {need.period_s for need in needs} == {RAW}
    answered(console, needs)
    panel.plot.redraw()
    panel.sum_up()
    (row,) = panel.statistics.rows
    assert (row.mean, row.period_s) == (1.0, RAW)
    assert row.coverage == 1.0
    assert not any(panel._spans.button(span).isChecked() for span in panel.spans_s)


def test_keys_zoom_pan_mark_and_follow(console, panel, qtbot):
    trend = console.models.wide_trend
    before = trend.window_us()
    qtbot.keyClick(panel, Qt.Key.Key_Plus)
    after = trend.window_us()
    assert after[1] - after[0] == (before[1] - before[0]) // 2
    qtbot.keyClick(panel, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert trend.window_us()[0] < after[0]
    qtbot.keyClick(panel, Qt.Key.Key_Home)
    assert trend.follows


def test_a_mark_measures_the_difference(console, panel):
    console.models.take(
        [reading(*POWER, v, NOON_US - n * 5 * SECOND_US) for n, v in ((2, 1.0), (1, 4.0), (0, 9.0))]
    )
    panel.plot.redraw()
    panel.plot.point_at(NOON_US / 1e6 - 10)
    panel.plot.mark_here()
    panel.plot.point_at(NOON_US / 1e6)
    assert panel.plot.difference(POWER) == 8.0
    assert "Δ 8 W" in panel.legend.text
    panel.plot.point_at(NOON_US / 1e6 - 10)
    panel.plot.mark_here()
    assert panel.plot.difference(POWER) is None


def test_the_day_before_is_asked_for_and_drawn_behind(console, panel, qtbot):
    needs = []
    console.models.tiles.needed.connect(needs.append)
    console.models.wide_trend.hold(NOON_US - 1200 * SECOND_US, NOON_US)
    panel.compare.setCurrentIndex(panel.compare.findData(Compare.DAY))
    panel.compare.activated.emit(panel.compare.currentIndex())
    qtbot.waitUntil(lambda: any(need.ends_us <= NOON_US - DAY_US // 2 for need in needs))
    answered(console, needs)
    panel.plot.redraw()
    times, values = panel.plot._curves[POWER]._ghost.getOriginalDataset()
    assert NOON_US / 1e6 - 1201 <= times[0] <= NOON_US / 1e6
    assert values[0] == 1.0
