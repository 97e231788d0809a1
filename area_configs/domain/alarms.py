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
    """

    id: str
    name: Name
    device: str
    quantity: str
    priority: Priority
    action: Name
    above: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a value is in alarm."""
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below
