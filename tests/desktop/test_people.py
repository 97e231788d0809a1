"""People at the console, against a real hub that asks who they are: sign in, answer, lock, leave."""

from __future__ import annotations

import gc
import time

import pyproj  # noqa: F401  # opens its database once for all: no test of ours leaves it open
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest

from area_configs.domain.readings import Reading
from desktop import app
from desktop.models.alarm_rules import Action
from desktop.models.person import Entry
from desktop.models.roles import pages_of
from desktop.settings import SHOW_ANEW, ConsoleSettings
from desktop.views.main_window import PAGES
from platform_hub.client.area_client import AreaClient
from tests.desktop.real_hub import PASSWORD, RealHub

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 15_000
RIGHT = PASSWORD.decode()
ROLES = {"hanako": "manager", "taro": "technician", "yuki": "caregiver", "ken": "auditor"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = RealHub(tmp_path_factory.mktemp("hub"), ROLES)
    yield hub
    hub.stop()


@pytest.fixture
def console(qapp, hub, monkeypatch, tmp_path):  # noqa: ARG001  # an application must exist
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    settings = ConsoleSettings(hub=hub.url, language="en")
    console = app.Console(settings, app.application_of_this_process())
    console.start()
    yield console
    console.close()
    console.languages.choose("en")
    console.window.deleteLater()
    QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)
    del console
    gc.collect()  # here, not in a thread of the next console: what is Qt's ends in Qt's thread


