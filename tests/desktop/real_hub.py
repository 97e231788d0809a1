"""A real hub as a child process, for tests of the whole console."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from platform_hub.client import HubClient
from platform_hub.wire.blocks import Block, encode
from tests.founded_hub import PASSWORD, found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading

__all__ = ["PASSWORD", "RealHub"]
_MODULE = [sys.executable, "-m", "platform_hub.server"]


class RealHub:
    """`area-hub serve`, on loopback; `start` after `stop` serves the same data on the same port.

    With `people` (role by name, everybody's password is PASSWORD) it asks everybody who they are.
    """

    def __init__(self, folder: Path, people: Mapping[str, str] | None = None) -> None:
        self._data = folder / "hub"
        self._sent = 0
        keys = found(self._data, people)
        self.keys = keys if people else {}
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        serve = ["serve", "--data", str(self._data), "--port", str(self._port)]
        if not self.keys:
            serve.append("--no-auth")
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
        with HubClient(self.url, self.keys.get(gateway, "")) as client:
            client.ingest([encode(block)], gateway=gateway, epoch=1, backlog=7)
