"""Palette, keys, size of text, colours, layout: every action by keyboard and in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (  # noqa: TID251  # widgets are what is tested
    QApplication,
    QLabel,
    QSplitter,
    QTableView,
    QWidget,
)

from area_configs.domain.names import Name
from desktop.app.discovery import DiscoveryWiring
from desktop.models.diagnosis import Fact
from desktop.models.neighbours import Neighbour
from desktop.models.preferences import SCALES, Preferences
from desktop.views.commands import ACTION_NAMES, KEYS
from desktop.views.main_window import MainWindow
from desktop.views.pages import MAKERS
from desktop.views.palette_dialog import PaletteDialog
from desktop.views.settings_page import SettingsPage
from desktop.views.sign_in import SignInDialog
from desktop.views.theme import body_font
from desktop.views.welcome import WelcomeDialog
from desktop.views.window_layout import WindowLayout
from platform_hub.client.discovering import Found
from tests.desktop.small_area import all_well

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


@pytest.fixture
def palette(console, qtbot):
    console.window.activateWindow()
    qtbot.waitUntil(console.window.isActiveWindow)
    qtbot.keyClick(console.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    dialog = console.window.findChild(PaletteDialog)
    assert dialog.isVisible()
    return dialog


def test_letters_and_enter_go_to_a_page(console, palette, qtbot):
    qtbot.keyClicks(palette.line, "trends")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert console.window.stack.currentWidget() is console.window.page("trends")


def test_arrows_choose_while_one_types_and_devices_are_found_in_kana(console, palette, qtbot):
    palette.line.setText("蓄")  # as an input method does
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert console.models.selection.device in {"battery-1", "bank-1"}


def test_nothing_that_fits_is_said(palette, qtbot):
    qtbot.keyClicks(palette.line, "qqqq")
    assert not palette._none.isHidden()
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.reject()


def test_every_action_is_in_the_palette_and_has_words_in_both_languages(console):
    commands = console.window.commands
    assert set(commands.actions) == set(ACTION_NAMES)
    offered = {entry.name for entry in commands.entries() if entry.kind == "action"}
    assert offered == set(ACTION_NAMES.values())
    pages = [entry.more for entry in commands.entries() if entry.kind == "page"]
    assert pages == list(console.window.offered)
    assert {entry.more for entry in commands.entries() if entry.kind == "device"} == {
        device.id for device in console.models.area.devices
    }


def test_every_key_of_the_sheet_is_a_shortcut_of_the_window_and_no_two_are_alike(console):
    for name in MAKERS:
        console.window.page(name)
    held = [one.key().toString() for one in console.window.findChildren(QShortcut)]
    assert set(KEYS.values()) <= set(held)
    own = [key for key in held if key in set(KEYS.values())]
    assert len(own) == len(set(own))
    console.window.commands.show_sheet()
    sheet = console.window.findChild(QWidget, "shortcuts")
    words = {one.text() for one in sheet.findChildren(QLabel)}
    assert set(KEYS.values()) <= words
    sheet.close()


def test_the_size_of_text_scales_every_font_there_and_back(console):
    try:
        before = {one: one.fontInfo().pixelSize() for one in texts(console)}
        heading = console.window.findChild(QLabel, "heading")
        console.theme.choose("light", console.application, 200)
        console.application.processEvents()
        after = {one: one.fontInfo().pixelSize() for one in before}
        assert all(after[one] == pytest.approx(2 * size, abs=1) for one, size in before.items())
        assert heading.fontInfo().pixelSize() == 30
        rows = [t.verticalHeader().defaultSectionSize() for t in tables(console)]
        assert rows
        assert min(rows) >= 2 * body_font().pixelSize()
    finally:
        console.theme.choose("light", console.application, 100)
    assert {one: one.fontInfo().pixelSize() for one in before} == before


def texts(console):
    return [one for one in console.window.findChildren(QLabel) if one.objectName() != "twin"]


def tables(console):
    return console.window.findChildren(QTableView)


def test_larger_and_smaller_take_the_next_size(console):
    asked = []
    console.window.commands.scaled.connect(asked.append)
    console.window.commands.actions["larger"]()
    console.window.commands.actions["smaller"]()
    assert asked == [SCALES[1]]  # at the smallest there is no smaller one


def test_settings_change_preferences_at_once(console):
    page = console.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.scale.setCurrentIndex(2)
    page.scale.activated.emit(2)
    page.idle.setCurrentIndex(0)
    page.idle.activated.emit(0)
    page.sound.click()
    page.hub.setText(" http://hub:8080 ")
    page.hub.editingFinished.emit()
    kept = console.models.preferences.kept
    assert (kept.scale, kept.idle_min, kept.muted) == (150, 0, True)
    assert kept.hub == "http://hub:8080"


def test_the_hubs_address_is_tested_before_it_is_believed(console):
    page = console.window.page("settings")
    asked = []
    page.hub_test_wanted.connect(asked.append)
    page.hub.setText("http://hub:8080")
    page.test.click()
    assert asked == ["http://hub:8080"]
    assert not page.test.isEnabled()
    page.say_of_hub("nothing answers")
    assert page.hub_message.text() == "nothing answers"
    assert page.test.isEnabled()


def test_the_diagnosis_can_be_copied(console, qtmodeltester):
    page, diagnosis = console.window.page("settings"), console.models.diagnosis
    fact = Fact("link", console.models.area.name, Name("x", "http://hub"), good=False)
    diagnosis.take([fact])
    diagnosis.take([fact])
    page.copy.click()
    assert console.application.clipboard().text() == (
        "Look here | Small model district | http://hub"
    )
    qtmodeltester.check(diagnosis)


def test_the_layout_is_kept_restored_and_put_back(console):
    console.window.setMinimumWidth(console.window.width())  # the screen here is small
    layout = WindowLayout(console.window)
    splitter = max(console.window.findChildren(QSplitter), key=lambda one: one.width())
    first = splitter.sizes()
    splitter.setSizes([first[0] + 100, *[size - 50 for size in first[1:]]])
    moved, states = splitter.sizes(), layout.states()
    assert moved != first
    layout.reset()
    assert splitter.sizes()[0] == first[0]
    layout.restore({**states, "gone/QSplitter9": "AAAA", "window": "not base64 at all"})
    assert splitter.sizes()[0] == moved[0]
    layout.reset()


def devices_of(window):
    """Return the splitter of the page of devices, laid out."""
    window.show_page("devices")
    QApplication.processEvents()
    return window.page("devices").findChild(QSplitter)


def test_the_layout_of_a_page_waits_until_it_is_made(console):
    splitter = devices_of(console.window)
    first = splitter.sizes()
    splitter.setSizes([first[0] - 100, first[1] + 100])
    moved, left = splitter.sizes(), WindowLayout(console.window).states()
    assert moved != first
    window = MainWindow(console.connection, console.languages, console.theme)
    window.open_area(console.models, QLabel("twin"))
    window.show()
    window.setMinimumWidth(window.width())  # the screen here is small
    layout = WindowLayout(window)
    window.page_made.connect(layout.take_in)
    layout.restore(left)
    assert left.keys() == layout.states().keys()  # also of what is not made yet
    try:
        assert devices_of(window).sizes() == moved
        layout.reset()
        assert devices_of(window).sizes() == first
    finally:
        window.close()
        window.deleteLater()


def test_high_contrast_dresses_the_window_in_black(console):
    console.models.take(all_well())
    console.theme.choose("contrast", console.application)
    console.application.processEvents()
    image = console.window.grab().toImage()
    assert image.pixelColor(4, image.height() - 4).lightness() == 0
    console.theme.choose("light", console.application)


@pytest.fixture
def welcome(console):
    preferences = Preferences()
    dialog = WelcomeDialog(preferences, "http://127.0.0.1:8080", console.window)
    dialog.open()
    yield dialog
    dialog.reject()


def test_the_first_questions_are_asked_one_by_one_and_kept(welcome, qtbot):
    asked = []
    welcome.hub_test_wanted.connect(asked.append)
    welcome.english.click()
    welcome.next.click()
    welcome.hub.setText("http://hub:8080")
    welcome.test.click()
    assert asked == ["http://hub:8080"]
    welcome.say_of_hub("A hub answers", good=True)
    welcome.next.click()
    assert welcome.next.text() == "Finish"
    with qtbot.waitSignal(welcome.sign_in_wanted):
        welcome.enter.click()
    kept = welcome._preferences.kept
    assert (kept.language, kept.hub, kept.welcomed) == ("en", "http://hub:8080", True)
    assert not welcome.isVisible()


def test_all_questions_can_be_passed_over_and_are_not_asked_again(welcome):
    welcome.skip.click()
    kept = welcome._preferences.kept
    assert (kept.welcomed, kept.hub, kept.language) == (True, "", "")


def test_colours_turn_in_steps_and_what_was_asked_last_counts(console, qtbot):
    theme, heard = console.theme, []
    theme.changed.connect(lambda: heard.append(theme.name))
    theme.turn("dark", console.application)
    assert heard == []  # the application answers in between
    assert not console.window.updatesEnabled()
    theme.turn("contrast", console.application)
    theme.turn("light", console.application)
    qtbot.waitUntil(lambda: heard == ["dark", "light"])
    assert console.window.updatesEnabled()
    assert theme.tokens.window in console.application.styleSheet()


def test_a_hidden_plot_takes_the_colours_when_it_is_shown(console):
    console.window.show_page("trends")
    plot = console.window.page("trends").panel.plot
    console.window.show_page("overview")
    console.theme.choose("dark", console.application)
    console.window.show_page("trends")
    ground = plot._view.backgroundBrush().color()
    assert ground == console.theme.colour("field")
    console.theme.choose("light", console.application)
    assert plot._view.backgroundBrush().color() != ground


def test_a_hub_that_announces_itself_is_offered_as_a_hint(qtbot, dressed):  # noqa: ARG001  # words are drawn
    dialog = WelcomeDialog(Preferences(), "http://127.0.0.1:8080")
    qtbot.addWidget(dialog)
    sign_in = SignInDialog("https://hub-harumi:8443")
    qtbot.addWidget(sign_in)
    wiring, asked = DiscoveryWiring(dialog, sign_in), []
    dialog.search_wanted.disconnect(wiring.discovery.search)
    dialog.search_wanted.connect(lambda: asked.append(1))
    dialog.search.click()
    assert asked == [1]
    assert not dialog.search.isEnabled()
    gateway = Found("gw-1", "unclaimed", "192.168.1.9", 9465, "1.0")
    wiring.discovery.found.emit([gateway, Found("hub-harumi", "hub", "fe80::1", 8443)])
    assert dialog.near.item(0).text() == "ハブ · hub-harumi · [fe80::1]:8443"
    assert "ゲートウェイ(未登録)" in dialog.near.item(1).text()
    assert "A hint only" in dialog.hub_message.text()
    dialog.near.itemActivated.emit(dialog.near.item(1))
    assert dialog.hub.text() == "http://127.0.0.1:8080"  # a gateway is no hub
    dialog.near.itemActivated.emit(dialog.near.item(0))
    assert dialog.hub.text() == "https://[fe80::1]:8443"
    wiring.discovery.found.emit([])
    assert "Nothing announces itself" in dialog.hub_message.text()
    wiring.close()


def test_other_hubs_are_offered_where_people_sign_in(qtbot, dressed):  # noqa: ARG001  # words are drawn
    own, other = (Neighbour(n, "hub", f"{n}:8443", f"https://{n}:8443") for n in ("own", "other"))
    dialog = SignInDialog(own.url)
    qtbot.addWidget(dialog)
    dialog.set_language("en")
    assert dialog.near.isHidden()
    with qtbot.waitSignal(dialog.search_wanted):
        dialog.search.click()
    dialog.show_neighbours([own, other, Neighbour("gw-1", "unclaimed", "10.0.0.9:9465")])
    assert [dialog.near.item(n).text().split(" · ")[0] for n in range(3)] == [
        *("Hub", "Hub"),
        "Gateway, not claimed yet",
    ]
    assert "certificate" in dialog.of_search.text()
    with qtbot.assertNotEmitted(dialog.hub_wanted):
        dialog.near.itemActivated.emit(dialog.near.item(0))
        dialog.near.itemActivated.emit(dialog.near.item(2))
    with qtbot.waitSignal(dialog.hub_wanted) as wanted:
        dialog.near.itemActivated.emit(dialog.near.item(1))
    assert wanted.args == [other.url]
    assert not dialog.near.isEnabled()
    dialog.say_of_hub("its certificate is not trusted")
    assert dialog.near.isEnabled()
    assert "not trusted" in dialog.of_search.text()
