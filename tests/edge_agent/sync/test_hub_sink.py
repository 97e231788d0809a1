"""Two lanes to one hub: the newest first, history behind it, nothing twice, also over restarts."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.clock import Sight
from edge_agent.store import ReadingLog
from edge_agent.sync import HubSink, Pace
from platform_hub.client import HubClient
from tests.edge_agent.sync.conftest import Seconds, some_readings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from tests.platform_hub.client.faulty_hub import FaultyHub

PACE = Pace(limit=20, split=50, attempts=2)


Open = "Callable[..., HubSink]"


@pytest.fixture
def opened(log: ReadingLog, hub: FaultyHub, clock: Seconds, rng: Random) -> Iterator[Open]:
    """Open sinks of one log; they are closed afterwards."""
    sinks: list[HubSink] = []

    def make(pace: Pace = PACE, of: ReadingLog = log) -> HubSink:
        sinks.append(HubSink(of, HubClient(hub.url), pace, clock, rng))
        return sinks[-1]

    yield make
    for sink in sinks:
        sink.close()


@pytest.fixture
def sink(log: ReadingLog, opened: Open) -> HubSink:
    _store(log, 0, 200)
    return opened()


def _store(log: ReadingLog, begin: int, end: int) -> None:
    for n in range(begin, end, 10):
        log.append(some_readings(10, n)).result()


def _numbers(hub: FaultyHub) -> list[int]:
    return sorted(key[2] for key in hub.held)


def _drain(sink: HubSink, most: int = 100) -> int:
    for taken in range(most):
        if sink.empty():
            return taken
        sink.live.turn()
        sink.backlog.turn()
    pytest.fail(f"not empty after {most} turns: {sink.state()}")


def test_after_an_outage_what_is_new_goes_first(sink: HubSink, log: ReadingLog, hub: FaultyHub):
    sink.live.turn()  # a sign of life: the hub is there, and history waits
    _store(log, 200, 210)
    sink.live.turn()
    assert _numbers(hub) == list(range(201, 211))
    assert (sink.state().acknowledged, sink.state().ahead, sink.state().backlog) == (0, 10, 200)
    sink.backlog.turn()
    assert _numbers(hub) == [*range(1, 21), *range(201, 211)]
    assert (sink.state().acknowledged, sink.state().ahead, sink.state().backlog) == (20, 10, 180)


def test_the_lanes_become_one_once_the_backlog_has_caught_up(
    sink: HubSink, log: ReadingLog, hub: FaultyHub
):
    sink.live.turn()
    _store(log, 200, 210)
    _drain(sink)
    assert hub.readings() == some_readings(210)
    assert hub.contradictions == []
    assert sink.state().sent == 210  # nothing twice
    assert (sink.state().acknowledged, sink.state().ahead) == (210, 0)
    _store(log, 210, 220)
    assert sink.backlog.turn().until_stored
    sink.live.turn()
    assert sink.state().acknowledged == 220


def test_a_little_is_sent_in_order_by_one_lane(log: ReadingLog, hub: FaultyHub, opened: Open):
    _store(log, 0, 50)
    sink = opened()
    sink.live.turn()
    assert _numbers(hub) == list(range(1, 21))
    assert sink.backlog.turn().until_stored


def test_history_waits_until_the_hub_is_known_to_be_there(sink: HubSink, hub: FaultyHub):
    hub.faults.extend(["error"] * 3)
    for _ in range(3):
        sink.live.turn()
        sink.backlog.turn()
    assert [method for method, _, _ in hub.requests] == ["POST"] * 3
    assert sink.state().sent == 0
    _drain(sink)
    assert hub.readings() == some_readings(200)


def test_a_second_outage_parts_the_way_again(sink: HubSink, log: ReadingLog, hub: FaultyHub):
    sink.live.turn()
    _store(log, 200, 210)
    sink.live.turn()  # 201 to 210 are there
    sink.backlog.turn()
    hub.faults.extend(["cut"] * 2)
    _store(log, 210, 300)
    sink.live.turn()
    _store(log, 300, 310)
    for _ in range(3):
        sink.live.turn()
    assert _numbers(hub)[-10:] == list(range(301, 311))
    _drain(sink)
    assert hub.readings() == some_readings(310)
    assert sink.state().sent <= 310 + 2 * PACE.limit  # only what was cut went again


def test_a_restart_sends_nothing_of_the_live_part_again(
    sink: HubSink, log: ReadingLog, hub: FaultyHub, opened: Open
):
    sink.live.turn()
    _store(log, 200, 230)
    sink.live.turn()
    sink.live.turn()
    sink.backlog.turn()
    again = opened()
    _store(log, 230, 240)
    again.live.turn()
    assert _numbers(hub)[-10:] == list(range(231, 241))  # goes on where it was
    _drain(again)
    assert hub.readings() == some_readings(240)
    assert sink.state().sent + again.state().sent == 240


def test_what_was_sent_ahead_outlives_the_process(
    sink: HubSink, log: ReadingLog, hub: FaultyHub, opened: Open, tmp_path: Path
):
    sink.live.turn()
    _store(log, 200, 220)
    sink.live.turn()
    log.close()
    with ReadingLog(tmp_path / "log", gateway="gw-1") as reopened:
        again = opened(of=reopened)
        assert (again.state().ahead, again.state().backlog) == (20, 200)
        _drain(again)
        assert sink._fortunes[0].sent + again.state().sent == 220
    assert hub.readings() == some_readings(220)


def test_the_live_lane_never_lets_the_hub_pass_over_history(
    sink: HubSink, log: ReadingLog, hub: FaultyHub
):
    sink.live.turn()
    _store(log, 200, 210)
    sink.backlog.turn()
    sink.live.turn()
    oldest = [int(headers["Area-Oldest"]) for _, _, headers in hub.requests]
    assert oldest == [1, 1, 21]


def test_the_hub_hears_what_waits_in_both_lanes(sink: HubSink, log: ReadingLog, hub: FaultyHub):
    sink.live.turn()
    _store(log, 200, 210)
    sink.live.turn()
    sink.backlog.turn()
    assert hub.backlogs == [200, 200, 180]


def test_history_rests_as_long_as_it_worked_and_asks_for_less_when_slow(
    log: ReadingLog, hub: FaultyHub, clock: Seconds, opened: Open
):
    _store(log, 0, 2000)
    sink = opened(Pace(limit=1000, split=50, history_s=0.05))
    sink.live.turn()
    hub.while_taking = lambda: setattr(clock, "now", clock.now + 0.2)
    rest = sink.backlog.turn()
    assert rest.seconds == pytest.approx(0.2)
    before = sink.state().sent
    sink.backlog.turn()
    assert sink.state().sent - before == 500


def test_readings_that_wait_for_the_clock_are_not_passed_over(
    hub: FaultyHub, opened: Open, tmp_path: Path
):
    now = [Sight(5_000_000, 10_000_000, "boot", trusted=False)]
    with ReadingLog(tmp_path / "early", gateway="gw-1", look=lambda: now[0]) as log:
        sink = opened(of=log)
        for n in range(10):
            log.append([Reading("m", "active_power", n * 10 + k, 1.0) for k in range(10)]).result()
        for _ in range(5):
            sink.live.turn()
            assert sink.backlog.turn().until_stored
        assert sink.state().backlog == 100
        assert hub.held == {}
        now[0] = Sight(1_790_000_000_000_000, 20_000_000, "boot", trusted=True)
        log.append([Reading("m", "active_power", 1_790_000_000_000_000, 2.0)]).result()
        _drain(sink)
    assert len(hub.held) == 101


@pytest.fixture
def damaged(sink: HubSink, tmp_path: Path) -> HubSink:
    """Damage readings 11 to 20 on the disk."""
    with sqlite3.connect(next((tmp_path / "log").glob("seg-*.db"))) as database:
        database.execute("UPDATE block SET body = 'x' WHERE first_seq = 11")
    database.close()
    return sink


@pytest.mark.logs("are lost")
def test_what_is_lost_is_told_to_the_hub_once(damaged: HubSink, hub: FaultyHub, clock: Seconds):
    _drain(damaged)
    for _ in range(3):
        clock.now += PACE.heartbeat_s
        damaged.live.turn()
    (loss,) = hub.losses
    assert (loss.kind, loss.first_seq, loss.last_seq, loss.readings) == ("damaged", 11, 20, 10)
    assert damaged.state().error == ""


@pytest.mark.logs("are lost")
def test_an_older_hub_that_takes_no_losses_is_left_alone(
    damaged: HubSink, log: ReadingLog, hub: FaultyHub, clock: Seconds
):
    hub.takes_losses = False
    _drain(damaged)
    clock.now += PACE.heartbeat_s
    damaged.live.turn()
    assert damaged.state().error == ""
    assert len(log.losses("hub")) == 1  # kept for a hub that takes it
    assert len(hub.held) == 190


@pytest.mark.logs("stay out of the hub")
def test_a_poisoned_block_in_the_live_part_holds_up_neither_lane(
    sink: HubSink, log: ReadingLog, hub: FaultyHub
):
    sink.live.turn()
    log.append([*some_readings(1, 200)]).result()
    log.append([Reading("bad", "active_power", 1, 1.0)]).result()
    _store(log, 201, 211)
    hub.poison = "bad"
    _drain(sink)
    assert hub.readings() == some_readings(211)
    assert sink.state().refused == 1


@pytest.mark.parametrize("lane", ["live", "backlog"])
@pytest.mark.parametrize(
    "fault",
    ["portal", "error", "stores_then_error", "lost_answer", "half_answer", "busy", "too_far"],
)
def test_a_fault_in_one_lane_loses_nothing_in_either(
    lane: str, fault: str, sink: HubSink, log: ReadingLog, hub: FaultyHub
):
    sink.live.turn()
    _store(log, 200, 210)
    hub.faults.append(fault)
    getattr(sink, lane).turn()
    assert sink.state().error
    _drain(sink)
    assert hub.readings() == some_readings(210)
    assert hub.contradictions == []
    sink.live.turn()
    assert sink.state().error == ""


def test_an_older_hub_that_only_counts_is_believed(sink: HubSink, log: ReadingLog, hub: FaultyHub):
    hub.says_ahead = False
    sink.live.turn()
    _store(log, 200, 210)
    sink.live.turn()
    assert (sink.state().acknowledged, sink.state().ahead) == (0, 10)
    _drain(sink)
    assert hub.readings() == some_readings(210)
