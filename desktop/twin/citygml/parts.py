"""One city file on its way in: its objects, and its rings as numbers in the file's own system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj.exceptions import CRSError

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import tolerant
from desktop.twin.citygml.frames import (
    GEOGRAPHIC,
    horizontal,
    is_flat,
    is_geographic,
    is_japan,
    north_first,
)
from desktop.twin.citygml.header import read_header
from desktop.twin.citygml.implicit import settled
from desktop.twin.citygml.keys import NotPlain
from desktop.twin.citygml.numbers import CORNERS, numbers, owner, parsed
from desktop.twin.citygml.scan import scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml.header import Header
    from desktop.twin.citygml.outline import Outline
    from desktop.twin.citygml.sources import Source

_MOST_DEGREES = (90.0, 180.0)
# No delivery of a city is wider; what lies farther from its middle is a slip of the pen.
_WIDEST_DEGREES, _WIDEST_M = 2.0, 200_000.0
_HEIGHTS_M = (-1_000.0, 10_000.0)
_MOST_SLIPS = 0.1  # share of the surfaces: with more of them the file is wrong, not a surface
_LOOKED_AT = 200  # rings


class Part:
    """One file: objects, points (n, 3), how many points each ring has, and which rings are fit.

    Attributes:
        epsg: horizontal system of the points.
        low, high: the bounds of the points of fit rings, (3,) each.
        slips: (rings,) True where a ring has corners at impossible places.

    Raises:
        CityFileError: one sentence on what is wrong with the file.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.name = source, source.name
        self.header = read_header(self.name, source.data)
        self.epsg = _horizontal(self.name, self.header.epsg)
        self.outline, self.points, self.sizes = content(source, self.header)
        self.slips = np.zeros(len(self.sizes), bool)
        if self.outline.placed:
            self.points = _settled(self)
        self.low, self.high = _bounds(self.points)
        if len(self.points):
            self._find_slips()
            self._find_axes()
        if self.outline.elements:
            source.elements = [o.element for o in self.outline.objects if o.element is not None]

    def middle(self) -> NDArray[np.float64]:
        """Return (1, 2): the middle of the file's bounds, in the axis order of its system."""
        return (self.low[None, :2] + self.high[None, :2]) / 2

    def _find_axes(self) -> None:
        """Mend what the file says of its coordinates, where there is no doubt in Japan."""
        (first, second, _), (third, fourth, _) = self.low, self.high
        if not is_geographic(self.epsg):
            if is_japan(first, second) and is_japan(third, fourth):
                self._warn(f"is said to be in metres (EPSG:{self.epsg}) but gives degrees")
                self.epsg = GEOGRAPHIC
        elif (np.maximum(np.abs(self.low), np.abs(self.high))[:2] > _MOST_DEGREES).any():
            if not (is_japan(second, first) and is_japan(fourth, third)):
                raise mixed_up(self.name, self.header)
            order = [1, 0, 2]
            self.points = np.ascontiguousarray(self.points[:, order])
            self.low, self.high = self.low[order], self.high[order]
            self._warn("gives longitude before latitude")

    def _find_slips(self) -> None:
        """Leave out surfaces with corners far from all others, or at no height on earth."""
        wide = _WIDEST_DEGREES if is_geographic(self.epsg) else _WIDEST_M
        low, high = self.low, self.high
        if (
            (high[:2] - low[:2] <= wide).all()
            and low[2] >= _HEIGHTS_M[0]
            and high[2] <= _HEIGHTS_M[1]
        ):
            return
        finite = self.points[np.isfinite(self.points).all(axis=1)]
        if not len(finite):
            raise mixed_up(self.name, self.header)
        middle = np.median(finite, axis=0)
        away = np.abs(self.points - middle)
        height = self.points[:, 2]
        good = (away[:, :2] <= wide / 2).all(axis=1)
        good &= (height >= _HEIGHTS_M[0]) & (height <= _HEIGHTS_M[1])
        self.slips = _with_holes(_any_by_ring(~good, self.sizes), self.outline.holes)
        if self.slips.mean() > _MOST_SLIPS:
            raise mixed_up(self.name, self.header)
        self.points = np.where(np.repeat(self.slips, self.sizes)[:, None], middle, self.points)
        self.low, self.high = _bounds(self.points)
        first = owner(self.outline, int(np.argmax(self.slips)))
        self.outline.warnings.append(
            f"{self.name}: {int(self.slips.sum()):,} surfaces have corners far from all others or "
            f"at no height on earth and are left out, the first of {first}."
        )

    def _warn(self, what: str) -> None:
        self.outline.warnings.append(f"{self.name}: {what}; its coordinates are taken so.")


