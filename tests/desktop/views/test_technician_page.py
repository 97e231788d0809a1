"""The technician's page: steps, what may be begun, progress, cancelling, refusals in both languages."""

from __future__ import annotations

import json

import pytest

from desktop.models.person import MANAGER, TECHNICIAN, Entry
from desktop.models.roles import pages_of
from desktop.views.main_window import PAGES

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
FOUND = [{"name": "gw-b", "state": "open", "host": "192.0.2.9", "port": 9466, "version": "1.0"}]
NO = {"refused": "wrong_code", "en": "The code is wrong.", "ja": "コードが違います。"}


@pytest.fixture
def bench(console):
    console.orders = []
    console.bench = console.models.bench
    console.bench.wanted.connect(console.orders.append)
    console.models.person.become("taro", TECHNICIAN, Entry.PERSON)
    console.bench.fill("hub", "http://127.0.0.1:1")
    console.window.show_page("technician")
    console.page = console.window.page("technician")
    return console


def test_it_is_where_a_technician_begins_and_nobody_else_is_offered_it():
    assert pages_of(TECHNICIAN, PAGES)[0] == "technician"
    assert "technician" not in pages_of(MANAGER, PAGES)


def test_a_gateway_is_found_and_claimed_after_a_wrong_code(bench, qtbot):
    page = bench.page
    page.forms["discover"].begin.click()
    bench.bench.take(0, json.dumps(FOUND))
    page.forms["discover"].table.clicked.emit(page.forms["discover"].results.index(0, 0))
    claim = page.forms["claim"]
    assert claim.isVisible()
    assert claim.editors["host"].text() == "192.0.2.9"
    assert not claim.begin.isEnabled()
    assert "Code of the label" in claim.obstacle.text()
    qtbot.keyClicks(claim.editors["code"], "00000000")
    claim.begin.click()
    assert claim.editors["code"].text() == ""
    assert claim.progress.isVisible()
    assert claim.cancel.isEnabled()
    bench.bench.take(2, json.dumps(NO))
    assert claim.words.text() == "The code is wrong."
    assert claim.words.property("abnormal") == "alarm"
    bench.languages.choose("ja")
    bench.application.processEvents()
    assert claim.words.text() == "コードが違います。"
    bench.languages.choose("en")
    bench.application.processEvents()
    assert page.items["discover"].text() == "1. Find gateways - done"
    assert page.items["claim"].text() == "2. Claim - not done"


def test_progress_is_shown_and_cancelled(bench):
    form, asked = bench.page.forms["commission"], []
    bench.bench.cancel_wanted.connect(lambda: asked.append(1))
    bench.page.show_task("commission")
    bench.bench.fill("record", "x.json")
    form.begin.click()
    assert form.progress.maximum() == 0  # nobody knows yet
    bench.bench.hear("40 %")
    bench.bench.hear("meter-1 active")
    assert (form.progress.maximum(), form.progress.value()) == (100, 40)
    assert form.talk.toPlainText() == "meter-1 active"
    form.cancel.click()
    assert asked == [1]
    bench.bench.take(130, "")
    assert form.words.text().startswith("Cancelled")
    assert not form.progress.isVisible()
    assert form.begin.isEnabled()


def test_values_of_the_same_kind_are_typed_once(bench, qtbot):
    qtbot.keyClicks(bench.page.forms["claim"].editors["host"], "192.0.2.5")
    assert bench.page.forms["replace"].editors["host"].text() == "192.0.2.5"


def test_the_report_can_be_opened_once_it_is_there(bench):
    form = bench.page.forms["report"]
    bench.page.show_task("report")
    for key in ("record", "pdf"):
        bench.bench.fill(key, f"{key}.x")
    form.begin.click()
    assert not form.open.isVisible()
    bench.bench.take(0, json.dumps({"gateway": "gw-a", "accepted": True, "devices": {}}))
    assert form.open.isVisible()


def test_others_are_told_that_it_is_not_theirs(bench):
    bench.models.person.become("hanako", MANAGER, Entry.PERSON)
    form = bench.page.forms["discover"]
    assert not form.begin.isEnabled()
    assert form.obstacle.text() == "Only technicians do this."
