"""Plots: one for each unit, gaps as gaps, no invented numbers, a cursor for keys too."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit  # noqa: TID251  # a person types

from area_configs.domain.readings import Series
from desktop.models.trend import MAX_SERIES
from desktop.views.overview import Overview
from desktop.views.trends_page import TrendsPage
from tests.desktop.small_area import NOON_US, SECOND_US, all_well, reading

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
POWER = Series("meter-1", "active_power")
CHARGE = Series("battery-1", "state_of_charge")
BATTERY_POWER = Series("battery-1", "active_power")
STATE = Series("battery-1", "operating_state")
LEAKAGE = Series("bank-1", "hydrogen_in_air")


@pytest.fixture
def trends(console):
    console.window.show_page("trends")
    return console.window.findChild(TrendsPage)


def minutes_of(series, values):
    """One value every five seconds up to noon."""
    count = len(values)
    return [
        reading(*series, value, NOON_US - (count - n - 1) * 5 * SECOND_US)
        for n, value in enumerate(values)
    ]


def drawn(panel, series):
    return panel.plot._curves[series]._line.getOriginalDataset()


def test_series_of_one_unit_share_a_plot(trends, console):
    console.models.wide_trend.show([POWER, BATTERY_POWER, CHARGE])
    assert [len(members) for members in trends.panel.plot._members] == [2, 1]
    first, second = (trends.panel.plot.pen_of(series) for series in (POWER, BATTERY_POWER))
    assert first.color() != second.color()
    assert first.style() != second.style()


def test_a_missing_value_and_a_gap_break_the_line(trends, console):
    console.models.wide_trend.show([POWER])
    console.models.take(minutes_of(POWER, [1.0, None, 3.0]))
    console.models.take_history([reading(*POWER, 9.0, NOON_US - 300 * SECOND_US)])
    trends.panel.plot.redraw()
    _, values = drawn(trends.panel, POWER)
    assert np.array_equal(values, [9.0, np.nan, 1.0, np.nan, 3.0], equal_nan=True)


def test_live_values_are_appended(trends, console, qtbot):
    console.models.wide_trend.show([POWER])
    console.models.take([reading(*POWER, 1.0)])
    console.clock.advance(5)
    with qtbot.waitSignal(trends.panel.plot.redrawn):
        console.models.take([reading(*POWER, 2.0, console.clock())])
    assert trends.panel.legend.text.startswith("Community hall meter · Active power 2 W")


def test_without_values_no_numbers_are_invented(trends, console):
    console.models.wide_trend.show([POWER])
    plot = trends.panel.plot
    assert plot._empty.isVisible()
    assert plot._empty.text() == "No values in this span"
    assert not plot._plots[0].getAxis("left").style["showValues"]
    console.models.take([reading(*POWER, 1.0)])
    plot.redraw()
    assert not plot._empty.isVisible()
    assert plot._plots[0].getAxis("left").style["showValues"]


def test_young_data_fills_the_plot_and_old_data_the_whole_span(trends, console):
    console.models.wide_trend.show([POWER])
    console.models.take(minutes_of(POWER, [1.0] * 13))  # one minute
    trends.panel.plot.redraw()
    (begins, ends), _ = trends.panel.plot._plots[0].viewRange()
    assert ends - begins == pytest.approx(66.0)
    console.models.take_history([reading(*POWER, 1.0, NOON_US - 500 * SECOND_US)])
    trends.panel.plot.redraw()
    (begins, ends), _ = trends.panel.plot._plots[0].viewRange()
    assert ends - begins == pytest.approx(600.0)


def test_a_limit_is_drawn_where_an_alarm_rule_watches(trends, console):
    console.models.wide_trend.show([LEAKAGE])
    items = trends.panel.plot._plots[0].items
    labels = [item.label.format for item in items if getattr(item, "label", None) is not None]
    assert labels == ["Hydrogen leak 25 %LFL"]


def test_a_state_is_drawn_with_the_names_of_its_codes(trends, console):
    console.models.wide_trend.show([STATE])
    console.models.take([reading(*STATE, 2.0)])
    axis = trends.panel.plot._plots[0].getAxis("left")
    assert (2, "Running") in axis._tickLevels[0]
    trends.panel.plot.redraw()
    assert trends.panel.legend.text.startswith("Battery 1 · Operating state Running")


def test_arrow_keys_move_the_cursor_from_point_to_point(trends, console, qtbot):
    console.models.wide_trend.show([POWER])
    console.models.take(minutes_of(POWER, [1.0, 2.0, 3.0]))
    trends.panel.plot.redraw()
    seen = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(trends.panel, key)
        seen.append(trends.panel.plot.value_at(POWER)[1])
    assert seen == [3.0, 2.0, 3.0]
    assert "12:00:00" in trends.panel.legend.text


def test_the_mouse_reads_the_nearest_point(trends, console):
    console.models.wide_trend.show([POWER])
    console.models.take(minutes_of(POWER, [1.0, 2.0, 3.0]))
    trends.panel.plot.redraw()
    trends.panel.plot.point_at(NOON_US / 1e6 - 6.0)
    assert trends.panel.plot.value_at(POWER)[1] == 2.0
    assert "11:59:55" in trends.panel.legend.text
    trends.panel.plot.point_at(None)
    assert trends.panel.plot.value_at(POWER)[1] == 3.0


def test_series_are_ticked_by_the_space_bar_and_cleared(trends, console, qtbot):
    rows = trends.list.model()
    trends.list.setCurrentIndex(rows.index(1, 0))
    qtbot.keyClick(trends.list, Qt.Key.Key_Space)
    assert console.models.wide_trend.series == (Series("meter-1", "energy_import"),)
    assert rows.index(0, 0).data() == "Community hall meter · Energy, import"  # ticked ones first
    assert trends._hint.text() == f"1 of at most {MAX_SERIES} shown"
    qtbot.mouseClick(trends._none, Qt.MouseButton.LeftButton)
    assert console.models.wide_trend.series == ()


def test_the_list_is_filtered_by_words(trends):
    trends.filter.setText("river")
    assert trends.list.model().rowCount() == 1


def test_the_span_is_chosen_by_its_button(trends, console, qtbot):
    asked = []
    console.models.wide_trend.needs_history.connect(lambda *args: asked.append(args))
    console.models.wide_trend.show([POWER])
    qtbot.mouseClick(trends.panel._spans.button(3600), Qt.MouseButton.LeftButton)
    assert console.models.wide_trend.span_s == 3600
    assert [NOON_US - begins for _, _, begins, _ in asked] == [600 * SECOND_US, 3600 * SECOND_US]


def test_another_quantity_is_chosen_in_the_box(console):
    console.models.take(all_well())
    console.models.selection.choose("battery-1")
    panel = console.window.findChild(Overview).trend
    panel.quantities.setCurrentIndex(1)
    panel.quantities.activated.emit(1)
    assert console.models.device_trend.series == (BATTERY_POWER,)
    assert "Active power \N{MINUS SIGN}1,200 W" in panel.legend.text


def test_a_trend_is_saved_by_name_and_found_in_the_menu_and_the_palette(trends, console, qtbot):
    console.models.wide_trend.show([POWER, CHARGE])
    console.window.commands.actions["save_trend"]()
    dialog = trends.sets.findChild(QInputDialog)
    qtbot.keyClicks(dialog.findChild(QLineEdit), "R&D")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    console.models.wide_trend.show([STATE])
    assert trends.sets.menu.actions()[0].text() == "R&&D"
    entry = next(one for one in console.window.commands.entries() if one.kind == "set")
    assert entry.name.en == "R&D"
    console.window.show_page("overview")
    entry.run()
    assert console.window.page("trends").isVisible()
    assert console.models.wide_trend.series == (POWER, CHARGE)


@pytest.mark.parametrize("height", [500, 800, 1200])
def test_plots_keep_their_room_from_the_table(trends, console, height):
    console.models.wide_trend.show([POWER, CHARGE, STATE, LEAKAGE])
    console.models.take(all_well())
    console.window.resize(1200, height)
    trends.panel.sum_up()
    QApplication.processEvents()
    panel = trends.panel
    assert panel.plot.height() >= min(panel.plot.least_px, panel.height() // 3)
    assert panel.table.isHidden() or panel.table.height() <= max(120, panel.height() // 4 + 1)


def test_numbers_of_a_low_plot_do_not_lie_on_one_another(trends, console):
    console.models.wide_trend.show([POWER])
    axis = trends.panel.plot._plots[0].getAxis("left")
    for size in (20.0, 60.0, 300.0):
        ((step, values),) = axis.tickValues(0.985, 1.012, size)
        assert step * size / 0.027 >= 16
        assert len(values) <= max(1, size / 16)


def test_the_legend_takes_columns_where_names_leave_room(trends, console):
    console.models.wide_trend.show([POWER, CHARGE])
    legend = trends.panel.legend
    legend.resize(1400, 40)
    trends.panel.show_values()
    assert legend.sizeHint().height() == 22
    legend.resize(400, 40)
    assert legend.sizeHint().height() == 44


def test_zero_has_no_sign_on_the_axis(trends, console):
    console.models.wide_trend.show([POWER])
    axis = trends.panel.plot._plots[0].getAxis("left")
    ((step, values),) = axis.tickValues(-30_000.0, 590_000.0, 50.0)
    assert axis.tickStrings(values, 1.0, step)[0] == "0"
