"""The trial of a release: kept once the hub hears of it, taken back with a reason where it does not."""

from __future__ import annotations

import json
import time

import pytest

from edge_agent.clock import SystemClock
from firmware_tools.update import keeping, trial
from firmware_tools.update.release_keeper import MOST_STARTS, Keeper
from tests.firmware_tools.test_release_keeper import NEW, OLD, release
from tests.firmware_tools.trials import PATIENCE_S, at, judged, status

DAY_US = 86_400_000_000


class Wall:
    """A wall clock that a test sets."""

    now_us = DAY_US

    def __call__(self):
        return self.now_us


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def keeper(tmp_path, wall):
    """Give a keeper with the old release committed."""
    keeper = Keeper(tmp_path / "opt", now_us=wall)
    keeper.install(release(tmp_path / "old", OLD), OLD)
    keeper.resolve()
    assert not keeper.ready(at(-500)), "the very first one has nothing to go back to: it is kept"
    assert keeper.state()["committed"] == OLD
    return keeper


@pytest.fixture
def on_trial(keeper, tmp_path):
    """Give what puts the new release on trial, ready, after a status of the old one."""

    def begin(before):
        keeper.install(release(tmp_path / "new", NEW), NEW, before)
        assert keeper.resolve() == NEW
        assert keeper.ready(at(0))
        return keeper

    return begin


def test_it_is_kept_once_the_hub_has_heard_of_it_twice(on_trial, wall):
    keeper = on_trial(status(-5.0))
    assert judged(keeper, 15, acknowledged=12).word == "wait"
    assert keeper.state()["pending"] == NEW
    wall.now_us += 45_000_000
    assert judged(keeper, 45, acknowledged=14).word == "keep"
    assert keeper.running() == keeper.state()["committed"] == NEW
    last = keeper.state()["trials"][-1]
    assert (last["version"], last["result"], last["reason"]) == (NEW, "kept", "heard")
    assert last["ended_us"] - last["began_us"] == 45_000_000
    assert judged(keeper, 75).word == "decided"


@pytest.mark.parametrize(
    ("said", "reason", "words"),
    [
        ({"reachable": False, "error": "no route to host"}, "hub not reached", "no route to host"),
        ({"reachable": None}, "hub not reached", "did not reach the hub"),
        ({"refused": 3}, "hub refuses", "refuses readings"),
        ({"error": "400: unknown field"}, "hub refuses", "unknown field"),
        ({"backlog": 40}, "nothing acknowledged", "acknowledged nothing"),
    ],
)
def test_a_link_that_was_there_and_is_not_takes_it_back_with_the_reason(
    on_trial, said, reason, words
):
    keeper = on_trial(status(-5.0))
    for after_s in range(15, 890, 30):
        assert judged(keeper, after_s, **said).word == "wait"
    assert judged(keeper, 901, **said).word == "back"
    state = keeper.state()
    assert (keeper.running(), state["rolled_back"], state["reason"]) == (OLD, NEW, reason)
    assert words in state["why"]
    assert state["why"].startswith("in 15 min ")
    assert state["restart"], "what runs is still the one that was taken back"
    assert keeper.resolve() == OLD
    assert "restart" not in keeper.state()
    assert keeper.state()["trials"][-1]["result"] == "rolled back"


@pytest.mark.parametrize(
    "before",
    [
        None,
        status(-5.0, reachable=False, error="no route"),
        status(-5.0, reachable=None),
        status(-5.0, error="401: unknown key"),
    ],
)
def test_a_gateway_without_a_link_before_is_not_taken_back_for_the_lack_of_it(on_trial, before):
    keeper = on_trial(before)
    assert judged(keeper, 450, reachable=False).word == "wait"
    assert judged(keeper, 901, reachable=False).word == "keep"
    last = keeper.state()["trials"][-1]
    assert (keeper.running(), last["result"], last["reason"]) == (NEW, "kept", "no link before")


def test_an_agent_that_spoke_before_and_is_dumb_now_is_taken_back_without_a_link_too(on_trial):
    keeper = on_trial(status(-5.0, reachable=False))
    assert keeper.judge(None, at(450), PATIENCE_S).word == "wait"
    assert keeper.judge(None, at(901), PATIENCE_S).word == "back"
    assert keeper.state()["reason"] == "agent silent"


