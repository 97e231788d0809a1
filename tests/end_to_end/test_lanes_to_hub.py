"""Two lanes to a real hub through a network that fails in every way, and what is new meanwhile."""

from __future__ import annotations

import contextlib
import logging
import random
import statistics
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog
from edge_agent.sync import HubSync, Pace
from platform_hub.client import HubClient
from platform_hub.client.live_stream import LiveStream
from platform_hub.wire import events
from tests.edge_agent.sync.fault_proxy import FAULTS, fault_proxy
from tests.end_to_end.test_sync_to_hub import GATEWAY, _found, _Hub, _readings, _until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACE = Pace(coalesce_s=0.001, first_s=0.01, most_s=0.05, limit=400, split=800)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    hub = _Hub(tmp_path / "hub")
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ReadingLog]:
    with ReadingLog(tmp_path / "log", gateway=GATEWAY) as opened:
        yield opened


def _store(log: ReadingLog, begin: int, end: int, step: int = 100) -> None:
    for n in range(begin, end, step):
        log.append(_readings(step, n)).result()


@pytest.mark.logs("127.0.0.1")
@pytest.mark.slow
def test_every_fault_of_the_network_loses_and_doubles_nothing(hub: _Hub, log: ReadingLog):
    _store(log, 0, 4000)  # an outage of before: history for the second lane
    chance = random.Random(1)
    faults = list(FAULTS) * 2
    chance.shuffle(faults)
    with (
        fault_proxy(hub.url) as proxy,
        HubClient(hub.url, hub.keys["reader"]) as reader,
    ):
        proxy.faults.extend(faults)
        client = HubClient(proxy.url, hub.keys[GATEWAY], answer_s=0.3, whole_s=0.6)
        sync = HubSync(log, client, pace=PACE, rng=chance)
        sync.start()
        count = 4000
        while proxy.faults:
            log.append(_readings(10, count)).result()
            count += 10
            threading.Event().wait(0.02)
        sync.close(flush_s=30.0)
        assert sync.state().backlog == 0, sync.state()
        assert proxy.met.keys() >= set(FAULTS)
        assert _found(reader) == _readings(count)
        (state,) = [state for state in reader.gateways() if state.id == GATEWAY]
        assert (state.acknowledged, state.lost) == (count, 0)


@pytest.mark.slow
def test_now_is_seen_before_history(hub: _Hub, log: ReadingLog):
    _store(log, 0, 4000)
    sync = HubSync(log, HubClient(hub.url, hub.keys[GATEWAY]), pace=PACE)
    with contextlib.closing(LiveStream(hub.url, hub.keys["reader"])) as live:
        sync.start()
        _until(lambda: sync.state().reachable is True)
        log.append(_readings(1, 4000)).result()
        new = _readings(1, 4000)[0]
        for event in live:
            if event.kind == events.READINGS and new in events.readings_of(event):
                break
    _until(lambda: sync.state().backlog == 0)
    sync.close(flush_s=30.0)
    assert sync.state().acknowledged == 4001


def _lags(log: ReadingLog, begin: int, count: int) -> list[float]:
    """Store 100 readings a second; return how long the hub took to acknowledge each."""
    waiting: deque[tuple[int, float]] = deque()
    lags: list[float] = []
    for n in range(begin, begin + count):
        waiting.append((log.append(_readings(1, n)).result(), time.monotonic()))
        threading.Event().wait(0.01)
        while waiting and _is_there(log, waiting[0][0]):
            lags.append(time.monotonic() - waiting.popleft()[1])
    return lags


def _is_there(log: ReadingLog, seq: int) -> bool:
    place = log.place("hub")
    return seq <= place.upto or any(first <= seq <= last for first, last in place.beyond)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_draining_a_day_hardly_delays_what_is_new(hub: _Hub, log: ReadingLog):
    """Normal lag against the lag while history drains: at most doubled, and fast enough."""
    sync = HubSync(log, HubClient(hub.url, hub.keys[GATEWAY]))
    sync.start()
    normal = _lags(log, 0, 1000)
    sync.close(flush_s=10.0)
    for n in range(100):
        readings = [
            Reading(f"past-{k % 40}", "active_power", (n * 2000 + k) * 10_000, float(k))
            for k in range(2000)
        ]
        log.append(readings).result()
    sync = HubSync(log, HubClient(hub.url, hub.keys[GATEWAY]))
    sync.start()
    _until(lambda: sync.state().reachable is True)
    begun, before = time.monotonic(), sync.state().backlog
    busy = _lags(log, 1000, 1000)
    rate = (before - sync.state().backlog) / (time.monotonic() - begun)
    sync.close(flush_s=0.1)
    (p50, p95), (busy_p50, busy_p95) = map(_quantiles, (normal, busy))
    said = f"p50 {p50:.3f} and {busy_p50:.3f} s, p95 {p95:.3f} and {busy_p95:.3f} s, {rate:.0f}/s"
    logging.getLogger(__name__).info("without and with a backlog: %s", said)
    assert sync.state().backlog > 0, f"the backlog was over before the lag was measured: {said}"
    assert busy_p50 <= 2 * p50, said
    assert busy_p95 <= 2 * p95, said
    assert rate >= 24 * 100, said  # a day of 100 readings/s within an hour


def _quantiles(lags: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(lags, n=20)
    return cuts[9], cuts[18]
