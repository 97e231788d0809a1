"""Progress: what each part promised to do next and by when; a broken promise starves the watchdog.

A process that merely runs proves nothing. What counts is that polls are scheduled, that the disk
takes readings and that the sync takes its turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.clock import Clock


class Progress:
    """Collects promises; safe from any thread, as each part writes only its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._promises: dict[str, tuple[float, float]] = {}

    def promise(self, part: str, within_s: float) -> None:
        """Note that a part is alive now and will say so again within some seconds."""
        now = self._clock.monotonic()
        self._promises[part] = (now, now + within_s)

    def forget(self, part: str) -> None:
        """Expect nothing more of a part."""
        self._promises.pop(part, None)

    def ages_s(self) -> dict[str, float]:
        """Return how long ago each part was heard of."""
        now = self._clock.monotonic()
        return {part: max(0.0, now - said) for part, (said, _) in list(self._promises.items())}

    def overdue(self) -> list[str]:
        """Return the parts that broke their promise."""
        now = self._clock.monotonic()
        return [part for part, (_, due) in list(self._promises.items()) if now > due]
