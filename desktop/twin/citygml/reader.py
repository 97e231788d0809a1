"""Reading city files from first byte to local metres."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml.appearance import Looks
from desktop.twin.citygml.cache import Cache, key_of
from desktop.twin.citygml.features import Feature, Origin
from desktop.twin.citygml.frames import (
    Frame,
    is_true,
    plane_zone,
    project,
    to_degrees,
)
from desktop.twin.citygml.geometry import RingGeometry
from desktop.twin.citygml.kinds import BUILDING, KINDS
from desktop.twin.citygml.model import CityModel
from desktop.twin.citygml.numbers import CORNERS
from desktop.twin.citygml.parts import Part, mixed_up
from desktop.twin.citygml.progress import Progress, no_collection
from desktop.twin.citygml.rings import Rings
from desktop.twin.citygml.sources import city_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml.progress import Told
    from desktop.twin.citygml.sources import Source

_HIGHEST_USUAL = 2
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
    parts: list[Part] = []
    faults: list[CityFileError] = []
    with no_collection():
        for source in steps.over(sources):
            try:
                parts.append(Part(source))
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


def _frame(parts: list[Part], epsg: int | None, origin: tuple[float, float] | None) -> Frame:
    part = next(part for part in parts if len(part.points))
    middle = part.middle()
    if epsg is None and is_true(part.epsg):
        epsg = part.epsg
    if epsg is None:
        epsg = plane_zone(*to_degrees(middle, part.epsg))
    if origin is None:
        east, north = project(middle, part.epsg, epsg)[0]
        origin = (float(np.round(east)), float(np.round(north)))
    return Frame(epsg, origin)


def _assemble(parts: list[Part], frame: Frame, faults: list[CityFileError]) -> CityModel:
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


def _features(parts: list[Part], has: NDArray[np.bool_]) -> dict[str, list[Feature]]:
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


def _rings(parts: list[Part], frame: Frame) -> tuple[Rings, NDArray[np.int64], int]:
    """Return all rings in the local frame, open and with three corners at least, and the rest.

    With them come the sizes of all rings, open, and how many were left out.
    """
    first = np.cumsum([0, *(len(part.outline.objects) for part in parts)])
    owners = np.concatenate([p.outline.owners + n for p, n in zip(parts, first, strict=False)])
    lods = np.concatenate([part.outline.lods for part in parts])
    holes = np.concatenate([part.outline.holes for part in parts])
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
    slips = np.concatenate([part.slips for part in parts])
    fit = (sizes >= CORNERS) & ~slips
    dropped = int((~fit & ~slips).sum())
    return (whole if fit.all() else whole.chosen(fit)), sizes, dropped


def _local(part: Part, frame: Frame) -> NDArray[np.float64]:
    flat = project(part.points, part.epsg, frame.epsg)
    if not np.isfinite(flat).all():
        raise mixed_up(part.name, part.header)
    local = np.empty((len(flat), CORNERS))
    np.subtract(flat, frame.origin, out=local[:, :2])
    local[:, 2] = part.points[:, 2]
    return local


def _warnings(parts: list[Part], buildings: Sequence[Feature], dropped: int) -> Iterator[str]:
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


def _others(parts: list[Part]) -> Iterator[str]:
    """Tell of city objects of kinds that are not drawn, such as zones of urban planning."""
    counts: dict[str, int] = {}
    for part in parts:
        for name, count in part.outline.other.items():
            counts[name] = counts.get(name, 0) + count
    if counts:
        most = sorted(counts, key=lambda name: -counts[name])[:_MOST_NAMED]
        named = ", ".join(f"{counts[name]:,} {name}" for name in most)
        yield f"{sum(counts.values()):,} objects are of kinds that are not drawn: {named}."
