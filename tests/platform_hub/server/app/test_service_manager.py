"""What the service manager hears of a hub."""

from __future__ import annotations

import socket

import pytest

from platform_hub.server.app.service_manager import tell_ready


@pytest.mark.parametrize("abstract", [False, True])
def test_it_hears_that_requests_are_taken(tmp_path, abstract):
    name = f"@area-hub-{tmp_path.name}-{id(tmp_path)}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(10)
        manager.bind(f"\0{name[1:]}" if abstract else name)
        tell_ready({"NOTIFY_SOCKET": name})
        assert manager.recv(100) == b"READY=1"


def test_without_one_nothing_is_sent():
    tell_ready({})
