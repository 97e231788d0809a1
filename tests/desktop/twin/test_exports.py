"""Cities written as glTF and 3D Tiles are read back by others, and stand where they should."""

from __future__ import annotations

import io
import json
import struct
from itertools import pairwise

import numpy as np
import PIL.Image
import pytest
import trimesh
from pyproj import Transformer

from desktop.twin.citygml import read
from desktop.twin.meshes.gltf import _png_of_tiff, glb, pieces_of
from desktop.twin.meshes.tiles import placed, write_tiles
from tests.desktop.twin.sample_city import building, city, polygon, surfaces, town

RING = '<gml:LinearRing gml:id="r">'
LOOKS = (
    "<app:appearanceMember xmlns:app='http://www.opengis.net/citygml/appearance/2.0'>"
    "<app:Appearance><app:surfaceDataMember><app:ParameterizedTexture>"
    "<app:imageURI>gone.jpg</app:imageURI><app:target uri='#p'><app:TexCoordList>"
    "<app:textureCoordinates ring='#r'>0 0 1 0 1 1 0 0</app:textureCoordinates>"
    "</app:TexCoordList></app:target></app:ParameterizedTexture></app:surfaceDataMember>"
    "</app:Appearance></app:appearanceMember>"
)
SHINJUKU = "plateau/shinjuku_stadium_lod2/udx/bldg/53394517_bldg_6697_op.gml"
KAWASAKI = "plateau/kawasaki_lod2/bldg/53392642_bldg_6697_op2.gml"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "town.gml"
    path.write_text(town())
    return read(path)


def parts(data):
    """Return the JSON and the binary chunk of a glb, after checking its frame."""
    mark, version, length = struct.unpack_from("<4sII", data)
    assert (mark, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<II", data, 12)
    assert kind == 0x4E4F534A
    document = json.loads(data[20 : 20 + size])
    binary_size, kind = struct.unpack_from("<II", data, 20 + size)
    assert kind == 0x004E4942
    assert size % 4 == binary_size % 4 == 0
    assert 28 + size + binary_size == len(data)
    return document, data[28 + size :]


def checked(data):
    """Check every reference and every length in a glb; return its JSON."""
    document, binary = parts(data)
    assert document["buffers"] == [{"byteLength": document["buffers"][0]["byteLength"]}]
    for view in document["bufferViews"]:
        assert view["byteOffset"] + view["byteLength"] <= len(binary)
        assert view["byteLength"] > 0
    width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3}
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        assert view["byteLength"] == accessor["count"] * width[accessor["type"]] * 4
        assert view["byteOffset"] % 4 == 0
    for mesh in document["meshes"]:
        for primitive in mesh["primitives"]:
            numbers = [*primitive["attributes"].values(), primitive["indices"]]
            assert max(numbers) < len(document["accessors"])
            assert primitive["material"] < len(document["materials"])
            points = document["accessors"][primitive["attributes"]["POSITION"]]
            index = document["accessors"][primitive["indices"]]
            view = document["bufferViews"][index["bufferView"]]
            corners = np.frombuffer(binary, np.uint32, index["count"], view["byteOffset"])
            assert corners.max() < points["count"]
    tables = document["extensions"]["EXT_structural_metadata"]["propertyTables"]
    for table in tables:
        for said in table["properties"].values():
            assert max(said.values()) < len(document["bufferViews"])
    return document


def test_a_glb_is_whole_and_reads_back_the_same(model):
    data = glb(pieces_of(model))
    document = checked(data)
    assert [mesh["name"] for mesh in document["meshes"]] == ["building", "terrain", "road", "water"]
    scene = trimesh.load(io.BytesIO(data), file_type="glb")
    ours = model.mesh(2)
    theirs = scene.geometry["building"]
    assert len(theirs.faces) == len(ours.triangles)
    turned = np.column_stack([theirs.vertices[:, 0], -theirs.vertices[:, 2], theirs.vertices[:, 1]])
    assert np.allclose(turned.min(axis=0), ours.points.min(axis=0), atol=1e-3)
    assert np.allclose(turned.max(axis=0), ours.points.max(axis=0), atol=1e-3)
    corners = ours.points[ours.triangles].astype(float)
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert theirs.volume == pytest.approx(volume, rel=1e-4)


def test_every_feature_keeps_its_name(model):
    document, binary = parts(glb(pieces_of(model, ["building"])))
    (table,) = document["extensions"]["EXT_structural_metadata"]["propertyTables"]
    assert table["count"] == 16

    def column(name, part, dtype):
        view = document["bufferViews"][table["properties"][name][part]]
        return np.frombuffer(
            binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]], dtype
        )

    ends = column("id", "stringOffsets", np.uint32)
    words = column("id", "values", np.uint8).tobytes()
    assert [words[a:b].decode() for a, b in pairwise(ends)] == [
        building.id for building in model.buildings
    ]
    assert column("height", "values", np.float32).tolist() == [b.height for b in model.buildings]
    (primitive,) = document["meshes"][0]["primitives"]
    accessor = document["accessors"][primitive["attributes"]["_FEATURE_ID_0"]]
    view = document["bufferViews"][accessor["bufferView"]]
    owners = np.frombuffer(binary, np.float32, accessor["count"], view["byteOffset"])
    assert set(owners.tolist()) == set(range(16))


