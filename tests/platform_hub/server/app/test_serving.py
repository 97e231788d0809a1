"""The hub as its own process: ready, followed, stopped, killed, and started again."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import requests

from area_configs.domain.errors import HubRejected
from platform_hub.client import HubClient
from platform_hub.wire import acknowledgements, blocks, events, ngsi_ld
from platform_hub.wire.blocks import Block
from tests.founded_hub import found
from tests.platform_hub.server.town import power, sent_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.readings import Reading
    from platform_hub.wire.acknowledgements import Acknowledgement
    from platform_hub.wire.events import Event

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[4]
GATEWAY = "gw-residence"
COMMAND = [sys.executable, "-m", "platform_hub.server"]


@dataclass
class Served:
    """A running hub."""

    process: subprocess.Popen[str]
    url: str
    keys: dict[str, str]

    def get(self, path: str, key: str = "reader", **options: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.keys[key]}"} | options.pop("headers", {})
        return requests.get(self.url + path, headers=headers, timeout=10, **options)

    def say(self, first_seq: int, *readings: Reading) -> Acknowledgement:
        block = Block(GATEWAY, 1, first_seq, readings)
        headers = sent_as(Area_Gateway=GATEWAY) | {"Authorization": f"Bearer {self.keys[GATEWAY]}"}
        body = blocks.join([blocks.encode(block)])
        url = f"{self.url}/ngsi-ld/ex/v1/blocks"
        answer = requests.post(url, data=body, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        return acknowledgements.decode(answer.content)

    @contextlib.contextmanager
    def live(self, last_id: str = "") -> Iterator[Iterator[Event]]:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        path = "/ngsi-ld/ex/v1/live"
        with self.get(path, stream=True, headers=headers) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            lines = (line.decode() for line in response.iter_lines(chunk_size=None))
            yield (event for event in events.parse(lines) if event.kind != events.GATEWAY)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hub"


@pytest.fixture
def keys(folder: Path) -> dict[str, str]:
    return found(folder)


@pytest.fixture
def start(folder: Path, keys: dict[str, str]) -> Iterator[Callable[..., Served]]:
    running: list[subprocess.Popen[str]] = []

    def serve(*options: object) -> Served:
        arguments = ["serve", "--data", folder, "--port", "0", "--ready-json", *options]
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        line = process.stdout.readline()
        assert line, process.stderr.read()
        ready = json.loads(line)
        assert ready["ready"] is True
        return Served(process, ready["url"], keys)

    yield serve
    for process in running:
        process.kill()
        process.communicate()


def test_a_stream_is_followed_and_resumed_over_a_restart(start: Callable[..., Served]) -> None:
    hub = start()
    with hub.live() as stream:
        assert hub.say(1, power(0, 1.0)).upto == 1
        event = next(stream)
    assert events.readings_of(event) == [power(0, 1.0)]
    hub.say(2, power(1, 2.0))
    assert hub.stop() == 0
    again = start()
    again.say(3, power(2, 3.0))
    with again.live(event.id) as stream:
        missed: list[Reading] = []
        while len(missed) < 2:
            missed += events.readings_of(next(stream))
    assert missed == [power(1, 2.0), power(2, 3.0)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_with_streams_open(
    start: Callable[..., Served], number: signal.Signals
) -> None:
    hub = start()
    with hub.live() as first, hub.live() as second:
        hub.say(1, power(0))
        next(first), next(second)
        hub.process.send_signal(number)
        assert hub.process.wait(30) == 0
        assert list(first) == []
    assert hub.process.stderr.read() == ""


def test_what_was_acknowledged_survives_a_kill(start: Callable[..., Served]) -> None:
    hub = start()
    upto = 0
    for n in range(20):
        upto = hub.say(upto + 1, *(power(10 * n + k, float(k)) for k in range(10))).upto
    hub.process.kill()
    hub.process.wait()
    again = start()
    urn = ngsi_ld.entity_id("harumi", "meter-1")
    body = again.get(f"/ngsi-ld/v1/temporal/entities/{urn}").json()
    assert len(list(events.readings_in(body))) == upto == 200
    answer = again.say(195, *(power(194 + k, float((194 + k) % 10)) for k in range(8)))
    assert (answer.upto, answer.stored, answer.known) == (202, 2, 6)


def test_keys_gate_a_real_hub(start: Callable[..., Served]) -> None:
    hub = start()
    assert hub.get("/ngsi-ld/v1/entities?local=true").status_code == 200
    assert hub.get("/area/v1/gateways", key="gw-energy").status_code == 403
    assert requests.get(f"{hub.url}/area/v1/gateways", timeout=10).status_code == 401
    health = requests.get(f"{hub.url}/health", timeout=10).json()
    assert (health["status"], health["area"]) == ("ok", "harumi")
    assert hub.get("/area/v1/pack", key="manager").content.startswith(b"PK")


def test_a_long_catch_up_stays_within_memory(start: Callable[..., Served]) -> None:
    hub = start("--no-auth")
    with hub.live() as stream:
        for n in range(20):
            readings = [power(n * 2000 + k, float(k)) for k in range(2000)]
            hub.say(n * 2000 + 1, *readings)
        assert next(stream)
    hub.get("/ngsi-ld/v1/entities?local=true")
    used = psutil.Process(hub.process.pid).memory_info().rss
    assert used < 150 << 20


def test_a_gateway_that_goes_away_while_sending_is_no_fault(start: Callable[..., Served]) -> None:
    hub = start("--no-auth")
    address = hub.url.removeprefix("http://").split(":")
    lines = [f"{name}: {value}" for name, value in sent_as(Content_Length="5000").items()]
    head = "\r\n".join(["POST /ngsi-ld/ex/v1/blocks HTTP/1.1", "Host: hub", *lines, "", ""])
    with socket.create_connection((address[0], int(address[1]))) as half_way:
        half_way.sendall(head.encode() + b"only this")
    assert hub.say(1, power(0)).upto == 1
    assert hub.stop() == 0
    assert hub.process.stderr.read() == ""


def test_the_suites_own_client_finds_what_it_stored(start: Callable[..., Served]) -> None:
    hub = start()
    urn = ngsi_ld.entity_id("harumi", "meter-1")
    sent = tuple(power(n, float(n)) for n in range(2500))
    with HubClient(hub.url, hub.keys[GATEWAY]) as gateway:
        body = blocks.encode(Block(GATEWAY, 1, 1, sent))
        assert gateway.ingest([body], gateway=GATEWAY, epoch=1, backlog=0).upto == 2500
        with pytest.raises(HubRejected):
            gateway.entities()
    with HubClient(hub.url, hub.keys["reader"]) as console:
        assert tuple(console.history(urn, [], sent[0].observed_us, 1 << 51)) == sent
        assert next(iter(console.gateways())).id == GATEWAY
        found = console.pack()
        assert found is not None
        assert console.pack(found[1]) is None
        assert len(console.entities()) > 12


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_tls(start: Callable[..., Served], tmp_path: Path) -> None:
    cert, key = tmp_path / "hub.pem", tmp_path / "hub.key"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*made, *subject, "-keyout", key, "-out", cert], check=True, capture_output=True)
    hub = start("--tls-cert", cert, "--tls-key", key)
    assert hub.url.startswith("https://")
    assert hub.get("/health", verify=str(cert)).json()["status"] == "ok"
