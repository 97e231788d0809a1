"""From the log to a real hub through a network that fails in every way: once each, whatever it does."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import sqlite3
from typing import TYPE_CHECKING

import pytest

from edge_agent.sync import HubSync, Pace
from platform_hub.client import HubClient
from tests.faults import numbered
from tests.faults.flaky_network import FlakyNetwork, flaky
from tests.faults.processes import Hub, serving, until
from tests.faults.victims import victims
from tests.faults.workload import QUICK

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.store import ReadingLog

SIZE = 20
STORM = ("--size", "5", "--batches", "60", "--producers", "2")
pytestmark = [pytest.mark.slow, pytest.mark.logs("")]  # what fails on the way is said in the log


def soaking(short: int, long: int):
    marks = [pytest.mark.soak, pytest.mark.timeout(0)]
    return pytest.mark.parametrize("rounds", [short, pytest.param(long, marks=marks)])


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def network(hub: Hub, rng: random.Random) -> Iterator[FlakyNetwork]:
    with flaky(hub.port, rng) as network:
        yield network


@contextlib.contextmanager
def syncing(log: ReadingLog, url: str, key: str, pace: Pace = QUICK) -> Iterator[HubSync]:
    sync = HubSync(log, HubClient(url, key), pace=pace)
    sync.start()
    try:
        yield sync
    finally:
        sync.close(flush_s=1.0)


def in_hub(hub: Hub) -> list[int]:
    """Return the numbers of everything that the hub shows, each as often as it shows it."""
    return [numbered.number_of(each) for each in hub.holds(numbered.DEVICES)]


@soaking(60, long=6000)
def test_a_flaky_network_loses_and_doubles_nothing(tmp_path, hub, network, note, rounds):
    key = hub.keys[numbered.GATEWAY]
    with numbered.opened(tmp_path / "log") as log, syncing(log, network.url, key) as sync:
        for begin in range(0, rounds * SIZE, SIZE):
            log.append(map(numbered.reading, range(begin, begin + SIZE))).result()
            before = sum(network.met.values())
            if begin % 3:
                until(lambda before=before: sum(network.met.values()) > before, "a request")
        network.sick = False
        until(lambda: sync.state().backlog == 0, "everything acknowledged")
        refused = sync.state().refused
    verdict = numbered.judge(range(rounds * SIZE), in_hub(hub))
    note(**vars(verdict), refused=refused, met=dict(sorted(network.met.items())))
    assert verdict == numbered.Verdict(rounds * SIZE, 0, 0, 0)
    assert refused == 0


@soaking(8, long=500)
def test_in_a_storm_of_all_faults_everything_promised_arrives_once(
    tmp_path, hub, network, rng, note, rounds
):
    """Kill and stop gateway and hub, over a network that fails, then let all be well again."""
    key = hub.keys[numbered.GATEWAY]
    promised: set[int] = set()
    with victims(tmp_path / "log", *STORM, "--hub", network.url, "--key", key) as shots:
        for round_ in range(rounds):
            with _frozen(hub) if rng.random() < 0.2 else contextlib.nullcontext():
                stop_s = rng.choice((0.0, 0.0, rng.uniform(0.0, 0.3)))
                spans = shots.live(round_ * 1_000_000, rng.uniform(0.0, 0.4), stop_s)
            promised |= {n for first, last in spans for n in range(first, last + 1)}
            if rng.random() < 0.1:
                hub.kill()
                hub.start()
    network.sick = False
    with numbered.opened(tmp_path / "log") as log, syncing(log, network.url, key) as sync:
        alive = numbered.still_takes(log)
        until(lambda: sync.state().backlog == 0, "everything acknowledged")
        in_log = numbered.stored(log)
    shown = in_hub(hub)
    verdict = numbered.judge(promised, shown)
    note(kills=rounds, **vars(verdict), alive=alive, met=dict(sorted(network.met.items())))
    assert verdict.sound, verdict
    assert sorted(shown) == sorted(in_log)
    assert alive


@contextlib.contextmanager
def _frozen(hub: Hub) -> Iterator[None]:
    """Stop the hub's process while a gateway lives; it wakes up when that is over."""
    os.kill(hub.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(hub.process.pid, signal.SIGCONT)


def _without_its_last_commits(tmp_path: Path, hub: Hub) -> Path:
    """Send 2,000 readings, then lose the -wal with the latter half, as a repair of a disk does."""
    folder, damaged = tmp_path / "log", tmp_path / "damaged"
    key = hub.keys[numbered.GATEWAY]
    for first in (0, 1000):
        with numbered.opened(folder) as log, syncing(log, hub.url, key) as sync:
            log.append(map(numbered.reading, range(first, first + 1000))).result()
            until(lambda sync=sync: sync.state().backlog == 0, "everything acknowledged")
            if first:
                shutil.copytree(folder, damaged)
        for file in folder.rglob("*.db"):
            with contextlib.closing(sqlite3.connect(file)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in damaged.rglob("*-wal"):
        file.unlink()
    return damaged


def test_a_log_that_lost_its_last_commits_loses_nothing_that_comes_after(tmp_path, hub, note):
    """The hub acknowledges numbers of the lost readings, which new ones have been given since."""
    key = hub.keys[numbered.GATEWAY]
    folder = _without_its_last_commits(tmp_path, hub)
    with numbered.opened(folder) as log:
        for first in range(2000, 4000, 100):
            log.append(map(numbered.reading, range(first, first + 100))).result()
    few = dataclasses.replace(QUICK, limit=300)
    with numbered.opened(folder) as log, syncing(log, hub.url, key, few) as sync:
        until(lambda: sync.state().backlog == 0, "everything acknowledged")
    verdict = numbered.judge(range(4000), in_hub(hub))
    note(**vars(verdict))
    assert verdict == numbered.Verdict(4000, 0, 0, 0)


def test_a_log_put_back_from_a_copy_loses_nothing_and_says_so(tmp_path, hub, note):
    """A card is written anew from its image: the hub knows numbers that come again."""
    key = hub.keys[numbered.GATEWAY]
    folder, image = tmp_path / "log", tmp_path / "image"
    few = dataclasses.replace(QUICK, limit=300)
    for first in (0, 1000):
        with numbered.opened(folder) as log, syncing(log, hub.url, key) as sync:
            log.append(map(numbered.reading, range(first, first + 1000))).result()
            until(lambda sync=sync: sync.state().backlog == 0, "everything acknowledged")
        if not first:
            shutil.copytree(folder, image)
    with numbered.opened(image) as log:  # far fewer than the hub knows, and without a link
        log.append(map(numbered.reading, range(2000, 2400))).result()
    for first in (2400, 3400):
        with numbered.opened(image) as log, syncing(log, hub.url, key, few) as sync:
            log.append(map(numbered.reading, range(first, first + 1000))).result()
            until(lambda sync=sync: sync.state().backlog == 0, "everything acknowledged")
            losses = log.losses("another sink")
    verdict = numbered.judge(range(4400), in_hub(hub))
    note(**vars(verdict), losses=len(losses))
    assert verdict == numbered.Verdict(4400, 0, 0, 0)
    assert ["put back from an earlier copy" in loss.reason for loss in losses] == [True]
