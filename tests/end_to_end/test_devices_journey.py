"""A technician at the console, a hub, a gateway and its simulated meters, each for real."""

from __future__ import annotations

import contextlib

import pyproj  # noqa: F401  # opens its database once for all: no test of ours leaves it open
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop import app
from desktop.models.drafts import Drafts
from desktop.models.fleet_table import Row
from desktop.settings import ConsoleSettings
from tests.end_to_end.kept_drafts import kill_once_kept
from tests.end_to_end.test_orders import GATEWAY, Plant

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 40_000
KEEPER = """
import sys, time
from PySide6.QtCore import QCoreApplication
from desktop.models.configuration_draft import ConfigurationDraft
from desktop.models.drafts import Autosave, Drafts
application = QCoreApplication([])
draft = ConfigurationDraft("gw-energy", ("feeder-main",))
draft.take_applied(1, {"devices": {}})
autosave = Autosave(Drafts(sys.argv[1]), "configuration/gw-energy", draft.content)
draft.changed.connect(autosave.touch)
autosave.saved.connect(lambda: print("kept", flush=True))
draft.set(("devices", "feeder-main", "period_s"), 11)
application.exec()
"""


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    with contextlib.closing(Plant(tmp_path_factory.mktemp("plant"))) as made:
        made.start()
        yield made


@pytest.fixture
def console(qapp, monkeypatch, tmp_path, plant, qtbot):  # noqa: ARG001  # an application must exist
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    with _opened(plant, qtbot) as console:
        yield console


@contextlib.contextmanager
def _opened(plant, qtbot):
    settings = ConsoleSettings(hub=plant.hub.url, key=plant.hub.keys["manager"], language="en")
    console = app.Console(settings, app.application_of_this_process())
    try:
        console.start()
        qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
        draft = console.models.fleet.drafts[GATEWAY]
        qtbot.waitUntil(
            lambda: draft.known and bool(console.models.fleet.facts(GATEWAY).settings),
            timeout=PATIENCE_MS,
        )
        console.page = console.window.page("devices")
        console.window.show_page("devices")
        yield console
    finally:
        console.close()
        console.languages.choose("en")
        console.window.deleteLater()
        QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)


def _type(console, key, text):
    lines = console.page.sheet.configuration.form.lines
    line = next(line for line in lines if line.field.key == key)
    line.editor.setText(text)
    line.editor.textEdited.emit(text)


def _newest(console):
    versions = console.models.fleet.versions(GATEWAY)
    return versions[0] if versions else None


def test_a_meters_period_is_changed_and_the_gateway_applies_it(console, plant, qtbot):
    console.page.show_row(Row(GATEWAY, "feeder-main"))
    _type(console, "period_s", "3")
    console.page.sheet.configuration.apply.click()
    draft = console.models.fleet.drafts[GATEWAY]
    qtbot.waitUntil(
        lambda: _newest(console) is not None and _newest(console).state == "read_back",
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: not draft.dirty, timeout=PATIENCE_MS)
    assert console.models.fleet.asked_settings(GATEWAY, "feeder-main") == {"period_s": 3.0}
    assert "period_s = 3" in plant.settings.read_text(encoding="utf-8")
    assert "every 3 s" in console.page.sheet._asked()


def test_a_bad_configuration_is_rolled_back_and_the_draft_stays(console, qtbot):
    fleet = console.models.fleet
    before = fleet.facts(GATEWAY).running or 0
    console.page.show_row(Row(GATEWAY))
    _type(console, "hub_url", "http://127.0.0.1:9")
    _type(console, "trial_s", "5")
    console.page.sheet.configuration.apply.click()
    qtbot.waitUntil(
        lambda: (
            _newest(console) is not None
            and _newest(console).number > before
            and _newest(console).state == "failed"
        ),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(
        lambda: "rolled back" in console.page.sheet.configuration._state.text(),
        timeout=PATIENCE_MS,
    )
    assert (fleet.facts(GATEWAY).running or 0) == before
    assert fleet.drafts[GATEWAY].value(("hub_url",)) == "http://127.0.0.1:9"
    console.page.sheet.configuration.discard.click()
    assert not fleet.drafts[GATEWAY].dirty


@pytest.mark.soak
def test_a_command_is_followed_until_the_device_itself_confirms_it(console, qtbot):
    console.page.show_row(Row(GATEWAY, "pv-energy"))
    forms = console.page.sheet.commands.forms
    form = next(one for one in forms if one.command.quantity == "power_limit")
    form.editor.setText("21000")
    qtbot.waitUntil(form.asked.isEnabled, timeout=PATIENCE_MS)
    dialog = form.ask()
    dialog.reason.setText("too much sun")
    dialog.send.click()
    desk = console.models.fleet.commands

    def verified():
        mine = [life for life in desk.lives("pv-energy") if life.value == 21_000.0]
        return bool(mine) and mine[0].state == "read_back"

    qtbot.waitUntil(verified, timeout=PATIENCE_MS)
    shown = console.page.sheet.commands.lives.text()
    assert "Verified by its own reading" in shown
    assert "With the gateway" in shown


def test_after_kill_9_the_draft_is_there_again(plant, qtbot, monkeypatch, tmp_path):
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    kill_once_kept(KEEPER, plant.hub.url)
    with _opened(plant, qtbot) as console:
        draft = console.models.fleet.drafts[GATEWAY]
        assert draft.value(("devices", "feeder-main", "period_s")) == 11
        console.page.show_row(Row(GATEWAY, "feeder-main"))
        _type(console, "period_s", "12")
        draft.undo.undo()
        assert draft.value(("devices", "feeder-main", "period_s")) == 11
        draft.discard()
    assert Drafts(plant.hub.url).find(f"configuration/{GATEWAY}") is None
