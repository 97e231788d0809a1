"""The surfaces of a city, cut into triangles when a kind and a level are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from desktop.twin.citygml.kinds import BUILDING, GROUND_KINDS
from desktop.twin.citygml.rings import raised
from desktop.twin.citygml.triangles import triangulate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml.outline import CityObject
    from desktop.twin.citygml.rings import Rings
    from desktop.twin.citygml.skins import Skin, Skins

# What is drawn when a level is asked for: the first level of the list that the object has.
PREFERENCE = {0: (0, 1, 2, 3, 4), 1: (1, 2, 3, 4, 0), 2: (2, 1, 3, 4, 0), 3: (3, 2, 4, 1, 0)}
LEVELS = tuple(PREFERENCE)
GROUND_LEVEL, FINE_LEVEL = 1, 2


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles in the local frame.

    Attributes:
        points: (n, 3) float32 metres east, north and up; up counts from the datum.
        triangles: (m, 3) int32 indices into `points`.
        building: (m,) int32, the index in `CityModel.buildings`, or among the features of its
            kind for anything else.
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    building: NDArray[np.int32]


class Geometry(Protocol):
    """Where a city model takes its meshes from: rings that were read, or the cache."""

    def mesh(self, kind: str, lod: int) -> Mesh:
        """Return the triangles of all features of a kind."""

    def skin(self, kind: str, lod: int) -> Skin | None:
        """Return what they look like; None where the files say nothing."""


def usual_level(kind: str) -> int:
    """Return the level that a kind is drawn at when nobody asks for one."""
    return GROUND_LEVEL if kind in GROUND_KINDS else FINE_LEVEL


class RingGeometry:
    """Meshes cut from the rings of files that have just been read."""

    def __init__(
        self, rings: Rings, objects: Sequence[CityObject], skins: Callable[[], Skins | None]
    ) -> None:
        self.rings = rings
        self.objects = objects
        self._skins = skins
        self._cut: dict[tuple[str, int], _Cut] = {}

    def mesh(self, kind: str, lod: int) -> Mesh:
        """Return the triangles of all features of a kind at a level, or at the nearest it has."""
        return self._at(kind, lod).mesh

    def skin(self, kind: str, lod: int) -> Skin | None:
        """Return images and materials of a mesh; None where the files have none."""
        skins = self._skins()
        cut = self._at(kind, lod)
        return None if skins is None else skins.laid(cut.rings, cut.ring_of_triangle)

    def _at(self, kind: str, lod: int) -> _Cut:
        if (kind, lod) not in self._cut:
            picked = self._picked(kind, lod)
            twin = next(
                (c for (k, _), c in self._cut.items() if k == kind and c.is_of(picked)), None
            )
            self._cut[kind, lod] = twin or _cut(picked, self._indices(kind))
        return self._cut[kind, lod]

    def _picked(self, kind: str, lod: int) -> Rings:
        mine = self.rings.chosen(self._is(kind)[self.rings.owners])
        picked = mine.preferred(PREFERENCE[lod], len(self.objects))
        if kind == BUILDING and lod > 0:
            picked = raised(picked, [thing.height for thing in self.objects])
        return picked

    def _indices(self, kind: str) -> NDArray[np.int32]:
        """Return for each object its place among those of its kind."""
        return (np.cumsum(self._is(kind)) - 1).astype(np.int32)

    def _is(self, kind: str) -> NDArray[np.bool_]:
        return np.array([thing.kind == kind for thing in self.objects], bool)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A mesh with the rings that it was cut from."""

    mesh: Mesh
    rings: Rings
    ring_of_triangle: NDArray[np.int32]

    def is_of(self, rings: Rings) -> bool:
        """Tell whether these rings give the same mesh."""
        return np.array_equal(self.rings.serials, rings.serials) and not (rings.serials < 0).any()


def _cut(rings: Rings, index: NDArray[np.int32]) -> _Cut:
    triangles, owners = triangulate(rings.points, rings.starts, rings.holes)
    mesh = Mesh(rings.points.astype(np.float32), triangles, index[rings.owners[owners]])
    return _Cut(mesh, rings, owners)
