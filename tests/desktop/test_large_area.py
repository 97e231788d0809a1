"""An area of five hundred devices in the editor: no key, step or drag holds the GUI thread up."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtWidgets import QLabel  # noqa: TID251  # stands in for the map

from area_configs.domain.names import Name
from desktop.app.collector import Collector
from desktop.bridge.area_judge import AreaJudge
from desktop.models.area_moves import Spot
from tests.desktop.area_samples import large_area, sample_area
from tests.desktop.views.conftest import (  # fixtures
    area_alarms,  # noqa: F401  # fixtures of another file
    area_profiles,  # noqa: F401  # fixtures of another file
    console,  # noqa: F401  # fixtures of another file
    dressed,  # noqa: F401  # fixtures of another file
)
from tests.desktop.watchdog import LIMIT_S, Watchdog

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.soak,
]
DEVICES = 500
PART = ("devices", 250)
PLACE = {"latitude": 35.651, "longitude": 139.772, "height_m": 2.0}
METER = {"id": "one-more", "name": {"ja": "新", "en": "One more"}, "profile": "eastron_sdm630"}
METER |= {"gateway": "gw-1", "link": "bus", "unit": 99, "position": PLACE}
PATIENCE_MS = 60_000


@pytest.fixture
def desk(console, qtbot, tmp_path):  # noqa: F811  # the fixture
    draft, area_judge = console.models.area_draft, AreaJudge()
    area_judge.judged.connect(draft.take_verdict)
    draft.judge_elsewhere(area_judge.ask)
    draft.open(sample_area(tmp_path / "area", large_area(DEVICES)))
    console.draft, console.page = draft, console.window.page("editor")
    console.page.retranslate()
    console.page.show_map(QLabel("map"))
    console.window.show_page("editor")
    draft.choose(PART)
    console.application.processEvents()
    qtbot.waitUntil(lambda: draft.is_judged, timeout=PATIENCE_MS)
    collector = Collector(console.window)
    collector.settle(0)
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 0, timeout=PATIENCE_MS)
    console.watchdog = Watchdog()
    yield console
    console.watchdog.close()
    area_judge.close()


def do(desk, qtbot, work):
    """Do one thing and wait for the watchdog, so that each stretch holds one of them only."""
    answers = desk.watchdog.stretches_s
    for _ in range(2):  # one answer may have been under way before
        count = len(answers)
        work()
        work = desk.application.processEvents
        qtbot.waitUntil(lambda count=count: len(answers) > count, timeout=PATIENCE_MS)


def judge(desk, qtbot):
    do(desk, qtbot, lambda: qtbot.waitUntil(lambda: desk.draft.is_judged, timeout=PATIENCE_MS))


def type_in(desk, qtbot, field, text):
    editor = desk.page.form.lines[(*PART, *field)].editor
    editor.setFocus()
    editor.selectAll()
    for key in text:
        do(desk, qtbot, lambda key=key: qtbot.keyClick(editor, key))


def test_no_key_step_or_drag_holds_the_gui_thread_up(desk, qtbot, record_property):
    draft = desk.draft
    type_in(desk, qtbot, ("name", "en"), "The meter of the bakery")
    type_in(desk, qtbot, ("unit",), "1")
    judge(desk, qtbot)
    assert draft.mistakes_of(PART)
    for n in range(10):
        spot = Spot(35.65 + n * 1e-5, 139.77, 2.0)
        do(desk, qtbot, lambda spot=spot: desk.page.take_spot("meter-251", spot))
    steps = (
        lambda: draft.add(("devices",), METER, Name("追加", "Added")),
        lambda: draft.remove(draft.chosen, Name("削除", "Removed")),
        lambda: draft.rename(("gateways", 3), "box-of-fifty"),
        desk.page.save,
        *[draft.undo.undo] * 6,
    )
    for step in steps:
        do(desk, qtbot, step)
        judge(desk, qtbot)
    assert not draft.dirty
    longest_s = max(desk.watchdog.stretches_s)
    record_property("longest_stretch_s", round(longest_s, 3))
    assert longest_s <= LIMIT_S
