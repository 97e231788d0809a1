"""Every turn of the lane against a real HTTP server that fails on demand."""

from __future__ import annotations

import sqlite3
import zlib
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.sync import HubSink, Pace, SinkState
from platform_hub.client import HubClient
from tests.edge_agent.sync.conftest import Seconds, some_readings

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from edge_agent.store import ReadingLog
    from tests.platform_hub.client.faulty_hub import FaultyHub


class HubLane:
    """The live lane of a hub, which while little waits is the only one."""

    def __init__(
        self, log: ReadingLog, client: HubClient, pace: Pace, clock: Seconds, rng: Random
    ) -> None:
        self._sink = HubSink(log, client, pace, clock, rng)
        self.turn = self._sink.live.turn
        self.empty = self._sink.empty

    def state(self) -> SinkState:
        return self._sink.state()

    @property
    def error(self) -> str:
        return self._sink.live.error


@pytest.fixture
def lane(log: ReadingLog, client: HubClient, clock: Seconds, rng: Random) -> HubLane:
    return HubLane(log, client, Pace(limit=1000, attempts=3), clock, rng)


def _fill(log: ReadingLog, *, blocks: int = 3, size: int = 10) -> list[Reading]:
    for n in range(blocks):
        log.append(some_readings(size, n * size)).result()
    return some_readings(blocks * size)


def _turn_until_empty(lane: HubLane, most: int = 200) -> int:
    """Take turns without waiting until nothing is left; return how many it took."""
    for taken in range(1, most):
        lane.turn()
        if lane.empty():
            return taken
    pytest.fail(f"not empty after {most} turns: {lane.state()}")


