"""Where the console stands with its hub: connected or not, since when, and the gateways' queues."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

OFFLINE_AFTER_US = 30_000_000
GATEWAY_SILENT_AFTER_US = 20_000_000  # a gateway speaks every 5 s even with nothing to send


class Link(StrEnum):
    """The state of the way to the hub."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class GatewayQueue:
    """What a gateway said of itself; 0 in `last_seen_us` where it never spoke."""

    gateway: str
    last_seen_us: int
    backlog: int


class Connection(QObject):
    """The connection as the screen tells it; `tick` ages it."""

    changed = Signal()

    def __init__(self, clock: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._link = Link.CONNECTING
        self._since_us = clock()
        self._reason = ""
        self._newest_us = 0
        self._queues: dict[str, GatewayQueue] = {}

    @property
    def link(self) -> Link:
        """Return the state of the way to the hub."""
        return self._link

    @property
    def since_us(self) -> int:
        """Return since when it is so; for reconnecting and offline, when the hub was lost."""
        return self._since_us

    @property
    def reason(self) -> str:
        """Return why the hub was lost, as the client said it; empty while connected."""
        return self._reason

    @property
    def newest_us(self) -> int:
        """Return the instant of the newest reading, 0 where there is none."""
        return self._newest_us

    @property
    def queues(self) -> tuple[GatewayQueue, ...]:
        """Return what every gateway said of itself, by gateway id."""
        return tuple(self._queues[key] for key in sorted(self._queues))

    def now_us(self) -> int:
        """Return the present instant, by the clock that ages everything here."""
        return self._clock()

    def silent(self, queue: GatewayQueue) -> bool:
        """Tell whether a gateway has not spoken for longer than its heartbeats allow."""
        return self._clock() - queue.last_seen_us > GATEWAY_SILENT_AFTER_US

    def found(self) -> None:
        """Note that the hub answers."""
        if self._link is not Link.CONNECTED:
            self._enter(Link.CONNECTED, self._clock(), "")

    def lost(self, reason: str) -> None:
        """Note that the hub does not answer; the first loss sets since when."""
        if self._link in {Link.CONNECTED, Link.CONNECTING}:
            self._enter(Link.RECONNECTING, self._clock(), reason)
        elif reason != self._reason:
            self._reason = reason
            self.changed.emit()

    def heard(self, newest_us: int) -> None:
        """Note the instant of a reading that came in."""
        self._newest_us = max(self._newest_us, newest_us)

    def take_queue(self, queue: GatewayQueue) -> None:
        """Note what a gateway said of itself."""
        if self._queues.get(queue.gateway) != queue:
            self._queues[queue.gateway] = queue
            self.changed.emit()

    def tick(self) -> None:
        """Let time pass: a hub lost for long is offline."""
        if self._link is Link.RECONNECTING and self._clock() - self._since_us > OFFLINE_AFTER_US:
            self._link = Link.OFFLINE
        self.changed.emit()

    def _enter(self, link: Link, since_us: int, reason: str) -> None:
        self._link, self._since_us, self._reason = link, since_us, reason
        self.changed.emit()
