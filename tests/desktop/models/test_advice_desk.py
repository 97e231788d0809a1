"""A decision goes out with the advice as it was read; who may not decide is told why."""

from __future__ import annotations

import pytest

from area_configs.domain.advice import Answer, RecordedAnswer, Verdict
from desktop.models.advice_desk import AdviceDesk
from desktop.models.connection import Connection
from desktop.models.person import CAREGIVER, MANAGER, Entry, Person
from desktop.models.time_source import TimeSource
from desktop.models.twin_layers import GivenAdvice
from tests.desktop.small_area import NOON_US, Clock

CLOSE = GivenAdvice("water_gate", "river-1", "close", "Water gate: close", ("rising",), NOON_US)


@pytest.fixture
def desk():
    person, clock = Person(), Clock()
    connection, time = Connection(clock), TimeSource(clock)
    made = AdviceDesk(person, connection, time)
    made.parts = (person, connection, time)
    return made


def why(desk):
    said = desk.why_not()
    return said.en if said else ""


def test_who_may_not_decide_is_told_why(desk):
    person, connection, time = desk.parts
    assert "No connection" in why(desk)
    connection.found()
    person.become("", MANAGER, Entry.OPEN)
    assert "asks nobody" in why(desk)
    person.become("care", CAREGIVER, Entry.PERSON)
    assert "area manager or a technician" in why(desk)
    person.become("Sato", MANAGER, Entry.PERSON)
    assert why(desk) == ""
    time.go_to(NOON_US - 3_600_000_000)
    assert "another time than now" in why(desk)


def test_what_goes_out_is_what_was_read(desk):
    sent = []
    desk.wanted.connect(sent.append)
    desk.decide(CLOSE, Verdict.DECLINED, "boats inside")
    reasons = ("rising",)
    verdict = Verdict.DECLINED
    assert sent == [
        Answer("water_gate", "river-1", "close", NOON_US, verdict, reasons, "boats inside")
    ]


def test_the_last_decision_is_kept_by_topic(desk):
    told = []
    desk.changed.connect(lambda: told.append(desk.last("water_gate")))
    body = Answer("water_gate", "river-1", "close", NOON_US, Verdict.FOLLOWED)
    made = RecordedAnswer("manager:Sato", NOON_US + 1, body)
    desk.take(made)
    assert told == [made]
    assert desk.last("another") is None
