"""From the log of a gateway to a real hub and back out of its open interface."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.errors import HubRejected
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from edge_agent.store import ReadingLog
from edge_agent.sync import HubSync, Pace
from platform_hub.client import HubClient
from platform_hub.client.live_stream import LiveStream
from platform_hub.wire import events, ngsi_ld
from tests.founded_hub import found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
GATEWAY = "gw-residence"
QUICK = Pace(coalesce_s=0.001, first_s=0.05, most_s=0.1)
DEVICES = ("unlisted-1", "unlisted-2")  # a hub takes devices that no area file names
NOW_US = time.time_ns() // 1000
PATIENCE_S = 60.0


class _Hub:
    """A hub in its own process, on one port for all its lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.keys = found(folder)
        self.url = f"http://127.0.0.1:{self.port}"

    def set(self, line: str) -> None:
        with (self.folder / "hub.toml").open("a") as settings:
            settings.write(line + "\n")

    def start(self) -> None:
        options = ("--data", str(self.folder), "--port", str(self.port), "--ready-json")
        self._process = self._run("serve", *options)
        assert json.loads(self._process.stdout.readline())["ready"]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)

    def _run(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "platform_hub.server", *arguments]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    hub = _Hub(tmp_path / "hub")
    hub.set("temporal_page_size = 7")
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def reader(hub: _Hub) -> Iterator[HubClient]:
    with HubClient(hub.url, hub.keys["reader"]) as client:
        yield client


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ReadingLog]:
    with ReadingLog(tmp_path / "log", gateway=GATEWAY) as opened:
        yield opened


@contextlib.contextmanager
def _syncing(log: ReadingLog, hub: _Hub) -> Iterator[HubSync]:
    sync = HubSync(log, HubClient(hub.url, hub.keys[GATEWAY]), pace=QUICK)
    sync.start()
    try:
        yield sync
    finally:
        sync.close(flush_s=PATIENCE_S)


def _readings(count: int, begin: int = 0) -> list[Reading]:
    return [
        Reading(DEVICES[n % 2], "active_power", NOW_US + n * 1000, n / 2)
        for n in range(begin, begin + count)
    ]


def _found(reader: HubClient) -> list[Reading]:
    """Return everything that the hub holds of the devices."""
    found = [
        reading
        for device in DEVICES
        for reading, _ in reader.stored(ngsi_ld.entity_id("harumi", device))
    ]
    return sorted(found, key=lambda reading: reading.observed_us)


def _until(true: Callable[[], bool]) -> None:
    """Wait for another process to get somewhere."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        threading.Event().wait(0.01)


@pytest.mark.slow
def test_readings_can_be_asked_for_as_they_were_stored(
    hub: _Hub, reader: HubClient, log: ReadingLog
):
    asked_us = time.time_ns() // 1000
    readings = _readings(50)
    readings.append(
        Reading(DEVICES[0], "river_level", NOW_US, None, Quality(Reason.NO_DATA, "7FFF"))
    )
    with _syncing(log, hub):
        log.append(readings).result()
    meter = ngsi_ld.entity_id("harumi", DEVICES[0])
    quantities = ["active_power", "river_level"]
    history = reader.history(meter, quantities, NOW_US, NOW_US + 40_000)
    assert history == sorted(
        (r for r in readings if r.device == DEVICES[0] and r.observed_us < NOW_US + 40_000),
        key=lambda r: (r.observed_us, r.quantity),
    )
    for _, stored_us in reader.stored(meter):
        assert asked_us <= stored_us < asked_us + PATIENCE_S * 1e6
    (current,) = [entity for entity in reader.entities() if entity["id"] == meter]
    assert current["activePower"]["value"] == 24.0
    (state,) = [state for state in reader.gateways() if state.id == GATEWAY]
    assert (state.acknowledged, state.backlog) == (51, 0)
    assert reader.health()["status"] == "ok"
    pack, etag = reader.pack() or (b"", "")
    assert pack.startswith(b"PK")
    assert reader.pack(etag) is None


@pytest.mark.logs("127.0.0.1")
@pytest.mark.slow
def test_a_hub_that_is_killed_again_and_again_loses_and_doubles_nothing(
    hub: _Hub, reader: HubClient, log: ReadingLog
):
    count = 0
    with _syncing(log, hub) as sync:
        for _ in range(2):
            for _ in range(20):
                log.append(_readings(10, count)).result()
                count += 10
            before = log.stats().of("hub").acknowledged
            _until(lambda before=before: log.stats().of("hub").acknowledged > before)
            hub.kill()
            log.append(_readings(10, count)).result()
            count += 10
            _until(lambda: sync.state().reachable is False)
            hub.start()
        _until(lambda: sync.state().backlog == 0)
    assert _found(reader) == _readings(count)


@pytest.mark.slow
def test_the_live_stream_shows_what_is_stored_and_goes_on_where_it_stopped(
    hub: _Hub, log: ReadingLog
):
    live = LiveStream(hub.url, hub.keys["reader"])
    seen: list[Reading] = []
    connected = threading.Event()

    def follow(stream: LiveStream, upto: int) -> None:
        for event in stream:
            connected.set()  # a hub greets with the state of its gateways
            if event.kind == events.READINGS:
                seen.extend(events.readings_of(event))
            if len(seen) >= upto:
                stream.close()

    with _syncing(log, hub):
        log.append(_readings(1)).result()
        _until(lambda: log.stats().of("hub").backlog == 0)
        follower = threading.Thread(target=follow, args=(live, 10))
        follower.start()
        assert connected.wait(PATIENCE_S)
        for n in range(1, 31):
            log.append(_readings(1, n)).result()
        follower.join(PATIENCE_S)
    assert not follower.is_alive()
    follow(LiveStream(hub.url, hub.keys["reader"], last_id=live.last_id), 30)
    assert sorted(seen, key=lambda reading: reading.observed_us) == _readings(30, 1)


@pytest.mark.logs("are lost")
@pytest.mark.slow
def test_the_hub_passes_over_what_can_never_come(
    hub: _Hub, reader: HubClient, log: ReadingLog, tmp_path: Path
):
    for n in range(3):
        log.append(_readings(10, 10 * n)).result()
    with sqlite3.connect(next((tmp_path / "log").glob("seg-*.db"))) as database:
        database.execute("UPDATE block SET body = 'x' WHERE first_seq IN (1, 11)")
    database.close()
    with _syncing(log, hub):
        _until(lambda: log.stats().of("hub").backlog == 0)
        log.append(_readings(10, 30)).result()
    assert _found(reader) == _readings(20, 20)
    (state,) = [state for state in reader.gateways() if state.id == GATEWAY]
    assert state.acknowledged == 40


@pytest.mark.logs("refused the request")
@pytest.mark.slow
def test_a_wrong_key_sends_nothing_and_says_why(hub: _Hub, log: ReadingLog):
    log.append(_readings(3)).result()
    with HubClient(hub.url, "wrong") as client, pytest.raises(HubRejected) as raised:
        client.gateways()
    assert raised.value.status == 401
    sync = HubSync(log, HubClient(hub.url, hub.keys["gw-energy"]), pace=QUICK)
    sync.start()
    _until(lambda: bool(sync.state().error))
    sync.close(flush_s=0.1)
    assert "this key belongs to gateway gw-energy, not to gw-residence" in sync.state().error
    assert (sync.state().backlog, sync.state().refused) == (3, 0)
