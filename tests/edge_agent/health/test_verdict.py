"""One word on how an agent is, and why."""

from __future__ import annotations

import pytest

from edge_agent.health.verdict import verdict
from tests.edge_agent.health.some_status import some_sink, some_status


def test_all_is_well():
    assert verdict(some_status()) == {"status": "ok", "gateway": "gw-1", "reasons": []}


@pytest.mark.parametrize(
    ("changes", "overdue", "word", "reason"),
    [
        (
            {"sinks": {"city": some_sink(reachable=False, error="no answer")}},
            [],
            "degraded",
            "city: no answer",
        ),
        (
            {"links": {"bus": {"state": "down", "last_error": "port gone"}}},
            [],
            "degraded",
            "link bus: port gone",
        ),
        (
            {"disk": {"free_bytes": 300_000, "kept_free_bytes": 67_108_864}},
            [],
            "degraded",
            "the disk is full: 0.3 MB are free, 67.1 are to stay free; free some",
        ),
        ({"log": {"last_error": "disk full"}}, [], "failing", "readings are refused: disk full"),
        ({}, ["log"], "failing", "log does not get on"),
    ],
)
def test_what_is_wrong(changes, overdue, word, reason):
    found = verdict(some_status(**changes), overdue)
    assert (found["status"], found["reasons"]) == (word, [reason])


def test_a_hub_that_was_not_asked_yet_is_no_trouble():
    assert verdict(some_status(sinks={"hub": some_sink(reachable=None)}))["status"] == "ok"
