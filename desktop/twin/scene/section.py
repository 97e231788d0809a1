"""The section: an upright plane that hides everything on the viewer's side of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


@dataclass(slots=True)
class Section:
    """An upright plane.

    Attributes:
        origin: a point on it, local metres.
        heading: degrees clockwise from north that its open side looks away from.
    """

    origin: Vector
    heading: float

    @property
    def normal(self) -> Vector:
        """Return the unit vector into what stays visible."""
        turn = np.radians(self.heading)
        return np.array([np.sin(turn), np.cos(turn), 0.0])

    @property
    def along(self) -> Vector:
        """Return the level unit vector along the plane."""
        turn = np.radians(self.heading)
        return np.array([np.cos(turn), -np.sin(turn), 0.0])

    def move(self, metres: float) -> None:
        """Move it forwards, into what stays visible."""
        self.origin = self.origin + self.normal * metres

    def turn(self, degrees: float) -> None:
        """Turn it clockwise around its origin."""
        self.heading = (self.heading + degrees) % 360

    def shows(self, place: Vector) -> bool:
        """Tell whether a place stays visible."""
        return bool((place - self.origin) @ self.normal >= 0)

    def beyond(self, eye: Vector, way: Vector) -> Vector | None:
        """Return where a ray comes among what is visible; None where it never does."""
        away = float((eye - self.origin) @ self.normal)
        if away >= 0:
            return eye
        speed = float(way @ self.normal)
        return eye - way * (away / speed) if speed > 0 else None
