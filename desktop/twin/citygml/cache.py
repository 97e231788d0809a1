"""City models that have been read before: found by the content of their files, opened at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import xxhash
from typing_extensions import override

from desktop.twin.citygml.features import Feature, Origin
from desktop.twin.citygml.frames import Frame
from desktop.twin.citygml.geometry import LEVELS, Mesh
from desktop.twin.citygml.kinds import KINDS
from desktop.twin.citygml.model import CityModel
from desktop.twin.citygml.skins import Image, Material, Skin
from desktop.twin.citygml.stored import NotStored, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from desktop.twin.citygml.sources import Source

READER = 3  # counts up whenever the same file would give another model
_SUFFIX = ".city"
_MOST_ENTRIES = 64
_FEATURE_ARRAYS = {
    "height": np.float64,
    "lod": np.int8,
    "source": np.int32,
    "number": np.int32,
    "start": np.int64,
    "end": np.int64,
}


class Cache:
    """A folder with one file per model; whoever deletes it loses time and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str, sources: Sequence[Source]) -> CityModel | None:
        """Return a model, None where there is none or what is there is damaged."""
        path = self._folder / (key + _SUFFIX)
        try:
            block = bytearray(path.stat().st_size)
            with path.open("rb", buffering=0) as file:
                count = file.readinto(block)
            if count != len(block):
                return None
            return _model(*unpacked(block), sources)
        except FileNotFoundError:
            return None
        except (OSError, NotStored, KeyError, ValueError, TypeError, IndexError):
            with suppress(OSError):  # it is written anew after the file has been read
                path.unlink()
            return None

    def keep(self, key: str, model: CityModel, sources: Sequence[Source]) -> None:
        """Keep a model; a folder that is full or closed costs time at the next start, no more."""
        words, arrays = _parts(model, sources)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._folder / (key + _SUFFIX), packed(words, arrays))
            self._prune()

    def _write(self, path: Path, pieces: list[bytes]) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        entries = sorted(self._folder.glob("*" + _SUFFIX), key=lambda path: path.stat().st_mtime)
        for path in entries[:-_MOST_ENTRIES]:
            path.unlink(missing_ok=True)


def key_of(sources: Sequence[Source], epsg: int | None, origin: tuple[float, float] | None) -> str:
    """Return the name of a model: its files' content and names, the frame, the reader's version."""
    parts = [f"{READER}", repr(epsg), repr(origin)]
    parts += [f"{source.path} {source.digest()}" for source in sources]
    return xxhash.xxh3_128_hexdigest("\n".join(parts).encode())


class StoredGeometry:
    """Meshes as the cache has them."""

    def __init__(
        self, meshes: Mapping[tuple[str, int], Mesh], skins: Mapping[tuple[str, int], Skin]
    ) -> None:
        self._meshes, self._skins = meshes, skins

    def mesh(self, kind: str, lod: int) -> Mesh:
        """Return the triangles of all features of a kind."""
        return self._meshes.get((kind, lod), _NOTHING)

    def skin(self, kind: str, lod: int) -> Skin | None:
        """Return images and materials of a mesh."""
        return self._skins.get((kind, lod))


_NOTHING = Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros(0, np.int32))


@dataclass
class Columns(Sequence[Feature]):
    """Features that are made when somebody asks for them."""

    kind: str
    ids: list[str]
    names: list[str]
    usages: list[str]
    numbers: dict[str, NDArray[Any]]
    sources: Sequence[Source]
    _made: dict[int, Feature] = field(default_factory=dict)

    @override
    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Feature: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Feature]: ...

    @override
    def __getitem__(self, index: int | slice) -> Feature | Sequence[Feature]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        if number not in self._made:
            self._made[number] = self._feature(number)
        return self._made[number]

    @cached_property
    def _rows(self) -> list[tuple[float, int, int, int, int, int]]:
        return list(zip(*(self.numbers[n].tolist() for n in _FEATURE_ARRAYS), strict=True))

    def _feature(self, at: int) -> Feature:
        height, lod, source, number, start, end = self._rows[at]
        return Feature(
            self.ids[at],
            self.names[at],
            None if isnan(height) else height,
            self.usages[at],
            lod,
            self.kind,
            Origin(self.sources[source], number, start, end),
        )


