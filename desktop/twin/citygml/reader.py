"""Reading city files from first byte to local metres."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyproj.exceptions import CRSError

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import tolerant
from desktop.twin.citygml.appearance import Looks
from desktop.twin.citygml.cache import Cache, key_of
from desktop.twin.citygml.features import Feature, Origin
from desktop.twin.citygml.frames import (
    Frame,
    horizontal,
    is_geographic,
    is_japan,
    north_first,
    plane_zone,
    project,
)
from desktop.twin.citygml.geometry import RingGeometry
from desktop.twin.citygml.header import read_header
from desktop.twin.citygml.implicit import settled
from desktop.twin.citygml.kinds import BUILDING, KINDS
from desktop.twin.citygml.model import CityModel
from desktop.twin.citygml.numbers import CORNERS, numbers, parsed
from desktop.twin.citygml.progress import Progress, no_collection
from desktop.twin.citygml.rings import Rings
from desktop.twin.citygml.scan import NotPlain, scan
from desktop.twin.citygml.sources import city_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml.header import Header
    from desktop.twin.citygml.outline import Outline
    from desktop.twin.citygml.progress import Told
    from desktop.twin.citygml.sources import Source

_HIGHEST_USUAL = 2
_MOST_DEGREES = (90.0, 180.0)
_MOST_NAMED = 5


def read(
    path: str | Path,
    *,
    epsg: int | None = None,
    origin: tuple[float, float] | None = None,
    progress: Told | None = None,
    cache: Path | None = None,
) -> CityModel:
    """Read a CityGML file, a zip of them, or a folder in PLATEAU's layout.

    Args:
        path: what to read.
        epsg: projected system of the local metres; the nearest plane zone where it is not given.
        origin: (east, north) in that system where the local metres begin, so that several
            files share one frame; the middle of the files where it is not given.
        progress: told (files done, files in all) before each file and at the end; returns False
            to stop.
        cache: folder where models are kept; the same files are opened from there at once.

    A damaged file among several is left out with a warning that names it.

    Raises:
        CityFileError: one sentence on what is wrong and what to do; nothing half-read is kept.
        ReadingStopped: `progress` returned False.
    """
    sources = city_sources(Path(path))
    if cache is None:
        return _read(path, sources, (epsg, origin), progress)
    kept, key = Cache(cache), key_of(sources, epsg, origin)
    if (model := kept.load(key, sources)) is not None:
        return model
    model = _read(path, sources, (epsg, origin), progress)
    kept.keep(key, model, sources)
    return model


def _read(
    path: str | Path,
    sources: list[Source],
    where: tuple[int | None, tuple[float, float] | None],
    progress: Told | None,
) -> CityModel:
    steps = Progress(progress, len(sources))
    parts: list[_Part] = []
    faults: list[CityFileError] = []
    with no_collection():
        for source in steps.over(sources):
            try:
                parts.append(_Part(source))
            except CityFileError as fault:
                faults.append(fault)
    if faults and not parts:
        raise faults[0]
    if not any(len(part.points) for part in parts):
        raise CityFileError(
            f"{path}: holds no coordinates of buildings, terrain, roads or water; "
            "choose a file with geometry."
        )
    with no_collection():
        return _assemble(parts, _frame(parts, *where), faults)


class _Part:
    """One file on its way in: objects, rings as numbers in the file's own system."""

    def __init__(self, source: Source) -> None:
        self.source, self.name = source, source.name
        self.header = read_header(self.name, source.data)
        self.epsg = _horizontal(self.name, self.header.epsg)
        self.outline, self.points, self.sizes = content(source, self.header)
        if self.outline.placed:
            self.points = _settled(self)
        if is_geographic(self.epsg) and self._is_off():
            self._swap()
        if self.outline.elements:
            source.elements = [o.element for o in self.outline.objects if o.element is not None]

    def _is_off(self) -> bool:
        return bool((np.abs(self.points[:, :2]) > _MOST_DEGREES).any())

    def _swap(self) -> None:
        """Mend a file that has longitude first; in Japan there is no doubt about it."""
        low, high = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        if not (is_japan(low[1], low[0]) and is_japan(high[1], high[0])):
            raise _mixed_up(self.name, self.header)
        self.points = np.ascontiguousarray(self.points[:, [1, 0, 2]])
        self.outline.warnings.append(
            f"{self.name}: gives longitude before latitude; its coordinates are taken so."
        )

    def middle(self) -> NDArray[np.float64]:
        """Return the middle of the file's bounds, in the axis order of its system."""
        bounds = self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)
        middle: NDArray[np.float64] = (bounds[0] + bounds[1])[None, :] / 2
        return middle


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
            if outline.objects:
                return outline, *numbers(header.name, outline)
        except (NotPlain, CityFileError):
            pass  # the parser decides, and words the error
    outline = tolerant.parse(header.name, source.data, source.beside)
    return outline, *numbers(header.name, outline)


def _horizontal(name: str, epsg: int) -> int:
    try:
        return horizontal(epsg)
    except CRSError as error:
        raise CityFileError(
            f"{name}: EPSG:{epsg} is no coordinate reference system that is known here; "
            "export the file in EPSG:6697 (JGD2011)."
        ) from error


