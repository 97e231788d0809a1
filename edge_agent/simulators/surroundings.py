"""Surroundings: what the district shares with the world around it, the grid and the tide."""

from __future__ import annotations

import math
from typing import Protocol


class Look(Protocol):
    """One device at one instant, as far as its surroundings matter."""

    @property
    def at_s(self) -> float:
        """Return the instant, seconds since 1970 UTC."""
        ...

    def noise(self, what: str, size: float, /) -> float:
        """Return what wanders around 0 by at most `size`."""
        ...


def frequency(look: Look) -> float:
    """One grid, Hz: every meter sees nearly the same."""
    return 50.0 + look.noise("frequency", 0.002) + 0.03 * math.sin(look.at_s / 173.0)


def river_level(look: Look) -> float:
    """Tide at a river mouth, m: the four largest constituents of Tokyo bay, periods in hours."""
    tides = ((0.48, 12.4206), (0.23, 12.0), (0.25, 23.9345), (0.20, 25.8193))
    hours = look.at_s / 3600
    tide = sum(height * math.sin(2 * math.pi * hours / period) for height, period in tides)
    return 1.30 + tide + look.noise("river", 0.03)
