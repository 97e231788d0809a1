"""Alarm rules: which value of which device is abnormal, and how urgent that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from area_configs.domain.names import Name


class Priority(StrEnum):
    """Urgency of the operator's answer, highest first (ISA-18.2)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A limit on one quantity of one device, in that quantity's unit.

    Exactly one of `above` and `below` is set. `action` says what the operator does: what asks
    for no action is no alarm (ISA-18.2).

    Attributes:
        deadband: how far the value must come back behind the limit before the alarm returns.
        on_delay_s, off_delay_s: how long the value must stay in or out of alarm to count.
        latching: stays in the list after its return until somebody resets it.
        life_safety: protects people; only the area manager may shelve it.
        suppressed_by: id of the rule in whose alarm this one means nothing; empty for none.
    """

    id: str
    name: Name
    device: str
    quantity: str
    priority: Priority
    action: Name
    above: float | None = None
    below: float | None = None
    deadband: float = 0.0
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    latching: bool = False
    life_safety: bool = False
    suppressed_by: str = ""

    def holds(self, value: float, *, active: bool = False) -> bool:
        """Tell whether a value is in alarm; one that is `active` holds within its deadband."""
        band = self.deadband if active else 0.0
        if self.above is not None:
            return value > self.above - band
        return self.below is not None and value < self.below + band
