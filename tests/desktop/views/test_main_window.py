"""The window as a person meets it: choosing, pages, filter, what is abnormal, both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (  # noqa: TID251  # widgets are what is tested
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Series
from desktop.models.connection import GatewayQueue
from desktop.models.live_readings import Column, Role
from desktop.views.abnormal_strip import AbnormalStrip
from desktop.views.main_window import PAGES
from desktop.views.overview import Overview
from desktop.views.panels import ElidedLabel
from desktop.views.trends_page import TrendsPage
from tests.desktop.small_area import NOON_US, all_well, reading

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
LEAK = reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1)


def page(console, kind):
    return console.window.findChild(kind)


def press(qtbot, console, keys, modifier=Qt.KeyboardModifier.NoModifier):
    console.window.activateWindow()
    qtbot.waitUntil(console.window.isActiveWindow)
    qtbot.keyClick(console.window, keys, modifier)


def click_row(qtbot, table: QTableView, row: int, column: int):
    table.setFocus()
    place = table.visualRect(table.model().index(row, column)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_choosing_in_the_tree_chooses_everywhere(console):
    overview = page(console, Overview)
    console.models.take(all_well())
    overview.tree.tree.setCurrentIndex(console.models.tree.index_of("battery-1"))
    assert console.models.selection.device == "battery-1"
    assert overview.card._name.text() == "Battery 1"
    assert overview.card._headline.text() == "55.5 %"
    assert overview.trend.legend.text == "Battery 1 · State of charge 55.5 % 12:00:00"
    table = console.window.values.table
    assert table.currentIndex().data(Role.DEVICE) == "battery-1"


def test_choosing_elsewhere_is_followed_by_the_tree(console):
    console.models.selection.choose("river-1")
    tree = page(console, Overview).tree.tree
    assert tree.currentIndex().data() == "River gauge"
    console.models.selection.choose("")
    assert not tree.currentIndex().isValid()


def test_choosing_a_row_of_the_values_chooses_its_device(console, qtbot):
    console.window.show_page("values")
    console.window.activateWindow()
    qtbot.waitUntil(console.window.isActiveWindow)
    table = console.window.values.table
    click_row(qtbot, table, 8, Column.DEVICE)
    chosen = table.model().index(8, 0).data(Role.DEVICE)
    assert console.models.selection.device == chosen != ""


def test_another_quantity_of_the_chosen_device_is_plotted_by_its_row(console, qtbot):
    console.models.selection.choose("battery-1")
    overview = page(console, Overview)
    console.window.activateWindow()
    qtbot.waitUntil(console.window.isActiveWindow)
    click_row(qtbot, overview.card.table, 1, Column.QUANTITY)
    assert console.models.device_trend.series == (Series("battery-1", "active_power"),)
    assert overview.trend.quantities.currentText() == "Active power"


def test_without_a_choice_the_main_values_of_all_are_listed(console):
    table = page(console, Overview).card.table
    names = {table.model().index(row, Column.DEVICE).data() for row in range(4)}
    assert table.model().rowCount() == 4
    assert names == {"Community hall meter", "Battery 1", "Hydrogen bank", "River gauge"}


def test_keys_turn_the_pages_and_escape_chooses_nothing(console, qtbot):
    place = console.window.offered.index("trends")
    press(qtbot, console, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
    assert isinstance(console.window.stack.currentWidget(), TrendsPage)
    press(qtbot, console, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    console.models.selection.choose("river-1")
    press(qtbot, console, Qt.Key.Key_Escape)
    assert console.models.selection.device == ""


def test_ctrl_f_filters_the_values(console, qtbot):
    press(qtbot, console, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    values = console.window.values
    assert console.window.stack.currentWidget() is values
    qtbot.keyClicks(values.filter, "battery power")
    assert values.table.model().rowCount() == 1
    assert values._count.text() == "1 of 9 values"
    values.filter.clear()
    assert values.table.model().rowCount() == 9


def test_abnormal_only_follows_the_values(console):
    values = console.window.values
    console.models.take(all_well())
    values.abnormal.setChecked(True)
    assert values.table.model().rowCount() == 0
    console.models.take([LEAK])
    assert values.table.model().rowCount() == 1


def test_sorting_by_value_puts_the_unknown_below_all(console):
    table = console.window.values.table
    console.models.take(all_well()[:3])
    table.sortByColumn(Column.VALUE, Qt.SortOrder.DescendingOrder)
    shown = [table.model().index(row, Column.VALUE).data() for row in range(4)]
    assert shown == ["1,234.5 kWh", "668 W", "1.0 A", "—"]


def test_the_strip_waits_then_is_calm_then_names_what_is_wrong_first(console, qtbot):
    strip = page(console, AbnormalStrip)
    assert strip.title.text() == "Waiting for the first values"
    console.models.take(all_well())
    assert strip.title.text() == "All normal"
    assert strip.property("level") == "calm"
    console.models.take([LEAK])
    assert strip.title.text() == "1 abnormal now"
    assert strip.property("level") == "alarm"
    (chip,) = strip.chips
    assert chip.text() == "Hydrogen bank: Hydrogen leak 30.0 %LFL"
    assert "Check the shut-off valve" in chip.toolTip()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert console.models.selection.device == "bank-1"


def test_without_a_connection_the_strip_does_not_call_it_normal(console):
    strip = page(console, AbnormalStrip)
    console.models.take(all_well())
    console.connection.found()
    console.connection.lost("refused")
    assert (strip.title.text(), strip.property("level")) == ("No connection", "warning")
    assert strip._calm.text() == "Everything was normal when last heard"


def test_more_abnormal_things_than_fit_are_counted_and_listed(console):
    doubtful = Quality(Reason.OUT_OF_LIMITS)
    console.models.take([replace(said, quality=doubtful) for said in all_well()])
    console.window.resize(1024, 700)
    console.application.processEvents()
    strip = page(console, AbnormalStrip)
    hidden = [chip for chip in strip.chips if chip.isHidden()]
    assert len(strip.chips) == 4
    assert 1 <= len(hidden) < 4
    assert strip.more.text() == f"+{len(hidden)}"
    assert len(strip.more.menu().actions()) == 4
    assert strip.chips[0].isVisible()  # the most urgent one stays


def test_the_status_line_tells_connection_age_and_queues(console):
    status = console.window.status
    assert status.connection_text.text() == "Connecting to the hub"
    console.connection.found()
    console.models.take(all_well())
    console.connection.take_queue(GatewayQueue("gw-b", NOON_US, 1200))
    console.clock.advance(2)
    console.models.tick()
    assert status.connection_text.text() == "Connected since 12:00"
    assert status.age.text() == "Newest data 2 s ago"
    assert status.queues.text() == "Queues: Waterfront 1,200"
    console.connection.lost("refused")
    console.clock.advance(40)
    console.models.tick()
    assert status.connection_text.text() == "Offline, hub lost at 12:00"
    assert status.queues.text() == "Queues: Waterfront 1,200 (silent)"
    assert status.notice.text() == "Model district (invented)"


def test_the_language_changes_live_everywhere(console):
    console.models.take(all_well())
    console.models.selection.choose("battery-1")
    console.languages.choose("ja")
    console.application.processEvents()
    window, overview = console.window, page(console, Overview)
    assert window.windowTitle() == "小さなモデル地区 - スマートエリア コンソール"
    assert window.navigation._buttons["values"].text() == "計測値"
    assert overview.tree._heading.text() == "機器"
    assert overview.card._name.text() == "蓄電池1号"
    assert overview.trend._heading.text() == "トレンド"  # a text of the base class
    assert overview.trend.quantities.currentText() == "充電率"
    assert page(console, AbnormalStrip).title.text() == "異常なし"
    assert console.window.values.filter.placeholderText().startswith("機器")


def test_a_banner_is_shown_replaced_and_closed(console):
    banners = console.window.banners
    banners.show_text("hub", "The hub is away.")
    banners.show_text("hub", "It is still away.")
    assert banners.text("hub") == "It is still away."
    assert not banners.isHidden()
    banners.show_text("hub", "")
    assert banners.text("hub") == ""
    assert banners.isHidden()


def test_the_sheet_of_shortcuts_opens_with_f1(console, qtbot):
    press(qtbot, console, Qt.Key.Key_F1)
    sheet = console.window.findChild(QWidget, "shortcuts")
    assert sheet.isVisible()
    sheet.close()


def controls(console):
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    return [
        widget
        for kind in kinds
        for widget in console.window.findChildren(kind)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]


def test_every_control_has_a_name_for_a_screen_reader(console):
    for control in controls(console):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name), control


def clipped(window):
    """The texts of the window that have less room than they need."""
    found = []
    for widget in [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]:
        if not (widget.isVisible() and widget.text()) or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            fits = widget.heightForWidth(widget.width()) <= widget.height()
        else:
            needed, has = widget.sizeHint(), widget.size()
            fits = needed.width() <= has.width() + 1 and needed.height() <= has.height() + 1
        if not fits:
            found.append(widget.text())
    return found


def settle(console):
    for _ in range(3):
        console.application.processEvents()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_text_is_clipped_on_any_page_at_1440_by_900(console, language):
    console.models.take([*all_well(), LEAK])
    console.models.selection.choose("bank-1")
    console.connection.found()
    console.languages.choose(language)
    for name in PAGES:
        console.window.show_page(name)
        settle(console)
        assert console.window.size().toTuple() == (1440, 900), name
        assert clipped(console.window) == [], name


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_text_is_clipped_on_any_page_at_150_percent(console, language):
    console.models.take([*all_well(), LEAK])
    console.models.selection.choose("bank-1")
    console.connection.found()
    console.languages.choose(language)
    console.window.resize(1920, 1080)
    console.theme.choose("light", console.application, 150)
    try:
        for name in PAGES:
            console.window.show_page(name)
            settle(console)
            assert console.window.size().toTuple() == (1920, 1080), name
            assert clipped(console.window) == [], name
    finally:
        console.theme.choose("light", console.application, 100)


def test_dark_dresses_every_painted_thing_anew(console):
    console.models.take(all_well())
    console.theme.choose("dark", console.application)
    console.application.processEvents()
    image = console.window.grab().toImage()
    corner = image.pixelColor(4, image.height() - 4)
    assert corner.lightness() < 60
    console.theme.choose("light", console.application)
