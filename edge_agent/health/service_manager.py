"""The service manager: what systemd is told of the agent, and how often it wants to hear of it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sdnotify import SystemdNotifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHARE = 0.4  # of the watchdog's time between two signs of life: one may be lost


class ServiceManager:
    """Speaks sd_notify(3); says nothing where no service manager listens."""

    def __init__(
        self, environment: Mapping[str, str], send: Callable[[str], None] | None = None
    ) -> None:
        """Set it up from the environment that the service manager gave the process."""
        self._notifier = SystemdNotifier() if environment.get("NOTIFY_SOCKET") else None
        self._send = send or (self._notifier.notify if self._notifier else _unheard)
        self._environment = environment

    @property
    def releases(self) -> Path | None:
        """Return the folder of the keeper of releases, None where the service has none."""
        named = self._environment.get("AREA_EDGE_RELEASES")
        return Path(named) if named else None

    @property
    def watchdog_every_s(self) -> float | None:
        """Return how often it wants a sign of life, None where it has no watchdog for us."""
        try:
            limit_s = int(self._environment["WATCHDOG_USEC"]) / 1e6
            meant = int(self._environment.get("WATCHDOG_PID", os.getpid()))
        except (KeyError, ValueError):
            return None
        return limit_s * _SHARE if meant == os.getpid() and limit_s > 0 else None

    def ready(self, words: str) -> None:
        """Say that the agent works."""
        self._send(f"READY=1\nSTATUS={_plain(words)}")

    def reloading(self) -> None:
        """Say that the configuration is read again; `ready` ends it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self) -> None:
        """Feed the watchdog."""
        self._send("WATCHDOG=1")

    def says(self, words: str) -> None:
        """Give one line for `systemctl status`."""
        self._send(f"STATUS={_plain(words)}")

    def stopping(self) -> None:
        """Say that the agent finishes what is in flight and ends."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Give the socket back."""
        if self._notifier and self._notifier.socket:
            self._notifier.socket.close()


def _plain(words: str) -> str:
    """Return one line that the notifier can encode: it knows Latin-1 only."""
    return " ".join(words.split()).encode("ascii", "replace").decode("ascii")


def _unheard(_message: str) -> None:
    """Say nothing."""
