"""The pulse driver: the inputs of one chip, counted for good.

A count is on the disk before its reading leaves the driver, so it never goes back, whatever ends
the agent. What a meter turns while no agent runs is counted by nobody.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from area_configs.domain.readings import Reading
from edge_agent.decoding import pulses
from edge_agent.drivers.base import Forgetful, LinkLost
from edge_agent.transports.pulse_line import PulseLine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.devices import Point
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Memory, Station

_BURST = 16
_COUNT = "pulses"


class PulseDriver:
    """Owns the inputs of one chip, one for each device."""

    def __init__(
        self,
        link: Link,
        stations: Iterable[Station],
        clock: Clock,
        memory: Memory | None = None,
    ) -> None:
        self._port = link.port
        self._clock = clock
        self._memory = memory or Forgetful()
        self._stations = {station.unit: station for station in stations}
        self._counters = {
            unit: pulses.Counter(self._memory.of(station.device).get(_COUNT, 0))
            for unit, station in self._stations.items()
        }
        self._line = PulseLine(link.id, link.port, self._stations)

    @property
    def health(self) -> str:
        """Say whether the inputs are watched, and how many pulses came too fast."""
        missed = sum(counter.missed for counter in self._counters.values())
        state = "open" if self._line.is_open else "closed"
        return f"{self._port} {state}" + (f", {missed} pulses unseen" if missed else "")

    async def open(self) -> None:
        """Watch the inputs; counts go on where they were."""
        self._line.open()

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:  # noqa: ARG002 - the interface asks
        """Return nothing: pulses come by themselves."""
        return []

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver the counts of the inputs that had pulses."""
        while records := await self._line.records():
            if readings := self._counted(records):
                # What was taken from the kernel exists nowhere else: it is kept whatever happens.
                await asyncio.shield(asyncio.ensure_future(self._keep(readings, deliver)))
        raise LinkLost(f"{self._port} is gone: check the chip")

    async def close(self) -> None:
        """Leave the inputs."""
        self._line.close()

    async def _keep(
        self, readings: list[Reading], deliver: Callable[[list[Reading]], Awaitable[None]]
    ) -> None:
        for unit, station in self._stations.items():
            if count := self._counters[unit].count:
                self._memory.note(station.device, _COUNT, count)
        await self._memory.settle()
        await deliver(readings)

    def _counted(self, records: bytes) -> list[Reading]:
        """Count edges; a few are told one by one, of a burst each input's last count is told."""
        edges = [edge for edge in pulses.edges(records) if edge.line in self._counters]
        last = {edge.line: index for index, edge in enumerate(edges)}
        told = set(last.values()) if len(edges) > _BURST else set(range(len(edges)))
        now_us, readings = self._clock.now_us(), list[Reading]()
        for index, edge in enumerate(edges):
            self._counters[edge.line].add(edge)
            if index in told:
                readings += self._readings(edge.line, now_us + index)
        return readings

    def _readings(self, unit: int, at_us: int) -> list[Reading]:
        station = self._stations[unit]
        return pulses.readings(station.profile.points, self._counters[unit], station.device, at_us)
