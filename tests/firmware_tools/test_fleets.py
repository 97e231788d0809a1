"""Fleets: rings, what ends a round by itself, what a second run does again, and what is told of a fleet."""

from __future__ import annotations

import json
import sys

import pytest
import typer.testing

from firmware_tools.cli import app
from firmware_tools.sentences import Refused
from firmware_tools.update import fleet_state, fleets

NEWEST = "1.1.0"
GATEWAY = """
import json, pathlib, sys
folder, host, verb = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[4]
fate = json.loads((folder / "fates").read_text()).get(host, "good")
state = folder / f"{host}.json"
said = json.loads(state.read_text()) if state.exists() else {"running": "1.0.0", "committed": "1.0.0"}
with (folder / "calls").open("a") as calls:
    print(host, verb, file=calls)
if fate == "down":
    sys.exit("no route to host")
if verb == "install":
    if fate == "wrong":
        print(json.dumps({"refused": "wrong_board", "en": "for another board", "ja": "別の基板用"}))
        sys.exit(2)
    if said["running"] == "1.1.0":
        print(json.dumps({"refused": "older_version", "en": "1.1.0 is installed"}))
        sys.exit(2)
    said = {"running": "1.1.0", "committed": "1.0.0", "pending": "1.1.0"}
elif said.get("pending") and fate == "bad":
    said = {"running": "1.0.0", "committed": "1.0.0", "rolled_back": "1.1.0", "why": "no hub"}
elif said.get("pending") and fate == "good" and (folder / "asked").exists():
    said = {"running": "1.1.0", "committed": "1.1.0"}
elif said.get("pending"):
    (folder / "asked").touch()
state.write_text(json.dumps(said))
print(json.dumps(said))
"""


