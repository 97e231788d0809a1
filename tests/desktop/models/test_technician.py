"""The technician's bench: what stands against a task, its command, and what came of it in both languages."""

from __future__ import annotations

import json

import pytest

from desktop.models import technician_tasks as tasks
from desktop.models.person import MANAGER, TECHNICIAN, Entry, Person
from desktop.models.technician import Bench
from desktop.models.technician_results import Results
from tests.desktop.small_area import small_area

EVERYTHING = {
    "host": "192.0.2.17",
    "hub": "https://hub:8443",
    "code": "4821 3907",
    "hub_ca": "ca.pem",
    "gateway": "gw-a",
    "ask_host": "192.0.2.17",
    "ssh": "technician@192.0.2.17",
    "devices": "meter-1 battery-1",
    "secrets": "secrets.toml",
    "record": "acceptance.json",
    "pdf": "acceptance.pdf",
    "source": "/media/stick",
    "hosts": "one two",
    "version": "1.1.0",
    "fleet_record": "fleet.json",
    "image": "new.bin",
    "key": "key.pub",
    "board": "gauge",
    "to": "serial:/dev/x",
    "esp_image": "esp.bin",
    "esp_port": "/dev/y",
}
RECORD = {
    "devices": {
        "meter-1": {
            "id": "meter-1",
            "state": "failed",
            "signal_dbm": -71,
            "words": "no good value in the test read",
            "words_ja": "試し読みで良好な値がありません",
            "values": [{"quality": "ok"}, {"quality": "silent"}],
        }
    },
    "self_test": [
        {"name": "disk", "level": "fail", "words": "2 % free", "ja": "空き 2 %"},
        {"name": "link radio-1", "level": "ok", "words": "see radio"},  # of an older gateway
    ],
    "accepted": False,
}


@pytest.fixture
def bench(qapp):  # noqa: ARG001  # signals need an application
    person = Person()
    person.become("taro", TECHNICIAN, Entry.PERSON)
    bench = Bench(small_area(), person)
    bench.orders = []
    bench.wanted.connect(bench.orders.append)
    bench.person = person
    for key, text in EVERYTHING.items():
        bench.fill(key, text)
    return bench


def test_only_a_technician_begins_and_the_reason_is_said(bench):
    assert bench.obstacle("claim") is None
    bench.person.become("hanako", MANAGER, Entry.PERSON)
    assert bench.obstacle("claim").en == "Only technicians do this."
    bench.begin("claim")
    assert (bench.orders, bench.at_work) == ([], "")


def test_what_is_still_empty_is_named_in_both_languages(bench):
    bench.fill("host", " ")
    bench.fill("code", "")
    found = bench.obstacle("claim")
    assert found.en.endswith("Address of the gateway, Code of the label (8 digits or its QR)")
    assert "ゲートウェイのアドレス、" in found.ja
    bench.begin("claim")
    assert bench.orders == []


@pytest.mark.parametrize("task", [task.id for task in tasks.TASKS])
def test_every_order_is_one_that_the_tool_takes_and_shows_no_secret(bench, task):
    import typer.main  # noqa: PLC0415  # only this test asks the tool itself

    from firmware_tools.cli import app  # noqa: PLC0415  # ditto

    bench.begin(task)
    [order] = bench.orders
    command = typer.main.get_command(app)
    words = list(order.arguments)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    parsed = command.make_context(task, words)
    assert parsed.params["as_json"] is True
    assert EVERYTHING["code"] not in order.arguments
    assert order.needs_hub is ("hub" in {field.key for field in tasks.TASK[task].fields})


def test_a_code_is_told_once_and_forgotten(bench):
    bench.begin("claim")
    assert bench.orders[0].given == "4821 3907\n"
    assert bench.values["code"] == ""
    bench.begin("report")  # one task at a time
    assert len(bench.orders) == 1
    bench.take(0, json.dumps({"gateway": "gw-a", "key_id": "k", "configuration": 1}))
    assert bench.outcomes["claim"].good
    assert [row.facts.en for row in bench.outcomes["claim"].rows] == ["gw-a", "k", "1"]


