"""Arrays become polydata, edges, ground heights and shadows."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.citygml import Mesh, read
from desktop.twin.meshes import (
    GroundHeight,
    RayFinder,
    edge_lines,
    ground_grid,
    ground_light,
    heights_over_foot,
    surface,
)
from tests.desktop.twin.sample_city import block, city, town


@pytest.fixture
def town_model(tmp_path):
    path = tmp_path / "town.gml"
    path.write_text(town())
    return read(path)


@pytest.fixture
def cube(tmp_path):
    path = tmp_path / "cube.gml"
    path.write_text(city(block("cube", 0, 0, 10, 8)))
    return read(path, epsg=6677, origin=(-5000.0, -36000.0)).mesh(1)


def flat(height):
    points = np.array([[-50, -50, height], [50, -50, height], [50, 50, height]], np.float32)
    return Mesh(points, np.array([[0, 1, 2]], np.int32), np.zeros(1, np.int32))


def test_surfaces_keep_the_building_of_every_triangle(town_model):
    mesh = town_model.mesh(2)
    data = surface(mesh)
    assert data.GetNumberOfCells() == len(mesh.triangles)
    numbers = data.GetCellData().GetArray("building")
    assert [int(numbers.GetValue(n)) for n in (0, data.GetNumberOfCells() - 1)] == [0, 15]


def test_a_cube_has_twelve_edges(cube):
    assert edge_lines(surface(cube)).GetNumberOfCells() == 12


def test_a_ray_meets_the_nearest_triangle(cube):
    finder = RayFinder(cube)
    share, triangle = finder.hit((5, 4, 108), (5, 4, -92))
    assert share == pytest.approx(0.5)
    assert cube.points[cube.triangles[triangle]][:, 2] == pytest.approx([8, 8, 8])
    assert finder.hit((50, 50, 100), (50, 50, -100)) is None


def test_ground_is_exact_on_terrain_and_guessed_beside_it(cube):
    ground = GroundHeight([flat(4.0)], [cube])
    assert ground.at(np.array([20.0]), np.array([-30.0])) == pytest.approx([4.0])
    assert ground.covered(np.array([20.0, -40.0]), np.array([-30.0, 40.0])).tolist() == [
        True,
        False,
    ]
    beside = float(ground.at(np.array([-40.0]), np.array([40.0]))[0])
    assert 0 < beside <= 4


def test_without_terrain_the_feet_of_buildings_tell(cube):
    assert GroundHeight([], [cube]).at(np.array([300.0]), np.array([0.0])) == pytest.approx([0.0])
    assert GroundHeight([], []).at(np.array([1.0]), np.array([1.0])).tolist() == [0.0]


def test_the_ground_reaches_beyond_the_city_and_fades(cube):
    ground = GroundHeight([flat(4.0)], [cube])
    mesh, out = ground_grid(ground, np.array([[-50.0, -50.0], [50.0, 50.0]]))
    assert mesh.points[:, :2].min() < -150
    assert out.min() == 0
    assert out.max() == 1
    assert np.isfinite(mesh.points).all()


def test_shadows_fall_away_from_the_sun(cube):
    light = ground_light([cube], np.array([[-30.0, -30.0], [30.0, 30.0]]), (-1.0, 0.0, 1.0))
    row, side = int((5 + 30) / 60 * len(light)), len(light) / 60
    east, west = light[row, int((14 + 30) * side)], light[row, int((-4 + 30) * side)]
    assert east < west < 255
    assert light[0, 0] == 255


def test_heights_count_from_each_buildings_own_foot(town_model):
    mesh = town_model.mesh(1)
    heights = heights_over_foot(mesh)
    assert heights.min() == 0
    tops = [heights[mesh.triangles[mesh.building == n]].max() for n in range(16)]
    assert tops == pytest.approx([6 + 4 * row + column for row in range(4) for column in range(4)])
