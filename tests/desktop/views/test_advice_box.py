"""Under an advice a person follows it or decides otherwise; what was recorded stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from area_configs.domain.advice import Answer, RecordedAnswer, Verdict
from area_configs.domain.names import Name
from desktop.models.person import MANAGER, Entry
from desktop.models.twin_layers import GivenAdvice, LayerFacts, LayerInfo
from tests.desktop.small_area import NOON_US

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window

NAME = Name("浸水", "Flood")
ADVICE = GivenAdvice(
    "water_gate", "river-1", "close", "Water gate: close", ("rising", "it rains"), NOON_US
)


@pytest.fixture
def box(console):
    layers = console.models.layers
    layers.offer([LayerInfo("flood", NAME, NAME)])
    layers.switch("flood", True)
    layers.tell({"flood": LayerFacts(advice=ADVICE)})
    console.connection.found()
    console.models.person.become("Sato", MANAGER, Entry.PERSON)
    panel = console.window.findChild(_panel())
    return panel.cards["flood"].said.advice


def _panel():
    from desktop.views.layer_panel import LayerPanel  # noqa: PLC0415  # after the application

    return LayerPanel


def test_following_asks_first_and_sends_the_advice_that_was_read(box, console, qtbot):
    sent = []
    console.models.advice.wanted.connect(sent.append)
    dialog = box.ask(Verdict.FOLLOWED)
    newer = replace(ADVICE, advice="open", text="Water gate: may stay open")
    console.models.layers.tell({"flood": LayerFacts(advice=newer)})
    assert "Water gate: close" in dialog.text.text()
    assert "・it rains" in dialog.text.text()
    assert "audit log" in dialog.text.text()
    qtbot.mouseClick(dialog.do, Qt.MouseButton.LeftButton)
    assert [(body.advice, body.verdict) for body in sent] == [("close", Verdict.FOLLOWED)]


def test_another_decision_needs_its_reason(box, console, qtbot):
    sent = []
    console.models.advice.wanted.connect(sent.append)
    dialog = box.ask(Verdict.DECLINED)
    assert not dialog.do.isEnabled()
    qtbot.keyClicks(dialog.line, "boats inside")
    qtbot.mouseClick(dialog.do, Qt.MouseButton.LeftButton)
    assert sent[0].note == "boats inside"


def test_what_is_recorded_or_refused_stands_there(box, console):
    desk = console.models.advice
    body = Answer("water_gate", "river-1", "close", NOON_US, Verdict.FOLLOWED)
    desk.refused.emit("try again")
    assert box.said.text() == "Not recorded: try again"
    desk.take(RecordedAnswer("manager:Sato", NOON_US, body))
    assert box.said.text() == "12:00 manager:Sato: follows the advice. In the audit log."
    console.languages.choose("ja")
    console.application.processEvents()
    assert "監査ログに記録済み" in box.said.text()


def test_who_may_not_decide_reads_why(box, console):
    assert box.follow.isEnabled()
    console.models.person.leave()
    assert not box.follow.isEnabled()
    assert "area manager" in box.said.text()
    console.models.layers.tell({"flood": LayerFacts()})
    assert not box.isVisibleTo(box.parentWidget())
