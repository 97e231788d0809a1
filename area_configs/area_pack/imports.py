"""Putting real buildings into a copy of an area."""

from __future__ import annotations

import re
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from area_configs.area_pack.archive import BROKEN_ZIP, unreadable
from area_configs.area_pack.city_file import Box, look
from area_configs.area_pack.copies import copy_files
from area_configs.area_pack.staging import refusal, staged
from area_configs.domain.areas import Position
from area_configs.domain.errors import CityFileError
from area_configs.loader import AREA_FILE, load_area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tomlkit import TOMLDocument

    from area_configs.domain.areas import Area, Device, Gateway

ATTRIBUTION = {
    "ja": "出典：国土交通省 PLATEAU",  # noqa: RUF001 - the credit line as PLATEAU words it
    "en": "Source: MLIT Japan, Project PLATEAU",
}

_BUILDINGS = re.compile(r"(?:^|/)udx/bldg/[^/]+\.gml$", re.IGNORECASE)
_GML = re.compile(r"\.(?:gml|xml)$", re.IGNORECASE)
_WELL_INSIDE = 0.85  # of the way from the centre to the edge
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Imported:
    """An area with imported buildings.

    Attributes:
        area: the new area.
        buildings: how many were found.
        box: the degrees that their files enclose.
        moved: ids of the gateways and devices that stood elsewhere and moved along.
    """

    area: Area
    buildings: int
    box: Box
    moved: tuple[str, ...]

    def outside(self) -> tuple[str, ...]:
        """Return the ids of gateways and devices that stand outside the imported files."""
        placed: list[Gateway | Device] = [*self.area.gateways, *self.area.devices]
        return tuple(item.id for item in placed if not self.box.holds(item.position))


def import_buildings(
    source: str | Path,
    files: Sequence[Path],
    target: Path,
    *,
    said: Callable[[str], None] = lambda _: None,
    text: str | None = None,
) -> Imported:
    """Copy an area to a new folder with the given CityGML files as its geometry.

    Centre and attribution change with them. Gateways and devices outside the new files move as
    the centre does, so that the copy is a living area at once, and name no building any more;
    all else stays as it was. `said` is called with the name of each file before it is read; a
    `text` stands in the place of the area file's own.

    Raises:
        CityFileError: a file is cut, not CityGML, not in Japan, or none holds a building.
        AreaFileError: the area is wrong, or the target exists.
        In both cases the target is not made.
    """
    with staged(target, replace=False) as stage:
        copy_files(source, stage, geometry=False, text=text)
        (stage / "geometry").mkdir(exist_ok=True)
        names, found = _take(files, stage / "geometry", said)
        buildings = sum(count for count, _ in found)
        boxes = [box for count, box in found if count]
        if not boxes:
            raise CityFileError(f"{files[0]}: there is no building in it: choose a bldg file")
        box = reduce(Box.around, boxes)
        moved = _edit(stage / AREA_FILE, names, box)
        load_area(stage)
    return Imported(load_area(target), buildings, box, moved)


def _take(
    files: Sequence[Path], folder: Path, said: Callable[[str], None]
) -> tuple[list[str], list[tuple[int, Box]]]:
    """Copy every CityGML file into a folder; return their new names and what they hold."""
    names: list[str] = []
    found: list[tuple[int, Box]] = []
    for file in files:
        with _explained(file):
            for name, label, opened in _streams(file):
                said(label)
                place = folder / _free_name(name, names)
                with opened() as stream, place.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
                with place.open("rb") as stream:
                    city = look(stream, label)
                names.append(place.name)
                found.append((city.buildings, city.box))
    return names, found


