"""The DSMR P1 driver: a meter that pushes telegrams; it is never asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Quality, Reason
from edge_agent.decoding import dsmr
from edge_agent.decoding.readings import refused
from edge_agent.drivers.base import LinkLost
from edge_agent.transports.serial_stream import SerialStream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Station

_SILENCE_S = 35.0  # DSMR 4 sends every 10 s, DSMR 5 every second


class P1Driver:
    """Owns one port and the one meter on it."""

    def __init__(
        self, link: Link, station: Station, clock: Clock, silence_s: float = _SILENCE_S
    ) -> None:
        self._station = station
        self._clock = clock
        self._silence_s = silence_s
        self._stream = SerialStream(link)
        self._name = f"{station.device} on {link.port}"
        self._telegrams = self._damaged = 0

    @property
    def health(self) -> str:
        """Say how many telegrams came, and how many of them were damaged."""
        state = "open" if self._stream.is_open else "closed"
        return f"{self._name} {state}, {self._telegrams} telegrams, {self._damaged} damaged"

    async def open(self) -> None:
        """Open the port."""
        self._stream.open()

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:  # noqa: ARG002 - the interface asks
        """Return nothing: the meter cannot be asked."""
        return []

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver each telegram as it comes; a damaged one as readings without a value."""
        cutter, loop = dsmr.TelegramStream(), asyncio.get_running_loop()
        due = loop.time() + self._silence_s
        while True:
            for telegram in cutter.feed(await self._heard(due - loop.time())):
                due = loop.time() + self._silence_s
                # What was taken from the port exists nowhere else: it is kept whatever happens.
                await asyncio.shield(asyncio.ensure_future(deliver(self._readings(telegram))))

    async def close(self) -> None:
        """Close the port."""
        self._stream.close()

    async def _heard(self, within_s: float) -> bytes:
        try:
            async with asyncio.timeout(max(within_s, 0.0)):
                data = await self._stream.read()
        except TimeoutError:
            raise LinkLost(
                f"{self._name} sent no telegram for {self._silence_s:g} s: check the cable, and "
                f"that the port is enabled at the meter"
            ) from None
        if not data:
            raise LinkLost(f"{self._name}: the port is gone, plug the cable in again")
        return data

    def _readings(self, telegram: bytes) -> list[Reading]:
        device, now_us = self._station.device, self._clock.now_us()
        points = self._station.profile.points
        self._telegrams += 1
        try:
            return dsmr.readings(points, dsmr.parse(telegram), device, now_us)
        except BadFrame as error:
            self._damaged += 1
            return refused(points, Quality(Reason.COMM, str(error)[:120]), device, now_us)
