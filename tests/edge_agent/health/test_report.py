"""The status as a person reads it: what is old is called old."""

from __future__ import annotations

import time

import pytest

from edge_agent.clock import boot_id
from edge_agent.health.data_folder import FolderLock, write_status
from edge_agent.health.report import lines, status_of
from tests.edge_agent.health.some_status import some_sink

NOW_US = 1_790_000_000_000_000


def _status(**changes):
    device = {
        "link": "bus",
        "last_ok_us": NOW_US - 2_000_000,
        "last_error": "a was silent once",
        "consecutive_failures": 0,
        "polls": 5,
        "readings": 20,
    }
    silent = {**device, "last_error": "b does not answer", "consecutive_failures": 3}
    never = {**silent, "last_ok_us": 0, "last_error": "c does not answer"}
    return {
        "gateway": "gw-1",
        "area": "harumi",
        "state": "running",
        "written_us": NOW_US,
        "links": {
            "bus": {"state": "open", "words": "/dev/a open", "last_error": "it was gone"},
            "lan": {"state": "down", "words": "", "last_error": "1.2.3.4:502 refuses"},
        },
        "devices": {"a": device, "b": silent, "c": never},
        "log": {"stored": 60, "acknowledged": 40, "backlog": 20, "refused": 0, "last_error": ""},
        "hub": {"url": "http://hub", "reachable": False, "last_error": "nothing answers"},
        **changes,
    }


def test_as_lines():
    assert lines(_status()) == [
        "gateway gw-1 of harumi: running",
        "log: 60 stored, 40 acknowledged by the hub, 20 waiting",
        "hub: http://hub not reachable: nothing answers",
        "link bus: open, /dev/a open",
        "link lan: down, 1.2.3.4:502 refuses",
        "",
        "a: answered 2 s before, 20 readings in 5 polls",
        "b: answered 2 s before, 20 readings in 5 polls; b does not answer",
        "c: no answer yet; c does not answer",
    ]


def test_lost_readings_are_not_hidden():
    log = {"stored": 6, "acknowledged": 6, "backlog": 0, "refused": 9, "last_error": "disk full"}
    assert lines(_status(log=log))[1:3] == [
        "log: 6 stored, 6 acknowledged by the hub, 0 waiting, 9 refused",
        "log: disk full",
    ]


def test_no_agent_ever_ran(tmp_path):
    assert status_of(tmp_path) is None


@pytest.mark.parametrize(
    ("said", "age_s", "runs", "state"),
    [
        ("running", 1, True, "running"),
        ("running", 60, True, "hanging"),
        ("running", 1, False, "killed"),
        ("stopped", 7200, False, "stopped"),
    ],
)
def test_what_state_an_agent_is_in(tmp_path, said, age_s, runs, state):
    lock = FolderLock(tmp_path)
    if not runs:
        lock.close()
    write_status(tmp_path, _status(state=said))
    found = status_of(tmp_path, NOW_US + age_s * 1_000_000)
    if runs:
        lock.close()
    assert (found["state"], found["age_s"]) == (state, age_s)


@pytest.mark.parametrize(("age_s", "words"), [(60, "60 s"), (600, "10 min"), (7200, "2 h")])
def test_how_old_it_is(age_s, words):
    head = lines(_status(state="stopped", age_s=age_s))[0]
    assert head == f"gateway gw-1 of harumi: stopped (this is {words} old)"


def test_restarts_and_a_slow_disk_are_told():
    status = _status(
        log={**_status()["log"], "waiting": 12, "waiting_s": 31.0},
        tasks={"link bus": {"restarts": 2, "last_reason": "the driver hangs"}},
    )
    told = lines({**status, "age_s": 0.0})
    assert "log: the disk is slow: 12 readings wait for 31 s, as does polling" in told
    assert "link bus: open, /dev/a open; restarted 2 times, the last: the driver hangs" in told


def test_a_full_disk_is_told():
    told = lines(_status(disk={"free_bytes": 0, "kept_free_bytes": 442_839}))
    assert "log: the disk is full: 0.0 MB are free, 0.4 are to stay free; free some" in told


@pytest.mark.parametrize(
    ("outcome", "trial", "told"),
    [
        ("applied", None, []),
        ("refused", None, ["settings: refused: edge.toml:3: no such port"]),
        (
            "applied",
            {"state": "pending", "left_s": 61.0, "words": ""},
            ["settings: on trial, the platform has 61 s to answer"],
        ),
        ("applied", {"state": "confirmed", "left_s": None, "words": "it answers"}, []),
        (
            "applied",
            {"state": "rolled back", "left_s": None, "words": "no answer"},
            ["settings: the last change was rolled back: no answer"],
        ),
    ],
)
def test_what_is_told_of_the_settings(outcome, trial, told):
    words = "edge.toml:3: no such port"
    status = _status(configuration={"outcome": outcome, "words": words, "trial": trial})
    assert [line for line in lines(status) if line.startswith("settings")] == told


def test_other_brokers_have_lines_of_their_own():
    city = some_sink(url="http://city", reachable=False, error="no answer", refused=2)
    told = lines(_status(sinks={"hub": some_sink(), "city": city}))
    assert "city: http://city not reachable, 20 waiting, 2 refused: no answer" in told


def test_what_is_lost_for_good_is_told():
    log = {**_status()["log"], "damaged": 3, "dropped": 0, "not_taken": 9, "held": 20}
    assert [line for line in lines(_status(log=log)) if line.startswith("log: ")][1:] == [
        "log: 3 readings can no longer be read",
        "log: 9 readings were never taken for want of room or disk",
        "log: 20 readings wait for the clock to be set",
    ]


@pytest.mark.parametrize(("written_us", "age_s"), [(NOW_US * 2, 60.0), (0, 60.0)])
def test_a_clock_that_was_set_makes_no_status_old_or_young(tmp_path, written_us, age_s):
    said = time.monotonic() - age_s
    status = _status(written_us=written_us, boot=boot_id(), monotonic_s=said)
    with FolderLock(tmp_path):
        write_status(tmp_path, status)
        found = status_of(tmp_path)
        assert found["state"] == "hanging"
        assert 60 <= found["age_s"] < 90
        write_status(tmp_path, {**status, "boot": "another", "written_us": 0})
        assert status_of(tmp_path)["age_s"] > 1e6