def enter(console, qtbot, name, password=RIGHT):
    form = console.sign_in.dialog.form
    qtbot.waitUntil(console.sign_in.dialog.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(form.name, name)
    qtbot.keyClicks(form.password, password)
    qtbot.mouseClick(form.enter, Qt.MouseButton.LeftButton)


def test_each_role_in_turn_signs_in_to_its_own_pages(console, qtbot):
    window = console.window
    for name, role in ROLES.items():
        enter(console, qtbot, name)
        qtbot.waitUntil(lambda role=role: console.person.role == role, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
        assert console.person.entry is Entry.PERSON
        assert name in window.header.chip.text()
        offered = pages_of(role, PAGES)
        buttons = window.navigation._buttons.items()
        assert window.offered == offered
        assert {page for page, button in buttons if button.isVisible()} == set(offered)
        assert not offered or window.stack.currentWidget() is window.page(offered[0])
        console.sign_in.sign_out()
        qtbot.waitUntil(console.sign_in.dialog.isVisible, timeout=PATIENCE_MS)
        assert not console.person.known
        assert window.header.chip.text() == "Not signed in"


def test_a_wrong_password_is_told_in_the_dialog(console, qtbot):
    enter(console, qtbot, "hanako", "not hers at all")
    form = console.sign_in.dialog.form
    qtbot.waitUntil(lambda: "wrong" in form.message.text(), timeout=PATIENCE_MS)
    assert form.password.text() == ""
    assert not console.person.known
    assert console.models is None


def raise_flood(hub, level=3.5):
    reading = Reading("river-gauge", "river_level", time.time_ns() // 1000, level)
    hub.take([reading], "gw-waterfront")


def test_an_alarm_is_acknowledged_shelved_and_kept_in_the_journal(console, hub, qtbot):
    enter(console, qtbot, "hanako")
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    desk = console.models.alarm_desk
    qtbot.waitUntil(lambda: desk.heard, timeout=PATIENCE_MS)
    raise_flood(hub, 1.0)
    raise_flood(hub)
    state = lambda: desk.row("river-flood").state  # noqa: E731  # asked again and again
    qtbot.waitUntil(lambda: state() == "unacked_active", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: desk.waiting() >= 1, timeout=PATIENCE_MS)
    desk.acknowledge(["river-flood"], "gates are closing")
    qtbot.waitUntil(lambda: state() == "acked_active", timeout=PATIENCE_MS)
    row = desk.row("river-flood")
    assert (row.by.endswith("hanako"), row.note) == (True, "gates are closing")
    desk.shelve("river-flood", "sensor test", 900)
    qtbot.waitUntil(lambda: state() == "shelved", timeout=PATIENCE_MS)
    console.models.alarm_journal.refresh(1)
    journal = console.models.alarm_journal
    qtbot.waitUntil(lambda: journal.rowCount() >= 3, timeout=PATIENCE_MS)
    rows = [[journal.index(at, n).data() for n in (1, 3)] for at in range(journal.rowCount())]
    own = [what for what, name in rows if name == "Canal level dangerous"]
    assert own == ["Shelved", "Acknowledged", "Raised"]
    qtbot.waitUntil(lambda: bool(journal.statistics), timeout=PATIENCE_MS)
    assert journal.statistics["raised"] >= 1
    desk.do(Action.UNSHELVE, "river-flood")
    qtbot.waitUntil(lambda: state() == "acked_active", timeout=PATIENCE_MS)


def test_what_the_hub_forbids_is_told_though_the_console_believed_otherwise(console, hub, qtbot):
    enter(console, qtbot, "taro")
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    told = []
    console.models.alarm_desk.refused.connect(told.append)
    console.models.alarm_desk.shelve("river-flood", "no reason", 900)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert "only the area manager" in told[0]
    with AreaClient(hub.url, hub.keys["manager"]) as client:
        alarm = next(one for one in client.alarms() if one.id == "river-flood")
    assert alarm.shelf is None or alarm.shelf.by != "taro"


def test_an_idle_console_locks_and_only_the_password_unlocks_it(console, qtbot):
    enter(console, qtbot, "hanako")
    qtbot.waitUntil(lambda: console.person.known, timeout=PATIENCE_MS)
    lock, curtain = console.sign_in.lock, console.sign_in.curtain
    console.sign_in.tick()  # from now on it hears the window
    now = console.window.clock() + 60 * 60_000_000
    lock._clock = lambda: now
    QTest.keyClick(console.window.windowHandle(), Qt.Key.Key_Shift)
    lock._clock = lambda: now + 14 * 60_000_000
    lock.tick()
    assert not lock.locked
    lock._clock = lambda: now + 16 * 60_000_000
    lock.tick()
    assert lock.locked
    assert curtain.isVisible()
    assert curtain.size() == console.window.size()
    qtbot.keyClicks(curtain.form.password, "a wrong one")
    qtbot.mouseClick(curtain.form.enter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "wrong" in curtain.form.message.text(), timeout=PATIENCE_MS)
    assert lock.locked
    qtbot.keyClicks(curtain.form.password, RIGHT)
    qtbot.mouseClick(curtain.form.enter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not lock.locked, timeout=PATIENCE_MS)
    assert not curtain.isVisible()


def test_an_auditor_reads_the_log_and_verifies_its_chain(console, qtbot):
    enter(console, qtbot, "ken")
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    page, log = console.window.page("audit"), console.models.audit_log
    qtbot.waitUntil(lambda: console.window.stack.currentWidget() is page, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: log.held > 0, timeout=PATIENCE_MS)
    page.verify.click()
    qtbot.waitUntil(lambda: log.verdict is not None, timeout=PATIENCE_MS)
    assert log.verdict["broken"] == []
    assert log.verdict["entries"] >= log.held > 0


def test_another_hub_is_gone_to_only_where_one_answers_and_with_no_key_of_the_old_one(
    qapp,
    hub,
    monkeypatch,
    tmp_path,
    qtbot,
):
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    settings = ConsoleSettings(hub="http://127.0.0.1:9", key="of the old hub", language="en")
    console = app.Console(settings, app.application_of_this_process())
    try:
        dialog = console.sign_in.dialog
        dialog.near.hub_chosen.emit("http://127.0.0.1:11")
        qtbot.waitUntil(lambda: "127.0.0.1:11" in dialog.of_search.text(), timeout=PATIENCE_MS)
        qtbot.waitUntil(dialog.near.isEnabled, timeout=PATIENCE_MS)
        assert console.successor.hub == settings.hub
        late = QTimer(interval=PATIENCE_MS, singleShot=True)
        late.timeout.connect(lambda: qapp.exit(1))
        late.start()
        QTimer.singleShot(0, lambda: dialog.near.hub_chosen.emit(hub.url))
        assert qapp.exec() == SHOW_ANEW  # in its loop: without one, the next loop would end at once
        late.stop()
        assert (console.successor.hub, console.successor.key) == (hub.url, "")
        assert console.preferences.kept.hub == hub.url
    finally:
        console.close()
        console.window.deleteLater()
        QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)
