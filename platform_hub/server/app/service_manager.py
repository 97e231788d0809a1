"""The service manager: systemd is told once requests are taken, so that a start can be judged."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def tell_ready(environment: Mapping[str, str]) -> None:
    """Send READY=1 as of sd_notify(3); nothing where no service manager listens."""
    place = environment.get("NOTIFY_SOCKET", "")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        # A name that begins with @ is in the abstract namespace.
        way.sendto(b"READY=1", f"\0{place[1:]}" if place.startswith("@") else place)
