"""A site where all is well, and the hub that it sends to, for the doctor to look at."""

from __future__ import annotations

import os
import pty
import threading
from collections import namedtuple
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from edge_agent.doctor import Machine, examine

AREA = """
id = "yard"
name = { ja = "試験場", en = "Yard" }
centre = { latitude = 35.65, longitude = 139.77 }
epsg = 6677
timezone = "Asia/Tokyo"
model_district = true
attribution = { ja = "試験", en = "Test" }

[[gateways]]
id = "gw-yard"
name = { ja = "試験", en = "Yard" }
position = { latitude = 35.65, longitude = 139.77 }

[[gateways.links]]
id = "bus"
kind = "modbus_rtu"
port = "PORT"

[[gateways.links]]
id = "lan"
kind = "modbus_tcp"
host = "127.0.0.1"
tcp_port = TCP

[[devices]]
id = "meter"
name = { ja = "電力計", en = "Meter" }
profile = "eastron_sdm120"
gateway = "gw-yard"
link = "bus"
unit = 1
position = { latitude = 35.65, longitude = 139.77 }
"""


class Hub(BaseHTTPRequestHandler):
    """A hub that only says how it is, and knows the keys that it was told."""

    def do_GET(self) -> None:
        body = b'{"status": "ok", "area": "yard"}'
        known = self.path == "/health" or self.headers.get("Authorization") in self.server.keys
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp=None):  # noqa: ARG002 - as the server calls it
        return self.server.date

    def log_message(self, *_words) -> None:
        """Say nothing."""


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.keys = {None}
    server.date = formatdate(1_790_000_000, usegmt=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def yard(tmp_path, hub, clock):
    """Give a site where all is well: a port, a listener (the hub itself), a hub, and its checks."""
    master, slave = pty.openpty()
    port = hub.server_address[1]
    area = AREA.replace("PORT", os.ttyname(slave)).replace("TCP", str(port))
    (tmp_path / "area.toml").write_text(area, encoding="utf-8")
    settings = tmp_path / "edge.toml"
    settings.write_text(
        f'gateway = "gw-yard"\narea = "area.toml"\ndata = "data"\n'
        f'[hub]\nurl = "http://127.0.0.1:{port}"\n[monitor]\nport = 0\n'
    )

    def change(old: str, new: str) -> None:
        settings.write_text(settings.read_text().replace(old, new))

    def checks() -> dict[str, tuple[str, str]]:
        return {
            check.name: (check.level, check.words)
            for check in examine(settings, Machine(clock, lambda: True, tmp_path / "sys"))
        }

    Yard = namedtuple("Yard", "folder port change checks")  # noqa: PYI024 - a bundle for one test
    yield Yard(tmp_path, os.ttyname(slave), change, checks)
    os.close(master)
    os.close(slave)
