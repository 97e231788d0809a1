"""An area manager edits the area: in the map, into a file, to a hub, and on to the gateway."""

from __future__ import annotations

import contextlib
import json

import pyproj  # noqa: F401  # opens its database once for all: no test of ours leaves it open
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt

from area_configs.area_pack import copy_area
from area_configs.loader import load_area
from desktop import app
from desktop.models.drafts import Drafts
from desktop.settings import ConsoleSettings
from tests.end_to_end.kept_drafts import kill_once_kept
from tests.end_to_end.test_orders import GATEWAY, Plant

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 60_000
NOBODY = "http://127.0.0.1:9"
KEEPER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from area_configs import area_edit
from desktop.models.area_draft import AreaDraft
from desktop.models.drafts import Autosave, Drafts
application = QCoreApplication([])
file = Path(sys.argv[2]) / "area.toml"
draft = AreaDraft()
draft.open(area_edit.AreaText(file, area_edit.read_text(file)))
autosave = Autosave(Drafts(sys.argv[1]), f"area/{file}", draft.content)
draft.changed.connect(autosave.touch)
autosave.saved.connect(lambda: print("kept", flush=True))
draft.set(("energy", "contract_kw"), 512)
application.exec()
"""


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path):
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


@pytest.fixture
def folder(tmp_path):
    copy_area("harumi", tmp_path / "mine")
    return tmp_path / "mine"


@contextlib.contextmanager
def opened(qtbot, settings):
    console = app.Console(settings, app.application_of_this_process())
    try:
        console.start()
        qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
        console.draft = console.models.area_draft
        console.page = console.editor.page
        console.window.show_page("editor")
        qtbot.waitUntil(lambda: console.editor.twin is not None, timeout=PATIENCE_MS)
        yield console
    finally:
        console.close()
        console.languages.choose("en")
        console.window.deleteLater()
        QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)


def add_meter(console, qtbot):
    """Add a meter by its dialog and put it down in the middle of the map."""
    console.page.buttons["device"].click()
    dialog = console.page.dialog
    dialog.model.setCurrentIndex(dialog.model.findData("eastron_sdm630"))
    dialog.gateway.setCurrentIndex(dialog.gateway.findData(GATEWAY))
    dialog.name_ja.setText("新しい電力計")
    dialog.name_en.setText("New meter")
    dialog.name_en.textEdited.emit("New meter")
    dialog.do.click()
    twin = console.editor.twin
    qtbot.waitUntil(lambda: twin.armed == "new-meter", timeout=PATIENCE_MS)
    middle = QPoint(twin.width() // 2, twin.height() // 2)
    qtbot.mouseClick(twin, Qt.MouseButton.LeftButton, pos=middle)
    assert twin.armed == ""


def judged(console, qtbot):
    """Wait for the verdict over the draft as it is now."""
    qtbot.waitUntil(lambda: console.draft.is_judged, timeout=PATIENCE_MS)


def lines(text):
    return text.splitlines()


def test_a_meter_put_down_in_the_map_is_saved_and_every_comment_stays(qtbot, folder):
    before = (folder / "area.toml").read_text(encoding="utf-8")
    settings = ConsoleSettings(hub=NOBODY, area=str(folder), language="en")
    with opened(qtbot, settings) as console:
        qtbot.waitUntil(lambda: bool(console.editor.twin.models), timeout=PATIENCE_MS)
        add_meter(console, qtbot)
        judged(console, qtbot)
        assert console.draft.mistakes == ()
        console.page.save().file.click()
        qtbot.waitUntil(lambda: not console.draft.dirty, timeout=PATIENCE_MS)
    after = (folder / "area.toml").read_text(encoding="utf-8")
    kept = iter(lines(after))
    assert all(line in kept for line in lines(before))  # in order: nothing but added lines
    meter, gateway = load_area(folder).device("new-meter"), load_area(folder).gateway(GATEWAY)
    assert meter.position != gateway.position
    assert (meter.link, meter.unit) == ("lan-energy", 3)


def test_an_invalid_edit_is_refused_and_the_file_stays(qtbot, folder):
    before = (folder / "area.toml").read_bytes()
    settings = ConsoleSettings(hub=NOBODY, area=str(folder), language="en")
    with opened(qtbot, settings) as console:
        part = console.draft.state.place("devices", "meter-kiosk")
        console.draft.choose(part)
        editor = console.page.form.lines[(*part, "unit")].editor
        editor.setText("1")
        editor.textEdited.emit("1")
        judged(console, qtbot)
        dialog = console.page.save()
        assert not dialog.file.isEnabled()
        assert "Mistakes: 1" in dialog.why_not.text()
        dialog.reject()
        console.page.file_wanted.emit(None)  # as if the button had not been shut
        qtbot.waitUntil(lambda: "is taken by" in console.page._message.text(), timeout=PATIENCE_MS)
        console.page.buttons["undo"].click()
        assert not console.draft.dirty
    assert (folder / "area.toml").read_bytes() == before


def test_after_kill_9_the_draft_is_there_again(qtbot, folder):
    kill_once_kept(KEEPER, NOBODY, str(folder))
    settings = ConsoleSettings(hub=NOBODY, area=str(folder), language="en")
    with opened(qtbot, settings) as console:
        assert console.draft.state.value(("energy", "contract_kw")) == 512
        assert "draft from before" in console.page._message.text()
        console.draft.undo.undo()
        assert not console.draft.dirty
    assert Drafts(NOBODY).all() == []


def test_an_area_sent_to_the_hub_reaches_the_gateway(qtbot, tmp_path_factory):
    with contextlib.closing(Plant(tmp_path_factory.mktemp("plant"))) as plant:
        plant.start()
        key = plant.hub.keys["manager"]
        settings = ConsoleSettings(hub=plant.hub.url, key=key, language="en")
        plant.until(lambda: plant.manager.gateway(GATEWAY)["report"])
        with opened(qtbot, settings) as console:
            add_meter(console, qtbot)
            qtbot.waitUntil(lambda: console.page._why_not_send() == "", timeout=PATIENCE_MS)
            dialog = console.page.save()
            dialog.note.setText("新しい電力計")
            dialog.hub.click()
            qtbot.waitUntil(lambda: not console.draft.dirty, timeout=PATIENCE_MS)
            assert f"Told: {GATEWAY}" in console.page._message.text()
        assert "new-meter" in plant.manager.gateway(GATEWAY)["devices"]
        (newest, *_) = plant.manager.configuration_versions(GATEWAY)
        assert newest["note"] == "新しい電力計"
        plant.until(
            lambda: plant.manager.configuration_versions(GATEWAY)[0]["state"] == "read_back"
        )
        plant.until(lambda: "new-meter" in plant.status()["devices"])
        audited = plant.manager.audit()
        (entry,) = [one for one in audited if one["what"] == "PUT /area/v1/pack"]
        assert json.dumps(entry["change"]["gateways"]) == json.dumps([GATEWAY])
