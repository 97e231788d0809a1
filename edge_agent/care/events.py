"""Falls and calls of one wearer: a call counts at once, a fall when no movement follows it.

A device's word for a fall is believed when nothing moves for a minute after it, or when the button
is pressed meanwhile; where no device of theirs tells movement, at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_hub.wire.care import Happening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.readings import Reading

STILL_US = 60_000_000
QUANTITIES = frozenset({"fall_event", "sos_event"})
_GRACE_US = 5_000_000  # the fall itself is movement


@dataclass(slots=True)
class Falls:
    """Judges the events of one person."""

    pseudonym: str
    tells_movement: bool
    _pending: list[Happening] = field(default_factory=list)

    def take(self, readings: Iterable[Reading], now_us: int) -> list[Happening]:
        """Take readings; return what has happened by now."""
        found = []
        for one in readings:
            if one.value:
                found += self._judge(one)
        due = [fall for fall in self._pending if now_us - fall.at_us >= STILL_US]
        self._pending = [fall for fall in self._pending if fall not in due]
        return found + due

    def meant(self) -> list[Happening]:
        """Return the falls that wait to be judged: nobody listens for movement any more."""
        waiting, self._pending = self._pending, []
        return waiting

    def _judge(self, one: Reading) -> list[Happening]:
        if one.quantity == "sos_event":
            return [*self.meant(), Happening(self.pseudonym, "sos", one.observed_us, one.device)]
        if one.quantity == "fall_event":
            fall = Happening(self.pseudonym, "fall", one.observed_us, one.device)
            if not self.tells_movement:
                return [fall]
            self._pending.append(fall)
        elif one.quantity == "motion":
            self._pending = [
                fall for fall in self._pending if not one.observed_us - fall.at_us - _GRACE_US > 0
            ]
        return []
