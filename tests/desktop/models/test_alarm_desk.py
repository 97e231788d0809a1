"""The alarm desk: what is listed where, who may do what and why not, what is new, floods."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from area_configs.domain.alarms import Priority
from area_configs.domain.names import Name
from desktop.models.alarm_desk import AlarmDesk
from desktop.models.alarm_rows import View
from desktop.models.alarm_rules import Action
from desktop.models.alarm_table import AlarmTable, Column, Role
from desktop.models.alarms import Abnormality
from desktop.models.connection import Connection
from desktop.models.device_states import State
from desktop.models.person import Entry, Person
from platform_hub.wire.alarms import AlarmState, AlarmView, Shelf
from tests.desktop.small_area import LEAK, NOON_US, SECOND_US, Clock, small_area

LEVEL = replace(
    LEAK,
    id="level",
    device="river-1",
    quantity="river_level",
    name=Name("水位 注意", "Level high"),
    priority=Priority.MEDIUM,
    above=2.5,
    life_safety=False,
)


def view(ident="leak", state=AlarmState.UNACKED_ACTIVE, **more):
    device = "bank-1" if ident == "leak" else "river-1"
    quantity = "hydrogen_in_air" if ident == "leak" else "river_level"
    said = {
        "priority": "critical",
        "active": state in {AlarmState.UNACKED_ACTIVE, AlarmState.ACKED_ACTIVE},
        "acknowledged": state is not AlarmState.UNACKED_ACTIVE,
        "value": 30.0,
        "raised_us": NOON_US,
        "revision": 1,
    }
    return AlarmView(id=ident, device=device, quantity=quantity, state=state, **{**said, **more})


@pytest.fixture
def sat():
    """A desk with a manager before it, and its table in English."""
    area = replace(small_area(), alarms=(replace(LEAK, life_safety=True), LEVEL))
    person, connection = Person(), Connection(Clock())
    person.become("hanako", "manager", Entry.PERSON)
    connection.found()
    desk = AlarmDesk(area, person, connection)
    table = AlarmTable(desk, area.timezone)
    table.set_language("en")
    return SimpleNamespace(desk=desk, table=table, person=person, connection=connection)


def listed(table, column=Column.STATE):
    return [table.index(row, column).data() for row in range(table.rowCount())]


def test_rows_are_in_the_order_of_urgency(sat, qtmodeltester):
    sat.desk.take_all([view("level"), view("leak")])
    assert listed(sat.table, Column.WHAT) == ["Hydrogen leak", "Level high"]
    assert sat.table.index(0, Column.VALUE).data() == "30.0 %LFL"
    assert sat.table.index(0, Column.SINCE).data() == "11-25 12:00:00"
    assert sat.table.index(0, Column.ACTION).data() == "Check the shut-off valve"
    qtmodeltester.check(sat.table)


@pytest.mark.parametrize(
    ("state", "views"),
    [
        (AlarmState.UNACKED_ACTIVE, {View.ACTIVE, View.UNACKNOWLEDGED}),
        (AlarmState.ACKED_ACTIVE, {View.ACTIVE}),
        (AlarmState.LATCHED, {View.ACTIVE}),
        (AlarmState.SHELVED, {View.SHELVED}),
        (AlarmState.OUT_OF_SERVICE, {View.SHELVED}),
        (AlarmState.SUPPRESSED, set()),  # what would not be in alarm anyway hides nothing
        (AlarmState.NORMAL, set()),
    ],
)
def test_each_state_is_listed_where_it_belongs(sat, state, views):
    sat.desk.take_all([view("leak", state)])
    (row,) = sat.desk.rows
    assert {one for one in View if row.within(one)} == views | {View.ALL}


def test_no_data_is_a_class_of_its_own_and_no_alarm(sat):
    silent = Abnormality(
        "river-1/no_data",
        State.NO_DATA,
        None,
        "river-1",
        Name("水位計", "River gauge"),
        Name("データなし", "No data"),
        Name("確認", "Check"),
        NOON_US,
    )
    sat.desk.take_silent([silent, replace(silent, key="x", state=State.ALARM)])
    sat.desk.take_all([view("leak", AlarmState.ACKED_ACTIVE, unknown=True)])
    assert sat.desk.counts()[View.NO_DATA] == 2
    assert sat.desk.counts()[View.ACTIVE] == 1
    sat.table.show(View.NO_DATA)
    assert listed(sat.table) == ["Active, acknowledged", "No data"]
    row = sat.desk.row("no-data/river-1/no_data")
    assert "technician" in sat.desk.why_not(Action.ACKNOWLEDGE, row).en


def test_before_the_hub_told_its_alarms_nobody_knows(sat):
    assert not sat.desk.heard
    sat.desk.take_all([])
    assert sat.desk.heard


MAY = {
    "manager": set(Action),
    "technician": set(Action) - {Action.SHELVE, Action.OUT_OF_SERVICE},
    "caregiver": {Action.ACKNOWLEDGE},
    "auditor": set(),
    "reader": set(),
    "": set(),
}


@pytest.mark.parametrize("role", MAY)
def test_who_may_do_what_to_an_alarm_that_protects_people(sat, role):
    sat.person.become("x", role, Entry.PERSON)
    states = {
        Action.ACKNOWLEDGE: AlarmState.UNACKED_ACTIVE,
        Action.SHELVE: AlarmState.UNACKED_ACTIVE,
        Action.RESET: AlarmState.LATCHED,
        Action.UNSHELVE: AlarmState.SHELVED,
        Action.OUT_OF_SERVICE: AlarmState.ACKED_ACTIVE,
        Action.IN_SERVICE: AlarmState.OUT_OF_SERVICE,
    }
    allowed = set()
    for action, state in states.items():
        shelf = Shelf("x", "y", NOON_US) if state is AlarmState.SHELVED else None
        sat.desk.take_all([view("leak", state, shelf=shelf)])
        why = sat.desk.why_not(action, sat.desk.row("leak"))
        allowed |= set() if why else {action}
        assert why is None or (why.ja and why.en)
    assert allowed == MAY[role]


def test_a_technician_shelves_what_does_not_protect_people(sat):
    sat.person.become("x", "technician", Entry.PERSON)
    sat.desk.take_all([view("level")])
    assert sat.desk.why_not(Action.SHELVE, sat.desk.row("level")) is None


@pytest.mark.parametrize(
    ("action", "state", "words"),
    [
        (Action.ACKNOWLEDGE, AlarmState.ACKED_ACTIVE, "Acknowledged already"),
        (Action.RESET, AlarmState.ACKED_ACTIVE, "Still in alarm"),
        (Action.RESET, AlarmState.NORMAL, "Not latched"),
        (Action.UNSHELVE, AlarmState.NORMAL, "Not shelved"),
        (Action.IN_SERVICE, AlarmState.NORMAL, "In service"),
        (Action.OUT_OF_SERVICE, AlarmState.OUT_OF_SERVICE, "Out of service already"),
    ],
)
def test_what_would_change_nothing_says_why(sat, action, state, words):
    sat.desk.take_all([view("leak", state)])
    assert sat.desk.why_not(action, sat.desk.row("leak")).en == words


def test_without_the_hub_nothing_can_be_answered(sat):
    sat.desk.take_all([view("leak")])
    sat.connection.lost("gone")
    why = sat.desk.why_not(Action.ACKNOWLEDGE, sat.desk.row("leak"))
    assert why.en == "No connection to the hub"


def test_answers_go_out_as_the_hub_takes_them(sat):
    sent = []
    sat.desk.wanted.connect(sent.append)
    sat.desk.acknowledge(["leak", "level"], "seen")
    sat.desk.shelve("level", "pump is being mended", 99 * 3600)
    sat.desk.do(Action.UNSHELVE, "level", "ignored")
    assert [(one.action, one.alarms, dict(one.body)) for one in sent] == [
        (Action.ACKNOWLEDGE, ("leak", "level"), {"note": "seen"}),
        (Action.SHELVE, ("level",), {"reason": "pump is being mended", "forS": 8 * 3600}),
        (Action.UNSHELVE, ("level",), {}),
    ]


def test_only_what_begins_is_told_as_raised_and_the_first_telling_is_not(sat):
    told = []
    sat.desk.raised.connect(lambda rows: told.append([row.key for row in rows]))
    sat.desk.take_all([view("leak")])
    sat.desk.take([view("level", revision=2)])
    sat.desk.take([view("level", revision=3, value=31.0)])
    sat.desk.take([view("level", revision=4, raised_us=NOON_US + SECOND_US)])
    assert told == [["level"], ["level"]]


def test_an_older_telling_changes_nothing(sat):
    sat.desk.take_all([view("leak", AlarmState.ACKED_ACTIVE, revision=5)])
    sat.desk.take([view("leak", revision=4)])
    assert sat.desk.row("leak").state == "acked_active"
    sat.desk.take_all([view("leak", revision=1)])  # a database that began anew
    assert sat.desk.row("leak").state == "unacked_active"


def test_words_filter_in_either_language_and_what_was_chosen_stays_a_row(sat):
    sat.desk.take_all([view("level"), view("leak")])
    sat.table.find("水素 SHUT-OFF")
    assert [sat.table.index(0, 0).data(Role.KEY)] == ["leak"]
    assert sat.table.rowCount() == 1
    assert sat.table.row_of("level") == -1


def test_a_shelved_alarm_says_who_until_when_and_why(sat):
    shelf = Shelf("taro", "gate is being painted", NOON_US + 3600 * SECOND_US)
    sat.desk.take_all([view("leak", AlarmState.SHELVED, shelf=shelf)])
    sat.table.show(View.SHELVED)
    assert listed(sat.table, Column.ANSWER) == ["taro · until 13:00 · gate is being painted"]