def _streams(file: Path) -> Iterator[tuple[str, str, Callable[[], IO[bytes]]]]:
    """Give name, name for people, and opener of every CityGML file in a file or zip."""
    if not zipfile.is_zipfile(file) and file.suffix.lower() != ".zip":
        yield file.name, str(file), lambda: file.open("rb")
        return
    with zipfile.ZipFile(file) as archive:
        for info in _members(archive, file):
            name = PurePosixPath(info.filename).name
            yield name, f"{file}:{info.filename}", partial(archive.open, info)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except BROKEN_ZIP as error:
        raise CityFileError(f"{file}: the zip is broken ({error}): fetch it again") from None
    except FileNotFoundError:
        raise CityFileError(f"{file}: there is no such file") from None
    except IsADirectoryError:
        raise CityFileError(f"{file}: is a folder: name the .gml files in it") from None
    except PermissionError:
        raise CityFileError(f"{file}: may not be read: check its permissions") from None


def _members(archive: zipfile.ZipFile, file: Path) -> list[zipfile.ZipInfo]:
    """Return the building files of a zip, or all its CityGML where it is laid out otherwise."""
    whole = archive.infolist()
    members = [info for info in whole if _BUILDINGS.search(info.filename)]
    members = members or [info for info in whole if _GML.search(info.filename)]
    if not members:
        raise CityFileError(f"{file}: there is no .gml file in the zip")
    for info in members:
        if reason := unreadable(info):
            raise CityFileError(f"{file}:{info.filename}: {reason}: unpack the zip yourself")
    return sorted(members, key=lambda info: info.filename)


def _free_name(name: str, taken: Sequence[str]) -> str:
    path = PurePosixPath(_UNSAFE.sub("_", name).lstrip(".") or "city.gml")
    number, free = 2, path.name
    while free in taken:
        free = f"{path.stem}_{number}{path.suffix}"
        number += 1
    return free


def _edit(file: Path, names: Sequence[str], box: Box) -> tuple[str, ...]:
    """Change geometry, credit, centre and what moves with it; comments and order stay."""
    try:
        content = tomlkit.parse(file.read_bytes().decode("utf-8-sig"))
        paths = tomlkit.array()
        paths.extend(f"geometry/{name}" for name in names)
        content["geometry"] = paths.multiline(multiline=True)
        _update(content["attribution"], ATTRIBUTION)
        moved = _move(content, box)
        file.write_bytes(tomlkit.dumps(content).encode())
    except TOMLKitError as error:
        raise refusal(file.name, f"cannot be edited ({error}): simplify the file") from None
    return moved


def _move(content: TOMLDocument, box: Box) -> tuple[str, ...]:
    """Put the centre into the box and take along what would stand outside; return their ids."""
    before = _place(content["centre"])
    _set_place(content["centre"], box.centre)
    placed = [*content.get("gateways", ()), *content.get("devices", ())]
    outside = [item for item in placed if not box.holds(Position(*_place(item["position"])))]
    offsets = [_offset(_place(item["position"]), before) for item in outside]
    shrink = _fit(offsets, box)
    latitude, longitude = box.centre
    for item, (north, east) in zip(outside, offsets, strict=True):
        _set_place(item["position"], (latitude + north * shrink, longitude + east * shrink))
        item.pop("building", None)
    return tuple(str(item["id"]) for item in outside)


def _fit(offsets: Sequence[tuple[float, float]], box: Box) -> float:
    """Return the factor, at most 1, that brings offsets from the centre well into the box."""
    halves = (box.north - box.south) / 2, (box.east - box.west) / 2
    shares = [
        abs(part) / half for offset in offsets for part, half in zip(offset, halves, strict=True)
    ]
    return min(1.0, _WELL_INSIDE / max([*shares, _WELL_INSIDE]))


def _offset(place: tuple[float, float], origin: tuple[float, float]) -> tuple[float, float]:
    return place[0] - origin[0], place[1] - origin[1]


def _set_place(table: object, place: tuple[float, float]) -> None:
    latitude, longitude = place
    _update(table, {"latitude": round(latitude, 7), "longitude": round(longitude, 7)})


def _place(table: Mapping[str, Any]) -> tuple[float, float]:
    return float(table["latitude"]), float(table["longitude"])


def _update(table: object, values: Mapping[str, str | float]) -> None:
    if isinstance(table, dict):
        table.update(values)
