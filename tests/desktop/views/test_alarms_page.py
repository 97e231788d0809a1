"""The page of alarms as an operator uses it: choose, answer, several at once, floods, export."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel  # noqa: TID251  # widgets are what is tested

from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.alarm_rows import View
from desktop.models.alarm_rules import Action
from desktop.models.person import Entry
from desktop.views.alarm_dialogs import AskingDialog, ShelveDialog
from desktop.views.alarms_page import AlarmsPage
from platform_hub.wire.alarms import AlarmLine, AlarmState, AlarmView, Shelf
from tests.desktop.small_area import LEAK, NOON_US

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
RULES = [
    replace(LEAK, id=f"leak-{n}", name=Name(f"漏えい{n}", f"Leak {n}"), life_safety=n == 0)
    for n in range(500)
]


def view(n, state=AlarmState.UNACKED_ACTIVE, revision=1, **more):
    said = {
        "active": state in {AlarmState.UNACKED_ACTIVE, AlarmState.ACKED_ACTIVE},
        "acknowledged": state is not AlarmState.UNACKED_ACTIVE,
        "raised_us": NOON_US + n,
        "value": 30.0,
        "revision": revision,
    }
    facts = ("bank-1", "hydrogen_in_air", "critical")
    return AlarmView(f"leak-{n}", *facts, state, **{**said, **more})


@pytest.fixture
def area_alarms():
    return RULES


@pytest.fixture
def desk(console):
    """The page before a manager with a hub; what goes out is gathered in `sent`."""
    console.models.person.become("hanako", "manager", Entry.PERSON)
    console.connection.found()
    console.window.show_page("alarms")
    console.page = console.window.page("alarms")
    assert isinstance(console.page, AlarmsPage)
    console.sent = []
    console.models.alarm_desk.wanted.connect(console.sent.append)
    return console


def take(desk, *views):
    desk.models.alarm_desk.take_all(views)


def test_without_a_word_from_the_hub_the_page_does_not_call_it_calm(desk):
    assert "nobody knows" in desk.page._empty.text()
    take(desk)
    assert desk.page._empty.text() == "No alarm is open."


def test_choosing_shows_it_in_full_and_a_note_goes_with_the_answer(desk, qtbot):
    take(desk, view(1), view(2))
    desk.page.list.choose("leak-1")
    card = desk.page.card
    assert card._title.text() == "Hydrogen bank: Leak 1"
    assert "30.0 %LFL (alarm above 25.0 %LFL)" in card._facts.text()
    assert card._action.text() == "Check the shut-off valve"
    qtbot.keyClicks(card.note, "going there")
    qtbot.mouseClick(card.buttons["acknowledge"], Qt.MouseButton.LeftButton)
    (sent,) = desk.sent
    assert (sent.alarms, sent.body["note"]) == (("leak-1",), "going there")
    assert card.note.text() == ""


def test_a_button_that_cannot_be_pressed_says_why_in_words(desk):
    desk.models.person.become("taro", "technician", Entry.PERSON)
    take(desk, view(0, AlarmState.ACKED_ACTIVE))
    desk.page.list.choose("leak-0")
    card = desk.page.card
    assert {place: words.text() for place, words in card._reasons.items()} == {
        "acknowledge": "Acknowledged already",
        "reset": "Still in alarm",
        "shelve": "Protects people: only the area manager may",
        "service": "Protects people: only the area manager may",
    }
    assert not any(button.isEnabled() for button in card.buttons.values())


def test_shelving_asks_why_and_for_how_long(desk, qtbot):
    take(desk, view(1))
    desk.page.list.choose("leak-1")
    qtbot.mouseClick(desk.page.card.buttons["shelve"], Qt.MouseButton.LeftButton)
    dialog = desk.page.findChild(ShelveDialog)
    assert not dialog.do.isEnabled()  # a reason is required
    qtbot.keyClicks(dialog.line, "sensor is being mended")
    dialog.hours.setCurrentIndex(3)
    qtbot.mouseClick(dialog.do, Qt.MouseButton.LeftButton)
    (sent,) = desk.sent
    assert (sent.action, dict(sent.body)) == (
        Action.SHELVE,
        {"reason": "sensor is being mended", "forS": 8 * 3600},
    )


def test_what_is_shelved_can_be_taken_back(desk, qtbot):
    take(desk, view(1, AlarmState.SHELVED, shelf=Shelf("taro", "mending", NOON_US + 1)))
    desk.page.show_view(View.SHELVED)
    desk.page.list.choose("leak-1")
    button = desk.page.card.buttons["shelve"]
    assert button.text() == "Unshelve"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.sent[0].action is Action.UNSHELVE


def test_several_are_acknowledged_after_one_question(desk, qtbot):
    take(desk, *(view(n) for n in range(12)), view(12, AlarmState.ACKED_ACTIVE))
    desk.page.list.selectAll()
    card = desk.page.card
    assert card.buttons["acknowledge"].text() == "Acknowledge (12)"
    assert card._reasons["shelve"].text() == "One at a time"
    qtbot.mouseClick(card.buttons["acknowledge"], Qt.MouseButton.LeftButton)
    dialog = desk.page.findChild(AskingDialog)
    assert "and 4 more" in dialog.text.text()
    assert desk.sent == []  # not before it is confirmed
    qtbot.mouseClick(dialog.do, Qt.MouseButton.LeftButton)
    (sent,) = desk.sent
    assert len(sent.alarms) == 12


def test_what_is_chosen_stays_chosen_while_others_come(desk):
    take(desk, view(1), view(2))
    desk.page.list.choose("leak-1")
    desk.models.alarm_desk.take([view(3, revision=2), view(4, revision=3)])
    assert [row.key for row in desk.page.list.chosen()] == ["leak-1"]
    assert desk.page.card._title.text() == "Hydrogen bank: Leak 1"


def test_five_hundred_alarms_are_counted_and_one_update_paints_only_what_is_seen(desk):
    painted = []
    delegate = desk.page.list.itemDelegate()
    paint = type(delegate).paint

    class Counting(type(delegate)):
        def paint(self, painter, option, index):
            painted.append(index.row())
            paint(self, painter, option, index)

    counting = Counting(desk.models.alarm_desk, desk.theme, desk.page.list)
    desk.page.list.setItemDelegate(counting)
    take(desk)
    rang = []
    desk.models.bell.rang.connect(lambda: rang.append(1))
    desk.models.alarm_desk.take([view(n, revision=n + 1) for n in range(500)])
    desk.application.processEvents()
    assert desk.page.views[View.UNACKNOWLEDGED].text() == "Unacknowledged 500"
    assert desk.window.navigation._buttons["alarms"].text() == "Alarms 500"
    assert 5 < len(set(painted)) < 40
    assert len(rang) == 1


def test_jumps_lead_to_the_twin_and_to_the_trend(desk, qtbot):
    take(desk, view(1))
    desk.page.list.choose("leak-1")
    qtbot.mouseClick(desk.page.card.trend, Qt.MouseButton.LeftButton)
    assert desk.window.stack.currentWidget() is desk.window.page("trends")
    assert desk.models.wide_trend.series == (Series("bank-1", "hydrogen_in_air"),)
    desk.window.show_page("alarms")
    qtbot.mouseClick(desk.page.card.device, Qt.MouseButton.LeftButton)
    assert desk.window.stack.currentWidget() is desk.window.page("overview")
    assert desk.models.selection.device == "bank-1"


def line(seq, what="raised", by=""):
    return AlarmLine(seq, "leak-1", NOON_US, what, "unacked_active", "critical", 30.0, by)


def test_the_journal_is_asked_for_and_says_who(desk):
    asked = []
    desk.models.alarm_journal.more_wanted.connect(asked.append)
    desk.page.show_section("journal")
    assert asked == [0]
    journal = desk.models.alarm_journal
    journal.take([line(9, "acknowledged", "hanako"), line(8)], 0)
    assert [journal.index(0, c).data() for c in (0, 1, 2, 3, 7)] == [
        *("2026-11-25 12:00:00", "Acknowledged", "Hydrogen bank", "Leak 1", "hanako")
    ]
    assert journal.complete


def test_older_lines_come_behind_those_known(desk):
    journal = desk.models.alarm_journal
    journal.take([line(seq) for seq in range(400, 200, -1)], 0)
    assert not journal.complete
    asked = []
    journal.more_wanted.connect(asked.append)
    journal.ask_more()
    assert asked == [201]
    journal.take([line(200)], 201)
    assert journal.rowCount() == 201


STATISTICS = {
    "beginsUs": 0,
    "endsUs": 1,
    "raised": 300,
    "perHour": 12.5,
    "targetPerHour": 6.0,
    "byPriority": {"critical": {"raised": 300, "share": 1.0}},
    "mostFrequent": [{"alarm": "leak-1", "raised": 200}],
    "floods": [{"beginsUs": 0, "endsUs": 600_000_000}],
    "chattering": ["leak-1"],
    "stale": [],
    "meanTimeToAcknowledgeS": 95.0,
}


def test_statistics_say_what_is_too_much(desk):
    desk.page.show_section("statistics")
    desk.models.alarm_journal.take_statistics(STATISTICS)
    desk.application.processEvents()
    words = {one.text() for one in desk.page.statistics.findChildren(QLabel)}
    assert {"12.5", "1 min", "200 × Leak 1"} <= words  # noqa: RUF001  # as it is written
    assert "more than 10 in 10 min; 10 min in all" in words


def test_what_is_listed_is_exported_and_a_failure_is_told(desk, tmp_path):
    take(desk, view(1))
    desk.page.export_to(tmp_path / "alarms.csv")
    written = (tmp_path / "alarms.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines()[0].startswith("State,Priority,Device")
    assert "Leak 1" in written
    desk.page.export_to(tmp_path / "no" / "such" / "folder.csv")
    assert desk.page._message.text().startswith("Not written:")


def test_what_the_hub_refuses_is_told_on_the_page(desk):
    desk.models.alarm_desk.refused.emit("the hub refused the request: too late")
    assert desk.page._message.text().endswith("too late")


def test_statistics_are_those_of_the_replayed_time(desk):
    journal, time, asked = desk.models.alarm_journal, desk.models.time, []
    journal.statistics_wanted.connect(lambda hours, until_us: asked.append((hours, until_us)))
    desk.page.show_section("statistics")
    assert desk.page.statistics.until.text() == ""
    past_us = desk.clock() - 7_200_000_000
    time.go_to(past_us)
    journal.take_statistics({**STATISTICS, "endsUs": past_us})
    assert desk.page.statistics.until.text() == "until 2026-11-25 10:00:00"
    time.step(30)
    time.step(40)
    time.go_live()
    hours = asked[0][0]
    assert asked == [(hours, None), (hours, past_us), (hours, past_us + 70_000_000), (hours, None)]
    journal.take_statistics(STATISTICS)
    assert desk.page.statistics.until.text() == ""