def test_nothing_to_write_is_said(tmp_path, model):
    for job in (lambda: glb([]), lambda: write_tiles(model, tmp_path / "t", kinds=["bridge"])):
        with pytest.raises(ValueError, match="nothing to export"):
            job()
    assert not (tmp_path / "t").exists()


def test_tiles_hold_every_triangle_in_their_boxes(tmp_path, model):
    paths = write_tiles(model, tmp_path / "tiles", kinds=["building"])
    tileset = json.loads(paths[0].read_text())
    root = tileset["root"]
    assert tileset["asset"]["version"] == "1.1"
    assert "not over the ellipsoid" in tileset["asset"]["extras"]["heights"]
    assert {tmp_path / "tiles" / child["content"]["uri"] for child in root["children"]} == set(
        paths[1:]
    )
    faces = 0
    for child in root["children"]:
        data = (tmp_path / "tiles" / child["content"]["uri"]).read_bytes()
        checked(data)
        scene = trimesh.load(io.BytesIO(data), file_type="glb")
        box = np.array(child["boundingVolume"]["box"])
        half = box[3:].reshape(3, 3).sum(axis=1)
        for geometry in scene.geometry.values():
            faces += len(geometry.faces)
            points = np.column_stack(
                [geometry.vertices[:, 0], -geometry.vertices[:, 2], geometry.vertices[:, 1]]
            )
            assert (np.abs(points - box[:3]) <= half + 1e-3).all()
    assert faces == len(model.mesh(2).triangles)


def test_tiles_stand_over_the_ellipsoid_where_the_geoid_is_known(tmp_path, model):
    write_tiles(model, tmp_path, kinds=["building"], geoid_m=36.7)
    tileset = json.loads((tmp_path / "tileset.json").read_text())
    assert tileset["asset"]["extras"] == {"heights": "over the ellipsoid", "geoid_m": 36.7}
    matrix = np.array(tileset["root"]["transform"]).reshape(4, 4).T
    assert matrix == pytest.approx(placed(model.frame, 36.7))


def test_tiles_stand_at_their_place_on_earth(model):
    matrix = placed(model.frame, geoid_m=36.7)
    back = Transformer.from_crs(6666, 6667, always_xy=True)
    flat = Transformer.from_crs(6667, model.epsg, always_xy=True)
    for local in ([0, 0, 0], [150, -90, 12], [0, 800, 0]):
        longitude, latitude, height = back.transform(*(matrix @ [*local, 1])[:3])
        east, north = flat.transform(longitude, latitude)
        assert (east - model.origin[0], north - model.origin[1]) == pytest.approx(
            local[:2], abs=0.01
        )
        assert height == pytest.approx(36.7 + local[2], abs=0.06)


def test_textures_travel_along_whatever_their_form(shared_data):
    for name, images in ((SHINJUKU, 1), (KAWASAKI, 8)):
        model = read(shared_data / name)
        data = glb(pieces_of(model), model.images, model.materials)
        document = checked(data)
        assert len(document["images"]) == images
        assert {image["mimeType"] for image in document["images"]} <= {"image/jpeg", "image/png"}
        textured = [
            p
            for mesh in document["meshes"]
            for p in mesh["primitives"]
            if "baseColorTexture" in document["materials"][p["material"]]["pbrMetallicRoughness"]
        ]
        assert len(textured) == images
        assert all("TEXCOORD_0" in p["attributes"] for p in textured)


def test_a_tiff_becomes_the_same_picture(shared_data):
    model = read(shared_data / KAWASAKI)
    (image,) = [image for image in model.images if image.name.endswith("hnap0279.tif")]
    picture = PIL.Image.open(io.BytesIO(_png_of_tiff(image.read())))
    pixels = np.asarray(picture, float)
    assert picture.size == (128, 128)
    # a photograph: neighbours are alike, which noise from a wrong decoder is not
    assert np.abs(np.diff(pixels, axis=0)).mean() < 0.5 * pixels.std()
    assert _png_of_tiff(b"II*\0 no more") == b""


def test_a_missing_image_leaves_plain_surfaces(tmp_path):
    wall = polygon([(0, 0, 0), (8, 0, 0), (8, 8, 0)]).replace("<gml:LinearRing>", RING)
    shape = f"<bldg:lod2MultiSurface>{surfaces(wall)}</bldg:lod2MultiSurface>"
    path = tmp_path / "bare.gml"
    path.write_text(
        city(building("b", shape)).replace("</core:CityModel>", LOOKS + "</core:CityModel>")
    )
    model = read(path)
    assert model.skin().image.tolist() == [0]
    assert "images" not in checked(glb(pieces_of(model), model.images))
