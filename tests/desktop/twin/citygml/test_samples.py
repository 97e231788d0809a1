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
from desktop.twin.citygml.triangles import newell

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
ALL = [NIIZA, KAWASAKI, SHINJUKU, YOKOSUKA, DEM, WATER, ROAD, ROADS, FLOOD]


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


@pytest.mark.parametrize("name", ALL)
def test_scan_and_parser_agree(plateau, name):
    data = as_utf8(name, (plateau / name).read_bytes())
    header = read_header(name, data)
    fast, patient = scan(data, header), parse(name, data)
    assert header.plain
    assert facts(fast) == facts(patient)
    assert (fast.owners, fast.lods, fast.holes) == (patient.owners, patient.lods, patient.holes)
    (points, sizes), (other, other_sizes) = numbers(name, fast), numbers(name, patient)
    assert (sizes == other_sizes).all()
    assert (points == other).all()


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
