"""A hub in a process of its own, for the benchmarks: filled, asked and measured from outside."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SETTINGS = "temporal_page_size = 100000\n"


class HubProcess:
    """A running hub; `cpu_s` and `rss_mb` are those of its process."""

    def __init__(self, process: subprocess.Popen[str], url: str, place: Path | str) -> None:
        self.url = url
        self.place = place
        self._of = psutil.Process(process.pid)

    def cpu_s(self) -> float:
        """Return the processor seconds that it has used."""
        times = self._of.cpu_times()
        return times.user + times.system

    def rss_mb(self) -> float:
        """Return its resident memory."""
        return round(self._of.memory_info().rss / 2**20, 1)

    def connection(self) -> http.client.HTTPConnection:
        """Return a connection that stays open."""
        address = urlsplit(self.url)
        return http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)

    def get(self, path: str) -> bytes:
        """Return the body of an answer; only 200 will do."""
        with contextlib.closing(self.connection()) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} is answered with {answer.status}: {body[:300]!r}")
        return body


@contextlib.contextmanager
def serving(database: str = "") -> Iterator[HubProcess]:
    """Run a new hub, on SQLite or on this PostgreSQL database, without keys."""
    command = [sys.executable, "-m", "platform_hub.server"]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "hub")
        subprocess.run([*command, "init", str(data)], cwd=ROOT, capture_output=True, check=True)
        (data / "hub.toml").write_text(SETTINGS, encoding="utf-8")
        options = ["--database", database] if database else []
        serve = ["serve", "--data", str(data), "--port", "0", "--no-auth", "--ready-json"]
        process = subprocess.Popen(
            [*command, *serve, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield HubProcess(process, json.loads(line)["url"], database or data / "hub.sqlite")
        finally:
            process.terminate()
            process.communicate(timeout=30)
