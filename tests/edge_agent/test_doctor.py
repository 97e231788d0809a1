"""The doctor says of everything an agent needs whether it is right, and how to mend it."""

from __future__ import annotations

import os
import pty
import shutil
import threading
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from edge_agent.doctor import examine
from edge_agent.health.data_folder import FolderLock
from edge_agent.transports.serial_port import Claim

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
    """A hub that only says how it is."""

    def do_GET(self) -> None:
        body = b'{"status": "ok", "area": "yard"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words) -> None:
        """Say nothing."""


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
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
        f'[hub]\nurl = "http://127.0.0.1:{port}"\n'
    )

    def change(old: str, new: str) -> None:
        settings.write_text(settings.read_text().replace(old, new))

    def checks() -> dict[str, tuple[str, str]]:
        return {
            check.name: (check.level, check.words)
            for check in examine(settings, clock, lambda: True)
        }

    Yard = namedtuple("Yard", "folder port change checks")  # noqa: PYI024 - a bundle for one test
    yield Yard(tmp_path, os.ttyname(slave), change, checks)
    os.close(master)
    os.close(slave)


def test_all_is_well(yard):
    checks = yard.checks()
    assert {level for level, _ in checks.values()} == {"ok"}
    assert list(checks) == [
        "settings",
        "area",
        "link bus",
        "link lan",
        "hub",
        "disk",
        "clock",
    ]
    assert checks["area"][1] == "yard: 1 devices, 2 links"


def test_wrong_settings_end_the_examination(yard):
    yard.change("gateway", "gatway")
    checks = list(yard.checks().items())
    assert [name for name, _ in checks] == ["settings"]
    assert checks[0][1][0] == "fail"


def test_settings_that_do_not_fit_the_area(yard):
    yard.change("gw-yard", "gw-yrd")
    checks = yard.checks()
    assert "did you mean 'gw-yard'?" in checks["installation"][1]
    assert checks["hub"][0] == "ok"


def test_a_held_port(yard):
    with Claim(yard.port):
        level, words = yard.checks()["link bus"]
    assert level == "fail"
    assert "is held by another program: stop it" in words


def test_the_ports_of_a_running_agent_are_its_own(yard):
    with FolderLock(yard.folder / "data"), Claim(yard.port):
        assert yard.checks()["link bus"] == ("ok", f"{yard.port}: left alone, the agent is running")


def test_a_hub_that_is_not_there(yard, hub):
    yard.change(f":{hub.server_address[1]}", ":9")
    level, words = yard.checks()["hub"]
    assert level == "fail"
    assert "http://127.0.0.1:9" in words


def test_a_key_that_others_may_read(yard):
    (yard.folder / "hub.key").write_text("k")
    (yard.folder / "hub.key").chmod(0o644)
    yard.change("[hub]\n", '[hub]\nkey_file = "hub.key"\n')
    level, words = yard.checks()["hub key"]
    assert level == "fail"
    assert "chmod 600" in words


def test_a_clock_that_nothing_sets(yard, clock):
    *_, check = examine(yard.folder / "edge.toml", clock, lambda: False)
    assert (check.name, check.level) == ("clock", "warn")
    assert check.words.endswith("UTC, set by no time source: turn NTP on")


def test_a_clock_that_was_never_set(yard, clock):
    clock.wall_us = 0
    level, words = yard.checks()["clock"]
    assert level == "fail"
    assert words.startswith("1970-01-01 00:00:00 UTC is in the past")


@pytest.mark.parametrize(("free", "level"), [(500 << 20, "warn"), (50 << 20, "fail")])
def test_a_disk_that_is_nearly_full(yard, monkeypatch, free, level):
    usage = shutil.disk_usage(yard.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))
    found = yard.checks()["disk"]
    assert found[0] == level
    assert "free some, or readings cannot wait" in found[1]