def _parts(
    model: CityModel, sources: Sequence[Source]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what is kept of a model: words, and arrays by name."""
    arrays: dict[str, NDArray[Any]] = {}
    numbers = {id(source): number for number, source in enumerate(sources)}
    kinds = {kind: _table(kind, things, numbers, arrays) for kind, things in model.features.items()}
    same = {name: _drawing(model, name, arrays) for kind in kinds for name in _levels(kind)}
    words = {
        "frame": [model.epsg, *model.origin],
        "warnings": list(model.warnings),
        "kinds": kinds,
        "same": same,
        "images": [[image.name, image.mime, image.source] for image in model.images],
        "materials": [[*look.colour, look.opacity] for look in model.materials],
    }
    return words, arrays


def _levels(kind: str) -> list[str]:
    return [f"{kind} {lod}" for lod in LEVELS]


def _table(
    kind: str,
    things: Sequence[Feature],
    numbers: Mapping[int, int],
    arrays: dict[str, NDArray[Any]],
) -> list[list[str]]:
    """Add the numbers of a kind's features to the arrays, and return their words."""
    rows = [
        (
            np.nan if thing.height is None else thing.height,
            thing.lod,
            numbers[id(thing.origin.source)] if thing.origin else 0,
            thing.origin.number if thing.origin else 0,
            thing.origin.start if thing.origin else 0,
            thing.origin.end if thing.origin else 0,
        )
        for thing in things
    ]
    for (name, dtype), column in zip(_FEATURE_ARRAYS.items(), zip(*rows, strict=True), strict=True):
        arrays[f"{kind} {name}"] = np.array(column, dtype)
    return [
        [thing.id for thing in things],
        [thing.name for thing in things],
        [thing.usage for thing in things],
    ]


def _drawing(model: CityModel, name: str, arrays: dict[str, NDArray[Any]]) -> str:
    """Add the mesh of a kind and level to the arrays; return the name that it stands under."""
    kind, _, level = name.partition(" ")
    mesh, skin = model.layer(kind, int(level)), model.skin(kind, int(level))
    for lod in range(int(level)):
        if model.layer(kind, lod) is mesh:
            return f"{kind} {lod}"
    arrays[f"{name} points"] = mesh.points
    arrays[f"{name} triangles"] = mesh.triangles
    arrays[f"{name} building"] = mesh.building
    if skin is not None:
        arrays[f"{name} uv"] = skin.uv
        arrays[f"{name} image"] = skin.image
        arrays[f"{name} material"] = skin.material
    return name


def _model(
    words: dict[str, Any], arrays: dict[str, NDArray[Any]], sources: Sequence[Source]
) -> CityModel:
    epsg, east, north = words["frame"]
    features = {
        kind: Columns(kind, ids, names, usages, _numbers(kind, len(ids), arrays), sources)
        for kind, (ids, names, usages) in words["kinds"].items()
    }
    images = tuple(
        Image(name, mime, number, sources[number].beside(name))
        for name, mime, number in words["images"]
    )
    materials = tuple(Material((r, g, b), opacity) for r, g, b, opacity in words["materials"])
    drawn = {name: _mesh(name, len(features[name.split()[0]]), arrays) for name in _own(words)}
    skins = {
        name: _skin(name, drawn[name], arrays, (len(images), len(materials))) for name in drawn
    }
    same = {(key.split()[0], int(key.split()[1])): name for key, name in words["same"].items()}
    return CityModel(
        frame=Frame(int(epsg), (float(east), float(north))),
        features={kind: features[kind] for kind in KINDS if kind in features},
        warnings=tuple(words["warnings"]),
        geometry=StoredGeometry(
            {key: drawn[name] for key, name in same.items()},
            {key: skin for key, name in same.items() if (skin := skins[name]) is not None},
        ),
        looks=lambda: (images, materials),
    )


def _own(words: dict[str, Any]) -> list[str]:
    return sorted(set(words["same"].values()))


def _numbers(kind: str, count: int, arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    columns = {name: arrays[f"{kind} {name}"] for name in _FEATURE_ARRAYS}
    if any(column.shape != (count,) for column in columns.values()):
        raise NotStored
    return columns


def _mesh(name: str, features: int, arrays: dict[str, NDArray[Any]]) -> Mesh:
    mesh = Mesh(*(arrays[f"{name} {part}"] for part in ("points", "triangles", "building")))
    shapes = mesh.points.shape[1:], mesh.triangles.shape[1:], mesh.building.shape
    if shapes != ((3,), (3,), (len(mesh.triangles),)):
        raise NotStored
    _within(mesh.triangles, 0, len(mesh.points))
    _within(mesh.building, 0, features)
    return mesh


def _skin(
    name: str, mesh: Mesh, arrays: dict[str, NDArray[Any]], counts: tuple[int, int]
) -> Skin | None:
    if f"{name} uv" not in arrays:
        return None
    skin = Skin(*(arrays[f"{name} {part}"] for part in ("uv", "image", "material")))
    if skin.uv.shape != (len(mesh.points), 2) or skin.image.shape != mesh.building.shape:
        raise NotStored
    _within(skin.image, -1, counts[0])
    _within(skin.material, -1, counts[1])
    return skin


def _within(numbers: NDArray[Any], low: int, end: int) -> None:
    if len(numbers) and (numbers.min() < low or numbers.max() >= end):
        raise NotStored
