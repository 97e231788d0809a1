"""Choices of a gateway's technician that hold as they are: the log's limits, the demand control."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLimits:
    """How much the log keeps: days, bytes, and what gives way (`refuse` or `drop-oldest`).

    `clock_wait_s` is how long after boot readings wait for the clock to be set.
    """

    keep_days: float = 7.0
    most_bytes: int = 4 << 30
    free_bytes: int = 64 << 20
    when_full: str = "refuse"
    clock_wait_s: float = 180.0


@dataclass(frozen=True, slots=True)
class Control:
    """Whether the demand is held here, and at which mean without a plan (0: the contract)."""

    demand: bool = False
    target_kw: float = 0.0
