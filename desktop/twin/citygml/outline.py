"""What both ways of reading hand over: city objects and the rings of their surfaces, still text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lxml import etree
    from numpy.typing import NDArray


@dataclass(slots=True)
class CityObject:
    """One building, road, body of water or piece of terrain, with its bytes or its element."""

    kind: str
    id: str
    start: int = 0
    end: int = 0
    name: str = ""
    height: float | None = None
    usage: str = ""
    element: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Rings `first` to `end` stand in metres of their own: a model used in several places.

    Attributes:
        matrix: 16 numbers, row by row, that turn the model.
        point: text of the place, in the file's own system.
    """

    first: int
    end: int
    matrix: tuple[float, ...]
    point: bytes


@dataclass(slots=True)
class Outline:
    """City objects in file order, and what is parallel to the rings of their surfaces.

    Attributes:
        owners: (rings,) index of the city object that each ring belongs to.
        lods: (rings,) level of detail of each ring; a terrain triangle has 1.
        holes: (rings,) True where the ring is a hole in the ring before it.
        texts: each ring's numbers, separated by blanks.
        places: (rings,) where in the file's bytes the scan met each ring; else the ring's element.
        placed: models that stand somewhere by a matrix and a point.
        other: names of city objects of kinds that are not read, and how many there are.
        warnings: what was left out or mended.
    """

    objects: list[CityObject] = field(default_factory=list)
    owners: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    lods: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    holes: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    texts: list[bytes] = field(default_factory=list)
    places: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    elements: list[etree._Element] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
