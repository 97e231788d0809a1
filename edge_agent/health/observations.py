"""How links, devices and the log fare, as polling observes it."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from area_configs.domain.quality import Reason
from area_configs.domain.quantities import BY_GATEWAY
from edge_agent.health.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station

_log = logging.getLogger(__name__)

_POLL_GRACE_S = 900.0  # longer than a driver may take to open or to be given up
_DISK_S = 120.0


@dataclass(slots=True)
class LinkHealth:
    """How one link is.

    Attributes:
        state: `opening`, `open` or `down`.
        words: its address, signal and the like; empty before it was open.
        last_error: the sentence of the last failure, empty where it never failed.
        retry_s: seconds from the failure to the next try.
        failures: failures in a row.
    """

    state: str = "opening"
    words: str = ""
    last_error: str = ""
    retry_s: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class DeviceHealth:
    """How one device is; `consecutive_failures` of 0 with a `last_ok_us` means that it answers.

    `readings` came from it, `stored` are those of its own that the log holds: what the gateway
    says of it, such as the age of its data or its silence, is not among them.
    """

    link: str
    last_ok_us: int = 0
    last_error: str = ""
    consecutive_failures: int = 0
    polls: int = 0
    readings: int = 0
    stored: int = 0


class Health:
    """Collects what polling observes; a change for better or worse is logged once."""

    def __init__(self, clock: Clock) -> None:
        self.links: dict[str, LinkHealth] = {}
        self.devices: dict[str, DeviceHealth] = {}
        self.progress = Progress(clock)
        self._clock = clock
        self._log_refused = 0
        self._log_error = ""
        self._silent_readings = 0
        self._measured: dict[str, frozenset[str]] = {}

    def expect(self, link: str, stations: Iterable[Station]) -> None:
        """Name a link and its devices before anything is known of them."""
        self.links[link] = LinkHealth()
        self.scheduled(link, 0.0)
        for station in stations:
            self.devices[station.device] = DeviceHealth(link)
            given = {point.quantity for point in station.profile.points}
            self._measured[station.device] = frozenset(given - BY_GATEWAY)

    def forget(self, link: str) -> None:
        """Drop a link and its devices: the configuration no longer has them as they were."""
        del self.links[link]
        self.progress.forget(f"link {link}")
        self.devices = {name: one for name, one in self.devices.items() if one.link != link}

    def link_up(self, link: str, words: str) -> None:
        """Note that a link is open."""
        health = self.links[link]
        health.state, health.words, health.failures, health.retry_s = "open", words, 0, 0.0
        _log.info("link %s: %s", link, words)

    def link_down(self, link: str, sentence: str, retry_s: float) -> None:
        """Note that a link is not open, why, and when it is tried again."""
        health = self.links[link]
        if health.state != "down" or health.last_error != sentence:
            _log.warning("link %s: %s", link, sentence)
        health.state, health.last_error, health.retry_s = "down", sentence, round(retry_s, 1)
        health.failures += 1
        self.scheduled(link, retry_s)
        for device in self.devices.values():
            if device.link == link:
                device.last_error = sentence

    def scheduled(self, link: str, in_s: float) -> None:
        """Note when a link is polled or tried next: later than that it does not get on."""
        self.progress.promise(f"link {link}", max(0.0, in_s) + _POLL_GRACE_S)

    def log_moves(self, *, more_waits: bool) -> None:
        """Note that the log took or refused readings; while more wait it must soon do so again."""
        self.progress.promise("log", _DISK_S if more_waits else float("inf"))

    def answered(self, link: str, device: str, readings: Sequence[Reading], words: str) -> None:
        """Note an answer."""
        self.links[link].words = words
        health = self.devices[device]
        if health.consecutive_failures:
            _log.info("%s answers again", device)
        health.last_ok_us = self._clock.now_us()
        health.consecutive_failures = 0
        health.polls += 1
        health.readings += len(readings)

    def silent(self, device: str, sentence: str) -> None:
        """Note an unanswered poll."""
        health = self.devices[device]
        if not health.consecutive_failures:
            _log.warning("%s", sentence)
        health.last_error = sentence
        health.consecutive_failures += 1
        health.polls += 1

    def refused(self, count: int, sentence: str) -> None:
        """Note readings that the log did not take: they are lost, and counted."""
        if not self._log_error:
            _log.error("%s", sentence)
        self._log_refused += count
        self._log_error = sentence

    def stored(self, readings: Iterable[Reading] = ()) -> None:
        """Note that the log took readings; what it refused before stays counted."""
        for reading in readings:
            if reading.quality.reason is Reason.SILENT:
                self._silent_readings += 1
            elif reading.quantity in self._measured.get(reading.device, ()):
                self.devices[reading.device].stored += 1
        if self._log_error:
            _log.info("the log takes readings again; %d were refused", self._log_refused)
        self._log_error = ""

    def log(self) -> dict[str, Any]:
        """Return how many readings the log did not take, and why it takes none now.

        `silent` of those that it took say that nothing came.
        """
        return {
            "refused": self._log_refused,
            "last_error": self._log_error,
            "silent": self._silent_readings,
        }

    def snapshot(self) -> dict[str, Any]:
        """Return everything as plain values for the status file."""
        return {
            "links": {name: asdict(link) for name, link in self.links.items()},
            "devices": {name: asdict(device) for name, device in self.devices.items()},
        }
