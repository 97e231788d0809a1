"""The whole console against a real hub: opens, hears, loses the hub, finds it again."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage

from area_configs.domain.readings import Reading, Series
from area_configs.loader import load_area
from desktop import app
from desktop.models.connection import Link
from desktop.models.device_states import State
from desktop.settings import ConsoleSettings
from desktop.views.main_window import PAGES
from tests.desktop.real_hub import RealHub

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 60_000
LEVEL = Series("river-gauge", "river_level")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = RealHub(tmp_path_factory.mktemp("hub"))
    yield hub
    hub.stop()


@pytest.fixture
def own_hub(tmp_path):
    """A hub that a test may stop and start again."""
    hub = RealHub(tmp_path)
    yield hub
    hub.stop()


@pytest.fixture
def open_console(qapp, monkeypatch, tmp_path):  # noqa: ARG001  # an application must exist
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    opened = []

    def open_console(settings):
        console = app.Console(settings, app.application_of_this_process())
        opened.append(console)
        console.start()
        return console

    yield open_console
    for console in opened:
        console.close()
        console.languages.choose("en")
        console.window.deleteLater()
        QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)
    opened.clear()
    del console
    gc.collect()  # here, not in a thread of the next console: what is Qt's ends in Qt's thread


def level(value, at_us=None):
    return Reading(*LEVEL, at_us or time.time_ns() // 1000, value)


def text_of(console):
    return console.models.states.of("river-gauge").headline


def test_it_opens_the_hubs_area_and_hears_it_live(hub, open_console, qtbot):
    hub.take([level(1.25)])
    console = open_console(ConsoleSettings(hub=hub.url, language="en"))
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    assert console.models.area.name.en == "Harumi model district"
    qtbot.waitUntil(lambda: text_of(console) == "1.25 m", timeout=PATIENCE_MS)
    hub.take([level(2.75)])
    qtbot.waitUntil(lambda: text_of(console) == "2.75 m", timeout=PATIENCE_MS)
    assert console.models.states.of("river-gauge").state is State.ALARM
    assert console.models.abnormal.items[0].device == "river-gauge"
    (queue,) = [q for q in console.connection.queues if q.gateway == "gw-energy"]
    assert queue.backlog == 7
    qtbot.waitUntil(lambda: console.city_drawn, timeout=PATIENCE_MS)
    assert console.window.banners.isHidden()


def test_it_plots_the_past_of_the_chosen_device(hub, open_console, qtbot):
    now = time.time_ns() // 1000
    hub.take([level(float(n), now - n * 1_000_000) for n in range(300, 0, -10)])
    console = open_console(ConsoleSettings(hub=hub.url))
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    console.models.selection.choose("river-gauge")
    qtbot.waitUntil(
        lambda: (console.models.series.first_us(LEVEL) or now) <= now - 290_000_000,
        timeout=PATIENCE_MS,
    )


def test_a_lost_hub_is_told_and_found_again(own_hub, open_console, qtbot):
    console = open_console(ConsoleSettings(hub=own_hub.url, language="en"))
    qtbot.waitUntil(lambda: console.connection.link is Link.CONNECTED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    own_hub.stop()
    qtbot.waitUntil(
        lambda: "does not answer" in console.window.banners.text("hub"), timeout=PATIENCE_MS
    )
    assert console.connection.link is Link.RECONNECTING
    own_hub.start()
    qtbot.waitUntil(lambda: console.connection.link is Link.CONNECTED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not console.window.banners.text("hub"), timeout=PATIENCE_MS)
    own_hub.take([level(1.5)])
    qtbot.waitUntil(lambda: text_of(console) == "1.50 m", timeout=PATIENCE_MS)


def test_without_the_hub_it_opens_the_area_that_it_kept(own_hub, open_console, qtbot):
    settings = ConsoleSettings(hub=own_hub.url)
    first = open_console(settings)
    qtbot.waitUntil(lambda: first.models is not None, timeout=PATIENCE_MS)
    first.close()
    own_hub.stop()
    second = open_console(settings)
    qtbot.waitUntil(lambda: second.models is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(second.window.banners.text("hub")), timeout=PATIENCE_MS)


def test_a_hub_that_starts_later_is_found(own_hub, open_console, qtbot):
    own_hub.stop()
    console = open_console(ConsoleSettings(hub=own_hub.url, language="en"))
    qtbot.waitUntil(lambda: bool(console.window.banners.text("hub")), timeout=PATIENCE_MS)
    assert console.models is None
    own_hub.start()
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not console.window.banners.text("hub"), timeout=PATIENCE_MS)


def test_a_cut_city_file_is_a_banner_and_the_rest_works(hub, open_console, qtbot, tmp_path):
    folder = tmp_path / "area"
    source = load_area("harumi").geometry[0].parent.parent
    shutil.copytree(source, folder)
    victim = next(path for path in (folder / "geometry").iterdir() if "bldg" in path.name)
    victim.write_bytes(victim.read_bytes()[:100_000])
    console = open_console(ConsoleSettings(hub=hub.url, area=str(folder), language="en"))
    qtbot.waitUntil(lambda: console.city_drawn, timeout=PATIENCE_MS)
    assert victim.name in console.window.banners.text("city")
    hub.take([level(1.75)])
    qtbot.waitUntil(lambda: text_of(console) == "1.75 m", timeout=PATIENCE_MS)


def desktop(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


def test_pictures_of_every_page_without_a_screen(hub, tmp_path):
    hub.take([level(1.25)])
    folder = tmp_path / "pictures"
    done = desktop(
        *("--hub", hub.url, "--screenshot", str(folder), "--wait", "3"),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    names = {f"{page}-{language}.png" for page in PAGES for language in ("ja", "en")}
    assert {path.rpartition("/")[2] for path in json.loads(line)["pictures"]} == names
    for name in names:
        image = QImage(str(folder / name))
        assert (image.width(), image.height()) == (1440, 900)
        colours = {image.pixel(x, y) for x in range(0, 1440, 8) for y in range(0, 900, 8)}
        assert len(colours) > 20, name


def test_no_pictures_without_a_hub(tmp_path):
    folder = tmp_path / "pictures"
    done = desktop("--hub", "http://127.0.0.1:9", "--screenshot", str(folder))
    assert done.returncode == 4
    assert "http://127.0.0.1:9" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not folder.exists()
