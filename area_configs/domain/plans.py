"""Energy plans: the power that each asset is asked for, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PlanStep:
    """Mean power asked of one device over one step; positive feeds the area, in watts."""

    device: str
    begins_us: int
    ends_us: int
    power_w: float


@dataclass(frozen=True, slots=True)
class EnergyPlan:
    """A plan with its validity; outside [valid_from_us, valid_until_us) nobody follows it."""

    id: str
    area: str
    version: int
    valid_from_us: int
    valid_until_us: int
    target_peak_w: float
    steps: tuple[PlanStep, ...]

    def power_of(self, device: str, at_us: int) -> float | None:
        """Return the power asked of a device at an instant, None where the plan is silent."""
        if not self.valid_from_us <= at_us < self.valid_until_us:
            return None
        for step in self.steps:
            if step.device == device and step.begins_us <= at_us < step.ends_us:
                return step.power_w
        return None


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Where a plan stands.

    Attributes:
        plan: its newest version.
        created_us: when it was sent, microseconds UTC.
        created_by: by whom.
        deliveries: its state by gateway, such as `delivered` or `applied`.
        revocations: the state of its revocation by gateway; empty where nobody revoked it.
        details: what was said of the last step, by gateway.
    """

    plan: EnergyPlan
    created_us: int
    created_by: str
    deliveries: Mapping[str, str]
    revocations: Mapping[str, str]
    details: Mapping[str, str]

    def in_force(self, now_us: int) -> bool:
        """Tell whether gateways that have it follow it."""
        lasts = self.plan.valid_from_us <= now_us < self.plan.valid_until_us
        return lasts and not self.revocations
