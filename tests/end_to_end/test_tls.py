"""A gateway and its hub over TLS: the hub's own authority is believed, and no other."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.edge_agent.real_site import PATIENCE_S, ROOT, Site

pytestmark = pytest.mark.slow
HUB = [sys.executable, "-m", "platform_hub.server"]
GATEWAY = "gw-waterfront"


@contextmanager
def _serving(folder):
    """Serve a new hub over TLS; give its address, its authority's file and the gateway's key."""
    names = ("--name", "127.0.0.1")
    made = subprocess.run(
        [*HUB, "init", str(folder), *names, "--json"], cwd=ROOT, capture_output=True, check=True
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--data", str(folder), "--host", "0.0.0.0", "--port", str(port), "--ready-json")  # noqa: S104 - TLS begins beyond loopback
    process = subprocess.Popen(
        [*HUB, "serve", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert json.loads(process.stdout.readline())["ready"]
        yield (
            f"https://127.0.0.1:{port}",
            folder / "trust" / "ca.pem",
            json.loads(made.stdout)["keys"][GATEWAY],
        )
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _site(folder, url, authority, key):
    site = Site(folder, GATEWAY, url)
    shutil.copy(authority, folder / "ca.pem")
    secret = folder / "hub.key"
    secret.touch(0o600)
    secret.write_text(key)
    text = site.settings.read_text(encoding="utf-8")
    text = text.replace("[hub]\n", 'hub_ca = "ca.pem"\n[hub]\nkey_file = "hub.key"\n')
    site.settings.write_text(text, encoding="utf-8")
    return site


async def _doctor(site):
    words = ("doctor", "--config", str(site.settings), "--json")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "edge_agent", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return {check["name"]: check["level"] for check in json.loads(said)}


async def test_readings_reach_a_hub_whose_own_authority_is_believed(tmp_path):
    with _serving(tmp_path / "hub") as (url, authority, key):
        site = _site(tmp_path, url, authority, key)
        async with site.devices():
            async with site.agent():
                status = await site.until(lambda s: s["log"]["acknowledged"] > 0)
            assert status["hub"]["reachable"] is True
            checks = await _doctor(site)
            assert (checks["hub"], checks["hub certificate"], checks["hub key"]) == ("ok",) * 3


async def test_a_hub_of_another_authority_is_not_told_a_word(tmp_path):
    with _serving(tmp_path / "other") as (_, other, _), _serving(tmp_path / "hub") as (url, _, key):
        site = _site(tmp_path, url, other, key)
        async with site.devices(), site.agent():
            status = await site.until(lambda s: s["hub"]["last_error"] and s["log"]["stored"])
        assert "is not trusted" in status["hub"]["last_error"]
        assert status["log"]["acknowledged"] == 0
