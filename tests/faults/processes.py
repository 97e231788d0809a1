"""Real processes of the suite: a hub that may be killed, a gateway's agent with its devices."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import HubRejected
from area_configs.loader import load_area
from edge_agent.health.report import status_of
from platform_hub.client import HubClient
from platform_hub.wire import ngsi_ld
from tests.founded_hub import found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from area_configs.domain.readings import Reading

ROOT = Path(__file__).parents[2]
AREA = "harumi"
PATIENCE_S = 60.0
_GOODBYE_S = 20.0


def until(true: Callable[[], Any], words: str) -> Any:
    """Wait until another process has got somewhere; return what it then says."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < deadline, f"never: {words}"
        threading.Event().wait(0.02)
    return found


class Hub:
    """A hub in its own process, on one port for all its lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys = found(folder)

    def start(self) -> None:
        options = ("--data", str(self._folder), "--port", str(self.port), "--ready-json")
        self.process = self._run("serve", *options)
        assert json.loads(self.process.stdout.readline())["ready"]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=_GOODBYE_S)

    def holds(self, devices: Iterable[str]) -> Iterator[Reading]:
        """Yield what anybody may ask for, of some devices; of one that sent nothing there is none."""
        with HubClient(self.url, self.keys["reader"]) as reader:
            for device in devices:
                try:
                    yield from (each for each, _ in reader.stored(ngsi_ld.entity_id(AREA, device)))
                except HubRejected as error:
                    if error.status != HTTPStatus.NOT_FOUND:
                        raise

    def _run(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "platform_hub.server", *arguments]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """Run a hub and stop it, whatever has happened to it."""
    hub = Hub(folder)
    hub.start()
    try:
        yield hub
    finally:
        hub.process.send_signal(signal.SIGCONT)
        hub.stop()


class Site:
    """One gateway's folder: simulated devices in a process, and the agent in another."""

    def __init__(self, folder: Path, gateway: str, hub_url: str, key: str) -> None:
        folder.mkdir()
        self.folder, self.gateway = folder, gateway
        self.data = folder / "data"
        self.links = folder / "links.toml"
        self.ledger = folder / "sim" / "ledger.jsonl"
        (folder / "key").touch(mode=0o600)
        (folder / "key").write_text(key)
        (folder / "edge.toml").write_text(
            f'gateway = "{gateway}"\narea = "{AREA}"\ndata = "data"\nlinks = "links.toml"\n'
            f'[hub]\nurl = "{hub_url}"\nkey_file = "key"\n'
        )

    @property
    def devices(self) -> list[str]:
        return [device.id for device in load_area(AREA).devices_of(self.gateway)]

    def said(self) -> list[dict[str, Any]]:
        """Return what the simulated devices have really said."""
        return [json.loads(line) for line in self.ledger.read_text("utf-8").splitlines()]

    def status(self) -> dict[str, Any]:
        return status_of(self.data) or {}

    @contextlib.contextmanager
    def simulators(self) -> Iterator[subprocess.Popen[str]]:
        options = ("--area", AREA, "--directory", str(self.folder / "sim"))
        command = (sys.executable, "-m", "edge_agent", "simulate", *options)
        with _running([*command, "--gateway", self.gateway], stdout=subprocess.PIPE) as process:
            assert json.loads(process.stdout.readline())["ready"]
            made = (self.folder / "sim" / self.gateway / "links.toml").read_text("utf-8")
            self.links.touch(mode=0o600)
            self.links.write_text(made, encoding="utf-8")
            yield process

    @contextlib.contextmanager
    def agent(self, environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
        config = str(self.folder / "edge.toml")
        command = [sys.executable, "-m", "edge_agent", "run", "--config", config]
        talk = (self.folder / "agent.log").open("a")
        with talk, _running(command, env={**os.environ, **(environment or {})}, stderr=talk) as run:
            yield run

    def talk(self) -> str:
        return (self.folder / "agent.log").read_text("utf-8")


@contextlib.contextmanager
def _running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, cwd=ROOT, text=True, **options) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GOODBYE_S)
            process.kill()
