"""The page of the area editor as a technician uses it: tree, form, mistakes, dialogs, what is saved."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel  # noqa: TID251  # stands in for the map

from desktop.models.area_draft import tables_at
from desktop.models.area_moves import Spot
from desktop.models.person import Entry
from desktop.views.editor.dialogs import AddDeviceDialog, AddDialog
from tests.desktop.area_samples import SAMPLE, sample_area

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


@pytest.fixture
def desk(console, tmp_path):
    """The page before a technician, with an area to edit."""
    console.models.person.become("taro", "technician", Entry.PERSON)
    console.connection.found()
    console.draft = console.models.area_draft
    console.draft.open(sample_area(tmp_path / "area"), '"one"')
    console.page = console.window.page("editor")
    console.page.retranslate()
    console.page.show_map(QLabel("map"))
    console.window.show_page("editor")
    return console


def line(desk, *path):
    return desk.page.form.lines[path]


def type_in(desk, text, *path):
    editor = line(desk, *path).editor
    editor.setText(text)
    editor.textEdited.emit(text)
    return line(desk, *path)


def pick(desk, value, *path):
    box = line(desk, *path).editor
    assert isinstance(box, QComboBox)
    at = box.findData(value)
    box.setCurrentIndex(at)
    box.activated.emit(at)


def fill(dialog, ja, en):
    dialog.name_ja.setText(ja)
    dialog.name_en.setText(en)
    dialog.name_en.textEdited.emit(en)


def test_the_tree_shows_every_part_and_choosing_one_opens_its_form(desk):
    tree = desk.page.tree
    names = [tree.row(part).text(0) for part in [(), ("energy",), ("gateways", 1), ("devices", 1)]]
    assert names == ["Sample", "Contract and tariff", "Two", "Meter 2"]
    tree.setCurrentItem(tree.row(("devices", 1)))
    assert line(desk, "devices", 1, "unit").editor.text() == "2"
    tree.setCurrentItem(tree.row(("energy",)))
    assert line(desk, "energy", "contract_kw").editor.text() == "450"


def test_a_mistake_stands_at_its_field_in_the_tree_and_in_the_list(desk):
    desk.draft.choose(("devices", 1))
    field = type_in(desk, "1", "devices", 1, "unit")
    assert "is taken by" in field.mistake.text()
    assert not field.mistake.isHidden()
    assert desk.page.tree.row(("devices", 1)).text(0).startswith("▲")
    assert desk.page.mistakes.item(0).text().startswith("Meter 2 / Unit: unit 1 on link")
    desk.draft.choose(())
    desk.page.mistakes.itemActivated.emit(desk.page.mistakes.item(0))
    assert desk.draft.chosen == ("devices", 1)
    dialog = desk.page.save()
    assert not dialog.hub.isEnabled()
    assert "Mistakes: 1" in dialog.why_not.text()
    dialog.reject()


def test_typing_keeps_the_cursor_and_undo_gives_everything_back(desk):
    desk.draft.choose(("devices", 0))
    before = line(desk, "devices", 0, "name", "en").editor
    type_in(desk, "Main meter", "devices", 0, "name", "en")
    assert line(desk, "devices", 0, "name", "en").editor is before
    assert desk.page.tree.row(("devices", 0)).text(0) == "Main meter"
    desk.page.buttons["undo"].click()
    assert desk.draft.state.text == SAMPLE
    assert before.text() == "Meter 1"
    assert not desk.page.buttons["save"].isEnabled()


def test_a_device_is_added_by_its_model_and_the_map_waits_for_its_place(desk, qtbot):
    desk.page.buttons["device"].click()
    dialog = desk.page.dialog
    assert isinstance(dialog, AddDeviceDialog)
    dialog.model.setCurrentIndex(dialog.model.findData("eastron_sdm120"))
    assert not dialog.do.isEnabled()
    fill(dialog, "売店", "Kiosk meter")
    assert dialog.ident.text() == "kiosk-meter"
    with qtbot.waitSignal(desk.page.arm_wanted) as armed:
        dialog.do.click()
    assert armed.args == ["kiosk-meter"]
    assert desk.draft.chosen == ("devices", 2)
    assert line(desk, "devices", 2, "unit").editor.text() == "3"
    desk.page.take_spot("kiosk-meter", Spot(35.651, 139.772, 4.0, "bldg_1"))
    assert line(desk, "devices", 2, "position", "latitude").editor.text() == "35.651"
    assert line(desk, "devices", 2, "building").editor.text() == "bldg_1"
    assert desk.draft.mistakes == ()


def test_a_model_without_a_link_says_what_to_do(desk):
    desk.page.add_device()
    dialog = desk.page.dialog
    dialog.model.setCurrentIndex(dialog.model.findData("ble_thermometer"))
    assert "add the link first" in dialog.why_not.text()
    dialog.gateway.setCurrentIndex(dialog.gateway.findData("gw-2"))
    assert "address" in dialog.why_not.text()
    dialog.address.setText("C4:7C:8D:00:00:01")
    fill(dialog, "体温", "Meter 1")
    assert dialog.ident.text() == "meter-1-2"
    dialog.ident.setText("meter-1")
    assert "is taken" in dialog.why_not.text()
    dialog.reject()


def test_a_gateway_and_its_links(desk):
    desk.page.buttons["gateway"].click()
    dialog = desk.page.dialog
    assert isinstance(dialog, AddDialog)
    fill(dialog, "三", "Three")
    dialog.do.click()
    assert desk.draft.chosen == ("gateways", 2)
    desk.page.add_link("modbus_rtu")
    pick(desk, "opc_ua", "gateways", 2, "links", 0, "kind")
    assert desk.draft.mistakes  # a port does not belong to it, a url does
    desk.page.buttons["undo"].click()
    assert desk.draft.mistakes == ()
    desk.page.form.remove_wanted.emit(("gateways", 2, "links", 0))
    assert list(tables_at(desk.draft.state, ("gateways", 2, "links"))) == []


def test_an_id_that_is_taken_is_refused_in_a_sentence(desk):
    desk.draft.choose(("devices", 1))
    editor = line(desk, "devices", 1, "id").editor
    editor.setText("meter-1")
    editor.editingFinished.emit()
    assert desk.page._message.text() == "The id meter-1 is taken: choose another."
    assert desk.draft.state.text == SAMPLE
    editor.setText("kiosk")
    editor.editingFinished.emit()
    assert desk.draft.state.value(("devices", 1, "id")) == "kiosk"


def test_what_is_needed_elsewhere_is_not_removed(desk):
    desk.draft.choose(("devices", 0))
    desk.page.buttons["remove"].click()
    assert "meter-1 is energy.meter" in desk.page._message.text()
    desk.draft.choose(("devices", 1))
    desk.page.buttons["remove"].click()
    assert desk.draft.state.place("devices", "meter-2") is None


def test_contract_and_tariff(desk):
    desk.draft.choose(("energy",))
    type_in(desk, "500", "energy", "contract_kw")
    pick(desk, "agreed", "energy", "tariff", "demand")
    pick(desk, None, "energy", "tariff", "demand")
    desk.page.buttons["below"].click()
    type_in(desk, "09:30", "energy", "tariff", "bands", 2, "begins")
    type_in(desk, "10:00", "energy", "tariff", "bands", 2, "ends")
    assert desk.draft.mistakes == ()
    assert desk.draft.state.area.energy.contract_kw == 500
    assert "demand" not in desk.draft.state.value(("energy", "tariff"))
    type_in(desk, "9:30", "energy", "tariff", "bands", 2, "begins")
    assert desk.draft.mistakes


def test_before_anything_is_saved_the_lines_that_differ_are_shown(desk, qtbot):
    desk.draft.set(("energy", "contract_kw"), 500)
    dialog = desk.page.save()
    assert "-contract_kw = 450" in dialog.text.toPlainText()
    dialog.note.setText("bigger")
    with qtbot.waitSignal(desk.page.hub_wanted) as sent:
        dialog.hub.click()
    assert sent.args == ["bigger"]
    with qtbot.waitSignal(desk.page.file_wanted) as saved:
        desk.page.save().file.click()
    assert saved.args == [None]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: d.models.person.become("a", "auditor", Entry.PERSON), "Only the area manager"),
        (lambda d: d.connection.lost("gone"), "No connection to the hub"),
        (lambda d: d.models.time.step(-3600), "The past is shown"),
    ],
)
def test_why_it_cannot_go_to_the_hub_is_said(desk, spoil, words):
    desk.draft.set(("energy", "contract_kw"), 500)
    spoil(desk)
    dialog = desk.page.save()
    assert words in dialog.why_not.text()
    assert (dialog.hub.isEnabled(), dialog.file.isEnabled()) == (False, True)
    dialog.reject()
    desk.models.time.go_live()


def test_everything_is_in_the_palette(desk):
    desk.window.offer(("overview", "editor"))
    desk.draft.set(("energy", "contract_kw"), 500)
    desk.window.commands.actions["editor_undo"]()
    assert not desk.draft.dirty
    entries = {entry.name.en for entry in desk.window.commands.entries()}
    assert "Area editor: add a device" in entries
    desk.window.offer(("overview",))
    desk.window.commands.actions["editor_redo"]()
    assert not desk.draft.dirty  # whoever is not offered the page does nothing there


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_text_of_the_editor_is_clipped(desk, language):
    from tests.desktop.views.test_main_window import clipped, settle  # noqa: PLC0415  # after the application

    desk.languages.choose(language)
    desk.draft.set(("devices", 1, "unit"), 1)
    for part in ((), ("energy",), ("gateways", 0), ("devices", 1)):
        desk.draft.choose(part)
        settle(desk)
        assert clipped(desk.window) == [], part
