"""The journey of an area manager: replay yesterday's incident, as it was, and come back."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from area_configs.domain.readings import Reading, Series
from desktop import app
from desktop.app.report_menu import ReportMenu
from desktop.models.alarm_rules import REPLAYED, Action
from desktop.models.time_source import Mode
from desktop.settings import ConsoleSettings
from platform_hub.client.area_client import AreaClient
from tests.desktop.real_hub import RealHub

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 60_000
SECOND_US = 1_000_000
LEAK = Series("hydrogen-bank", "hydrogen_in_air")
LEVEL = Series("river-gauge", "river_level")


@pytest.fixture
def hub(tmp_path):
    hub = RealHub(tmp_path)
    yield hub
    hub.stop()


@pytest.fixture
def console(hub, qapp, monkeypatch, tmp_path):  # noqa: ARG001  # an application must exist
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings = ConsoleSettings(hub=hub.url, language="en")
    console = app.Console(settings, app.application_of_this_process())
    yield console
    console.close()
    console.languages.choose("en")
    console.window.deleteLater()
    QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)


def journal_of(hub):
    with AreaClient(hub.url) as client:
        return client.alarm_journal()


def test_yesterdays_incident_is_replayed_as_it_was(hub, console, qtbot, tmp_path):
    now = time.time_ns() // 1000
    begin = now - 24 * 3600 * SECOND_US
    values = [0.0] * 60 + [31.0] * 60 + [0.0] * 60
    hub.take([Reading(*LEAK, begin + n * SECOND_US, v) for n, v in enumerate(values)])
    hub.take([Reading(*LEVEL, begin - 90 * SECOND_US, 1.25), Reading(*LEVEL, now, 0.5)])
    qtbot.waitUntil(lambda: len(journal_of(hub)) >= 2, timeout=PATIENCE_MS)

    console.start()
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    models, bar = console.models, console.window.time_bar
    qtbot.waitUntil(lambda: bool(models.replay.alarms.raised_us), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: models.live.latest(LEVEL) is not None, timeout=PATIENCE_MS)
    assert models.live.latest(LEVEL).value == 0.5

    qtbot.mouseClick(bar.alarm_before, Qt.MouseButton.LeftButton)
    assert models.time.mode is Mode.REPLAY
    assert bar.mode.text() == "REPLAY"
    models.time.step(5)
    assert models.live.latest(LEVEL) is None  # nothing of now under the sign of then
    qtbot.waitUntil(lambda: models.live.latest(LEVEL) is not None, timeout=PATIENCE_MS)
    assert models.live.latest(LEVEL).value == 1.25  # what stood then, however old
    assert models.live.latest(LEAK).value == 31.0
    row = models.alarm_desk.row("hydrogen-leak")
    assert (row.state, row.active) == ("unacked_active", True)
    assert models.alarm_desk.why_not(Action.ACKNOWLEDGE, row) is REPLAYED
    assert models.states.of("hydrogen-bank").state.name == "ALARM"

    bar.speed.setCurrentIndex(bar.speed.findData(60.0))
    bar.speed.activated.emit(bar.speed.currentIndex())
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: models.live.latest(LEAK).value == 0.0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not models.alarm_desk.row("hydrogen-leak").active, timeout=PATIENCE_MS)

    target = tmp_path / "incident.pdf"
    menu = models.findChild(ReportMenu)
    menu.make("day", target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE_MS)
    assert target.read_bytes().startswith(b"%PDF")

    qtbot.mouseClick(bar.live, Qt.MouseButton.LeftButton)
    assert models.time.is_live
    qtbot.waitUntil(lambda: models.live.latest(LEVEL) is not None, timeout=PATIENCE_MS)
    assert models.live.latest(LEVEL).value == 0.5
