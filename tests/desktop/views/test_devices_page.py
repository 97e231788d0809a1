"""The page of devices as a technician uses it: forms, mistakes, commands, bulk edit, files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.commands import Command, Interlock
from area_configs.domain.names import Name
from area_configs.domain.sources import ModbusSource
from desktop.models.command_desk import Life, Step
from desktop.models.fleet import GatewayFacts, VersionFacts
from desktop.models.fleet_table import Row
from desktop.models.person import Entry
from desktop.views.change_dialogs import BulkDialog
from tests.desktop.small_area import PROFILES, all_well

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
RUNS = {"hub_url": "http://hub:1", "trial_s": 60.0, "log": {"keep_days": 7.0}, "devices": {}}
GW = GatewayFacts("gw-a", "1.2", health="online", newest=1, running=1, settings=RUNS)
POWER = Command(
    "power",
    Name("出力指令", "Power"),
    "active_power",
    ModbusSource("holding", 1, "f32"),
    -5000.0,
    5000.0,
    (Interlock("state_of_charge", minimum=60.0, applies="positive"),),
    confirm="remote",
)


@pytest.fixture
def area_profiles():
    return {"battery": replace(PROFILES["battery"], commands=(POWER,))}


@pytest.fixture
def desk(console):
    """The page before a technician, with a gateway that has said what it runs."""
    console.models.person.become("taro", "technician", Entry.PERSON)
    console.connection.found()
    console.models.take(all_well())
    console.models.fleet.take(GW)
    console.window.show_page("devices")
    console.page = console.window.page("devices")
    console.draft = console.models.fleet.drafts["gw-a"]
    return console


def field(desk, key):
    lines = desk.page.sheet.configuration.form.lines
    return next(line for line in lines if line.field.key == key)


def type_in(desk, key, text):
    line = field(desk, key)
    line.editor.setText(text)
    line.editor.textEdited.emit(text)
    return line


def test_a_mistake_stands_at_its_field_and_keeps_apply_shut(desk):
    desk.page.show_row(Row("gw-a", "meter-1"))
    configuration = desk.page.sheet.configuration
    line = type_in(desk, "period_s", "0.2")
    assert (line.mistake.text(), line.mistake.isHidden()) == ("At least 1", False)
    assert not configuration.apply.isEnabled()
    assert "Wrong fields: 1" in configuration.why_not.text()
    type_in(desk, "period_s", "12")
    assert line.mistake.isHidden()
    assert configuration.apply.isEnabled()


def test_apply_sends_the_whole_draft_and_says_how_far_it_got(desk, qtbot):
    desk.page.show_row(Row("gw-a", "meter-1"))
    type_in(desk, "period_s", "12")
    configuration = desk.page.sheet.configuration
    configuration.note.setText("less noise")
    with qtbot.waitSignal(desk.models.fleet.apply_wanted) as heard:
        configuration.apply.click()
    assert heard.args[1]["devices"] == {"meter-1": {"period_s": 12}}
    assert heard.args[2:] == [1, "less noise"]
    told = VersionFacts(2, "delivered", "taro", "2026-11-25T00:00:00Z")
    desk.models.fleet.take_versions("gw-a", [told])
    assert "On trial" in configuration._state.text()
    assert not configuration.apply.isEnabled()
    lost = replace(told, state="failed", detail="version 2 is not in force: rolled back")
    desk.models.fleet.take_versions("gw-a", [lost])
    assert "rolled back" in configuration._state.text()
    assert desk.draft.dirty  # the person's work is still there to be mended


def test_undo_and_redo_in_the_form(desk):
    desk.page.show_row(Row("gw-a"))
    configuration = desk.page.sheet.configuration
    type_in(desk, "keep_days", "30")
    assert "7 → 30 days" in configuration._changes.text()
    configuration.undo.click()
    assert field(desk, "keep_days").editor.text() == "7"
    configuration.redo.click()
    assert field(desk, "keep_days").editor.text() == "30"


def test_a_role_that_only_looks_reads_why(desk):
    desk.page.show_row(Row("gw-a"))
    type_in(desk, "keep_days", "30")
    desk.models.person.become("aki", "auditor", Entry.PERSON)
    assert "Only the area manager" in desk.page.sheet.configuration.why_not.text()
    assert not desk.page.sheet.configuration.apply.isEnabled()


def test_a_command_needs_a_value_a_reason_and_a_tick(desk, qtbot):
    desk.page.show_row(Row("gw-a", "battery-1"))
    (form,) = desk.page.sheet.commands.forms
    assert not form.asked.isEnabled()
    form.editor.setText("9000")
    assert "from" in form.problem.text()
    form.editor.setText("1000")
    assert form.asked.isEnabled()
    assert "Interlock: State of charge at least 60.0 % (now 55.5 %)" in form.conditions[0]
    dialog = form.ask()
    dialog.reason.setText("test")
    assert not dialog.send.isEnabled()
    dialog.tick.setChecked(True)
    with qtbot.waitSignal(desk.models.fleet.commands.wanted) as heard:
        dialog.send.click()
    ask = heard.args[0]
    assert (ask.device, ask.quantity, ask.value) == ("battery-1", "active_power", 1000.0)
    assert (ask.reason, ask.confirmed) == ("test", True)


def test_the_life_of_a_command_is_told_step_by_step(desk):
    desk.page.show_row(Row("gw-a", "battery-1"))
    steps = (Step("sent", 1, "taro"), Step("failed", 2, "gw-a", "refused: interlock: soc"))
    life = Life("c", "battery-1", "active_power", 1e3, "test", "taro", 1, "failed", steps)
    desk.models.fleet.commands.take([life])
    shown = desk.page.sheet.commands.lives.text()
    assert "Refused" in shown
    assert "refused: interlock: soc" in shown


def test_who_may_not_command_reads_why(desk):
    desk.page.show_row(Row("gw-a", "battery-1"))
    commands = desk.page.sheet.commands
    commands.forms[0].editor.setText("1000")
    desk.connection.lost("gone")
    assert commands.why_not.text() == "No connection to the hub"
    assert not commands.forms[0].asked.isEnabled()


def test_several_devices_are_changed_after_a_preview(desk):
    desk.page.list.choose_all_of("gw-a")
    assert desk.page.bulk.isEnabled()
    bulk = BulkDialog(2, desk.page)
    bulk.changed.connect(lambda values: desk.__dict__.update(shown=desk.page.change_many(values)))
    bulk.period.setText("0")
    assert not bulk.do.isEnabled()
    bulk.period.setText("20")
    bulk.do.click()
    assert desk.shown.table.rowCount() == 2
    assert not desk.draft.dirty
    desk.shown.take.click()
    period = {"period_s": 20.0}
    assert desk.draft.document["devices"] == {"meter-1": period, "battery-1": period}
    desk.draft.undo.undo()
    assert not desk.draft.dirty


def test_a_file_goes_out_and_its_mistakes_come_back_before_anything_is_taken(desk, tmp_path):
    path = tmp_path / "devices.csv"
    desk.page.export_to(path)
    good = path.read_text(encoding="utf-8-sig")
    assert desk.page.import_from(path).take.isEnabled() is False  # nothing differs
    path.write_text(good.replace("meter,,", "meter,0,"), encoding="utf-8")
    dialog = desk.page.import_from(path)
    assert dialog.summary.text().startswith("1 mistakes")
    assert not dialog.take.isEnabled()
    path.write_text(good.replace("meter,,", "meter,15,"), encoding="utf-8")
    desk.page.import_from(path).take.click()
    assert desk.draft.value(("devices", "meter-1", "period_s")) == 15
    path.write_bytes(b"\xff\xfe\x00broken")
    assert desk.page.import_from(path) is None
    assert "UTF-8" in desk.page._message.text()


def test_the_filter_keeps_the_gateway_of_what_it_finds(desk):
    desk.page.filter.setText("battery")
    shown = [desk.page.list.rows.index(at, 0).data() for at in range(2)]
    assert desk.page.list.rows.rowCount() == 2
    assert shown == ["Energy centre", "Battery 1"]


def test_commissioning_names_the_very_commands(desk):
    desk.page.show_row(Row("gw-a"))
    panel = desk.page.sheet.commissioning
    panel.settings.setText("/srv/edge.toml")
    lines = [line._lines[0] for line in panel.steps if not line.isHidden()]
    assert lines == [
        "area-edge devices claim meter-1 --config /srv/edge.toml",
        "area-edge devices test meter-1 --config /srv/edge.toml",
        "area-edge devices activate meter-1 --config /srv/edge.toml",
    ]
    assert panel._seen.text() == "Seen from here: Normal, 3 of 3 values are good."


def test_a_replay_shows_the_settings_of_then_and_sends_nothing(desk):
    sent, models = [], desk.models
    models.fleet.apply_wanted.connect(lambda *what: sent.append(what))
    desk.draft.set(("trial_s",), 90.0)
    panel = desk.page.sheet.configuration
    assert panel.apply.isEnabled()
    assert panel.past.isHidden()

    then_us = desk.clock() - 3_600_000_000
    models.replay.configurations.take_versions(
        "gw-a",
        [{"version": 1, "state": "read_back", "steps": [{"state": "read_back", "atUs": then_us}]}],
    )
    models.time.go_to(then_us + 60_000_000)
    assert not panel.apply.isEnabled()
    assert panel.why_not.text() == "Not while another time than now is shown"
    assert not panel.form.isVisible()
    models.replay.configurations.take("gw-a", 1, {"trial_s": 30.0})
    shown = panel.past.lines.text()
    assert "In force then: version 1" in shown
    assert "Trial time: 30 s" in shown
    assert "Demand target: standard" in shown

    models.time.go_to(then_us - 60_000_000)
    assert "No configuration from this hub was in force then." in panel.past.lines.text()
    models.time.go_live()
    assert panel.past.isHidden()
    assert panel.form.isVisible()
    assert panel.apply.isEnabled()
    assert sent == []