def test_a_refusal_is_shown_in_both_languages_and_can_be_tried_again(bench):
    bench.begin("claim")
    bench.hear("area-tech: The code is not the one")
    bench.take(2, json.dumps({"refused": "wrong_code", "en": "Wrong code.", "ja": "コード違い。"}))
    outcome = bench.outcomes["claim"]
    assert (outcome.good, outcome.words.en, outcome.words.ja) == (
        False,
        "Wrong code.",
        "コード違い。",
    )
    assert outcome.rows == []
    bench.fill("code", "11112222")
    assert bench.obstacle("claim") is None


def test_commissioning_that_is_not_accepted_says_why(bench):
    bench.begin("commission")
    for line in ("looked on line", "50 %"):
        bench.hear(line)
    outcome = bench.outcomes["commission"]
    assert (outcome.percent, outcome.lines) == (50, ["looked on line"])
    bench.take(1, json.dumps(RECORD))
    assert not outcome.good
    assert outcome.words.en.startswith("Not accepted yet")
    device, test, older = outcome.rows
    assert device.what.ja == "集会所の電力計 (meter-1)"
    assert device.facts.en.startswith("1 of 2 values good · signal −71 dBm · no good value")  # noqa: RUF001  # the sign of a negative number
    assert device.facts.ja.endswith(" · 試し読みで良好な値がありません")
    assert (test.what.en, test.state.ja) == ("Self-test: disk", "不合格")
    assert (test.what.ja, test.facts.ja) == ("自己診断: ディスクの空き", "空き 2 %")
    assert (older.what.ja, older.state.ja, older.level) == (
        "自己診断: リンク radio-1",
        "合格",
        "good",
    )
    assert older.facts.ja == "see radio"  # a gateway of before has English words only


def test_a_cancelled_task_and_one_that_died_are_told_apart(bench):
    asked = []
    bench.cancel_wanted.connect(lambda: asked.append(1))
    bench.cancel()
    bench.begin("firmware")
    bench.cancel()
    assert asked == [1]
    bench.take(130, "")
    assert bench.outcomes["firmware"].words.en.startswith("Cancelled")
    bench.begin("firmware")
    bench.take(-9, "")
    assert bench.outcomes["firmware"].words.en.startswith("It ended without a reason")


def test_what_was_found_fills_in_the_claim(bench, qtmodeltester):
    found = [
        {"name": "gw-b", "state": "open", "host": "192.0.2.9", "port": 9466, "version": "1.0"},
        {"name": "hub", "state": "hub", "host": "192.0.2.1", "port": 8443, "version": ""},
    ]
    bench.begin("discover")
    bench.take(0, json.dumps(found))
    assert bench.outcomes["discover"].words.en == "2 found."
    assert bench.use_found(0)
    assert (bench.values["host"], bench.values["claim_port"]) == ("192.0.2.9", "9466")
    assert not bench.use_found(1)
    results = Results()
    results.show_rows(bench.outcomes["discover"].rows)
    results.set_language("en")
    assert results.index(0, 1).data() == "Waits to be claimed"
    qtmodeltester.check(results)


FLEET = [
    {
        "gateway": "gw-a",
        "health": "online",
        "release": "1.0.0",
        "since_us": 1_800_000_000_000_000,
        "pending": False,
        "trials": [
            {
                "version": "1.1.0",
                "result": "rolled back",
                "ended_us": 1_800_000_000_000_000,
                "why": {"en": "it did not reach the hub", "ja": "ハブに届きませんでした"},
            }
        ],
    },
    {
        "gateway": "gw-b",
        "health": "online",
        "release": "1.1.0",
        "since_us": None,
        "pending": True,
        "trials": [],
    },
    {
        "gateway": "gw-c",
        "health": "never_seen",
        "release": "",
        "since_us": None,
        "pending": False,
        "trials": [],
    },
]


def test_releases_are_told_with_their_time_of_the_area_and_the_reason_of_a_roll_back(bench):
    bench.begin("fleet")
    bench.take(0, json.dumps(FLEET))
    outcome = bench.outcomes["fleet"]
    assert outcome.words.en == "The releases of 3 gateways."
    back, trial, never = outcome.rows
    at = "2027-01-15 17:00"
    assert (back.level, back.state.ja) == ("bad", "前の版に復帰")
    assert back.facts.en == f"1.0.0 since {at} · back from 1.1.0 {at}: it did not reach the hub"
    assert back.facts.ja.endswith("ハブに届きませんでした")
    assert (trial.state.en, trial.facts.en, trial.level) == ("On trial", "1.1.0", "")
    assert (never.state.en, never.facts.ja) == ("Never seen", "版は不明")
