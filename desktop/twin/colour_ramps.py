"""Ramps of colours for numbers on a map: steps that differ in lightness too."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.twin.colour_scales import Rgb

UNKNOWN: Rgb = (150, 150, 156)
# Orange and blue rather than red: red is an alarm's. ColorBrewer YlOrBr, YlGnBu and Blues.
WARM: tuple[Rgb, ...] = (
    (255, 247, 205),
    (254, 217, 130),
    (253, 164, 62),
    (217, 105, 20),
    (140, 61, 4),
)
DEPTH: tuple[Rgb, ...] = (
    (198, 219, 239),
    (136, 182, 222),
    (74, 138, 198),
    (27, 92, 165),
    (8, 48, 107),
)
CROWD: tuple[Rgb, ...] = (
    (237, 229, 246),
    (196, 178, 222),
    (150, 120, 190),
    (106, 70, 156),
    (66, 22, 112),
)
SUN: tuple[Rgb, ...] = (
    (58, 62, 122),
    (94, 100, 160),
    (150, 142, 170),
    (214, 180, 132),
    (246, 210, 94),
    (255, 240, 150),
)


@dataclass(frozen=True, slots=True)
class Ramp:
    """Colours for values: the n-th colour up to the n-th limit, the last one above all."""

    limits: tuple[float, ...]
    colours: tuple[Rgb, ...]

    def colour(self, value: float | None) -> Rgb:
        """Return the colour of a value; what is not known has a grey of its own."""
        return UNKNOWN if value is None else self.colours[self.step(value)]

    def paint(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the colours (n, 3) of values (n,)."""
        steps = np.searchsorted(np.array(self.limits), values, side="right")
        paint: NDArray[np.uint8] = np.array(self.colours, np.uint8)[steps]
        return paint

    def step(self, value: float) -> int:
        """Return which colour a value has."""
        return bisect.bisect_right(self.limits, value)

    def texts(self) -> Sequence[str]:
        """Return the range of each colour in numbers, lowest first."""
        between = zip(self.limits, self.limits[1:], strict=False)
        middle = [f"{low:g}–{high:g}" for low, high in between]  # noqa: RUF001  # a range has an en dash
        return [f"< {self.limits[0]:g}", *middle, f"> {self.limits[-1]:g}"]
