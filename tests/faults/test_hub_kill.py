"""kill -9 of the hub during ingest: nothing acknowledged is missing, nothing is doubled."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from area_configs.domain.readings import Reading
from platform_hub.wire import acknowledgements, blocks, ngsi_ld, timestamps
from platform_hub.wire.blocks import Block
from tests.founded_hub import found
from tests.peers import postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "platform_hub.server"]
GATEWAY, DEVICES, BLOCK = "gw-residence", 4, 200
T0 = 1_764_000_000_000_000
# Before an answer, and within one.
CUT = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class Served:
    """A hub process that can be killed and started again on the same data."""

    def __init__(self, folder: Path, *options: str) -> None:
        arguments = ["serve", "--data", str(folder), "--port", "0", "--no-auth", "--ready-json"]
        self._command = [*COMMAND, *arguments, *options]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()
        self.url = json.loads(line)["url"]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


class Sender:
    """A gateway that sends its log block by block, from what was acknowledged, with some doubling."""

    def __init__(self, hub: Served, dice: random.Random) -> None:
        self._hub = hub
        self._dice = dice
        self.acknowledged = 0
        self.sent = 0

    def send_until(self, stopped: threading.Event) -> None:
        with requests.Session() as session:
            while not stopped.is_set():
                back = self._dice.choice([0, 0, 0, BLOCK // 2, BLOCK])  # as after a lost answer
                first = max(1, self.acknowledged + 1 - back)
                with contextlib.suppress(*CUT):
                    self._send(session, first)

    def _send(self, session: requests.Session, first: int) -> None:
        readings = tuple(reading(seq) for seq in range(first, first + BLOCK))
        body = blocks.join([blocks.encode(Block(GATEWAY, 1, first, readings))])
        headers = {
            "Content-Type": blocks.MEDIA_TYPE,
            acknowledgements.GATEWAY_HEADER: GATEWAY,
            acknowledgements.EPOCH_HEADER: "1",
        }
        self.sent = max(self.sent, first + BLOCK - 1)
        url = f"{self._hub.url}/ngsi-ld/ex/v1/blocks"
        answer = session.post(url, data=body, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        upto = acknowledgements.decode(answer.content).upto
        assert upto >= self.acknowledged, "the watermark went back"
        self.acknowledged = upto


def reading(seq: int) -> Reading:
    device, second = seq % DEVICES, seq // DEVICES
    return Reading(f"meter-{device}", "active_power", T0 + second * 1_000_000, float(seq))


def stored(url: str, device: int) -> list[float]:
    """Return every value that the hub has of a device, oldest first, following the pages."""
    entity = ngsi_ld.entity_id("harumi", f"meter-{device}")
    path = f"{url}/ngsi-ld/v1/temporal/entities/{entity}"
    found: list[float] = []
    params = {"options": "temporalValues", "timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
    while True:
        answer = requests.get(path, params=params, timeout=30)
        values = answer.json()["activePower"]["values"]
        found += [value for value, _ in values]
        if answer.status_code == 200:
            return found
        params["timeAt"] = timestamps.to_text(timestamps.from_text(values[-1][1]))


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Return a hub on each engine."""
    folder = tmp_path / "hub"
    found(folder)
    with contextlib.ExitStack() as stack:
        options: list[str] = []
        if request.param == "postgresql":
            try:
                cluster = stack.enter_context(postgresql.running(safe=True))
            except postgresql.NoPostgreSQL as error:
                pytest.skip(str(error))
            options = ["--database", cluster.url()]
        served = Served(folder, *options)
        stack.callback(served.kill)
        yield served


def run(hub: Served, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    sender = Sender(hub, dice)
    for _ in range(kills):
        stopped = threading.Event()
        thread = threading.Thread(target=sender.send_until, args=(stopped,))
        thread.start()
        before = sender.acknowledged
        _wait_for(lambda: sender.acknowledged > before + 2 * BLOCK, thread)  # noqa: B023 - at once
        stopped.wait(dice.random() * 0.05)  # somewhere inside a request
        hub.kill()
        stopped.set()
        thread.join(30)
        hub.start()
        _check(hub.url, sender)
    assert sender.acknowledged >= kills * 2 * BLOCK


def _wait_for(happened: Callable[[], bool], thread: threading.Thread) -> None:
    tick = threading.Event()
    for _ in range(3000):
        if happened():
            return
        assert thread.is_alive(), "the sender gave up"
        tick.wait(0.01)
    pytest.fail("the hub took nothing for 30 s")


def _check(url: str, sender: Sender) -> None:
    total = 0
    for device in range(DEVICES):
        values = stored(url, device)
        assert values == sorted(set(values)), "doubled or out of order"
        expected = [float(n) for n in range(1, sender.acknowledged + 1) if n % DEVICES == device]
        assert values[: len(expected)] == expected, "an acknowledged reading is missing"
        assert not values or values[-1] <= sender.sent
        total += len(values)
    health = requests.get(f"{url}/health", timeout=30).json()
    assert health["readingsStored"] == total


def test_a_killed_hub_has_all_it_acknowledged_once(hub: Served) -> None:
    run(hub, kills=2, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_a_hub_killed_many_times_has_all_it_acknowledged_once(hub: Served, seed: int) -> None:
    run(hub, kills=40, seed=seed)
