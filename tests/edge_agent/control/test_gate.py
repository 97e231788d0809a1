"""The gate: each reason to refuse, and what may pass; commands on their way; the audit trail."""

from __future__ import annotations

import json

import pytest

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.control.audit import FILE, AuditTrail
from edge_agent.control.board import Board
from edge_agent.control.execution import Gate
from edge_agent.control.gate import Request, Result
from edge_agent.drivers.base import WriteRefused
from tests.edge_agent.control.plant import LeapingClock, Plant


class Site:
    """A gate with everything around it."""

    def __init__(self, folder) -> None:
        self.clock = LeapingClock()
        self.board = Board(self.clock)
        self.plant = Plant(self.board, self.clock)
        self.trail = AuditTrail(folder)
        self.gate = Gate(self.plant, self.board, self.trail, self.clock)
        self.plant.say("battery", state_of_charge=50.0, temperature=25.0, active_power=0.0)

    async def ask(self, value, quantity="active_power", device="battery", **more):
        return await self.gate.execute(Request(device, quantity, value, "test", **more))


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


async def test_a_command_is_written_read_back_and_noted(site):
    heard = []
    outcome = await site.gate.execute(
        Request("battery", "active_power", 20_000, "ann", "peak", "o-1"), heard.append
    )
    assert (outcome.result, outcome.value) == (Result.VERIFIED, 20_000)
    assert [one.result for one in heard] == [Result.ACCEPTED]
    assert site.plant.written == [("battery", "power", 20_000)]
    noted = [(e["event"], e["result"], e["by"], e["order"]) for e in site.trail.newest(9)]
    assert noted == [("begins", "accepted", "ann", "o-1"), ("ended", "verified", "ann", "o-1")]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"value": 1, "quantity": "state_of_charge"}, "takes no command for state_of_charge"),
        ({"value": 1, "device": "meter"}, "takes no command"),
        ({"value": 1, "device": "elsewhere"}, "no device of this gateway"),
        ({"value": 3e6}, "goes from -2000000 to 2000000 W, not 3000000"),
        ({"value": float("nan")}, "a finite number"),
        ({"value": 1, "quantity": "operating_state", "confirmed": True}, "takes 0 or 2, not 1"),
        ({"value": 2, "quantity": "operating_state"}, "must be confirmed by who sends it"),
    ],
)
async def test_what_is_not_allowed_is_refused_and_never_written(site, asked, words):
    outcome = await site.ask(**asked)
    assert outcome.result is Result.REFUSED
    assert words in outcome.words
    assert site.plant.written == []
    assert [entry["event"] for entry in site.trail.newest(9)] == ["ended"]


async def test_interlocks_hold_by_direction_and_never_keep_a_device_from_safety(site):
    site.plant.say("battery", state_of_charge=8.0)
    refused = await site.ask(10_000)
    assert "state_of_charge is 8 %, below 10" in refused.words
    assert (await site.ask(-10_000)).result is Result.VERIFIED
    site.clock.seconds += 2
    site.plant.say("battery", temperature=60.0)
    assert "temperature is 60 °C, above 55" in (await site.ask(-5_000)).words
    assert (await site.ask(0)).result is Result.VERIFIED


async def test_what_is_not_known_does_not_hold(site):
    site.clock.seconds += 60
    refused = await site.ask(10_000)
    assert "no good state_of_charge within 25 s" in refused.words


async def test_commands_keep_their_distance(site):
    assert (await site.ask(2, "operating_state", confirmed=True)).result is Result.VERIFIED
    again = await site.ask(0, "operating_state", confirmed=True)
    assert again.result is Result.REFUSED
    assert "ago: wait" in again.words
    site.clock.seconds += 60
    assert (await site.ask(0, "operating_state", confirmed=True)).result is Result.VERIFIED


async def test_a_short_wait_is_waited_for_a_long_one_is_not(site):
    await site.ask(2, "operating_state", confirmed=True)
    await site.ask(10_000)
    before = site.clock.seconds
    await site.gate.turn("battery", "operating_state")
    await site.gate.turn("nowhere", "active_power")
    assert site.clock.seconds == before
    await site.gate.turn("battery", "active_power")
    assert (await site.ask(11_000)).result is Result.VERIFIED


async def test_a_device_that_does_not_follow_is_told_as_such(site):
    site.plant.obeys = False
    outcome = await site.ask(20_000)
    assert (outcome.result, outcome.value) == (Result.NO_EFFECT, 0.0)
    assert outcome.words == (
        "active_power is still 0 W after 10 s: look whether it is in local operation"
    )


async def test_a_device_that_refuses_and_one_that_is_silent(site):
    site.plant.trouble = WriteRefused("exception 3")
    assert (await site.ask(20_000)).result is Result.REFUSED
    site.clock.seconds += 2
    site.plant.say("battery", state_of_charge=50.0, temperature=25.0)
    site.plant.trouble = DeviceUnavailable("no answer")
    assert (await site.ask(20_000)).result is Result.TIMEOUT


async def test_a_command_that_nobody_can_see_the_effect_of_times_out(site):
    site.plant.silent = DeviceUnavailable("no answer")
    outcome = await site.ask(20_000)
    assert outcome.result is Result.TIMEOUT
    assert "no good active_power within 10 s" in outcome.words


async def test_a_newer_command_ends_the_watch_over_the_older_one(site):
    site.plant.obeys = False
    newer = []

    def interrupt():
        site.plant.on_ask = lambda: None
        newer.append(site.gate.since_last_s("battery", "active_power"))
        site.gate._replace(Request("battery", "active_power", 1, "x"))

    site.plant.on_ask = interrupt
    assert (await site.ask(20_000)).result is Result.REPLACED
    assert newer


@pytest.mark.logs("audit trail of commands cannot be written")
async def test_a_full_disk_does_not_stop_control(tmp_path):
    site = Site(tmp_path / "nowhere")
    assert (await site.ask(20_000)).result is Result.VERIFIED


def test_the_trail_is_put_aside_when_full(tmp_path):
    trail = AuditTrail(tmp_path, most_bytes=200, kept=2)
    for number in range(30):
        trail.note({"number": number, "padding": "x" * 30})
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == [FILE, f"{FILE}.1", f"{FILE}.2"]
    assert all(file.stat().st_size <= 200 for file in tmp_path.iterdir())
    assert [entry["number"] for entry in trail.newest(3)] == [27, 28, 29]


def test_a_torn_line_is_left_out(tmp_path):
    trail = AuditTrail(tmp_path)
    trail.note({"a": 1})
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('{"a": ')
    assert trail.newest(5) == [{"a": 1}]
    assert json.loads((tmp_path / FILE).read_text("utf-8").splitlines()[0]) == {"a": 1}
