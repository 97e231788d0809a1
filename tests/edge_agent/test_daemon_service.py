"""The agent as a service, for real: what systemd hears of it and what a monitor sees."""

from __future__ import annotations

import asyncio
import signal
import socket

import pytest
import requests

from tests.edge_agent.real_site import PATIENCE_S, Site, finished, real_hub


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    """Listen as systemd does, with a watchdog of two seconds."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(PATIENCE_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "2000000")
        yield listener


async def _heard(systemd, words: str) -> str:
    def listen() -> str:
        while words not in (message := systemd.recv(4096).decode()):
            pass
        return message

    return await asyncio.to_thread(listen)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


async def _seen(port: int, path: str) -> requests.Response:
    url = f"http://127.0.0.1:{port}{path}"
    return await asyncio.to_thread(requests.get, url, timeout=PATIENCE_S)


@pytest.mark.slow
async def test_systemd_and_a_monitor_hear_of_the_agent(tmp_path, systemd):
    port = _free_port()
    with real_hub() as hub:
        site = Site(tmp_path, "gw-waterfront", hub)
        text = site.settings.read_text()
        site.settings.write_text(text.replace("port = 0", f"port = {port}"))
        async with site.devices(), site.agent() as process:
            assert "gateway gw-waterfront, 5 links" in await _heard(systemd, "READY=1")
            await _heard(systemd, "WATCHDOG=1")
            await site.until(lambda status: status["log"]["acknowledged"] > 5)
            await _heard(systemd, "WATCHDOG=1")
            health = await _seen(port, "/health")
            assert (health.status_code, health.json()["status"]) == (200, "ok")
            metrics = (await _seen(port, "/metrics")).text
            assert 'area_edge_link_up{link="lan-plaza"} 1' in metrics
            assert 'area_edge_progress_age_seconds{part="log"}' in metrics
            process.send_signal(signal.SIGHUP)
            await _heard(systemd, "RELOADING=1")
            await _heard(systemd, "READY=1")
            process.send_signal(signal.SIGTERM)
            await _heard(systemd, "STOPPING=1")
            assert (await finished(process))[0] == 0
