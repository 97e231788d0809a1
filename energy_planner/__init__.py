"""Forecast, plant model, peak optimisation and explanation: numbers in, a plan out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from energy_planner.errors import InfeasiblePlan
    from energy_planner.planner import Plan, optimise

__all__ = ["InfeasiblePlan", "Plan", "optimise"]


def __getattr__(name: str) -> Any:
    """Import on first use: a command's help needs neither numpy nor the solver."""
    if name in {"Plan", "optimise"}:
        from energy_planner import planner  # noqa: PLC0415 - see above

        return getattr(planner, name)
    if name == "InfeasiblePlan":
        from energy_planner import errors  # noqa: PLC0415 - see above

        return errors.InfeasiblePlan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
