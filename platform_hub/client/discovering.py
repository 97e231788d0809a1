"""Discovery: gateways and hubs that say so on the local network; hints, which a claim then proves."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_hub.wire.announcements import SERVICE

if TYPE_CHECKING:
    from zeroconf import Zeroconf

_RESOLVE_MS = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """What one of them says of itself."""

    name: str
    state: str
    host: str
    port: int
    version: str = ""
    proto: str = ""


@dataclass(slots=True)
class _Listener:
    names: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add_service(self, _zeroconf: Zeroconf, _kind: str, name: str) -> None:
        """Note a name; it is resolved later, outside the library's thread."""
        with self.lock:
            self.names.append(name)

    def update_service(self, _zeroconf: Zeroconf, _kind: str, _name: str) -> None:
        """Do nothing: a name is resolved after the search."""

    def remove_service(self, _zeroconf: Zeroconf, _kind: str, name: str) -> None:
        """Forget a name."""
        with self.lock:
            if name in self.names:
                self.names.remove(name)


def look(seconds: float, wait: threading.Event) -> list[Found]:
    """Listen for some seconds, or until `wait` is set; return what said so, by name.

    Raises:
        OSError: this machine has no network.
    """
    from zeroconf import ServiceBrowser, Zeroconf  # noqa: PLC0415 - 24 MiB

    network, listener = Zeroconf(), _Listener()
    try:
        browser = ServiceBrowser(network, SERVICE, listener)  # type: ignore[arg-type]  # typed as an ABC, used by its methods
        wait.wait(seconds)
        browser.cancel()
        found = [_resolved(network, name) for name in sorted(set(listener.names))]
    finally:
        network.close()
    return [one for one in found if one is not None]


def _resolved(network: Zeroconf, name: str) -> Found | None:
    info = network.get_service_info(SERVICE, name, _RESOLVE_MS)
    if info is None or not info.parsed_addresses():
        return None
    said = {_plain(key): _plain(value) for key, value in info.properties.items()}
    return Found(
        said.get("id", name.partition(".")[0]),
        said.get("state", ""),
        info.parsed_addresses()[0],
        info.port or 0,
        said.get("version", ""),
        said.get("proto", ""),
    )


def _plain(data: bytes | None) -> str:
    """Return text that is fit for a terminal: anybody on the network may have written it."""
    text = (data or b"").decode(errors="replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:128]
