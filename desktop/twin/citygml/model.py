"""A city that has been read: buildings, their triangles in local metres, and the ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.attributes import attributes_of, element_of
from desktop.twin.citygml.outline import GROUND_KINDS
from desktop.twin.citygml.rings import raised
from desktop.twin.citygml.triangles import triangulate

if TYPE_CHECKING:
    from lxml import etree
    from numpy.typing import NDArray

    from desktop.twin.citygml.frames import Frame
    from desktop.twin.citygml.outline import CityObject
    from desktop.twin.citygml.rings import Rings

# What is drawn when a level is asked for: the first level of the list that the building has.
PREFERENCE = {0: (0, 1, 2), 1: (1, 2, 0), 2: (2, 1, 0)}
_GROUND_PREFERENCE = (1, 2, 3, 0)


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles in the local frame.

    Attributes:
        points: (n, 3) float32 metres east, north and up; up counts from the datum.
        triangles: (m, 3) int32 indices into `points`.
        building: (m,) int32, the index in `CityModel.buildings` (in `Surface.ids` on the ground).
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    building: NDArray[np.int32]


@dataclass(frozen=True)
class Building:
    """One building.

    Attributes:
        id: its gml:id.
        height: measured metres, None where the file does not say.
        usage: code of PLATEAU's Building_usage list, empty where the file does not say.
        lod: its highest level of detail that is drawn here, 0 to 2; -1 without geometry.
        source, span: the file's bytes and where in them the building stands.
        element: the building itself where the file had to be parsed as XML.
    """

    id: str
    name: str
    height: float | None
    usage: str
    lod: int
    source: bytes = field(default=b"", repr=False, compare=False)
    span: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)
    element: etree._Element | None = field(default=None, repr=False, compare=False)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Return every attribute of the file's element by name; parsed at the first call."""
        if self.element is not None:
            return attributes_of(self.element, self.id)
        return attributes_of(element_of(self.source[slice(*self.span)]), self.id)


@dataclass(frozen=True, slots=True)
class Surface:
    """All ground of one kind: `terrain`, `road`, `water` or `flood`.

    `mesh.building` is the index in `ids`, the gml:ids of the roads or bodies of water.
    """

    kind: str
    ids: tuple[str, ...]
    mesh: Mesh


@dataclass(frozen=True)
class CityModel:
    """What one or several city files hold, in one local frame.

    Attributes:
        frame: projected system and origin of the local metres.
        warnings: a sentence for everything that was left out or mended.
    """

    frame: Frame
    buildings: tuple[Building, ...]
    warnings: tuple[str, ...]
    rings: Rings = field(repr=False)
    objects: tuple[CityObject, ...] = field(repr=False)
    _meshes: dict[int, Mesh] = field(default_factory=dict, repr=False)

    @property
    def origin(self) -> tuple[float, float]:
        """Return the projected (east, north) of the local origin, in metres."""
        return self.frame.origin

    @property
    def epsg(self) -> int:
        """Return the EPSG code of the projected system."""
        return self.frame.epsg

    def mesh(self, lod: int) -> Mesh:
        """Return the triangles of all buildings, each at the asked level or the nearest it has.

        A building that only has a footprint stands as a block of its measured height.

        Raises:
            ValueError: a level other than 0, 1 and 2.
        """
        if lod not in PREFERENCE:
            raise ValueError(f"level of detail {lod}: choose 0, 1 or 2")
        if lod not in self._meshes:
            picked = self._of("building").preferred(PREFERENCE[lod], len(self.objects))
            if lod > 0:
                picked = raised(picked, [thing.height for thing in self.objects])
            self._meshes[lod] = _mesh(picked, self._indices("building"))
        return self._meshes[lod]

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """Return the ground, one surface per kind that the files hold."""
        kinds = {thing.kind for thing in self.objects}
        return tuple(self._surface(kind) for kind in GROUND_KINDS if kind in kinds)

    def _surface(self, kind: str) -> Surface:
        picked = self._of(kind).preferred(_GROUND_PREFERENCE, len(self.objects))
        ids = tuple(thing.id for thing in self.objects if thing.kind == kind)
        return Surface(kind, ids, _mesh(picked, self._indices(kind)))

    def _of(self, kind: str) -> Rings:
        return self.rings.chosen(self._is(kind)[self.rings.owners])

    def _indices(self, kind: str) -> NDArray[np.int32]:
        """Return for each object its place among those of its kind."""
        return (np.cumsum(self._is(kind)) - 1).astype(np.int32)

    def _is(self, kind: str) -> NDArray[np.bool_]:
        return np.array([thing.kind == kind for thing in self.objects], bool)


def _mesh(rings: Rings, index: NDArray[np.int32]) -> Mesh:
    triangles, owners = triangulate(rings.points, rings.starts, rings.holes)
    return Mesh(rings.points.astype(np.float32), triangles, index[rings.owners[owners]])
