"""The thread between log and hub, against a real HTTP server."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING

import pytest

from edge_agent.sync import HubSync, Pace
from platform_hub.client import HubClient
from tests.edge_agent.sync.conftest import some_readings

if TYPE_CHECKING:
    from random import Random

    from edge_agent.store import ReadingLog
    from tests.platform_hub.client.faulty_hub import FaultyHub

QUICK = Pace(coalesce_s=0.001, heartbeat_s=0.05, first_s=0.01, most_s=0.02)


def test_what_is_stored_arrives(log: ReadingLog, client: HubClient, hub: FaultyHub, rng: Random):
    sync = HubSync(log, client, pace=QUICK, rng=rng)
    sync.start()
    readings = some_readings(30)
    log.append(readings[:10]).result()
    log.append(readings[10:]).result()
    hub.wait_for(30)
    sync.close(flush_s=5.0)
    assert hub.readings() == readings
    assert sync.state().acknowledged == 30
    assert sync.state().backlog == 0
    assert sync.state().reachable


def test_new_readings_end_the_rest(log: ReadingLog, client: HubClient, hub: FaultyHub):
    sync = HubSync(log, client, pace=Pace(heartbeat_s=3600.0))
    sync.start()
    _wait_for_requests(hub, 1)
    log.append(some_readings(3)).result()
    hub.wait_for(3)
    sync.close(flush_s=5.0)


def test_the_hub_hears_signs_of_life(log: ReadingLog, client: HubClient, hub: FaultyHub):
    sync = HubSync(log, client, pace=QUICK)
    sync.start()
    _wait_for_requests(hub, 3)
    sync.close(flush_s=5.0)


@pytest.mark.logs("127.0.0.1")
@pytest.mark.slow
def test_a_storm_of_faults_loses_and_doubles_nothing(
    log: ReadingLog, client: HubClient, hub: FaultyHub, rng: Random
):
    kinds = ["portal", "redirect", "error", "stores_then_error", "lost_answer", "cut"]
    kinds += ["half_answer", "other_gateway", "too_far", "forgets", "unauthorised"]
    hub.faults.extend(rng.choices(kinds, k=40))
    sync = HubSync(log, client, pace=QUICK, rng=rng)
    sync.start()
    for n in range(40):
        log.append(some_readings(7, 7 * n)).result()
    hub.wait_for(280)
    sync.close(flush_s=20.0)
    assert hub.readings() == some_readings(280)
    assert sorted(key[2] for key in hub.held) == list(range(1, 281))
    assert hub.contradictions == []
    assert sync.state().acknowledged == 280


def test_closing_sends_what_waits(log: ReadingLog, client: HubClient, hub: FaultyHub):
    sync = HubSync(log, client, pace=Pace(coalesce_s=0.001, limit=10))
    log.append(some_readings(500)).result()
    sync.start()
    sync.close(flush_s=20.0)
    assert hub.readings() == some_readings(500)


def test_closing_cuts_a_request_that_hangs(log: ReadingLog, hub: FaultyHub):
    sync = HubSync(log, HubClient(hub.url, answer_s=50.0))
    hub.faults.append("silence")
    log.append(some_readings(3)).result()
    sync.start()
    _wait_for_requests(hub, 1)
    sync.close(flush_s=0.01)
    assert not any(thread.name.startswith("hub-") for thread in threading.enumerate())
    assert sync.state().backlog == 3


@pytest.mark.logs("nothing answers")
def test_closing_without_a_hub_gives_up_in_time(log: ReadingLog):
    sync = HubSync(log, HubClient("http://127.0.0.1:9"), pace=QUICK)
    log.append(some_readings(3)).result()
    sync.start()
    sync.close(flush_s=0.1)
    assert sync.state().backlog == 3


def test_one_that_never_started_can_be_closed(log: ReadingLog, client: HubClient):
    HubSync(log, client).close(flush_s=1.0)


@pytest.mark.logs("is closed")
def test_a_log_that_closes_too_early_does_no_harm(
    log: ReadingLog, client: HubClient, hub: FaultyHub
):
    sync = HubSync(log, client, pace=QUICK)
    sync.start()
    _wait_for_requests(hub, 1)
    log.close()
    sync.close(flush_s=1.0)


def _wait_for_requests(hub: FaultyHub, count: int) -> None:
    """Wait until the hub has met so many requests, of whatever outcome."""
    for _ in itertools.takewhile(lambda _: len(hub.requests) < count, range(2000)):
        threading.Event().wait(0.01)
    assert len(hub.requests) >= count


def test_every_lane_promises_its_next_turn(log: ReadingLog, client: HubClient) -> None:
    promises: dict[str, float] = {}
    heard = threading.Event()

    def promise(lane: str, within_s: float) -> None:
        promises[lane] = within_s
        if len(promises) == 2:
            heard.set()

    sync = HubSync(log, client, pace=Pace(heartbeat_s=3600.0))
    sync.watch(promise)
    sync.start()
    assert heard.wait(10)
    sync.close(flush_s=1.0)
    assert all(lane.startswith("hub") for lane in promises)
    assert min(promises.values()) >= 300
