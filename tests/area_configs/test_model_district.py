"""The bundled geometry is what the script makes, sound as solids, and holds Harumi's devices."""

import math
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from area_configs.loader import load_area

ROOT = Path(__file__).resolve().parents[2]
GML = "{http://www.opengis.net/gml}"
BLDG = "{http://www.opengis.net/citygml/building/2.0}"
DEM = "{http://www.opengis.net/citygml/relief/2.0}"
TRAN = "{http://www.opengis.net/citygml/transportation/2.0}"
WTR = "{http://www.opengis.net/citygml/waterbody/2.0}"
HREF = "{http://www.w3.org/1999/xlink}href"
M_PER_LAT, M_PER_LON = 110_950.0, 90_560.0  # near enough at 35.652 N for shapes


@pytest.fixture(scope="module")
def area():
    return load_area("harumi")


@pytest.fixture(scope="module")
def trees(area):
    return {file.name.split("_")[1]: ET.parse(file).getroot() for file in area.geometry}  # noqa: S314 - our own file


@pytest.fixture(scope="module")
def buildings(trees):
    return {item.get(f"{GML}id"): item for item in trees["bldg"].iter(f"{BLDG}Building")}


def metres(ring):
    """Give a closed ring as points in metres around the centre."""
    numbers = [float(word) for word in ring.find(f".//{GML}posList").text.split()]
    points = zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True)
    return [((x - 139.777) * M_PER_LON, (y - 35.652) * M_PER_LAT, z) for y, x, z in points]


def rings_of(polygon):
    return [metres(ring) for ring in polygon if ring.tag in {f"{GML}exterior", f"{GML}interior"}]


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def area_vector(rings):
    """Give twice the area of a polygon as a vector along its normal (Newell)."""
    parts = [cross(a, b) for ring in rings for a, b in pairwise(ring)]
    return tuple(map(sum, zip(*parts, strict=True)))


def six_volumes(polygons):
    """Give six times the volume around which the polygons stand."""
    found = 0.0
    for rings in polygons:
        point, normal = rings[0][0], area_vector(rings)
        found += sum(p * n for p, n in zip(point, normal, strict=True))
    return found


def shells(item):
    """Give the closed shells of a building: LOD1, and LOD2 where it has one."""
    yield [rings_of(p) for p in item.find(f"{BLDG}lod1Solid").iter(f"{GML}Polygon")]
    faces = [p for part in item.findall(f"{BLDG}boundedBy") for p in part.iter(f"{GML}Polygon")]
    if faces:
        yield [rings_of(p) for p in faces]


@pytest.mark.slow
def test_the_script_makes_the_bundled_bytes(area, tmp_path):
    script = ROOT / "scripts" / "model_district.py"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [sys.executable, script, tmp_path], check=True, env=environment, capture_output=True
    )
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert made == {file.name: file.read_bytes() for file in area.geometry}
    assert sum(map(len, made.values())) < 3_000_000


def test_it_is_a_district_of_a_believable_size(buildings):
    heights = [float(item.findtext(f"{BLDG}measuredHeight")) for item in buildings.values()]
    detailed = [item for item in buildings.values() if item.find(f"{BLDG}boundedBy") is not None]
    assert len(buildings) >= 180
    assert 25 <= len(detailed) < len(buildings)
    assert sum(100 <= height <= 200 for height in heights) >= 8
    assert sum(height < 12 for height in heights) >= 100
    assert max(heights) <= 200
    usages = {item.findtext(f"{BLDG}usage") for item in buildings.values()}
    assert {"401", "402", "403", "411", "412", "421", "422", "431", "452"} <= usages
    assert all(item.find(f"{BLDG}lod0FootPrint") is not None for item in buildings.values())


def test_terrain_roads_and_water_are_there(trees):
    assert len(list(trees["dem"].iter(f"{GML}Triangle"))) >= 500
    assert len(list(trees["tran"].iter(f"{TRAN}Road"))) >= 12
    names = {item.findtext(f"{GML}name") for item in trees["wtr"].iter(f"{WTR}WaterBody")}
    assert "朝潮運河" in names


def test_every_id_is_used_once_and_every_link_resolves(trees):
    for root in trees.values():
        ids = [item.get(f"{GML}id") for item in root.iter() if item.get(f"{GML}id")]
        assert len(ids) == len(set(ids))
        links = {item.get(HREF).removeprefix("#") for item in root.iter() if item.get(HREF)}
        assert links <= set(ids)


def test_every_ring_is_closed_flat_and_inside_the_envelope(trees):
    for root in trees.values():
        lower, upper = (
            [float(word) for word in root.findtext(f".//{GML}{corner}").split()]
            for corner in ("lowerCorner", "upperCorner")
        )
        for ring in root.iter(f"{GML}LinearRing"):
            check_ring(metres(ring))
            numbers = [float(word) for word in ring.findtext(f"{GML}posList").split()]
            for axis in range(2):
                assert lower[axis] - 1e-3 <= min(numbers[axis::3])
                assert max(numbers[axis::3]) <= upper[axis] + 1e-3


def check_ring(points):
    assert len(points) >= 4
    assert points[0] == points[-1]
    assert all(math.dist(a, b) > 0.05 for a, b in pairwise(points))
    normal = area_vector([points])
    length = math.hypot(*normal)
    assert length > 0.1
    offsets = [sum(c * n for c, n in zip(p, normal, strict=True)) / length for p in points]
    assert max(offsets) - min(offsets) < 0.03


def test_every_solid_is_closed_and_faces_outwards(buildings):
    for key, item in buildings.items():
        for shell in shells(item):
            total = tuple(map(sum, zip(*map(area_vector, shell), strict=True)))
            surface = sum(math.hypot(*area_vector(rings)) for rings in shell)
            assert math.hypot(*total) < 1e-3 * surface, key
            assert six_volumes(shell) > 0, key


def test_roofs_face_up_the_ground_down_and_walls_stand(buildings):
    for item in buildings.values():
        for part in item.findall(f"{BLDG}boundedBy"):
            (surface,) = part
            for polygon in surface.iter(f"{GML}Polygon"):
                normal = area_vector(rings_of(polygon))
                up = normal[2] / math.hypot(*normal)
                kind = surface.tag.removeprefix(BLDG)
                assert {
                    "RoofSurface": up > 0.1,
                    "WallSurface": abs(up) < 0.01,
                    "GroundSurface": up < -0.99,
                    "OuterCeilingSurface": up < -0.99,
                }[kind]


def test_every_device_stands_in_the_district_at_its_own_building(area, buildings):
    for device in area.devices:
        place = (
            (device.position.longitude - 139.777) * M_PER_LON,
            (device.position.latitude - 35.652) * M_PER_LAT,
        )
        assert math.hypot(*place) < 800
        if device.building:
            footprint = metres(buildings[device.building].find(f"{BLDG}lod0FootPrint"))
            assert min(math.dist(place, corner[:2]) for corner in footprint) < 60
            assert (
                device.position.height_m
                <= float(buildings[device.building].findtext(f"{BLDG}measuredHeight")) + 1.0
            )
    assert sum(bool(device.building) for device in area.devices) >= 12
