"""Several hub processes on one PostgreSQL database: each serves what any of them has taken."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from area_configs.domain.readings import Reading
from platform_hub.wire import acknowledgements, alarms, blocks, events
from platform_hub.wire.alarms import AlarmState
from platform_hub.wire.blocks import Block
from tests.founded_hub import found
from tests.platform_hub.server.town import power, sent_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from platform_hub.wire.acknowledgements import Acknowledgement

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[4]
COMMAND = [sys.executable, "-m", "platform_hub.server"]
LIVE = "/ngsi-ld/ex/v1/live"


@contextlib.contextmanager
def serving(folder: Path, url: str) -> Iterator[str]:
    arguments = ["serve", "--data", folder, "--port", "0", "--no-auth", "--ready-json"]
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments), "--database", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)["url"]
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def pair(tmp_path: Path, new_url: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """Return the URLs of two hubs on one database and one folder."""
    folder, url = tmp_path / "hub", new_url()
    found(folder)
    with serving(folder, url) as one, serving(folder, url) as other:
        yield one, other


def say(url: str, *readings: Reading, first_seq: int = 1) -> Acknowledgement:
    body = blocks.join([blocks.encode(Block("gw-1", 1, first_seq, readings))])
    path = f"{url}/ngsi-ld/ex/v1/blocks"
    answer = requests.post(path, data=body, headers=sent_as(), timeout=10)
    assert answer.status_code == 200, answer.text
    return acknowledgements.decode(answer.content)


def test_what_one_takes_the_other_streams_and_serves(pair: tuple[str, str]) -> None:
    one, other = pair
    with requests.get(f"{other}{LIVE}", stream=True, timeout=10) as response:
        lines = (line.decode() for line in response.iter_lines(chunk_size=None))
        stream = events.parse(lines)
        say(one, power(0, 42.0))
        kinds = {}
        while len(kinds) < 2:  # a gateway event and a notification, in either order
            event = next(stream)
            if event.kind != events.GATEWAY or "gw-1" in event.data:
                kinds[event.kind] = event.data
    notified = [data for kind, data in kinds.items() if kind != events.GATEWAY]
    assert json.loads(notified[0])["data"][0]["activePower"]["value"] == 42.0
    gateways = requests.get(f"{other}/area/v1/gateways", timeout=10).json()
    assert {"gw-1": 1}.items() <= {g["id"]: g["acknowledged"] for g in gateways}.items()


def test_both_take_the_same_log_at_once_and_store_it_once(pair: tuple[str, str]) -> None:
    def send(n: int) -> int:
        first = n // 4 * 10  # every run comes four times, to both
        readings = (power(first + k, float(first + k)) for k in range(10))
        return say(pair[n % 2], *readings, first_seq=first + 1).stored

    with ThreadPoolExecutor(8) as senders:
        stored = sum(senders.map(send, range(80)))
    assert stored == 200
    for url in pair:
        assert requests.get(f"{url}/health", timeout=10).json()["readingsStored"] == 200
    assert say(pair[0]).upto == 200


def test_an_alarm_is_raised_once_told_by_all_and_acknowledged_at_any(pair: tuple[str, str]) -> None:
    one, other = pair

    def leak(second: int, value: float) -> Reading:
        now_us = time.time_ns() // 1000 - 60_000_000 + second * 1_000_000
        return Reading("hydrogen-bank", "hydrogen_in_air", now_us, value)

    with requests.get(f"{other}{LIVE}", stream=True, timeout=20) as response:
        lines = (line.decode() for line in response.iter_lines(chunk_size=None))
        stream = (event.data for event in events.parse(lines) if event.kind == alarms.ALARM)
        with ThreadPoolExecutor(2) as senders:  # both take readings that raise it
            list(
                senders.map(
                    lambda n: say(pair[n], leak(n, 50.0 + n), first_seq=n + 1),
                    range(2),
                )
            )
        raised = next(data for data in stream if json.loads(data)["id"] == "hydrogen-leak")
        assert json.loads(raised)["state"] == AlarmState.UNACKED_ACTIVE
        path = "/area/v1/alarms/hydrogen-leak"
        answer = requests.post(f"{one}{path}/acknowledge", json={"note": "seen"}, timeout=10)
        assert answer.status_code == 200, answer.text
        told = (json.loads(data) for data in stream)
        after = next(view for view in told if view["state"] == AlarmState.ACKED_ACTIVE)
    assert after["id"] == "hydrogen-leak"
    views = [requests.get(f"{url}{path}", timeout=10).json() for url in pair]
    assert views[0] == views[1]
    journal = f"{other}/area/v1/alarm-journal"
    lines = requests.get(journal, params={"alarm": "hydrogen-leak"}, timeout=10).json()
    assert sorted(line["what"] for line in lines) == ["acknowledged", "raised"]
