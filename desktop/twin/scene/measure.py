"""Measuring in the picture: a line through places that snap to corners, in metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.scene.scene import Scene

    Vector = NDArray[np.float64]

_SNAP_PX = 14.0
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Leg:
    """One piece of the line, in metres: through space, on the level, and upwards."""

    length: float
    level: float
    rise: float


@dataclass(slots=True)
class Measure:
    """The places measured so far, (3,) local metres each."""

    places: list[Vector] = field(default_factory=list)

    @property
    def legs(self) -> list[Leg]:
        """Return the pieces from place to place."""
        found = []
        for start, end in zip(self.places, self.places[1:], strict=False):
            way = end - start
            level = float(np.hypot(way[0], way[1]))
            found.append(Leg(float(np.linalg.norm(way)), level, float(way[2])))
        return found

    @property
    def total(self) -> float:
        """Return the length of the whole line, metres."""
        return sum(leg.length for leg in self.legs)


def place_at(scene: Scene, x: float, y: float) -> Vector | None:
    """Return the place under a pixel: a building's corner nearby, its surface, or the ground."""
    hit = scene.building_at(x, y)
    if hit is None:
        return _on_ground(scene, x, y)
    eye, way = scene.camera.sight(x, y)
    mesh = scene.city.models[hit.model].mesh(2)
    corners = mesh.points[mesh.triangles[hit.triangle]].astype(np.float64)
    across, down, _ = scene.camera.project(corners)
    away = np.hypot(across - x, down - y)
    nearest = int(np.argmin(away))
    surface: Vector = eye + way * hit.distance
    return corners[nearest] if away[nearest] <= _SNAP_PX else surface


def _on_ground(scene: Scene, x: float, y: float) -> Vector | None:
    """Walk down the pixel's ray until it lies on the ground, which need not be level."""
    height = float(scene.camera.target[2])
    place = None
    for _ in range(_ROUNDS):
        place = scene.camera.on_ground(x, y, height)
        if place is None:
            return None
        height = float(scene.city.height.at(place[:1], place[1:2])[0])
    if place is not None:
        place[2] = height
    return place
