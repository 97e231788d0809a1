"""Wandering of one wearer at one zone: away from home, or where there is a risk, for long enough.

What no radio said is not absence: unknown begins the dwell anew, presence at a risk counts from one
hearing to another, and being away counts only where the radio heard something else meanwhile, if
there is anything else for it to hear.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.care_zones import ZoneRule
from area_configs.domain.quality import GOOD
from platform_hub.wire.care import Happening

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.care_zones import CareZone
    from area_configs.domain.readings import Reading

PRESENCE = "presence"
BACK_US = 60_000_000  # right for so long before another event: a tag at the edge comes and goes


class Radio(NamedTuple):
    """A zone, and every device that its radio hears."""

    zone: CareZone
    devices: frozenset[str]


@dataclass(slots=True)
class Wandering:
    """Judges one person at one zone.

    Args:
        tags: the devices of theirs that this radio hears and that tell presence.
        minute_of: gives the minute of the local day of an instant.
    """

    pseudonym: str
    radio: Radio
    tags: frozenset[str]
    minute_of: Callable[[int], int]
    _present: dict[str, bool] = field(default_factory=dict)  # by tag; what is unknown is not in it
    _since_us: int | None = None
    _last_us: int = 0  # the newest word that it is so
    _right_us: int | None = None
    _told: bool = False
    _device: str = ""

    def take(self, one: Reading) -> None:
        """Take any reading of the gateway."""
        if one.device not in self.radio.devices or one.quality != GOOD:
            self._forget(one)
        elif one.device not in self.tags:
            self._heard_another(one.observed_us)
        elif one.quantity == PRESENCE and one.value is not None:
            self._present[one.device] = one.value > 0
            self._device = one.device
            self._judge(one.observed_us)

    def happened(self, now_us: int) -> list[Happening]:
        """Return the event where it has lasted long enough; once, until they were back a while."""
        if not self.radio.zone.covers(self.minute_of(now_us)):
            self._since_us = None
            return []
        if self._since_us is None:
            self._judge(now_us, heard=False)
            return []
        lasted_us = self._lasted_us(now_us)
        if self._told or lasted_us < self.radio.zone.dwell_s * 1e6:
            return []
        self._told = True
        return [Happening(self.pseudonym, "wandering", self._since_us, self._device)]

    def _forget(self, one: Reading) -> None:
        if one.device in self.tags and one.quantity == PRESENCE:
            self._present.pop(one.device, None)
            self._since_us = self._right_us = None

    def _heard_another(self, at_us: int) -> None:
        if self.radio.zone.rule is ZoneRule.STAY and self._since_us is not None:
            self._last_us = max(self._last_us, at_us)

    def _judge(self, at_us: int, *, heard: bool = True) -> None:
        wrong = self._is_wrong()
        if wrong is None:
            return
        if not wrong:
            self._since_us = None
            self._right_us = self._right_us if self._right_us is not None else at_us
            if at_us - self._right_us >= BACK_US:
                self._told = False
            return
        self._right_us = None
        if self.radio.zone.covers(self.minute_of(at_us)) and self._since_us is None:
            self._since_us = self._last_us = at_us
        elif heard:
            self._last_us = at_us

    def _is_wrong(self) -> bool | None:
        """Tell whether they are where they should not be, None where that is not known."""
        known = self._present.values()
        if self.radio.zone.rule is ZoneRule.AVOID:
            return any(known) if known else None
        if any(known):
            return False
        return True if len(known) == len(self.tags) else None

    def _lasted_us(self, now_us: int) -> int:
        """Return for how long it is known to have been so."""
        since_us = self._since_us or now_us
        if self.radio.zone.rule is ZoneRule.AVOID:
            return self._last_us - since_us
        alone = self.radio.devices == self.tags
        return now_us - since_us if alone or self._last_us > since_us else 0