class Fleet:
    """Gateways in a folder, each with its fate, and rounds through them."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "gateway.py").write_text(GATEWAY)
        self.remote = fleets.Remote(
            [sys.executable, str(folder / "gateway.py"), str(folder), "{host}"]
        )
        self.record = folder / "fleet.json"
        self.waited_s = 0.0
        self.now_us = 1_000

    def wait(self, seconds):
        self.waited_s += seconds
        self.now_us += int(seconds * 1e6)

    def round(self, fates, hosts, sizes=fleets.RINGS, tolerated=0, version=""):
        (self.folder / "fates").write_text(json.dumps(fates))
        (self.folder / "calls").write_text("")
        watch = fleets.Watch(lambda: self.now_us, self.wait)
        one = fleets.Round(self.remote, ["stick"], version, tolerated, watch)
        plan = fleets.rings(list(hosts), sizes)
        return list(one.run(plan, fleets.Record(self.record)))

    def calls(self, verb):
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split()[0] for line in lines if line.endswith(verb)]


@pytest.fixture
def fleet(tmp_path):
    return Fleet(tmp_path)


def test_rings_grow():
    hosts = [f"gw-{n}" for n in range(20)]
    assert [len(ring) for ring in fleets.rings(hosts)] == [1, 1, 18]
    assert [len(ring) for ring in fleets.rings(["a"])] == [1]
    assert [h for ring in fleets.rings(hosts, ("5", "50%", "100%")) for h in ring] == hosts
    with pytest.raises(Refused):
        fleets.rings(hosts, ("many",))


def test_the_first_that_rolls_back_ends_the_round_and_a_second_run_goes_on(fleet):
    found = fleet.round({"b": "bad"}, "abcd", ("1", "2", "4"))
    states = [one.state for one in found]
    assert states == ["updated", "rolled back", "not reached", "not reached"]
    assert "no hub" in found[1].words
    assert fleet.calls("install") == ["a", "b"]
    found = fleet.round({}, "abcd", ("1", "2", "4"))
    assert {(one.state, one.version) for one in found} == {("updated", NEWEST)}
    assert fleet.calls("install").count("a") == 1, "it is asked, and says that it has it"
    told = [(one["host"], one["state"]) for one in json.loads(fleet.record.read_text())]
    expected = [("a", "updated"), ("b", "rolled back"), ("b", "updated"), ("c", "updated")]
    assert told == [*expected, ("d", "updated")]
    assert all(one["at_us"] for one in json.loads(fleet.record.read_text()))


def test_a_next_release_is_not_taken_for_the_one_before(fleet):
    """A record of the last round says nothing of this one."""
    fleet.round({}, "a", version=NEWEST)
    fleet.round({}, "a", version=NEWEST)
    assert fleet.calls("install") == [], "it runs what is wanted"
    fleet.round({}, "a", version="1.2.0")
    assert fleet.calls("install") == ["a"]


def test_some_may_be_tolerated_and_more_are_not(fleet):
    found = fleet.round({"a": "bad"}, "abcd", ("1", "2", "4"), tolerated=1)
    assert [one.state for one in found] == ["rolled back", "updated", "updated", "updated"]
    fates = {"e": "bad", "f": "wrong"}
    found = fleet.round(fates, "efgh", ("1", "2", "4"), tolerated=1)
    states = [one.state for one in found]
    assert states == ["rolled back", "refused", "not reached", "not reached"]


def test_within_a_ring_refusals_end_it_before_the_rest_is_touched(fleet):
    found = fleet.round({"a": "wrong"}, "abc", ("3",))
    assert [one.state for one in found] == ["refused", "not reached", "not reached"]
    assert (found[0].words, fleet.calls("install")) == ("for another board", ["a"])
    assert found[0].words_ja == "別の基板用"


def test_one_that_is_on_trial_already_is_waited_for_and_not_given_it_again(fleet):
    state = {"running": NEWEST, "committed": "1.0.0", "pending": NEWEST}
    (fleet.folder / "a.json").write_text(json.dumps(state))
    assert [one.state for one in fleet.round({}, "a")] == ["updated"]
    assert fleet.calls("install") == []


def test_one_that_never_decides_is_waited_for_longer_than_a_trial_takes(fleet, monkeypatch):
    monkeypatch.setattr(fleets, "_LOOK_S", 500.0)
    found = fleet.round({"a": "slow"}, "ab")
    assert [one.state for one in found] == ["silent", "not reached"]
    assert fleet.waited_s > 900


def test_one_that_does_not_answer_ends_the_round_with_its_words(fleet):
    found = fleet.round({"a": "down"}, "ab")
    assert [one.state for one in found] == ["silent", "not reached"]
    assert found[0].words == "no route to host"


def test_a_record_that_is_none_is_refused(fleet):
    fleet.record.write_text('{"not": "a list of outcomes"}')
    with pytest.raises(Refused, match=r"fleet\.json"):
        fleet.round({}, "a")


def test_a_tolerance_that_is_none_is_one_sentence(fleet):
    hosts = fleet.folder / "hosts"
    hosts.write_text("a\n")
    command = ["update", "fleet", "stick", "--hosts", str(hosts), "--tolerate", "some", "--json"]
    found = typer.testing.CliRunner().invoke(app, command)
    assert (found.exit_code, json.loads(found.stdout)["refused"]) == (2, "bad_table")
    assert "'some' is no number or share" in json.loads(found.stdout)["en"]


# -- what gateways told the hub --------------------------------------------------------------------

MINUTE_US = 60_000_000
DETAILS = {
    "gw-1": {
        "health": "online",
        "lastSeenUs": 9,
        "reportedUs": 8,
        "version": "0.1.0",
        "report": {
            "release": {
                "running": "1.0.0",
                "sinceUs": 7 * MINUTE_US,
                "pending": False,
                "trials": [
                    {
                        "version": "1.1.0",
                        "beganUs": MINUTE_US,
                        "endedUs": 7 * MINUTE_US,
                        "result": "rolled back",
                        "reason": "hub not reached",
                        "why": "in 15 min it did not reach the hub",
                    }
                ],
            }
        },
    },
    "gw-2": {"health": "never_seen", "lastSeenUs": 0, "reportedUs": 0, "report": None},
}


class Area:
    """The hub's area API, as far as a fleet's state asks for it."""

    def get(self, path, _kind):
        assert path == "/gateways"
        return [{"id": name} for name in DETAILS]

    def gateway(self, name):
        return {"id": name, **DETAILS[name]}


def test_the_state_of_a_fleet_says_release_since_when_and_why_in_both_languages():
    rows = list(fleet_state.fleet_state(Area()))
    assert [(row["gateway"], row["release"]) for row in rows] == [("gw-1", "1.0.0"), ("gw-2", "")]
    assert rows[0]["since_us"] == 7 * MINUTE_US
    assert "in 15 min" in rows[0]["trials"][0]["why"]["en"]
    assert "期限内に届きませんでした" in rows[0]["trials"][0]["why"]["ja"]
    assert fleet_state.versions(rows) == {"1.0.0": 1, "": 1}
    told = "\n".join(fleet_state.lines(rows, "en"))
    assert "since 1970-01-01 00:07 UTC" in told
    assert "1.1.0 rolled back 1970-01-01 00:07 UTC: in 15 min" in told
    assert "not known: 1" in told


def test_a_command_that_says_something_else_is_silent_not_rolled_back(fleet):
    fleet.remote = fleets.Remote([sys.executable, "-c", "print('welcome')"])
    found = fleet.round({}, "ab")
    assert [(one.state, one.words) for one in found] == [("silent", "welcome"), ("not reached", "")]


def test_a_record_that_cannot_be_kept_ends_it_before_the_first_gateway(fleet):
    fleet.record = fleet.folder / "missing" / "fleet.json"
    with pytest.raises(Refused, match="no such file or folder"):
        fleet.round({}, "ab")
    assert not (fleet.folder / "calls").read_text()


def test_rings_of_nobody_are_refused(fleet):
    with pytest.raises(Refused, match="--ring"):
        fleet.round({}, "ab", sizes=("0",))