def content(
    source: Source, header: Header
) -> tuple[Outline, NDArray[np.float64], NDArray[np.int64]]:
    """Return objects and rings, the rings' points (n, 3) and how many each has.

    A plain file is scanned; any other, and one that the scan stumbles over, is parsed as XML.

    Raises:
        CityFileError: not well-formed, or coordinates that are no numbers.
    """
    if header.plain:
        try:
            outline = scan(source.data, header)
            if outline.objects and not _is_flat(header, outline.texts):
                return outline, *numbers(header.name, outline)
        except (NotPlain, CityFileError):
            pass  # the parser decides, and words the error
    outline = tolerant.parse(header.name, source.data, source.beside)
    if _is_flat(header, outline.texts):
        outline = tolerant.parse(header.name, source.data, source.beside, usual=2)
    return outline, *numbers(header.name, outline)


def mixed_up(name: str, header: Header) -> CityFileError:
    """Return the error for coordinates that are no places."""
    if header.warnings:
        return CityFileError(
            f"{name}: names no coordinate reference system (srsName), and its coordinates are no "
            "degrees; export the file again with EPSG:6697 (JGD2011)."
        )
    return CityFileError(
        f"{name}: some coordinates are no places, or mixed up (latitude comes first, in degrees); "
        "export the file again in EPSG:6697 (JGD2011)."
    )


def _horizontal(name: str, epsg: int) -> int:
    try:
        return horizontal(epsg)
    except CRSError as error:
        raise CityFileError(
            f"{name}: EPSG:{epsg} is no coordinate reference system that is known here; "
            "export the file in EPSG:6697 (JGD2011)."
        ) from error


def _settled(part: Part) -> NDArray[np.float64]:
    """Return a file's points with models put where they stand."""
    points = part.points.copy()
    starts = np.concatenate([[0], np.cumsum(part.sizes)])
    texts = [use.point for use in part.outline.placed]
    values, counts = parsed(part.name, texts, lambda number: f"model {number + 1}")
    if (counts != CORNERS).any():
        raise CityFileError(
            f"{part.name}: a model stands at a point that has not three coordinates; "
            "export the file in EPSG:6697 (JGD2011)."
        )
    for use, place in zip(part.outline.placed, values.reshape(-1, CORNERS), strict=True):
        mine = slice(int(starts[use.first]), int(starts[use.end]))
        points[mine] = settled(
            points[mine],
            use.matrix,
            place,
            degrees=is_geographic(part.epsg),
            north_first=north_first(part.epsg),
        )
    return points


def _is_flat(header: Header, texts: list[bytes]) -> bool:
    """Tell whether a file gives pairs of coordinates without saying so.

    In a system of two axes it need not say it; whether rings close as pairs or as triples tells.
    """
    if not is_flat(header.epsg):
        return False
    rings = [text.split() for text in texts[:_LOOKED_AT]]
    closed = [sum(_closes(ring, size) for ring in rings) for size in (2, CORNERS)]
    return closed[0] > closed[1]


def _closes(ring: list[bytes], size: int) -> bool:
    return len(ring) > size and len(ring) % size == 0 and ring[:size] == ring[-size:]


def _bounds(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest of each coordinate (column by column is faster)."""
    if not len(points):
        return np.zeros(CORNERS), np.zeros(CORNERS)
    columns = [points[:, axis] for axis in range(CORNERS)]
    return np.array([c.min() for c in columns]), np.array([c.max() for c in columns])


def _any_by_ring(marks: NDArray[np.bool_], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    ring = np.repeat(np.arange(len(sizes)), sizes)
    return np.bincount(ring, marks, minlength=len(sizes)) > 0


def _with_holes(slips: NDArray[np.bool_], holes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rings with the holes in them: a hole alone would pierce its neighbour."""
    found = slips.copy()
    for ring in np.flatnonzero(holes).tolist():
        found[ring] |= ring > 0 and found[ring - 1]
    return found
