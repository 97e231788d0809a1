"""The board: the newest reading of every series, and when it came; what control decides by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.quality import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock


class Seen(NamedTuple):
    """A good value and how many seconds ago it came."""

    value: float
    age_s: float


class Board:
    """Keeps what was said last; ages are by the monotonic clock, which nobody sets."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: dict[tuple[str, str], tuple[float, float]] = {}

    def put(self, readings: Iterable[Reading]) -> None:
        """Take readings; those without a good value change nothing, and so grow old."""
        now = self._clock.monotonic()
        for reading in readings:
            if reading.value is not None and reading.quality.level is Level.GOOD:
                self._newest[reading.series] = reading.value, now

    def seen(self, device: str, quantity: str, within_s: float) -> Seen | None:
        """Return the newest good value, None where there is none or it is older."""
        found = self._newest.get((device, quantity))
        if found is None:
            return None
        value, came = found
        age_s = self._clock.monotonic() - came
        return Seen(value, age_s) if age_s <= within_s else None
