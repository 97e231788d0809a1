"""Cities as 3D Tiles 1.1: a folder with a tileset and one binary glTF per square of the city."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Transformer

from desktop.twin.citygml import Mesh, Skin
from desktop.twin.meshes.gltf import Piece, glb, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from desktop.twin.citygml import CityModel, Frame

_SQUARE_M = 250.0
_STEP_M = 100.0
_GEOGRAPHIC_3D, _GEOCENTRIC = 6667, 6666  # JGD2011: degrees with ellipsoidal height, and metres


def write_tiles(
    model: CityModel,
    folder: Path,
    *,
    kinds: Sequence[str] | None = None,
    lod: int | None = None,
    geoid_m: float | None = None,
) -> list[Path]:
    """Write `tileset.json` and its tiles, and return all paths, the tileset first.

    Args:
        model: what to write.
        folder: where to; it is made.
        kinds: which of its kinds; all where none are named.
        lod: level of detail; the usual one of each kind where none is named.
        geoid_m: height of the geoid over the ellipsoid, which is added to all heights: city files
            count from the sea (T.P.), 3D Tiles from the ellipsoid. One figure serves an area: over
            ten kilometres in Japan the geoid bends by some decimetres. Where it is not known,
            heights stay as they are; `asset.extras` says either.

    Raises:
        ValueError: the model has no surfaces of these kinds.
        OSError: the folder cannot be written.
    """
    pieces = pieces_of(model, kinds, lod)
    if not pieces:
        raise ValueError("nothing to export: the model has no surfaces of these kinds")
    folder.mkdir(parents=True, exist_ok=True)
    children, paths = [], []
    for name, some in _squares(pieces):
        path = folder / f"{name}.glb"
        path.write_bytes(glb(some, model.images, model.materials))
        paths.append(path)
        children.append(
            {
                "boundingVolume": {"box": _box([piece.mesh for piece in some])},
                "geometricError": 0,
                "content": {"uri": path.name},
            }
        )
    box = _box([piece.mesh for piece in pieces])
    root = {
        "transform": placed(model.frame, geoid_m or 0.0).T.ravel().tolist(),
        "boundingVolume": {"box": box},
        "geometricError": 2 * max(box[3], box[7], box[11]),
        "refine": "ADD",
        "children": children,
    }
    tileset = {
        "asset": {"version": "1.1", "extras": _heights(geoid_m)},
        "geometricError": 4 * max(box[3], box[7], box[11]),
        "root": root,
    }
    path = folder / "tileset.json"
    path.write_text(json.dumps(tileset, indent=1) + "\n", encoding="utf-8")
    return [path, *paths]


def _heights(geoid_m: float | None) -> dict[str, str | float]:
    if geoid_m is None:
        return {"heights": "over the datum of the city files (T.P.), not over the ellipsoid"}
    return {"heights": "over the ellipsoid", "geoid_m": geoid_m}


def placed(frame: Frame, geoid_m: float = 0.0) -> NDArray[np.float64]:
    """Return the 4 x 4 matrix from local metres (east, north, up) to the Earth's centre.

    Its axes are those of the plane system, so that they turn with its meridian convergence and
    carry its scale.
    """
    steps = np.array([[0, 0], [_STEP_M, 0], [0, _STEP_M]]) + frame.origin
    flat = Transformer.from_crs(frame.epsg, _GEOGRAPHIC_3D, always_xy=True)
    round_earth = Transformer.from_crs(_GEOGRAPHIC_3D, _GEOCENTRIC, always_xy=True)
    longitude, latitude = flat.transform(steps[:, 0], steps[:, 1])
    height = np.full(len(steps), geoid_m)
    centre, east, north = np.column_stack(round_earth.transform(longitude, latitude, height))
    matrix = np.eye(4)
    matrix[:3, 0] = (east - centre) / _STEP_M
    matrix[:3, 1] = (north - centre) / _STEP_M
    up = np.cross(matrix[:3, 0], matrix[:3, 1])
    matrix[:3, 2] = up / np.linalg.norm(up)
    matrix[:3, 3] = centre
    return matrix


def _squares(pieces: Sequence[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """Yield squares of the city; a feature goes whole where its middle is."""
    found: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        cells = np.floor(_middles(piece.mesh, len(piece.features)) / _SQUARE_M).astype(int)
        cell_of = cells[piece.mesh.building]
        for cell in np.unique(cell_of, axis=0):
            some = _some(piece, (cell_of == cell).all(axis=1))
            found.setdefault((int(cell[0]), int(cell[1])), []).append(some)
    for east, north in sorted(found):
        yield f"tile_{east}_{north}", found[east, north]


def _middles(mesh: Mesh, count: int) -> NDArray[np.float64]:
    """Return the mean (east, north) of every feature's corners; 0 for one without any."""
    corners = mesh.points[mesh.triangles][:, :, :2].mean(axis=1)
    total = np.maximum(np.bincount(mesh.building, minlength=count), 1)
    sums = [np.bincount(mesh.building, corners[:, axis], minlength=count) for axis in (0, 1)]
    return np.column_stack(sums) / total[:, None]


def _some(piece: Piece, chosen: NDArray[np.bool_]) -> Piece:
    """Return the chosen triangles of a piece with their points and features only."""
    mesh, skin = piece.mesh, piece.skin
    points, triangles = np.unique(mesh.triangles[chosen], return_inverse=True)
    features, building = np.unique(mesh.building[chosen], return_inverse=True)
    corners = triangles.reshape(-1, 3).astype(np.int32)
    part = Mesh(mesh.points[points], corners, building.ravel().astype(np.int32))
    look = skin and Skin(skin.uv[points], skin.image[chosen], skin.material[chosen])
    things = [piece.features[number] for number in features.tolist()]
    return replace(piece, mesh=part, features=things, skin=look)


def _box(meshes: Sequence[Mesh]) -> list[Any]:
    """Return middle and half axes of the box around some meshes."""
    points = [mesh.points[np.unique(mesh.triangles)] for mesh in meshes]
    low = np.min([some.min(axis=0) for some in points], axis=0).astype(float)
    high = np.max([some.max(axis=0) for some in points], axis=0).astype(float)
    middle, half = (low + high) / 2, (high - low) / 2
    return [*middle.tolist(), *np.diag(half).ravel().tolist()]
