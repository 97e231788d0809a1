"""Entering a score by keyboard: nothing is lost, nothing wrong is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.views.score_entry import ScoreEntry
from tests.desktop.care_samples import (
    PAGE,
    SCORES,
    A,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


@pytest.fixture
def entry(filled):
    now = iter([0.0, *[90.0] * 200])
    dialog = ScoreEntry(filled.models, filled.page._theme, filled.page, lambda: next(now))
    dialog.recorded = []
    filled.care.score_wanted.connect(lambda of, draft: dialog.recorded.append((of, draft)))
    dialog.show()
    first_field(dialog).setFocus()
    yield dialog
    dialog.done(0)


def first_field(entry):
    return next(iter(entry.fields.values()))[0]


def press(entry, keys):
    for key in keys:
        QTest.keyClicks(entry.focusWidget(), key)
        QTest.keyClick(entry.focusWidget(), Qt.Key.Key_Tab)


def test_twelve_digits_and_tabs_are_a_score(entry):
    press(entry, ["4", "0", "0", "6", "0", "0", "12", "0", "0", "0", "0", "0"])
    assert entry.sum.text() == "Sum of ten 22 · Sum of twelve 22"
    draft = entry.draft()
    assert (draft.scores["apathy"], draft.burdens, draft.minutes_used) == (12, {}, 1.5)
    assert entry.save.isEnabled()


def test_what_is_left_empty_is_unknown_and_there_is_no_sum(entry):
    press(entry, ["4"])
    assert entry.sum.text() == "Partial 1/12: no sum is said"
    assert entry.draft().scores["hallucinations"] is None


def test_an_impossible_score_says_so_and_cannot_be_kept(entry):
    entry.fields["agitation"][0].setText("5")
    assert entry.fault.text().startswith("agitation: 5 is not possible. Enter one of 0, 1, 2, 3, 4")
    assert not entry.save.isEnabled()
    entry.fields["agitation"][0].setText("6")
    assert entry.fault.text() == ""


def test_the_number_pad_is_enough_and_saves_nothing_by_the_way(entry):
    for digits in ("4", "0", "0", "6", "0", "0", "12", "0", "0", "0", "0", "0"):
        QTest.keyClicks(entry.focusWidget(), digits)
        QTest.keyClick(entry.focusWidget(), Qt.Key.Key_Return)
    assert entry.recorded == []
    QTest.keyClick(entry.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (of, draft), *_ = entry.recorded
    assert (of, draft.sums.scores["total12"], draft.assessed_on) == (A, 22, "2026-11-25")
    assert entry.whose.text() == "Score of A"


def test_a_hub_that_does_not_answer_costs_no_entry(entry, filled):
    press(entry, ["4", "0"])
    entry.record()
    entry.record()  # once is enough
    assert len(entry.recorded) == 1
    filled.care.failed.emit("The hub does not answer")
    assert (entry.isVisible(), entry.fault.text()) == (True, "The hub does not answer")
    assert entry.draft().scores["delusions"] == 4
    entry.record()
    filled.care.take_done()
    assert (len(entry.recorded), entry.isVisible()) == (2, False)


def test_what_is_entered_is_thrown_away_at_the_second_time_only(entry):
    press(entry, ["4"])
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert (entry.isVisible(), entry.fault.text()[:16]) == (True, "Not recorded yet")
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert not entry.isVisible()


def test_a_score_of_a_day_to_come_cannot_be_kept(entry):
    press(entry, ["4"])
    for written, good in (("2026-11-26", False), ("26.11.2026", False), ("2026-11-20", True)):
        entry.assessed_on.setText(written)
        assert (entry.save.isEnabled(), entry.fault.text() == "") == (good, good)


def test_the_form_is_that_of_the_last_score_until_another_is_written(entry, filled):
    assert entry.version.text() == "1"
    filled.care.take_page(replace(PAGE, scores=SCORES))
    entry.instrument.setCurrentIndex(entry.instrument.findData("npi_q"))
    entry.instrument.setCurrentIndex(entry.instrument.findData("npi_nh"))
    assert entry.version.text() == "2000"
    entry.version.clear()
    assert entry.fault.text().startswith("Write which version")


def test_a_score_is_put_right_from_what_was_recorded(entry, filled):
    assert not entry.corrects.isVisible()
    wrong = replace(SCORES[0], scores={"apathy": 4, "anxiety": 0}, burdens={"apathy": 2})
    filled.care.take_page(replace(PAGE, scores=(wrong, *SCORES[1:])))
    entry.instrument.setCurrentIndex(entry.instrument.findData("npi_q"))
    entry.instrument.setCurrentIndex(entry.instrument.findData("npi_nh"))
    assert entry.draft().corrects is None
    entry.corrects.setChecked(True)
    draft = entry.draft()
    assert (draft.corrects, draft.assessed_on, draft.informant) == (3, "2026-11-20", "-")
    answered = {item: value for item, value in draft.scores.items() if value is not None}
    assert (answered, draft.burdens) == ({"apathy": 4, "anxiety": 0}, {"apathy": 2})
    entry.instrument.setCurrentIndex(entry.instrument.findData("npi_q"))
    assert (entry.draft().corrects, entry.corrects.isVisible()) == (None, False)


def test_an_entry_goes_with_whoever_wrote_it(entry, filled):
    press(entry, ["4"])
    filled.care.leave()
    assert not entry.isVisible()
