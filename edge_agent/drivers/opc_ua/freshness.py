"""Freshness: how long the heartbeat of each device has stood still."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.clock import Clock


class Freshness:
    """Ages on the monotonic clock; a heartbeat that never moved is as old as this object."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._born = clock.monotonic()
        self._seen: dict[str, tuple[float, float]] = {}
        self._followed: frozenset[str] = frozenset()

    def follow(self, devices: Iterable[str]) -> None:
        """Name the devices whose heartbeat is pushed: nobody need ask for it."""
        self._followed = frozenset(devices)

    def follows(self, device: str) -> bool:
        """Tell whether a device's heartbeat is pushed."""
        return device in self._followed

    def saw(self, device: str, beat: float | None) -> None:
        """Take a heartbeat; only another one than before counts, a bad one never."""
        before = self._seen.get(device)
        if beat is not None and (before is None or before[0] != beat):
            self._seen[device] = beat, self._clock.monotonic()

    def age_s(self, device: str) -> float:
        """Return the seconds since a device's heartbeat last moved."""
        _, at = self._seen.get(device, (0.0, self._born))
        return round(max(0.0, self._clock.monotonic() - at), 3)
