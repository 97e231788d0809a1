"""Commands at the console: who may, why not, what is wrong with a value, what became of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.commands import Command, Interlock
from area_configs.domain.names import Name
from area_configs.domain.sources import ModbusSource
from desktop.models.command_desk import (
    CommandDesk,
    Life,
    Step,
    interlock_open,
    interlock_text,
    value_problem,
)
from desktop.models.connection import Connection
from desktop.models.person import Entry, Person
from tests.desktop.small_area import Clock, reading, small_area

TARGET = ModbusSource("holding", 1, "f32")
POWER = Command("p", Name("出力", "Power"), "active_power", TARGET, -5000.0, 5000.0)
STATE = replace(POWER, quantity="operating_state", minimum=0, maximum=4, values=(0.0, 2.0))
EMPTY = Interlock("state_of_charge", minimum=10.0, applies="positive")


def area():
    found = small_area()
    battery = replace(found.profiles["battery"], commands=(POWER, STATE))
    bank = replace(found.profiles["bank"], commands=(POWER,))
    return replace(found, profiles=found.profiles | {"battery": battery, "bank": bank})


@pytest.fixture
def person(qapp):  # noqa: ARG001  # an application must exist
    return Person()


@pytest.fixture
def desk(person):
    connection = Connection(Clock())
    connection.found()
    made = CommandDesk(area(), person, connection)
    made.connection = connection
    return made


def why(desk, device="battery-1"):
    found = desk.why_not(device)
    return found.en if found else ""


def test_only_who_may_gives_commands_and_only_over_a_living_hub(desk, person):
    assert why(desk) == "Sign in first"
    person.become("aki", "auditor", Entry.PERSON)
    assert why(desk) == "This role gives no commands"
    person.become("taro", "technician", Entry.PERSON)
    assert why(desk) == ""
    desk.connection.lost("gone")
    assert why(desk) == "No connection to the hub"


def test_hydrogen_plant_is_never_commanded_whatever_its_profile_says(desk, person):
    person.become("hanako", "manager", Entry.PERSON)
    assert "nobody commands it" in why(desk, "bank-1")
    assert desk.commands("bank-1") == ()
    assert why(desk, "meter-1") == "This model takes no commands"


@pytest.mark.parametrize(
    ("command", "value", "words"),
    [
        (POWER, 5000.0, ""),
        (POWER, 5000.1, "from \N{MINUS SIGN}5,000 W to 5,000 W"),
        (POWER, None, "Enter a number"),
        (POWER, float("nan"), "Enter a number"),
        (STATE, 1.0, "Stopped / Running"),
        (STATE, 2.0, ""),
    ],
)
def test_a_wrong_value_is_told_before_anybody_is_asked(command, value, words):
    found = value_problem(command, value, "en")
    assert found == words


def test_an_interlock_tells_its_limit_and_what_the_device_says_now():
    low = reading("battery-1", "state_of_charge", 8.0)
    said = interlock_text(EMPTY, low, "en")
    assert said == "State of charge at least 10.0 % (now 8.0 %), for values above 0"
    assert interlock_open(EMPTY, 100.0, low)
    assert not interlock_open(EMPTY, -100.0, low)
    assert interlock_open(EMPTY, 100.0, None)  # what is not known does not hold
    assert not interlock_open(EMPTY, 100.0, reading("battery-1", "state_of_charge", 10.0))


def life(state, detail="", ident="c-1"):
    steps = (Step("sent", 1, "taro"), Step(state, 2, "gw-a", detail))
    return Life(ident, "battery-1", "active_power", 100.0, "test", "taro", 1, state, steps)


@pytest.mark.parametrize(
    ("state", "detail", "words"),
    [
        ("delivered", "", "With the gateway"),
        ("read_back", "", "Verified by its own reading"),
        ("failed", "refused: interlock: state_of_charge is 8 %, below 10", "Refused"),
        ("failed", "no effect: it shows 0 W", "No effect"),
        ("failed", "timeout: no answer", "No answer: it may have been done"),
        ("failed", "the agent ended while it was done", "Failed"),
        ("expired", "", "Expired"),
    ],
)
def test_an_outcome_is_told_in_words(state, detail, words):
    assert life(state, detail).outcome().en == words


def test_open_commands_are_followed_until_they_end(desk):
    desk.take([life("delivered"), life("failed", ident="c-2")])
    assert desk.open() == ["c-1"]
    desk.take([life("read_back")])
    assert desk.open() == []
    assert [one.id for one in desk.lives("battery-1")] == ["c-1", "c-2"]
