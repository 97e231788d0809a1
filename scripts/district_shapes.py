"""Shapes of the model district: places on its bent street grid and the faces of its buildings.

Everything is in metres east, north and up of the district's centre. Outer rings run
counter-clockwise seen from outside, holes clockwise; rings are open, the writer closes them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

BEND = 2600.0  # radius in metres of the island's gentle bow
TURN = math.radians(42.0)  # streets run north-east, as on the real island

Flat = tuple[float, float]


class Point(NamedTuple):
    """Metres east, north and above sea level."""

    east: float
    north: float
    z: float


@dataclass(frozen=True, slots=True)
class Face:
    """One polygon of a building; `kind` is Roof, Wall, Ground or OuterCeiling."""

    kind: str
    outer: tuple[Point, ...]
    holes: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A building's own axes: s along the street, t across it, turned by `turn` degrees."""

    u: float
    v: float
    ground: float
    turn: float = 0.0

    def at(self, s: float, t: float, height: float) -> Point:
        """Return the point at s, t and a height above the building's ground."""
        east, north = place(self.u, self.v)
        angle = TURN + self.u / BEND + math.radians(self.turn)
        cos, sin = math.cos(angle), math.sin(angle)
        return Point(east + s * cos - t * sin, north + s * sin + t * cos, self.ground + height)


@dataclass(frozen=True, slots=True)
class Tier:
    """A prism of a stepped building; `above` stand on its roof."""

    ring: Sequence[Flat]
    top: float
    above: tuple[Tier, ...] = ()


def place(u: float, v: float) -> Flat:
    """Return metres east and north of a point u along and v across the bent street grid."""
    along, across = (BEND - v) * math.sin(u / BEND), BEND - (BEND - v) * math.cos(u / BEND)
    cos, sin = math.cos(TURN), math.sin(TURN)
    return along * cos - across * sin, along * sin + across * cos


# ---------------------------------------------------------------- footprints


def rectangle(width: float, depth: float, s: float = 0.0, t: float = 0.0) -> list[Flat]:
    """Return a rectangle around (s, t)."""
    a, b = width / 2, depth / 2
    return [(s - a, t - b), (s + a, t - b), (s + a, t + b), (s - a, t + b)]


def polygon(width: float, depth: float, corners: int) -> list[Flat]:
    """Return a regular polygon, stretched to a width and depth."""
    angles = [math.tau * (k + 0.5) / corners for k in range(corners)]
    stretch = math.cos(math.pi / corners)
    return [(width / 2 * math.cos(a) / stretch, depth / 2 * math.sin(a) / stretch) for a in angles]


def chamfered(width: float, depth: float, cut: float) -> list[Flat]:
    """Return a rectangle with its corners cut off."""
    a, b = width / 2, depth / 2
    return [
        (a - cut, -b), (a, cut - b), (a, b - cut), (a - cut, b),
        (cut - a, b), (-a, b - cut), (-a, cut - b), (cut - a, -b),
    ]  # fmt: skip


def l_shape(width: float, depth: float, wing: float) -> list[Flat]:
    """Return an L: one wing along s, one along t."""
    a, b = width / 2, depth / 2
    return [(-a, -b), (a, -b), (a, wing - b), (wing - a, wing - b), (wing - a, b), (-a, b)]


def u_shape(width: float, depth: float, wing: float) -> list[Flat]:
    """Return a U that is open towards t."""
    a, b, c = width / 2, depth / 2, width / 2 - wing
    return [(-a, -b), (a, -b), (a, b), (c, b), (c, wing - b), (-c, wing - b), (-c, b), (-a, b)]


def scaled(ring: Sequence[Flat], factor: float) -> list[Flat]:
    """Return a ring shrunk towards its origin."""
    return [(s * factor, t * factor) for s, t in ring]


# ---------------------------------------------------------------- faces


def prism(frame: Frame, ring: Sequence[Flat], bottom: float, top: float) -> list[Face]:
    """Return the faces of a closed block."""
    return [Face("Ground", _level(frame, ring, bottom)[::-1]), *_block(frame, ring, bottom, top)]


def tiers(frame: Frame, tier: Tier) -> list[Face]:
    """Return the faces of a stepped building: terraces have holes where the next tier stands."""
    return [Face("Ground", _level(frame, tier.ring, 0.0)[::-1]), *_tier(frame, tier, 0.0)]


