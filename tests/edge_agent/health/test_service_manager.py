"""What systemd hears: over a real datagram socket, as sd_notify(3) has it."""

from __future__ import annotations

import os
import re
import socket

import pytest

from edge_agent.health.service_manager import ServiceManager


@pytest.fixture
def heard():
    """Give a service manager that notes every message."""
    messages: list[str] = []
    return ServiceManager({}, messages.append), messages


def test_messages(heard):
    manager, messages = heard
    manager.ready("gateway gw-1,\n2 links")
    manager.alive()
    manager.says("晴海 waits")
    manager.stopping()
    assert messages == [
        "READY=1\nSTATUS=gateway gw-1, 2 links",
        "WATCHDOG=1",
        "STATUS=?? waits",
        "STOPPING=1",
    ]


def test_a_reload_tells_its_instant(heard):
    manager, messages = heard
    manager.reloading()
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", messages[0])


def test_over_the_socket_of_the_service_manager(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        manager = ServiceManager(os.environ)
        manager.ready("well")
        manager.close()
        assert systemd.recv(100) == b"READY=1\nSTATUS=well"


def test_without_a_service_manager_nothing_is_said():
    manager = ServiceManager({})
    manager.ready("well")
    assert manager.watchdog_every_s is None


@pytest.mark.parametrize(
    ("environment", "every_s"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 12.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 12.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_the_watchdog_is_fed(environment, every_s):
    assert ServiceManager(environment).watchdog_every_s == every_s
