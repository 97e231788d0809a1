"""Reading city files from first byte to local metres."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import simdjson
from pyproj.exceptions import CRSError

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import tolerant
from desktop.twin.citygml.frames import Frame, horizontal, is_geographic, plane_zone, project
from desktop.twin.citygml.header import read_header, refuse_malformed
from desktop.twin.citygml.model import Building, CityModel
from desktop.twin.citygml.rings import Rings
from desktop.twin.citygml.scan import NotPlain, scan
from desktop.twin.citygml.sources import city_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from desktop.twin.citygml.header import Header
    from desktop.twin.citygml.outline import Outline

_HIGHEST_DRAWN = 2
_CORNERS = 3
_MOST_DEGREES = (90.0, 180.0)
_IRREGULAR = (b"\n", b"\t", b"\r", b"  ")


def read(
    path: str | Path,
    *,
    epsg: int | None = None,
    origin: tuple[float, float] | None = None,
) -> CityModel:
    """Read a CityGML file, a zip of them, or a folder in PLATEAU's layout.

    Args:
        path: what to read.
        epsg: projected system of the local metres; the nearest plane zone where it is not given.
        origin: (east, north) in that system where the local metres begin, so that several
            files share one frame; the middle of the files where it is not given.

    Raises:
        CityFileError: one sentence on what is wrong and what to do; nothing half-read is kept.
    """
    parts = [_Part(name, data) for name, data in city_sources(Path(path))]
    if not any(len(part.points) for part in parts):
        raise CityFileError(
            f"{path}: holds no coordinates of buildings, terrain, roads or water; "
            "choose a file with geometry."
        )
    frame = _frame(parts, epsg, origin)
    return _assemble(parts, frame)


class _Part:
    """One file on its way in: objects, rings as numbers in the file's own system."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data
        header = read_header(name, data)
        try:
            self.epsg = horizontal(header.epsg)
        except CRSError as error:
            raise CityFileError(
                f"{name}: EPSG:{header.epsg} is no coordinate reference system that is known "
                "here; export the file in EPSG:6697 (JGD2011)."
            ) from error
        self.outline = outline_of(data, header)
        self.points, self.sizes = numbers(name, self.outline)
        if is_geographic(self.epsg) and (np.abs(self.points[:, :2]) > _MOST_DEGREES).any():
            raise _mixed_up(name)

    def middle(self) -> NDArray[np.float64]:
        """Return the middle of the file's bounds, in the axis order of its system."""
        bounds = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        middle: NDArray[np.float64] = (bounds[0] + bounds[1])[None, :] / 2
        return middle


def outline_of(data: bytes, header: Header) -> Outline:
    """Scan a plain file; give any other to the XML parser."""
    if header.plain:
        refuse_malformed(header.name, data)
        try:
            outline = scan(data, header)
        except NotPlain:
            return tolerant.parse(header.name, data)
        if not _refers_elsewhere(data, outline):
            return outline
    return tolerant.parse(header.name, data)


