"""Runs simulators beside a test, in a thread with a loop of their own, on a clock that stands."""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
import tomllib
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from area_configs.loader import load_area
from edge_agent.simulators import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOON_US = int(datetime(2026, 6, 16, 3, 0, tzinfo=UTC).timestamp()) * 1_000_000  # 12:00 in Tokyo
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Running:
    """A simulation that runs: where its links and its ledger are."""

    directory: Path

    def links(self, gateway: str) -> dict[str, Any]:
        return tomllib.loads((self.directory / gateway / "links.toml").read_text("utf-8"))

    def port(self, gateway: str, link: str) -> str:
        return self.links(gateway)["links"][link]["port"]

    def said(self) -> list[dict[str, Any]]:
        lines = (self.directory / "ledger.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def harumi():
    return load_area("harumi")


@pytest.fixture(scope="session")
def lines(harumi):
    """The area without its radio and its OPC UA server, which take seconds to begin."""
    slow = {"ble", "opc_ua"}
    gateways = tuple(
        replace(gateway, links=tuple(link for link in gateway.links if link.kind not in slow))
        for gateway in harumi.gateways
    )
    kept = {(gateway.id, link.id) for gateway in gateways for link in gateway.links}
    devices = tuple(d for d in harumi.devices if (d.gateway, d.link) in kept)
    return replace(harumi, gateways=gateways, devices=devices)


@pytest.fixture
def simulate(lines, tmp_path) -> Callable[..., Any]:
    """Start the simulators on the area's lines; a context manager that gives a Running."""

    @contextmanager
    def running(**options: Any) -> Iterator[Running]:
        simulation = Simulation(lines, tmp_path, **{"clock": lambda: NOON_US, **options})
        with _served(simulation):
            yield Running(tmp_path)

    return running


@contextmanager
def _served(simulation: Simulation) -> Iterator[None]:
    ready, stop, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            await simulation.open(stack)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(_PATIENCE_S)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture
def mbpoll() -> Callable[..., Any]:
    """Ask a Modbus server once with mbpoll: gives (exit status, {address: text}, what it said)."""

    def ask(*arguments: str) -> tuple[int, dict[int, str], str]:
        command = ["mbpoll", "-0", "-1", "-q", *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        except FileNotFoundError:
            pytest.skip("mbpoll is not installed (Debian: mbpoll)")
        values = {
            int(line[1 : line.index("]")]): line.split(":", 1)[1].split()[0]
            for line in done.stdout.splitlines()
            if line.startswith("[")
        }
        return done.returncode, values, done.stdout + done.stderr

    return ask
