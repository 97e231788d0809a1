"""Why there is no plan, in words that name the limit and the smallest way out."""

from __future__ import annotations

from dataclasses import dataclass

from area_configs.domain.errors import SmartAreaError


class PlanInputError(SmartAreaError):
    """Fix the input: carries every contradiction that was found in it."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Conflict:
    """One limit that cannot be kept.

    Attributes:
        asset: the asset whose limit it is.
        limit: its name, such as `dispensing` or `end_level`.
        step: first step at which it is short.
        short: by how much in all, in `unit`.
        unit: kW, kWh or kg.
    """

    asset: str
    limit: str
    step: int
    short: float
    unit: str

    def text(self) -> str:
        """Say the conflict in a sentence."""
        return f"{self.limit} of {self.asset} is short by {self.short:.3g} {self.unit} from step {self.step}"


class InfeasiblePlan(SmartAreaError):
    """No plan keeps every limit; `conflicts` names the fewest that would have to give way."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        what = "; ".join(conflict.text() for conflict in conflicts)
        super().__init__(f"no plan keeps every limit: {what}")
        self.conflicts = conflicts


class PlanCancelled(SmartAreaError):
    """Somebody asked to stop before there was any plan."""