def numbers(name: str, outline: Outline) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all rings' points (n, 3) as the file has them, and each ring's number of points."""
    texts = outline.texts
    flat = b" ".join(texts)
    # four searches for rare bytes cost a tenth of one pattern for all of them
    if any(mark in flat for mark in _IRREGULAR) or flat != flat.strip():
        texts = [b" ".join(text.split()) for text in texts]
        flat = b" ".join(texts)
    try:
        array = simdjson.Parser().parse(b"[" + flat.replace(b" ", b",") + b"]")
        values = np.frombuffer(cast("simdjson.Array", array).as_buffer(of_type="d"))
        counts = np.fromiter((text.count(b" ") + 1 for text in texts), np.int64, len(texts))
    except (ValueError, TypeError):  # JSON is stricter than XML: +1, .5, 007, an empty list
        values, counts = _patient_numbers(name, outline)
    if (counts % _CORNERS).any():
        ring = int(np.flatnonzero(counts % _CORNERS)[0])
        raise CityFileError(
            f"{name}: a ring of {_owner(outline, ring)} has {counts[ring]} numbers, which are no "
            "triples of latitude, longitude and height; export the file in EPSG:6697 (JGD2011)."
        )
    return values.reshape(-1, _CORNERS), counts // _CORNERS


def _patient_numbers(name: str, outline: Outline) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows: list[list[float]] = []
    for ring, text in enumerate(outline.texts):
        try:
            rows.append([float(word) for word in text.split()])
        except ValueError as error:
            raise CityFileError(
                f"{name}: the coordinates of {_owner(outline, ring)} hold something else than "
                f"numbers ({error}); fetch the file again or have it repaired."
            ) from error
    counts = np.array([len(row) for row in rows], np.int64)
    return np.array([value for row in rows for value in row]), counts


def _owner(outline: Outline, ring: int) -> str:
    thing = outline.objects[outline.owners[ring]]
    return f"{thing.kind} {thing.id or 'without id'}"


def _refers_elsewhere(data: bytes, outline: Outline) -> bool:
    """Tell whether an object without a ring of its own refers to surfaces that stand elsewhere."""
    has = np.zeros(len(outline.objects), bool)
    has[outline.owners] = True
    bare = [outline.objects[index] for index in np.flatnonzero(~has)]
    return any(b"xlink:href" in data[thing.start : thing.end] for thing in bare)


def _frame(parts: list[_Part], epsg: int | None, origin: tuple[float, float] | None) -> Frame:
    part = next(part for part in parts if len(part.points))
    middle = part.middle()
    if epsg is None and not is_geographic(part.epsg):
        epsg = part.epsg
    if epsg is None:
        epsg = plane_zone(*(float(value) for value in middle[0]))
    if origin is None:
        east, north = project(middle, part.epsg, epsg)[0]
        origin = (float(np.round(east)), float(np.round(north)))
    return Frame(epsg, origin)


def _assemble(parts: list[_Part], frame: Frame) -> CityModel:
    objects = [thing for part in parts for thing in part.outline.objects]
    rings, dropped = _rings(parts, frame)
    has = rings.levels(len(objects))
    buildings = tuple(_buildings(parts, has))
    return CityModel(
        frame=frame,
        buildings=buildings,
        warnings=tuple(_warnings(buildings, dropped)),
        rings=rings,
        objects=tuple(objects),
    )


def _buildings(parts: list[_Part], has: NDArray[np.bool_]) -> Iterator[Building]:
    index = 0
    for part in parts:
        for thing in part.outline.objects:
            drawn = np.flatnonzero(has[index, : _HIGHEST_DRAWN + 1])
            index += 1
            if thing.kind == "building":
                yield Building(
                    id=thing.id,
                    name=thing.name,
                    height=thing.height,
                    usage=thing.usage,
                    lod=int(drawn[-1]) if len(drawn) else -1,
                    source=part.data,
                    span=(thing.start, thing.end),
                    element=thing.element,
                )


def _rings(parts: list[_Part], frame: Frame) -> tuple[Rings, int]:
    """Return all rings in the local frame, open and with three corners at least, and the rest."""
    first = np.cumsum([0, *(len(part.outline.objects) for part in parts)])
    owners = np.concatenate(
        [np.array(p.outline.owners, np.int32) + n for p, n in zip(parts, first, strict=False)]
    )
    lods = np.concatenate([np.array(part.outline.lods, np.int8) for part in parts])
    holes = np.concatenate([np.array(part.outline.holes, bool) for part in parts])
    sizes = np.concatenate([part.sizes for part in parts])
    places = np.concatenate([_local(part, frame) for part in parts if len(part.points)])
    ends = np.cumsum(sizes)
    closed = (places[ends - 1] == places[ends - sizes]).all(axis=1) & (sizes > 1)
    keep = np.ones(len(places), bool)
    keep[ends[closed] - 1] = False
    sizes = sizes - closed
    whole = Rings(
        places[keep], np.concatenate([[0], np.cumsum(sizes)]), owners.astype(np.int32), lods, holes
    )
    fit = sizes >= _CORNERS
    return whole.chosen(fit), int((~fit).sum())


def _local(part: _Part, frame: Frame) -> NDArray[np.float64]:
    flat = project(part.points, part.epsg, frame.epsg)
    if not np.isfinite(flat).all():
        raise _mixed_up(part.name)
    return np.column_stack([flat - frame.origin, part.points[:, 2]])


def _mixed_up(name: str) -> CityFileError:
    return CityFileError(
        f"{name}: some coordinates are no places, or mixed up (latitude comes first, in degrees); "
        "export the file again in EPSG:6697 (JGD2011)."
    )


def _warnings(buildings: tuple[Building, ...], dropped: int) -> Iterator[str]:
    if dropped:
        yield f"{dropped:,} surfaces have fewer than three corners and are left out."
    if flat := sum(building.lod == 0 for building in buildings):
        yield f"{flat:,} buildings have a footprint only; they stand as blocks of their height."
    if bare := [building.id for building in buildings if building.lod < 0]:
        yield f"{len(bare):,} buildings have no geometry up to LOD2 and are not drawn: {bare[0]} ..."
