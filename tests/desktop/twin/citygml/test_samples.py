"""Real PLATEAU files: everything in them is read, and both ways of reading agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from desktop.twin.citygml import read
from desktop.twin.citygml.encodings import as_utf8
from desktop.twin.citygml.header import read_header
from desktop.twin.citygml.numbers import numbers
from desktop.twin.citygml.scan import scan
from desktop.twin.citygml.tolerant import parse
from tests.desktop.twin.sample_city import newell

if TYPE_CHECKING:
    from pathlib import Path

NIIZA = "niiza_lod1/53395404_bldg_6697_op.gml"
KAWASAKI = "kawasaki_lod2/bldg/53392642_bldg_6697_op2.gml"
SHINJUKU = "shinjuku_stadium_lod2/udx/bldg/53394517_bldg_6697_op.gml"
YOKOSUKA = "yokosuka_lod2_dem/udx/bldg/52397519_bldg_6697_op.gml"
DEM = "yokosuka_lod2_dem/udx/dem/523965_dem_6697_05_op.gml"
WATER = "bunkyo_water/udx/wtr/533945_wtr_6697_op.gml"
ROAD = "suginami_road/udx/tran/53394503_tran_6697_op.gml"
ROADS = "kawasaki_lod2/tran/533925_tran_6697_op.gml"
FLOOD = (
    "flood/ifld/11100_saitama-shi_city_2024_citygml_1_op_ifld/udx/ifld/11_1/533955_ifld_6697_op.gml"
)
RIVER = (
    "flood/16202_takaoka-shi_city_2024_citygml_1_op_fld/udx/fld/pref/oyabegawa_gandogawa/"
    "55360704_fld_6697_l2.gml"
)
LEVEL_1 = "flood/numazu_fld/52385721_fld_6697_l1_op.gml"
ALL = [NIIZA, KAWASAKI, SHINJUKU, YOKOSUKA, DEM, WATER, ROAD, ROADS, FLOOD, RIVER, LEVEL_1]


@pytest.fixture
def plateau(shared_data: Path) -> Path:
    return shared_data / "plateau"


@pytest.mark.parametrize(
    ("name", "buildings", "lod1", "lod2"),
    [
        (NIIZA, 657, 5199, 0),
        (KAWASAKI, 8, 98, 540),
        (SHINJUKU, 1, 111, 650),
        (YOKOSUKA, 13, 215, 582),
    ],
)
def test_every_building_and_surface_is_read(plateau, name, buildings, lod1, lod2):
    model = read(plateau / name)
    rings = Counter(model.geometry.rings.lods.tolist())
    assert (len(model.buildings), rings[1], rings[2]) == (buildings, lod1, lod2)
    assert model.epsg == 6677
    assert model.warnings == ()
    assert set(np.unique(model.mesh(1).building)) == set(range(buildings))


def test_niiza_is_cut_into_the_known_number_of_triangles(plateau):
    model = read(plateau / NIIZA)
    mesh = model.mesh(1)
    assert mesh.triangles.shape == (12_912, 3)
    assert (mesh.points.dtype, mesh.triangles.dtype, mesh.building.dtype) == ("f4", "i4", "i4")
    assert np.abs(mesh.points[:, :2]).max() < 600
    assert model.mesh(2) is mesh
    assert model.buildings[0].id == "uuid_EBE7C667-9BE2-4743-9D73-A6AF75ED2191"
    assert model.buildings[0].height == 3.9
    assert model.buildings[0].attributes["建物ID"] == "11230-bldg-1549"


def test_better_levels_replace_worse_ones_where_a_building_has_them(plateau):
    model = read(plateau / YOKOSUKA)
    both = Counter(building.lod for building in model.buildings)
    assert both == {1: 11, 2: 2}
    assert len(model.mesh(2).triangles) > len(model.mesh(1).triangles)
    assert set(np.unique(model.mesh(2).building)) == set(range(13))


@pytest.mark.parametrize(
    ("name", "kind", "triangles"),
    [(DEM, "terrain", 1066), (WATER, "water", 4170), (ROADS, "road", 458), (FLOOD, "flood", 981)],
)
def test_ground_is_read_by_kind(plateau, name, kind, triangles):
    (surface,) = read(plateau / name).surfaces
    assert (surface.kind, len(surface.mesh.triangles)) == (kind, triangles)


def test_these_are_all_files_there_are(plateau):
    assert {path.relative_to(plateau).as_posix() for path in plateau.rglob("*.gml")} == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_scan_and_parser_agree(plateau, name):
    data = as_utf8(name, (plateau / name).read_bytes())
    header = read_header(name, data)
    fast, patient = scan(data, header), parse(name, data)
    assert header.plain
    assert facts(fast) == facts(patient)
    assert rings_of(fast) == rings_of(patient)
    (points, sizes), (other, other_sizes) = numbers(name, fast), numbers(name, patient)
    assert (sizes == other_sizes).all()
    assert (points == other).all()


def rings_of(outline):
    return outline.owners.tolist(), outline.lods.tolist(), outline.holes.tolist()


def facts(outline):
    return [(o.kind, o.id, o.name, o.height, o.usage) for o in outline.objects]


@pytest.mark.parametrize("name", [NIIZA, KAWASAKI, SHINJUKU, YOKOSUKA])
def test_triangles_cover_what_the_rings_enclose(plateau, name):
    model = read(plateau / name)
    rings, mesh = model.geometry.rings.preferred((1, 2), len(model.geometry.objects)), model.mesh(1)
    bounds = zip(rings.starts[:-1], rings.starts[1:], rings.holes, strict=True)
    enclosed = sum(
        np.linalg.norm(newell(rings.points[a:b])) * (-1 if hole else 1) for a, b, hole in bounds
    )
    corners = mesh.points[mesh.triangles].astype(float)
    cut = np.linalg.norm(newell(corners), axis=1).sum()
    assert cut == pytest.approx(enclosed, rel=2e-4)


@pytest.mark.parametrize("name", ALL)
def test_attributes_and_looks_agree_too(plateau, name, tmp_path):
    plain = read(plateau / name)
    odd = tmp_path / "odd.gml"
    odd.write_bytes(
        (plateau / name).read_bytes().replace(b"</core:CityModel>", b"<!-- --></core:CityModel>")
    )
    patient = read(odd, origin=plain.origin)
    assert plain.features.keys() == patient.features.keys()
    for kind, things in plain.features.items():
        assert things == patient.features[kind]
        assert [t.codes for t in things[:50]] == [t.codes for t in patient.features[kind][:50]]
        one, two = plain.skin(kind), patient.skin(kind)
        assert (one is None) == (two is None)
        if one and two:
            assert (one.image == two.image).all()
            assert (one.uv == two.uv).all()


@pytest.mark.parametrize(
    ("name", "images", "textured"), [(KAWASAKI, 8, 527), (SHINJUKU, 1, 649), (YOKOSUKA, 3, 335)]
)
def test_textures_are_laid_on_the_rings_that_they_name(plateau, name, images, textured):
    model = read(plateau / name)
    mesh, skin = model.mesh(2), model.skin()
    assert len(model.images) == images
    assert int((model.geometry._skins().image >= 0).sum()) == textured
    assert skin.uv.shape == (len(mesh.points), 2)
    assert skin.image.shape == mesh.building.shape
    assert all(image.read()[:4] for image in model.images)
    corners = skin.uv[mesh.triangles[skin.image >= 0]]
    assert corners.min() >= -0.01
    assert corners.max() <= 1.01


def test_flood_zones_say_scenario_and_depth(plateau):
    (river,) = read(plateau / RIVER).floods
    assert (river.sort, river.rank, river.depth) == ("river", "1", (0.0, 0.5))
    assert river.scenario.startswith("L2")
    assert [(z.scenario[:2], z.rank, z.depth) for z in read(plateau / LEVEL_1).floods] == [
        ("L1", rank, (None, None)) for rank in ("1", "2", "1")
    ]
    (inland,) = read(plateau / FLOOD).floods
    assert (inland.sort, inland.scenario) == ("inland", "")


def test_a_whole_package_is_one_model(plateau):
    model = read(plateau / "yokosuka_lod2_dem")
    assert {kind: len(things) for kind, things in model.features.items()} == {
        "building": 13,
        "terrain": 2,
    }


def test_buildings_are_found_by_any_word(plateau):
    model = read(plateau / YOKOSUKA)
    assert [b.name for b in model.search("横須賀美術館")] == ["横須賀美術館"] * 2
    assert model.search("14201-bldg-110968")[0].attributes["buildingID"] == "14201-bldg-110968"
    assert len(model.search("文教厚生施設")) == sum(b.usage == "422" for b in model.buildings)
    kawasaki = read(plateau / KAWASAKI)
    place = kawasaki.buildings[0].attributes["LocalityName"]
    assert kawasaki.buildings[0] in kawasaki.search(place)
    assert kawasaki.search("no such thing") == kawasaki.search("  ") == []
