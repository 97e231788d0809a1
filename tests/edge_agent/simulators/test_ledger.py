"""The ledger: whole lines, at once, with null for what had no value."""

from __future__ import annotations

import json

from edge_agent.simulators.ledger import Ledger, Said


def test_lines_are_in_the_file_before_anything_is_closed(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.write([Said("a", "active_power", 1.5), Said("a", "current_r", None)], 7)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    ledger.close()
    assert lines == [
        {"device": "a", "quantity": "active_power", "value": 1.5, "said_us": 7},
        {"device": "a", "quantity": "current_r", "value": None, "said_us": 7},
    ]


def test_two_ledgers_may_share_a_file(tmp_path):
    path = tmp_path / "ledger.jsonl"
    first, second = Ledger(path), Ledger(path)
    for n in range(50):
        first.write([Said("a", "q", float(n))], n)
        second.write([Said("b", "q", float(n))], n)
    first.close()
    second.close()
    devices = [json.loads(line)["device"] for line in path.read_text().splitlines()]
    assert devices == ["a", "b"] * 50


def test_an_answer_that_says_nothing_writes_nothing(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.write([], 1)
    ledger.close()
    assert (tmp_path / "ledger.jsonl").read_text() == ""
