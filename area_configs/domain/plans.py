"""Energy plans: the power that each asset is asked for, step by step."""

from __future__ import annotations

from dataclasses import dataclass


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