def test_everything_goes_in_one_request(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    readings = _fill(log)
    lane.turn()
    assert hub.readings() == readings
    assert lane.state().acknowledged == 30
    assert lane.state().sent == 30
    assert lane.state().reachable


def test_the_blocks_stay_as_they_were_stored(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    _fill(log)
    lane.turn()
    assert {key[:2] for key in hub.held} == {("gw-1", log.epoch)}
    assert sorted(key[2] for key in hub.held) == list(range(1, 31))


FAULTS = {
    "portal": "is not the hub",
    "portal_as_json": "is not the hub",
    "redirect": "is not the hub",
    "error": "wait and try again",
    "stores_then_error": "wait and try again",
    "busy": "is busy",
    "unauthorised": "ask for a new one",
    "lost_answer": "broke off",
    "cut": "broke off",
    "half_answer": "broke off",
    "other_gateway": "acknowledged readings of gateway 'another'",
    "too_far": "were ever sent",
    "forgets": "acknowledges only 0",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_everything_arrives_once(
    fault: str, lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    readings = _fill(log)
    hub.faults.append(fault)
    rest = lane.turn()
    state = lane.state()
    assert hub.url in state.error
    assert FAULTS[fault] in state.error
    assert (state.acknowledged, state.backlog) == (0, 30)
    assert not rest.until_stored  # new readings do not shorten the wait
    lane.turn()
    assert hub.readings() == readings
    assert hub.contradictions == []
    assert (lane.state().acknowledged, lane.state().error) == (30, "")


def test_a_hub_that_is_not_there_is_named(log: ReadingLog, clock: Seconds, rng: Random):
    with HubClient("http://127.0.0.1:9") as client:
        lane = HubLane(log, client, Pace(), clock, rng)
        lane.turn()
    assert lane.state().reachable is False
    assert "nothing answers at http://127.0.0.1:9: start the hub there" in lane.state().error


def test_retry_after_is_honoured(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    _fill(log)
    hub.faults.append("busy")
    assert 7.0 <= lane.turn().seconds <= 7.5


def test_the_hub_cannot_ask_for_ever(
    log: ReadingLog, client: HubClient, hub: FaultyHub, clock: Seconds, rng: Random
):
    lane = HubLane(log, client, Pace(longest_s=2.0), clock, rng)
    hub.faults.append("busy")
    assert lane.turn().seconds <= 2.5


def test_waits_grow_while_failures_go_on(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    _fill(log)
    hub.faults.extend(["error"] * 30)
    waits = [lane.turn().seconds for _ in range(30)]
    assert max(waits[:1]) <= 0.5
    assert 5.0 < max(waits) <= 15.0


def test_no_answer_in_time_halves_the_request(
    log: ReadingLog, hub: FaultyHub, clock: Seconds, rng: Random
):
    readings = _fill(log, blocks=8)
    hub.faults.extend(["silence", "silence"])
    with HubClient(hub.url, answer_s=0.1) as client:
        lane = HubLane(log, client, Pace(limit=1000), clock, rng)
        sent = []
        for _ in range(2):
            before = lane.state().sent
            lane.turn()
            sent.append(lane.state().sent - before)
            assert "did not answer in time" in lane.state().error
        assert sent == [80, 40]
    with HubClient(hub.url) as client:
        _turn_until_empty(HubLane(log, client, Pace(limit=1000), clock, rng))
    assert hub.readings() == readings


def test_too_large_requests_shrink_until_they_fit(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    readings = _fill(log, blocks=2, size=500)
    hub.most_bytes = 500
    assert _turn_until_empty(lane) < 100
    assert hub.readings() == readings
    assert hub.contradictions == []
    assert lane.state().refused == 0


@pytest.mark.logs("stay out of the hub")
def test_a_block_refused_for_good_is_set_aside_alone(
    lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    readings = _fill(log, blocks=2)
    log.append([Reading("bad", "active_power", 1, 1.0), *some_readings(4, 20)]).result()
    log.append(some_readings(5, 24)).result()
    hub.poison = "bad"
    turns = _turn_until_empty(lane)
    assert hub.readings() == readings + some_readings(5, 24)
    assert lane.state().refused == 5
    assert lane.state().backlog == 0
    assert turns <= 1 + 2 + 3 + 1  # together, the two good ones, three attempts, the last one
    lane.turn()
    assert lane.state().error == ""


@pytest.mark.logs("stay out of the hub")
def test_a_block_that_nobody_can_unpack_is_set_aside(
    lane: HubLane, log: ReadingLog, hub: FaultyHub, tmp_path: Path
):
    readings = _fill(log)
    sealed = b"SAB1" + zlib.crc32(b"junk").to_bytes(4, "little") + b"junk"
    with sqlite3.connect(next((tmp_path / "log").glob("seg-*.db"))) as database:
        database.execute("UPDATE block SET body = ? WHERE first_seq = 11", (sealed,))
    database.close()
    _turn_until_empty(lane)
    assert hub.readings() == readings[:10] + readings[20:]
    assert lane.state().refused == 10


@pytest.mark.parametrize("fault", ["unauthorised", "portal", "error"])
def test_readings_are_never_set_aside_for_what_is_not_theirs(
    fault: str, lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    readings = _fill(log)
    hub.faults.extend([fault] * 20)
    for _ in range(20):
        lane.turn()
    assert lane.state().refused == 0
    assert lane.state().acknowledged == 0
    lane.turn()
    assert hub.readings() == readings


def test_a_proxy_that_takes_nothing_at_all_costs_no_reading(
    lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    readings = _fill(log)
    hub.most_bytes = -1
    for _ in range(30):
        lane.turn()
    assert (lane.state().refused, lane.state().acknowledged) == (0, 0)
    assert "refused the request: status 413" in lane.state().error
    hub.most_bytes = 1 << 30
    _turn_until_empty(lane)
    assert hub.readings() == readings


@pytest.mark.logs("stay out of the hub")
def test_a_proxy_that_minds_one_reading_does_not_block_the_rest(
    lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    log.append(some_readings(1)).result()
    hub.most_bytes = 0
    for _ in range(5):
        lane.turn()
    assert (lane.state().refused, lane.state().acknowledged) == (1, 1)


@pytest.mark.logs("stay out of the hub: unknown device")
def test_refused_readings_are_passed_and_counted(lane: HubLane, log: ReadingLog, hub: FaultyHub):
    log.append([Reading("odd", "active_power", 1, 1.0), *some_readings(4)]).result()
    hub.unwanted = "odd"
    lane.turn()
    assert hub.readings() == some_readings(4)
    assert (lane.state().acknowledged, lane.state().refused) == (5, 1)


@pytest.mark.logs("are lost")
@pytest.mark.parametrize("damaged", [1, 11, 21])
def test_a_damaged_block_does_not_hold_up_the_rest(
    damaged: int, lane: HubLane, log: ReadingLog, hub: FaultyHub, tmp_path: Path
):
    readings = _fill(log)
    with sqlite3.connect(next((tmp_path / "log").glob("seg-*.db"))) as database:
        database.execute("UPDATE block SET body = 'x' WHERE first_seq = ?", (damaged,))
    database.close()
    assert _turn_until_empty(lane) <= 2
    assert hub.readings() == readings[: damaged - 1] + readings[damaged + 9 :]
    log.append(some_readings(10, 30)).result()
    lane.turn()
    assert len(hub.held) == 30
    assert lane.state().error == ""


def test_a_sign_of_life_is_sent_when_nothing_else_is(lane: HubLane, hub: FaultyHub, clock: Seconds):
    lane.turn()
    assert hub.backlogs == [0]
    rest = lane.turn()
    assert (rest.seconds, rest.until_stored) == (5.0, True)
    clock.now += 5.0
    lane.turn()
    assert hub.backlogs == [0, 0]
    assert lane.state().reachable


def test_the_hub_hears_what_waits_behind_a_request(
    log: ReadingLog, client: HubClient, hub: FaultyHub, clock: Seconds, rng: Random
):
    _fill(log, blocks=1, size=25)
    lane = HubLane(log, client, Pace(limit=10), clock, rng)
    assert [lane.turn().seconds for _ in range(2)] == [0.0, 0.0]  # full requests follow at once
    assert lane.turn().seconds == 0.1
    assert hub.backlogs == [15, 5, 0]


def test_what_an_earlier_run_sent_without_an_answer_is_sent_again(
    lane: HubLane, log: ReadingLog, client: HubClient, hub: FaultyHub, clock: Seconds, rng: Random
):
    _fill(log)
    hub.faults.append("lost_answer")
    lane.turn()
    again = HubLane(log, client, Pace(limit=5), clock, rng)
    again.turn()
    assert again.state().acknowledged == 5  # no more than it has sent itself
    _turn_until_empty(again)
    assert hub.contradictions == []


@pytest.mark.logs("put back from an earlier copy")
def test_a_log_put_back_from_a_copy_goes_on_behind_what_the_hub_knows(
    lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    log.append(some_readings(5)).result()
    for seq in range(1, 101):
        hub.held["gw-1", log.epoch, seq] = some_readings(1)[0]
    _turn_until_empty(lane)
    assert log.append(some_readings(5, 5)).result() == 105
    _turn_until_empty(lane)
    assert (lane.state().error, lane.state().acknowledged) == ("", 105)
    assert log.stats().damaged == 0
    ((number, _, first, last, count, *_, reason),) = log.losses("another sink")
    assert (number, first, last, count) == (100, 6, 100, 0)
    assert "put back from an earlier copy" in reason


def test_a_number_that_no_log_can_have_is_not_believed(
    lane: HubLane, log: ReadingLog, hub: FaultyHub
):
    log.append(some_readings(5)).result()
    hub.faults += ["far_too_far"] * 3
    for _ in range(3):
        lane.turn()
        assert "nothing is counted as sent" in lane.state().error
    _turn_until_empty(lane)
    assert (log.last_seq, lane.state().error) == (5, "")


def test_without_its_log_the_lane_says_so(lane: HubLane, log: ReadingLog):
    log.close()
    assert lane.turn().seconds <= 0.5
    assert "is closed" in lane.error
