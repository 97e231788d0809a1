"""A real hub as a child process, for tests of the whole console."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from platform_hub.client import HubClient
from platform_hub.wire.blocks import Block, encode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading

_MODULE = [sys.executable, "-m", "platform_hub.server"]


class RealHub:
    """`area-hub serve --no-auth`; `restart` serves the same data on the same port."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "hub"
        self._sent = 0
        init = [*_MODULE, "init", str(self._data), "--area", "harumi", "--json"]
        subprocess.run(init, check=True, capture_output=True)
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        serve = ["serve", "--data", str(self._data), "--port", str(self._port), "--no-auth"]
        self._process = subprocess.Popen(
            [*_MODULE, *serve, "--ready-json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        ready = json.loads(self._process.stdout.readline())
        self._port = int(ready["url"].rpartition(":")[2])

    def stop(self) -> None:
        """End it; once more does no harm."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process.stdout.close()

    def take(self, readings: Sequence[Reading], gateway: str = "gw-energy") -> None:
        """Store readings as a gateway would send them."""
        block = Block(gateway, 1, self._sent + 1, tuple(readings))
        self._sent += len(readings)
        with HubClient(self.url) as client:
            client.ingest([encode(block)], gateway=gateway, epoch=1, backlog=7)