def extrusion(frame: Frame, length: float, profile: Sequence[Flat]) -> list[Face]:
    """Return a profile of (t, height) drawn out along s.

    The profile runs counter-clockwise and begins with its bottom edge. Upright edges become
    walls, the bottom edge the ground, all others roof.
    """
    a = length / 2
    near = tuple(frame.at(a, t, z) for t, z in profile)
    far = tuple(frame.at(-a, t, z) for t, z in profile)
    faces = [Face("Wall", near), Face("Wall", far[::-1])]
    for i, (t, _) in enumerate(profile):
        j = (i + 1) % len(profile)
        kind = "Ground" if i == 0 else "Wall" if t == profile[j][0] else "Roof"
        faces.append(Face(kind, (near[i], far[i], far[j], near[j])))
    return faces


def hipped(frame: Frame, size: Flat, eaves: float, ridge: float) -> list[Face]:
    """Return a house with a hipped roof; `size` is its length and its smaller depth."""
    a, b = size[0] / 2, size[1] / 2
    base = rectangle(*size)
    ends = frame.at(b - a, 0, ridge), frame.at(a - b, 0, ridge)
    south_west, south_east, north_east, north_west = _level(frame, base, eaves)
    walls = [face for face in prism(frame, base, 0.0, eaves) if face.kind != "Roof"]
    return [
        *walls,
        Face("Roof", (south_west, south_east, ends[1], ends[0])),
        Face("Roof", (south_east, north_east, ends[1])),
        Face("Roof", (north_east, north_west, ends[0], ends[1])),
        Face("Roof", (north_west, south_west, ends[0])),
    ]


def canopy(frame: Frame, size: Flat, clear: float, top: float) -> list[Face]:
    """Return a roof on four columns."""
    ring = rectangle(*size)
    slab = [Face("OuterCeiling", _level(frame, ring, clear)[::-1])]
    slab += _block(frame, ring, clear, top)
    for s, t in scaled(ring, 0.8):
        slab += prism(frame, rectangle(0.8, 0.8, s, t), 0.0, clear)
    return slab


def gable(depth: float, eaves: float, ridge: float) -> list[Flat]:
    """Return the profile of a gabled house."""
    b = depth / 2
    return [(-b, 0.0), (b, 0.0), (b, eaves), (0.0, ridge), (-b, eaves)]


def vault(depth: float, eaves: float, ridge: float) -> list[Flat]:
    """Return the profile of a barrel roof."""
    b, steps = depth / 2, 8
    angles = [math.pi * k / steps for k in range(steps + 1)]
    arc = [(b * math.cos(a), eaves + (ridge - eaves) * math.sin(a)) for a in angles]
    return [(-b, 0.0), (b, 0.0), (b, eaves), *arc[1:-1], (-b, eaves)]


def sawtooth(depth: float, eaves: float, ridge: float, teeth: int) -> list[Flat]:
    """Return the profile of a north-light roof."""
    b, step = depth / 2, depth / teeth
    roof = []
    for k in range(teeth):
        right = b - k * step
        roof += [(right, ridge), (right - step, eaves)]
    return [(-b, 0.0), (b, 0.0), *roof]


def stairs(depth: float, heights: Sequence[float]) -> list[Flat]:
    """Return a profile that steps down towards t, as sunlight rules shape Tokyo's blocks."""
    b, step = depth / 2, depth / len(heights)
    roof = []
    for k, height in enumerate(reversed(heights)):
        roof += [(b - k * step, height), (b - (k + 1) * step, height)]
    return [(-b, 0.0), (b, 0.0), *roof]


def _level(frame: Frame, ring: Sequence[Flat], height: float) -> tuple[Point, ...]:
    return tuple(frame.at(s, t, height) for s, t in ring)


def _block(frame: Frame, ring: Sequence[Flat], bottom: float, top: float) -> list[Face]:
    """Return walls and flat roof."""
    return [*_walls(frame, ring, bottom, top), Face("Roof", _level(frame, ring, top))]


def _walls(frame: Frame, ring: Sequence[Flat], bottom: float, top: float) -> list[Face]:
    low, high = _level(frame, ring, bottom), _level(frame, ring, top)
    following = [*range(1, len(ring)), 0]
    return [Face("Wall", (low[i], low[j], high[j], high[i])) for i, j in enumerate(following)]


def _tier(frame: Frame, tier: Tier, bottom: float) -> list[Face]:
    faces = _walls(frame, tier.ring, bottom, tier.top)
    holes = tuple(_level(frame, above.ring, tier.top)[::-1] for above in tier.above)
    faces.append(Face("Roof", _level(frame, tier.ring, tier.top), holes))
    for above in tier.above:
        faces += _tier(frame, above, tier.top)
    return faces
