"""Doorbells: wake the request that waits for a gateway's next order, in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict


class Doorbells:
    """One bell per gateway. Belongs to one event loop."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._closed = False

    @property
    def closed(self) -> bool:
        """Tell whether the hub is stopping."""
        return self._closed

    def bell(self, gateway: str) -> asyncio.Event:
        """Return the event that the next ring sets; take it before looking, then wait."""
        return self._bells[gateway]

    def ring(self, gateway: str) -> None:
        """Wake whoever waits for this gateway."""
        if bell := self._bells.pop(gateway, None):
            bell.set()

    def close(self) -> None:
        """Wake everybody, for good."""
        self._closed = True
        for gateway in list(self._bells):
            self.ring(gateway)


async def heard(bell: asyncio.Event, seconds: float) -> None:
    """Wait for a bell, but not longer than that."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), seconds)