def test_old_words_are_no_sign_of_life(on_trial):
    """Neither what the release before said, nor what this one said long ago."""
    keeper = on_trial(status(-5.0))
    assert keeper.judge(status(-2.0), at(15), PATIENCE_S).words.reason == "agent silent"
    assert keeper.judge(status(5.0), at(60), PATIENCE_S).words.reason == "agent silent"


def test_one_that_reaches_the_hub_and_crashes_each_time_is_not_kept(on_trial):
    keeper = on_trial(status(-5.0))
    for pid in range(100, 100 + MOST_STARTS - 1):
        assert judged(keeper, pid - 80, pid=pid).word == "wait"
        assert keeper.resolve() == NEW
        keeper.ready(at(pid - 80))
    assert keeper.resolve() == OLD
    assert keeper.state()["reason"] == "does not stay up"


def test_a_short_gap_begins_the_proof_anew(on_trial):
    keeper = on_trial(status(-5.0))
    assert judged(keeper, 15).word == "wait"
    assert judged(keeper, 45, reachable=False).word == "wait"
    assert judged(keeper, 75).word == "wait"
    assert judged(keeper, 105).word == "keep"


def test_power_cuts_and_wall_clocks_do_not_shorten_the_time(on_trial, wall):
    keeper = on_trial(status(-5.0))
    judged(keeper, 600, reachable=False)
    wall.now_us += 400 * DAY_US
    keeper.resolve()
    keeper.ready(at(-90))  # the machine's running time begins anew
    found = keeper.judge(status(-61, reachable=False), at(-60), PATIENCE_S)
    assert (found.word, found.left_s) == ("wait", 270.0)


def test_a_cut_while_it_is_taken_back_keeps_the_reason(on_trial):
    """The note stands, the switch does not."""
    keeper = on_trial(status(-5.0))
    keeper._switch = lambda _version: 1 / 0
    judged(keeper, 450, reachable=False)
    with pytest.raises(ZeroDivisionError):
        judged(keeper, 901, reachable=False)
    again = Keeper(keeper.root)
    assert (again.running(), again.resolve()) == (NEW, OLD)
    assert again.state()["reason"] == "hub not reached"


def test_trials_of_a_keeper_that_knew_none_are_judged_leniently(keeper, tmp_path):
    keeper.install(release(tmp_path / "new", NEW), NEW)
    state = {key: keeper.state()[key] for key in ("pending", "previous", "tries", "committed")}
    (keeper.root / "state.json").write_text(json.dumps(state))
    keeper.resolve()
    keeper.ready(at(0))
    assert judged(keeper, 15).word == "wait"
    assert judged(keeper, 45).word == "keep"


def test_the_timers_command_takes_back_restarts_and_ends(on_trial, tmp_path, monkeypatch, capsys):
    calls = tmp_path / "calls"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
    systemctl.chmod(0o755)
    monkeypatch.setattr(keeping, "_SYSTEMCTL", str(systemctl))
    keeper = on_trial(status(-5.0))
    root, data = str(keeper.root), str(tmp_path)
    assert keeping.main(["ready", root, "t.timer"]) == 0
    assert keeping.main(["judge", root, data, "s.service", "t.timer", "900"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["look"] == "wait"
    assert keeping.main(["judge", root, data, "s.service", "t.timer", "0"]) == 0
    assert "its agent says nothing" in capsys.readouterr().err
    keeper.resolve()
    assert keeping.main(["judge", root, data, "s.service", "t.timer"]) == 0
    assert calls.read_text().splitlines() == [
        "start --no-block t.timer",
        "restart --no-block s.service",
        "stop --no-block t.timer",
    ]


def test_moments_are_the_agents(tmp_path):
    """What an agent writes and what the keeper reads by are the same clock."""
    before_s = time.monotonic()
    assert before_s <= SystemClock().monotonic() <= time.monotonic()
    assert keeping.status_in(tmp_path) is None
    assert trial.begin(None, 0)["before"]["spoke"] is False
