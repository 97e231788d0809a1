"""The caregiver's page, used as a caregiver uses it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest

from desktop.models.care_drafts import EventAnswer, NewNote
from desktop.models.person import Entry
from desktop.views import care_papers
from tests.desktop.care_samples import (
    ANSWERED,
    FULL,
    HANDOVER,
    LOOKS,
    NOW_US,
    OVERVIEW,
    PAGE,
    RESIDENTS,
    SCORES,
    STEPS,
    TODAY,
    A,
    B,
    day,
    score,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


def cards(care):
    shown = care.page.list.list
    role = Qt.ItemDataRole.AccessibleTextRole
    return [shown.item(n).data(role).splitlines() for n in range(shown.count())]


def plain(label):
    document = QTextDocument()
    document.setHtml(label.text())
    return document.toPlainText().splitlines()


def test_it_opens_on_who_needs_a_look_with_reason_since_and_what_to_do(filled):
    first, second, third = cards(filled)
    assert first[0] == "A  Fall reported"
    assert first[1] == "Nobody has answered for 5 minutes"
    assert first[2].endswith("(6 min ago)")
    assert first[3] == "To do: Go and look now, then record what it was"
    assert second[0] == "A  Resting heart rate higher than usual: 80 /min (usually 60 /min)"
    assert third == ["B", "No consent to wearables: nothing is collected"]
    assert filled.page.list.title.text() == "Who needs a look: 2"
    budget = plain(filled.page.list.budget)
    assert budget == ["Alerts in this shift: 1 (aim: at most 2).", "Real in 28 days: 50 %."]


def test_no_card_is_cut(filled):
    shown = filled.page.list.list
    for n in range(shown.count()):
        card = shown.itemWidget(shown.item(n))
        assert shown.item(n).sizeHint().height() >= card.heightForWidth(card.width())


def test_it_speaks_japanese(filled):
    filled.languages.choose("ja")
    first = cards(filled)[0]
    assert first[0] == "A  転倒の知らせ"
    assert first[-1] == "すること: すぐに様子を見て、結果を記録する"
    assert filled.page.notice.text() == "診断用ではありません"


def test_the_most_urgent_resident_is_open_and_another_one_is_asked_for(filled):
    asked = []
    filled.care.page_wanted.connect(asked.append)
    assert (filled.care.chosen, filled.page.list.list.currentRow()) == (A, 0)
    filled.page.list.list.setCurrentRow(2)
    assert (asked, filled.care.page) == ([B], None)
    filled.care.take_page(PAGE)  # too late: B is open by now
    assert filled.care.page is None


def test_an_open_page_watches_and_a_hidden_one_does_not(filled):
    asked = []
    filled.care.watch_wanted.connect(asked.append)
    assert filled.page.watch.isActive()
    filled.page.watch.timeout.emit()
    assert asked == [""]
    filled.window.show_page("settings")
    assert not filled.page.watch.isActive()


def test_news_of_the_open_resident_has_their_page_asked_for(filled):
    asked = []
    later = replace(OVERVIEW, at_us=NOW_US + 1_000_000)
    filled.care.take_overview(later)  # the first watch always asks
    filled.care.watch_wanted.connect(asked.append)
    filled.care.take_overview(replace(later, at_us=later.at_us + 1))
    assert asked == []
    filled.care.take_overview(replace(later, looks=LOOKS[1:]))
    changed = replace(RESIDENTS[0], consent=())
    filled.care.take_overview(replace(later, looks=LOOKS[1:], residents=(changed, RESIDENTS[1])))
    filled.care.take_overview(
        replace(
            later,
            looks=LOOKS[1:],
            residents=(changed, RESIDENTS[1]),
            at_us=later.at_us + 300_000_000,
        )
    )
    assert asked == [A, A, A]


def test_who_may_not_be_seen_any_more_is_not_shown_any_more(filled):
    filled.care.take_overview(replace(OVERVIEW, residents=RESIDENTS[1:], looks=()))
    assert (filled.care.chosen, filled.care.page) == (B, None)
    filled.care.take_overview(replace(OVERVIEW, residents=(), looks=()))
    assert (filled.care.chosen, cards(filled)) == ("", [])


def test_a_card_stays_marked_while_news_come(filled):
    shown = filled.page.list.list
    shown.setCurrentRow(1)
    filled.care.take_overview(replace(OVERVIEW, at_us=NOW_US + 1))
    assert shown.currentRow() == 1


def test_a_list_without_an_answer_looks_old(filled):
    asked = filled.page.list.asked
    assert (asked.text(), asked.property("abnormal")) == ("As of 12:00", "")
    filled.clock.advance(90)
    filled.page.watch.timeout.emit()
    assert asked.text().startswith("No answer since 12:00")
    assert asked.property("abnormal") == "alarm"
    assert "(7 min ago)" in cards(filled)[0][2]
    filled.care.take_overview(replace(OVERVIEW, at_us=NOW_US + 1))
    assert asked.text() == "As of 12:01"


def test_the_keyboard_begins_at_who_needs_a_look(filled):
    filled.page.setFocus()
    assert filled.window.focusWidget() is filled.page.list.list


def test_the_numbers_say_what_is_usual_and_why_something_is_unknown(filled):
    words = [strip.words() for strip in filled.page.resident.trends]
    assert words[0] == "Resting heart rate 11/24: 60 /min · usually 60 /min"
    assert "worn for less than 16 hours" in words[2]
    assert filled.page.resident.invented.isVisible()
    assert filled.page.resident.heading.text().startswith("A: battery 44 % (11/24)")


def test_last_night_is_told_once_it_is_over_and_an_old_number_looks_old(filled):
    trend = filled.page.resident.trends[0]
    today = (*PAGE.days, day(TODAY, 71.0))
    filled.care.take_page(replace(PAGE, days=today))
    assert trend.words().startswith("Resting heart rate 11/25: 71 /min")
    filled.clock.advance(-7 * 3600)  # five in the morning
    filled.care.take_page(replace(PAGE, days=today))
    assert trend.words().startswith("Resting heart rate 11/24: 60 /min")
    filled.clock.advance(4 * 86_400)
    filled.care.take_page(replace(PAGE, days=today))
    assert "Resting heart rate 11/25: 71 /min · 4 days old" in trend.words()
    assert filled.page.resident.coverage_words.text().endswith("Yesterday: —.")  # not 0 h


def test_a_score_says_how_it_differs_from_the_last_and_the_first_of_its_form(filled):
    other = score(4, "2026-11-21", 3, version="2018")
    part = score(5, "2026-11-22", 3, answered=9, totals={"total10": None, "total12": None})
    filled.care.take_page(replace(PAGE, scores=(part, other, *SCORES)))
    shown = plain(filled.page.resident.scores)
    assert shown[0] == "2026-11-22 NPI-NH: partial 9/12"
    assert shown[1] == "2026-11-21 NPI-NH: Sum of ten 3 · Sum of twelve 3"
    assert shown[2].endswith("· since the last −6 · since the first −4")  # noqa: RUF001  # a minus
    assert shown[3].endswith("Sum of twelve 20 · since the first +2")
    assert shown[4].endswith("Sum of twelve 18")


def test_scores_stand_on_the_days_of_the_trends(filled):
    strip = filled.page.resident.score_strip
    assert not strip.isVisible()
    other = score(4, "2026-11-04", 3, version="2018")
    filled.care.take_page(replace(PAGE, scores=(*SCORES, other)))
    assert strip.isVisible()
    assert strip.accessibleName() == "NPI-NH sum: 2 in these 28 days"


def test_every_day_stands_in_a_table_with_why_something_is_not_known(filled):
    first = filled.page.about.days.days
    texts = [first.text_at(0, column) for column in range(first.columnCount())]
    assert texts[:3] == ["2026-11-24", "24.0 h", "60 /min"]
    assert (texts[5], texts[-2]) == ("—", "44 %")
    assert texts[-1] == "worn for less than 16 hours"
    filled.care.take_page(replace(PAGE, days=(day(TODAY, 71.0),)))
    assert first.text_at(0, 2) == "71 /min"  # the night is over
    assert first.text_at(0, first.columnCount() - 1) == "the day is not over"


@pytest.mark.parametrize(
    ("name", "outcome"), [("confirmed", "confirmed"), ("false_alarm", "false")]
)
def test_an_event_is_answered_with_what_it_was(filled, name, outcome):
    given = []
    filled.care.answer_wanted.connect(given.append)
    getattr(filled.page.resident, name).click()
    assert given == [EventAnswer(A, 7, outcome)]


def test_a_note_is_kept_by_the_enter_key_and_stays_until_the_hub_has_it(filled):
    kept, field = [], filled.page.resident.note
    filled.care.note_wanted.connect(kept.append)
    QTest.keyClicks(field, "ate well")
    filled.page.resident.for_handover.setChecked(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert kept == [NewNote(A, "ate well", True)]
    filled.care.failed.emit("no valid consent for 'records'")
    assert (field.text(), filled.page.message.text()) == (
        "ate well",
        "no valid consent for 'records'",
    )
    filled.care.take_done()  # of something else: what is half written stays
    assert field.text() == "ate well"
    QTest.keyClick(field, Qt.Key.Key_Return)
    filled.care.take_done()
    assert field.text() == ""


def test_another_person_sees_nothing_of_what_was_shown(filled):
    filled.care.leave()
    filled.models.person.become("taro", "manager", Entry.PERSON)
    assert cards(filled) == []
    assert not filled.page.score.isEnabled()
    assert "only caregivers see residents" in filled.page.message.text()


def test_the_papers_are_written_and_a_wrong_folder_is_told(filled, tmp_path):
    month, shift = tmp_path / "month.pdf", tmp_path / "shift.pdf"
    filled.page.write_month_to(month)
    asked = []
    filled.care.handover_wanted.connect(asked.append)
    filled.page.write_handover_to(shift)
    assert asked == [filled.clock() - 8 * 3_600_000_000]
    filled.care.take_handover(HANDOVER)
    for paper in (month, shift):
        assert paper.read_bytes().startswith(b"%PDF")
        assert paper.stat().st_size > 5_000
    filled.page.write_month_to(tmp_path / "none" / "month.pdf")
    assert filled.page.message.text().startswith("Not written: ")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_month_has_the_care_cycle_and_what_was_scored(language):
    text = "".join(care_papers.month_parts(FULL, "Asia/Tokyo", language, NOW_US))
    assert "Text 1" in text
    assert ("2. 背景の要因" if language == "ja" else "2. Background needs") in text
    assert ("4 点" if language == "ja" else "4 points") in text
    without = "".join(care_papers.month_parts(PAGE, "Asia/Tokyo", language, NOW_US))
    assert "NEWS2" not in without  # the hub does not offer it


def test_the_month_is_of_28_days_and_says_on_how_many_each_number_rests():
    old, gone = day(TODAY - 29, 99.0), (day(TODAY - back, 99.0) for back in range(60, 40, -1))
    few = (*gone, old, *(day(TODAY - back, 60.0) for back in (3, 2, 1)), day(TODAY, 99.0))
    note = replace(PAGE.notes[0], id=2, at_us=NOW_US - 40 * 86_400_000_000, text="Long ago")
    fell = replace(ANSWERED, note="slid from the bed")
    page = replace(PAGE, days=few, notes=(*PAGE.notes, note), scores=SCORES, events=(fell,))
    text = "".join(care_papers.month_parts(page, "Asia/Tokyo", "en", NOW_US))
    assert "Look back at 28 days A 2026-10-28 – 2026-11-24" in text  # noqa: RUF001  # from to
    assert "Worn for 16 hours or more: 3/28 days" in text
    assert "Resting heart rate: median 60 /min (3/28 days)" in text
    assert ("Long ago" in text, "2026-10-20" in text) == (False, False)
    assert "since the first −4" in text  # noqa: RUF001  # of all scores, also those before
    assert "Fall reported: false alarm slid from the bed" in text


def test_the_handover_begins_with_what_is_for_the_next_shift():
    other = replace(PAGE.notes[0], id=2, text="By the way", for_handover=False)
    shift = replace(HANDOVER, notes=(other, *HANDOVER.notes))
    text = "".join(care_papers.handover_parts(shift, "Asia/Tokyo", "en", NOW_US))
    assert text.index("[for the next shift] Slept") < text.index("By the way")


def test_the_handover_has_the_steps_of_the_shift():
    shift = replace(HANDOVER, steps=(replace(STEPS[0], resident=A),))
    text = "".join(care_papers.handover_parts(shift, "Asia/Tokyo", "en", NOW_US))
    assert "A 2026-11-01 cycle 1 1. Observe and assess (hana): Text 1" in text
    assert "<h3>As usual</h3><ul><li>B</li></ul>" in text
    assert "A Fall reported (since 2026-11-25 11:54): Go and look now" in text
    assert "Invented residents" in text
