"""A city that has been read: its features, their triangles in local metres, and the ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.twin.citygml.floods import flood_zones
from desktop.twin.citygml.geometry import LEVELS, Geometry, Mesh, usual_level
from desktop.twin.citygml.kinds import BUILDING, FLOOD, GROUND_KINDS
from desktop.twin.citygml.search import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from desktop.twin.citygml.features import Feature
    from desktop.twin.citygml.floods import FloodZone
    from desktop.twin.citygml.frames import Frame
    from desktop.twin.citygml.skins import Image, Material, Skin


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
        features: everything by kind (`kinds.KINDS`), in file order.
        warnings: a sentence for everything that was left out or mended.
        images, materials: what the numbers in a `Skin` count.
    """

    frame: Frame
    features: Mapping[str, Sequence[Feature]]
    warnings: tuple[str, ...]
    geometry: Geometry = field(repr=False)
    looks: Callable[[], tuple[tuple[Image, ...], tuple[Material, ...]]] = field(repr=False)

    @property
    def buildings(self) -> Sequence[Feature]:
        """Return all buildings, in file order."""
        return self.features.get(BUILDING, ())

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
            ValueError: a level other than 0, 1, 2 and 3.
        """
        return self.layer(BUILDING, lod)

    def layer(self, kind: str, lod: int | None = None) -> Mesh:
        """Return the triangles of all features of a kind; `building` counts `features[kind]`.

        Args:
            kind: one of `kinds.KINDS`; a kind that the files do not hold gives an empty mesh.
            lod: the level asked for; without one, 1 for the ground and 2 for all else.

        Raises:
            ValueError: a level other than 0, 1, 2 and 3.
        """
        return self.geometry.mesh(kind, _level(kind, lod))

    def skin(self, kind: str = BUILDING, lod: int | None = None) -> Skin | None:
        """Return textures and colours of `layer(kind, lod)`, None where the files have none.

        Raises:
            ValueError: a level other than 0, 1, 2 and 3.
        """
        return self.geometry.skin(kind, _level(kind, lod))

    @property
    def images(self) -> tuple[Image, ...]:
        """Return the textures."""
        return self.looks()[0]

    @property
    def materials(self) -> tuple[Material, ...]:
        """Return the colours."""
        return self.looks()[1]

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """Return the ground, one surface per kind that the files hold."""
        return tuple(self._surface(kind) for kind in GROUND_KINDS if self.features.get(kind))

    @cached_property
    def floods(self) -> tuple[FloodZone, ...]:
        """Return what each feature of the kind `flood` says: scenario, rank, depth, source.

        Raises:
            CityFileError: the file is gone or has changed since it was read.
        """
        return flood_zones(self.features.get(FLOOD, ()))

    def search(self, text: str, limit: int = 50) -> list[Feature]:
        """Return features that match all words of a text, best first.

        Searched are id, name, usage (code and words), address and every other attribute; case,
        width and spacing of letters do not matter. The first search reads all attributes.

        Raises:
            CityFileError: a file is gone or has changed since it was read.
        """
        return self._index.find(text, limit)

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self.features)

    def _surface(self, kind: str) -> Surface:
        ids = tuple(thing.id for thing in self.features[kind])
        return Surface(kind, ids, self.layer(kind))


def _level(kind: str, lod: int | None) -> int:
    level = usual_level(kind) if lod is None else lod
    if level not in LEVELS:
        raise ValueError(f"level of detail {lod}: choose 0, 1, 2 or 3")
    return level
