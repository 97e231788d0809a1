"""The camera of a map: it looks at a point on the ground, from a heading, tilt and distance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

LOWEST_TILT, HIGHEST_TILT = 6.0, 89.0
HOME_TILT, HOME_HEADING = 43.0, -20.0
_NEAREST_M = 25.0
_HALF_STEPS = 40
_CENTRINGS = 4


@dataclass(slots=True)
class MapCamera:
    """A camera without roll: in perspective, or as a plan.

    Attributes:
        target: the point looked at, local metres.
        heading: degrees clockwise from north that the view looks towards.
        tilt: degrees below the horizon that it looks down.
        distance: metres from the camera to the target.
        size: width and height of the picture in the caller's pixels.
        field_of_view: vertical degrees.
        plan: looks straight down without perspective; lengths on the level are true to scale.
    """

    target: Vector = field(default_factory=lambda: np.zeros(3))
    heading: float = HOME_HEADING
    tilt: float = HOME_TILT
    distance: float = 800.0
    size: tuple[int, int] = (640, 480)
    field_of_view: float = 28.0
    farthest_m: float = 20_000.0
    plan: bool = False

    @property
    def axes(self) -> tuple[Vector, Vector, Vector]:
        """Return unit vectors to the right, upwards and forwards of the picture."""
        heading, tilt = np.radians(self.heading), np.radians(90.0 if self.plan else self.tilt)
        right = np.array([np.cos(heading), -np.sin(heading), 0.0])
        ahead = np.array([np.sin(heading), np.cos(heading), 0.0])
        forward = ahead * np.cos(tilt) - np.array([0.0, 0.0, np.sin(tilt)])
        return right, np.cross(right, forward), forward

    @property
    def position(self) -> Vector:
        """Return where the camera is, local metres."""
        place: Vector = self.target - self.axes[2] * self.distance
        return place

    @property
    def half_height(self) -> float:
        """Return metres from the middle of the picture to its upper edge, at the target."""
        return self.distance * self._slope

    @property
    def metres_per_pixel(self) -> float:
        """Return the length of a pixel across the view at the target."""
        return 2 * self.distance * self._slope / self.size[1]

    def project(self, points: Vector) -> tuple[Vector, Vector, Vector]:
        """Return (x, y) pixels from the top left, and metres ahead, of (n, 3) local points."""
        right, up, forward = self.axes
        away = np.atleast_2d(points) - self.position
        depth = away @ forward
        ahead = self.distance if self.plan else np.where(depth > 0, depth, np.nan)
        scale = self.size[1] / 2 / (ahead * self._slope)
        across = self.size[0] / 2 + (away @ right) * scale
        return across, self.size[1] / 2 - (away @ up) * scale, depth

    def sight(self, x: float, y: float) -> tuple[Vector, Vector]:
        """Return where the ray through a pixel begins, and its unit vector."""
        right, up, forward = self.axes
        half = self.size[1] / 2
        across, upwards = (x - self.size[0] / 2) / half, (half - y) / half
        aside = self._slope * (across * right + upwards * up)
        if self.plan:
            return self.position + aside * self.distance, forward
        way = forward + aside
        return self.position, way / np.linalg.norm(way)

    def on_ground(self, x: float, y: float, height: float | None = None) -> Vector | None:
        """Return where a pixel's ray meets a level plane; None above the horizon or too far."""
        level = self.target[2] if height is None else height
        eye, way = self.sight(x, y)
        if way[2] > -1e-3:  # noqa: PLR2004  # almost level: the point would be past the horizon
            return None
        length = (level - eye[2]) / way[2]
        place: Vector = eye + way * length
        return place if 0 < length < self.farthest_m * 4 else None

    def pan(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Move so that the ground under the pixel `start` comes to lie under `end`."""
        before, after = self.on_ground(*start), self.on_ground(*end)
        if before is not None and after is not None:
            self.target = self.target + (before - after)

    def orbit(self, right_deg: float, down_deg: float) -> None:
        """Turn around the target."""
        self.heading = (self.heading + right_deg + 180) % 360 - 180
        self.tilt = float(np.clip(self.tilt + down_deg, LOWEST_TILT, HIGHEST_TILT))

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Come nearer (factor below 1) so that the ground under a pixel stays there."""
        wanted = float(np.clip(self.distance * factor, _NEAREST_M, self.farthest_m))
        place = self.on_ground(x, y)
        share = 1 - wanted / self.distance
        self.distance = wanted
        if place is not None:
            self.target = self.target + (place - self.target) * share

    def frame(self, points: Vector, margins: tuple[int, int, int, int]) -> None:
        """Come as near as all points stay inside margins (left, top, right, bottom), in pixels."""
        left, top, right, bottom = margins
        middle = ((left + self.size[0] - right) / 2, (top + self.size[1] - bottom) / 2)
        self.target = (points.min(axis=0) + points.max(axis=0)) / 2
        for _ in range(_CENTRINGS):
            self._nearest(points, (self.size[0] - left - right, self.size[1] - top - bottom))
            x, y, _depth = self.project(points)
            self._shift((float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2), middle)

    def _nearest(self, points: Vector, room: tuple[float, float]) -> None:
        near, far = _NEAREST_M, self.farthest_m
        for _ in range(_HALF_STEPS):
            self.distance = (near + far) / 2
            x, y, depth = self.project(points)
            fits = bool((depth > 0).all()) and np.ptp(x) <= room[0] and np.ptp(y) <= room[1]
            near, far = (near, self.distance) if fits else (self.distance, far)
        self.distance = far

    def _shift(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Slide in the picture's plane, which keeps the depth of everything."""
        right, up, _ = self.axes
        step = self.metres_per_pixel
        move = (start[0] - end[0]) * right - (start[1] - end[1]) * up
        self.target = self.target + move * step

    @property
    def _slope(self) -> float:
        return float(np.tan(np.radians(self.field_of_view / 2)))
