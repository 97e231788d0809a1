"""The tabs of one resident, used as a caregiver uses them: cycle, consent, NEWS2, events, sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel  # noqa: TID251  # what is looked at for cuts

from area_configs.domain.care import CycleStep, PlanItem, Rhythm, Scope, Withdrawal
from desktop.models.care_drafts import (
    ConsentDraft,
    EventAnswer,
    News2Draft,
    WithdrawalDraft,
    present_cycle,
)
from desktop.models.person import Entry
from tests.desktop.care_samples import FULL, GIVEN, NOW_US, OVERVIEW, PAGE, STEPS, A

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
TABS = ("today", "rhythm", "cycle", "events", "news2", "consent")


@pytest.fixture
def tabs(console):
    care = console.models.care
    console.models.person.become("hana", "caregiver", Entry.PERSON)
    console.window.show_page("care")
    care.take_overview(OVERVIEW)
    care.take_page(FULL)
    found = console.window.page("care").about
    found.care, found.console = care, console
    return found


def heard(signal) -> list:
    found: list = []
    signal.connect(found.append)
    return found


def open_again(tabs, page=FULL):
    tabs.care.take_done()
    tabs.care.take_page(page)


# ---- care cycle


def test_the_cycle_shows_its_steps_and_begins_with_the_next_one(tabs):
    cards = tabs.cycle.cards
    assert cards[CycleStep.ASSESS].signed.text().startswith("2026-11-01, hana")
    assert "Text 2" in cards[CycleStep.NEEDS].text.text()
    assert cards[CycleStep.PLAN].signed.text() == "Not recorded yet"
    assert tabs.cycle.entry.step.currentData() == CycleStep.PLAN


def test_a_plan_is_recorded_by_keyboard_with_who_does_what_until_when(tabs):
    asked, entry = heard(tabs.care.step_wanted), tabs.cycle.entry
    tabs.open(tabs.cycle)
    entry.text.setFocus()
    QTest.keyClicks(entry.text, "A calmer evening")
    QTest.keyClick(entry.text, Qt.Key.Key_Tab)
    for text in ("Walk", "day shift", "2026-12-01"):
        QTest.keyClicks(QApplication.focusWidget(), text)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    entry.review.setText("2026-12-08")
    entry.record()
    (draft,) = asked
    assert (draft.resident, draft.cycle, draft.step) == (A, 1, CycleStep.PLAN)
    assert draft.items == (PlanItem("Walk", "day shift", "2026-12-01"),)
    assert (draft.dated, draft.review_on, draft.corrects) == ("2026-11-25", "2026-12-08", None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda e: e.text.setPlainText(" "), "Write what was seen"),
        (lambda e: e.dated.setText("2026-13-01"), "Write the date as YYYY-MM-DD."),
        (lambda e: e.review.setText("soon"), "Write the date as YYYY-MM-DD."),
        (lambda e: e.items[0].owner.clear(), "Each thing of the plan needs what, who and a date"),
        (lambda e: [f.clear() for f in e.items[0]], "A plan needs at least one thing"),
    ],
)
def test_a_step_that_cannot_be_is_told_and_nothing_is_sent(tabs, change, sentence):
    asked, entry = heard(tabs.care.step_wanted), tabs.cycle.entry
    entry.text.setPlainText("A calmer evening")
    for field, text in zip(entry.items[0], ("Walk", "day shift", "2026-12-01"), strict=True):
        field.setText(text)
    change(entry)
    entry.record()
    assert asked == []
    assert entry.fault.text().startswith(sentence)


def test_what_is_half_written_outlives_other_news_and_not_its_own_record(tabs):
    entry = tabs.cycle.entry
    entry.text.setPlainText("half")
    tabs.care.take_page(FULL)
    tabs.console.languages.choose("ja")
    tabs.care.take_done()  # of something else
    assert entry.text.toPlainText() == "half"
    entry.step.setCurrentIndex(entry.step.findData(CycleStep.NEEDS))
    entry.record()
    tabs.care.failed.emit("no")
    assert entry.text.toPlainText() == "half"
    entry.record()
    open_again(tabs)
    assert entry.text.toPlainText() == ""


def test_a_step_is_corrected_and_a_closed_cycle_is_followed_by_the_next(tabs):
    tabs.cycle.cards[CycleStep.ASSESS].correct.click()
    assert tabs.cycle.entry.draft().corrects == STEPS[0].id
    assert tabs.cycle.entry.draft().text == "Text 1"
    closing = replace(
        STEPS[1], id=9, step=CycleStep.REVIEW, closes=True, text="Better", at_us=NOW_US
    )
    open_again(tabs, replace(FULL, cycle=(closing, *STEPS)))
    assert tabs.cycle.cycle == 2
    assert "Cycle 1: 2026-11-01 to 2026-11-02. Better" in tabs.cycle.earlier.text()
    assert present_cycle(()) == 1


def test_a_review_that_is_due_is_said(tabs):
    late = replace(STEPS[1], review_on="2026-11-20")
    tabs.care.take_page(replace(FULL, cycle=(STEPS[0], late)))
    assert tabs.cycle.due.text() == "The review is due since 2026-11-20."


# ---- consent


def test_a_consent_is_recorded_with_what_for_under_which_text_by_whom(tabs):
    asked, tab = heard(tabs.care.consent_wanted), tabs.consent
    assert "Version 2, 2026-04-01, daughter, text 2026-04" in tab.versions.text()
    assert "taken back" in tab.versions.text()
    tab.scopes[Scope.RESEARCH].setChecked(True)
    tab.policy.setText("2026-10")
    tab.record()
    scopes = ("wearable", "records", "research")
    assert asked == [ConsentDraft(A, scopes, "2026-10", "2026-11-25", "daughter")]


def test_a_consent_without_its_text_is_told(tabs):
    asked, tab = heard(tabs.care.consent_wanted), tabs.consent
    tab.policy.clear()
    tab.record()
    assert (asked, tab.fault.text()) == ([], "Write which version of the consent form was signed.")
    tab.policy.setText("2026-10")
    tab.given_on.setText("2026-11-26")  # tomorrow
    tab.record()
    assert (asked, tab.fault.text()[-21:]) == ([], "not later than today.")
    for box in tab.scopes.values():
        box.setChecked(False)
    tab.record()
    assert tab.fault.text() == "Tick at least one thing that is agreed to."


def test_nothing_is_taken_back_before_it_was_shown_what_is_deleted(tabs):
    previews, ended = heard(tabs.care.preview_wanted), heard(tabs.care.withdrawal_wanted)
    tab = tabs.consent
    tabs.open(tab)
    tab.end()
    tab.ask()
    assert (previews, tab.fault.text()) == ([], "Tick what is no longer agreed to.")
    assert not tab.ended[Scope.RESEARCH].isEnabled()  # nobody agreed to it
    tab.ended[Scope.WEARABLE].setChecked(True)
    tab.ask()
    assert previews == [WithdrawalDraft(A, ("wearable",))]
    assert not tab.withdraw.isVisible()
    counts = {"hours": 48, "days": 3, "events": 1}
    tabs.care.take_preview(Withdrawal(("wearable",), ("records",), counts))
    for words in ("48 hours of wearables", "3 daily summaries", "1 events", "Stays agreed to"):
        assert words in tab.told.text()
    assert ended == []
    tab.withdraw.click()
    assert ended == [WithdrawalDraft(A, ("wearable",))]


def test_another_resident_ends_what_was_asked(tabs):
    ended, tab = heard(tabs.care.withdrawal_wanted), tabs.consent
    tab.ended[Scope.WEARABLE].setChecked(True)
    tab.ask()
    tabs.care.choose(OVERVIEW.residents[1].id)
    tabs.care.take_preview(Withdrawal(("wearable",), (), {"days": 3}))
    tab.end()
    assert ended == []


# ---- NEWS2


def test_news2_is_there_only_where_the_hub_offers_it(tabs):
    place = tabs.tabs.count() - 2
    assert tabs.tabs.tabText(place) == "NEWS2"
    assert tabs.tabs.isTabVisible(place)
    tabs.care.take_page(PAGE)
    assert not tabs.tabs.isTabVisible(place)


def test_there_is_no_score_before_all_seven_are_there(tabs):
    asked, tab = heard(tabs.care.news2_wanted), tabs.news2
    texts = {"respiration": "22", "spo2": "95", "systolic": "118", "pulse": "92"}
    for name, text in texts.items():
        tab.numbers[name].setText(text)
    tab.choices["oxygen"].setCurrentIndex(1)
    tab.choices["alert"].setCurrentIndex(1)
    assert tab.total.text() == "6 of 7: no score before all are there"
    tab.record()
    assert (asked, tab.save.isEnabled()) == ([], False)
    tab.numbers["temperature"].setText("37.2")
    assert tab.total.text() == "4 points (low)"
    tab.save.click()
    assert asked == [News2Draft(A, NOW_US, GIVEN)]
    open_again(tabs)
    assert tab.numbers["spo2"].text() == ""


def test_a_number_that_cannot_be_is_told(tabs):
    tabs.news2.numbers["temperature"].setText("3.7")
    assert tabs.news2.fault.text() == "Temperature (°C): 3.7 cannot be. Enter 25 to 45."
    assert not tabs.news2.save.isEnabled()


def test_recorded_scores_say_which_inputs_gave_points(tabs):
    assert tabs.news2.scores.text_at(0, 1) == (
        "4 points (low): Breaths (/min) 2, SpO2 (%) 1, Pulse (/min) 1"
    )


# ---- events, sleep, tables


def test_an_event_is_answered_with_a_note_and_the_budget_is_seen(tabs):
    asked, tab = heard(tabs.care.answer_wanted), tabs.events
    assert "Alerts in this shift: 1 (aim: at most 2)." in tab.budget.text()
    assert "pendant-1: 0 of 1 were real" in tab.real.text()
    tab.note.setText("sat on the floor")
    tab.confirmed.click()
    assert asked == [EventAnswer(A, 7, "confirmed", "sat on the floor")]
    tabs.care.take_page(replace(FULL, events=FULL.events[1:]))
    assert tab.question.text() == "Every event has been answered."
    assert not tab.confirmed.isEnabled()


def test_the_rhythm_is_said_in_numbers_and_a_dash_is_not_known(tabs):
    page = replace(FULL, rhythm=Rhythm(regularity=71.4, days=26))
    tabs.care.take_page(page)
    values = {name: parts[1].text() for name, parts in tabs.rhythm.numbers.items()}
    assert values["regularity"] == "71"
    assert values["stability"] == "—"
    assert tabs.rhythm.basis.text().startswith("From 26 complete days")


def test_the_tables_are_well_formed(tabs, qtmodeltester):
    for model in (tabs.rhythm.nights, tabs.events.events, tabs.news2.scores):
        assert model.rowCount() > 0
        qtmodeltester.check(model)
    assert tabs.rhythm.nights.text_at(0, 5) == "worn for less than 16 hours"


# ---- every size of text


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("scale", [100, 150, 200])
def test_no_text_is_cut_in_either_language_at_any_size(tabs, scale, language):
    console = tabs.console
    console.languages.choose(language)
    console.theme.choose("light", console.application, scale)
    console.window.resize(1600, 900)
    try:
        assert console.window.page("care").minimumSizeHint().height() < 700
        for name in TABS:
            tab = getattr(tabs, name)
            tabs.open(tab)
            for _ in range(4):  # a layout settles in two rounds of events, a scroll area in more
                QApplication.processEvents()
            assert [one.text() for one in labels(tab) if is_cut(one)] == []
    finally:
        console.theme.choose("light", console.application, 100)


def labels(tab):
    return [one for one in tab.findChildren(QLabel) if one.isVisible() and one.text()]


def is_cut(one: QLabel) -> bool:
    if one.wordWrap():
        return one.height() < one.heightForWidth(one.width())
    return one.width() < one.sizeHint().width()


def test_names_of_tabs_have_room_in_the_language_that_was_chosen_elsewhere(console):
    window, care = console.window, console.models.care
    console.models.person.become("m", "manager", Entry.PERSON)
    window.show()
    care.take_overview(OVERVIEW)
    care.take_page(replace(FULL, news2=None))
    for language, pages in (("ja", ("overview", "care", "settings")), ("en", ("overview", "care"))):
        console.languages.choose(language)
        for page in pages:
            show(window, page)
    tabs = window.page("care").about
    bar = tabs.tabs.tabBar()
    for place in range(bar.count()):
        if bar.isTabVisible(place):
            needed = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
            assert bar.tabRect(place).width() >= needed + 16, bar.tabText(place)


def show(window, page):
    window.show_page(page)
    for _ in range(4):  # layouts settle in some rounds of events
        QApplication.processEvents()
