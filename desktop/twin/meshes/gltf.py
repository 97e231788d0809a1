"""Cities as glTF 2.0: one binary file with meshes, textures and what each feature is called.

Feature ids follow EXT_mesh_features, their table EXT_structural_metadata, so that viewers of
3D Tiles can pick and style; any other viewer shows the meshes all the same.
"""

from __future__ import annotations

import io
import json
import struct
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL.Image

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml import CityModel, Feature, Image, Material, Mesh, Skin

_FLOAT, _UINT = 5126, 5125
_VERTICES, _CORNERS = 34962, 34963
_JSON_CHUNK, _BINARY_CHUNK = 0x4E4F534A, 0x004E4942
_MIMES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png"}
_TIFF = (b"II*", b"MM\x00")
_PLAIN = (0.82, 0.83, 0.84, 1.0)
COLOURS = {
    "terrain": (0.72, 0.75, 0.68, 1.0),
    "road": (0.55, 0.56, 0.58, 1.0),
    "water": (0.45, 0.62, 0.78, 1.0),
    "flood": (0.30, 0.50, 0.90, 0.5),
    "vegetation": (0.42, 0.60, 0.38, 1.0),
    "landuse": (0.80, 0.78, 0.66, 1.0),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some features of one kind, ready to be written.

    `mesh.building` and the table count `features`; without a skin all is painted in `colour`.
    """

    name: str
    mesh: Mesh
    features: Sequence[Feature]
    colour: tuple[float, float, float, float] = _PLAIN
    skin: Skin | None = None


def pieces_of(
    model: CityModel, kinds: Sequence[str] | None = None, lod: int | None = None
) -> list[Piece]:
    """Return what a model holds of some kinds (all, where none are named), one piece each."""
    chosen = model.features if kinds is None else [k for k in kinds if k in model.features]
    found = [
        Piece(
            kind,
            model.layer(kind, lod),
            model.features[kind],
            COLOURS.get(kind, _PLAIN),
            model.skin(kind, lod),
        )
        for kind in chosen
    ]
    return [piece for piece in found if len(piece.mesh.triangles)]


def glb(
    pieces: Sequence[Piece], images: Sequence[Image] = (), materials: Sequence[Material] = ()
) -> bytes:
    """Return a binary glTF of some pieces; y points up and -z north, in the model's local metres.

    Images and materials are those of the model that the pieces' skins count. An image that
    cannot be had leaves its surfaces in the piece's colour.

    Raises:
        ValueError: there is nothing to write.
    """
    if not pieces:
        raise ValueError("nothing to export: the model has no surfaces of these kinds")
    writer = _Writer(images, materials)
    for piece in pieces:
        writer.add(piece)
    return writer.whole()


@dataclass
class _Writer:
    """A document under way: its JSON and its binary buffer."""

    images: Sequence[Image]
    materials: Sequence[Material]
    document: dict[str, Any] = field(default_factory=dict)
    buffer: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.document = {
            "asset": {"version": "2.0", "generator": "Smart Area Suite"},
            "extensionsUsed": ["EXT_mesh_features", "EXT_structural_metadata"],
            "scene": 0,
            "scenes": [{"nodes": []}],
            "extensions": {
                "EXT_structural_metadata": {"schema": _SCHEMA, "propertyTables": []},
            },
        }
        self._textures: dict[int, int | None] = {}

    def add(self, piece: Piece) -> None:
        """Add one node with a mesh."""
        table = self._table(piece)
        owner = _owner_of_points(piece.mesh)
        shared = {
            "POSITION": self._accessor(_y_up(piece.mesh.points), "VEC3", bounds=True),
            "_FEATURE_ID_0": self._accessor(owner.astype(np.float32), "SCALAR"),
        }
        uv: dict[str, int] = {}
        if piece.skin is not None:
            turned = piece.skin.uv * np.array([1, -1], np.float32) + np.array([0, 1], np.float32)
            uv = {"TEXCOORD_0": self._accessor(turned, "VEC2")}
        ids = {
            "featureIds": [
                {"featureCount": len(piece.features), "attribute": 0, "propertyTable": table}
            ]
        }
        primitives = [
            {
                "attributes": {**shared, **(uv if textured else {})},
                "indices": self._accessor(triangles.ravel().astype(np.uint32), "SCALAR", _CORNERS),
                "material": material,
                "extensions": {"EXT_mesh_features": ids},
            }
            for triangles, material, textured in self._groups(piece)
        ]
        self._append("meshes", {"name": piece.name, "primitives": primitives})
        node = self._append("nodes", {"name": piece.name, "mesh": len(self.document["meshes"]) - 1})
        self.document["scenes"][0]["nodes"].append(node)

    def whole(self) -> bytes:
        """Return the file."""
        self.document["buffers"] = [{"byteLength": len(self.buffer)}]
        text = json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self.buffer) + bytes(-len(self.buffer) % 4)
        length = 12 + 8 + len(text) + 8 + len(binary)
        return b"".join(
            [
                struct.pack("<4sII", b"glTF", 2, length),
                struct.pack("<II", len(text), _JSON_CHUNK),
                text,
                struct.pack("<II", len(binary), _BINARY_CHUNK),
                binary,
            ]
        )

    def _groups(self, piece: Piece) -> list[tuple[NDArray[np.int32], int, bool]]:
        """Return triangles by what they are painted with: (triangles, material, has an image)."""
        triangles = piece.mesh.triangles
        if piece.skin is None:
            return [(triangles, self._painted(piece.colour), False)]
        looks = np.column_stack([piece.skin.image, piece.skin.material])
        kinds, which = np.unique(looks, axis=0, return_inverse=True)
        groups = []
        for number, (image, material) in enumerate(kinds.tolist()):
            texture = self._texture(image) if image >= 0 else None
            colour = self._colour(material) if material >= 0 else piece.colour
            paint = self._painted(colour, texture)
            groups.append((triangles[which.ravel() == number], paint, texture is not None))
        return groups

    def _colour(self, material: int) -> tuple[float, float, float, float]:
        look = self.materials[material]
        return (*look.colour, look.opacity)

    def _painted(
        self, colour: tuple[float, float, float, float], texture: int | None = None
    ) -> int:
        paint: dict[str, Any] = {"metallicFactor": 0.0, "roughnessFactor": 1.0}
        if texture is None:
            paint["baseColorFactor"] = [round(share, 4) for share in colour]
        else:
            paint["baseColorTexture"] = {"index": texture}
        entry: dict[str, Any] = {"pbrMetallicRoughness": paint, "doubleSided": True}
        if texture is None and colour[3] < 1:
            entry["alphaMode"] = "BLEND"
        known = self.document.setdefault("materials", [])
        return known.index(entry) if entry in known else self._append("materials", entry)

    def _texture(self, number: int) -> int | None:
        if number not in self._textures:
            data, mime = _web_image(self.images[number])
            if not data:
                self._textures[number] = None
            else:
                image = {"bufferView": self._view(data), "mimeType": mime}
                source = self._append("images", image)
                self._textures[number] = self._append("textures", {"source": source})
        return self._textures[number]

    def _table(self, piece: Piece) -> int:
        """Add the table of the features' names and heights."""
        heights = [np.nan if f.height is None else f.height for f in piece.features]
        table = {
            "class": "feature",
            "count": len(piece.features),
            "properties": {
                "id": self._strings([feature.id for feature in piece.features]),
                "name": self._strings([feature.name for feature in piece.features]),
                "usage": self._strings([feature.usage for feature in piece.features]),
                "height": {"values": self._view(np.array(heights, np.float32).tobytes())},
            },
        }
        tables = self.document["extensions"]["EXT_structural_metadata"]["propertyTables"]
        tables.append(table)
        return len(tables) - 1

    def _strings(self, words: list[str]) -> dict[str, int]:
        raw = [word.encode() for word in words]
        ends = np.cumsum([0, *(len(word) for word in raw)]).astype(np.uint32)
        return {
            "values": self._view(b"".join(raw) or b"\0"),
            "stringOffsets": self._view(ends.tobytes()),
        }

    def _accessor(
        self, array: NDArray[Any], shape: str, target: int = _VERTICES, *, bounds: bool = False
    ) -> int:
        entry: dict[str, Any] = {
            "bufferView": self._view(np.ascontiguousarray(array).tobytes(), target),
            "componentType": _UINT if array.dtype == np.uint32 else _FLOAT,
            "count": len(array),
            "type": shape,
        }
        if bounds:
            entry["min"] = [float(value) for value in array.min(axis=0)]
            entry["max"] = [float(value) for value in array.max(axis=0)]
        return self._append("accessors", entry)

    def _view(self, data: bytes, target: int | None = None) -> int:
        self.buffer += bytes(-len(self.buffer) % 8)
        entry = {"buffer": 0, "byteOffset": len(self.buffer), "byteLength": len(data)}
        self.buffer += data
        return self._append("bufferViews", entry | ({"target": target} if target else {}))

    def _append(self, name: str, entry: dict[str, Any]) -> int:
        entries = self.document.setdefault(name, [])
        entries.append(entry)
        return len(entries) - 1


_STRING = {"type": "STRING"}
_SCHEMA = {
    "id": "city",
    "classes": {
        "feature": {
            "properties": {
                "id": _STRING,
                "name": _STRING,
                "usage": _STRING,
                "height": {"type": "SCALAR", "componentType": "FLOAT32"},
            }
        }
    },
}


def _y_up(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.column_stack([points[:, 0], points[:, 2], -points[:, 1]]).astype(np.float32)


def _owner_of_points(mesh: Mesh) -> NDArray[np.int32]:
    owner = np.zeros(len(mesh.points), np.int32)
    owner[mesh.triangles.ravel()] = np.repeat(mesh.building, 3)
    return owner


def _web_image(image: Image) -> tuple[bytes, str]:
    """Return a picture as JPEG or PNG, the only forms that glTF knows; nothing where it is none."""
    try:
        data = image.read()
    except CityFileError:  # a package without its pictures is a city all the same
        return b"", ""
    for start, mime in _MIMES.items():
        if data.startswith(start):
            return data, mime
    # VTK's own TIFF reader gives noise for the compression (LZW) that PLATEAU's pictures have
    return (_png_of_tiff(data), "image/png") if data.startswith(_TIFF) else (b"", "")


def _png_of_tiff(data: bytes) -> bytes:
    """Return a TIFF as PNG; nothing where it cannot be decoded."""
    target = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of camera notes that somebody cut off
            with PIL.Image.open(io.BytesIO(data), formats=["TIFF"]) as picture:
                picture.convert("RGBA" if "A" in picture.mode else "RGB").save(target, "PNG")
    except (OSError, ValueError, PIL.Image.DecompressionBombError):
        return b""
    return target.getvalue()