def _settled(part: _Part) -> NDArray[np.float64]:
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


def _assemble(parts: list[_Part], frame: Frame, faults: list[CityFileError]) -> CityModel:
    objects = [thing for part in parts for thing in part.outline.objects]
    rings, kept, dropped = _rings(parts, frame)
    features = _features(parts, rings.levels(len(objects)))
    looks = Looks([(part.source, part.outline) for part in parts], kept)
    return CityModel(
        frame=frame,
        features=features,
        warnings=(
            *(f"A file is left out. {fault}" for fault in faults),
            *_warnings(parts, features.get(BUILDING, []), dropped),
        ),
        geometry=RingGeometry(rings, objects, looks.skins),
        looks=looks,
    )


def _features(parts: list[_Part], has: NDArray[np.bool_]) -> dict[str, list[Feature]]:
    found: dict[str, list[Feature]] = {kind: [] for kind in KINDS}
    levels = iter(_highest(has).tolist())
    for part in parts:
        source = part.source
        for number, thing in enumerate(part.outline.objects):
            place = Origin(source, number, thing.start, thing.end)
            found[thing.kind].append(
                Feature(
                    thing.id,
                    thing.name,
                    thing.height,
                    thing.usage,
                    next(levels),
                    thing.kind,
                    place,
                )
            )
    return {kind: things for kind, things in found.items() if things}


def _highest(has: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return each object's highest level up to 2, else its lowest above, -1 without any."""
    usual = has[:, : _HIGHEST_USUAL + 1]
    low = _HIGHEST_USUAL - usual[:, ::-1].argmax(axis=1)
    return np.where(usual.any(axis=1), low, np.where(has.any(axis=1), has.argmax(axis=1), -1))


def _rings(parts: list[_Part], frame: Frame) -> tuple[Rings, NDArray[np.int64], int]:
    """Return all rings in the local frame, open and with three corners at least, and the rest.

    With them come the sizes of all rings, open, and how many were left out.
    """
    first = np.cumsum([0, *(len(part.outline.objects) for part in parts)])
    owners = np.concatenate(
        [np.array(p.outline.owners, np.int32) + n for p, n in zip(parts, first, strict=False)]
    )
    lods = np.concatenate([np.array(part.outline.lods, np.int8) for part in parts])
    holes = np.concatenate([np.array(part.outline.holes, bool) for part in parts])
    sizes = np.concatenate([part.sizes for part in parts])
    places = np.concatenate([_local(part, frame) for part in parts if len(part.points)])
    ends = np.cumsum(sizes)
    full = sizes > 1
    last, begin = np.where(full, ends - 1, 0), np.where(full, ends - sizes, 0)
    closed = (places[last] == places[begin]).all(axis=1) & full
    keep = np.ones(len(places), bool)
    keep[last[closed]] = False
    sizes = sizes - closed
    starts = np.concatenate([[0], np.cumsum(sizes)])
    serials = np.arange(len(sizes))
    whole = Rings(places[keep], starts, owners.astype(np.int32), lods, holes, serials)
    fit = sizes >= CORNERS
    return (whole if fit.all() else whole.chosen(fit)), sizes, int((~fit).sum())


def _local(part: _Part, frame: Frame) -> NDArray[np.float64]:
    flat = project(part.points, part.epsg, frame.epsg)
    if not (np.isfinite(flat).all() and np.isfinite(part.points[:, 2]).all()):
        raise _mixed_up(part.name, part.header)
    return np.column_stack([flat - frame.origin, part.points[:, 2]])


def _mixed_up(name: str, header: Header) -> CityFileError:
    if header.warnings:
        return CityFileError(
            f"{name}: names no coordinate reference system (srsName), and its coordinates are no "
            "degrees; export the file again with EPSG:6697 (JGD2011)."
        )
    return CityFileError(
        f"{name}: some coordinates are no places, or mixed up (latitude comes first, in degrees); "
        "export the file again in EPSG:6697 (JGD2011)."
    )


def _warnings(parts: list[_Part], buildings: Sequence[Feature], dropped: int) -> Iterator[str]:
    for part in parts:
        yield from part.header.warnings
        yield from part.outline.warnings
    if dropped:
        yield f"{dropped:,} surfaces have fewer than three corners and are left out."
    if flat := sum(building.lod == 0 for building in buildings):
        yield f"{flat:,} buildings have a footprint only; they stand as blocks of their height."
    if bare := [building.id for building in buildings if building.lod < 0]:
        yield f"{len(bare):,} buildings have no geometry and are not drawn: {bare[0]} ..."
    yield from _others(parts)


def _others(parts: list[_Part]) -> Iterator[str]:
    """Tell of city objects of kinds that are not drawn, such as zones of urban planning."""
    counts: dict[str, int] = {}
    for part in parts:
        for name, count in part.outline.other.items():
            counts[name] = counts.get(name, 0) + count
    if counts:
        most = sorted(counts, key=lambda name: -counts[name])[:_MOST_NAMED]
        named = ", ".join(f"{counts[name]:,} {name}" for name in most)
        yield f"{sum(counts.values()):,} objects are of kinds that are not drawn: {named}."
