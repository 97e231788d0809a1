"""Shadows of boxes, which can be worked out by hand, by both tracers."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.analysis.shadows import EmbreeShadows, LocatorShadows, shadows_of
from desktop.twin.analysis.sun_study import EAST, NORTH, ROOF, SOUTH, WEST, SunStudy

BOUNDS = np.array([[-60.0, -60.0], [60.0, 60.0]])
FORTY_FIVE = np.array([0.0, -1.0, 1.0], np.float32) / np.sqrt(np.float32(2))  # from the south


def box(x0, y0, x1, y1, height):
    """Twelve triangles with normals outwards."""
    low = [(x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)]
    high = [(x, y, height) for x, y, _ in low]
    faces = [[*reversed(low)], high]
    for at in range(4):
        after = (at + 1) % 4
        faces.append([low[at], low[after], high[after], high[at]])
    triangles = [[f[0], f[1], f[2]] for f in faces] + [[f[0], f[2], f[3]] for f in faces]
    return np.array(triangles, np.float32)


def flat(height=0.0, half=200.0):
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    a, b, c, d = ((x, y, height) for x, y in corners)
    return np.array([[a, b, c], [a, c, d]], np.float32)


@pytest.fixture
def study():
    return SunStudy(box(-10, -10, 10, 10, 20), flat(), np.zeros((0, 3, 3)), BOUNDS)


@pytest.fixture(params=["embree", "locator"])
def tracer(request):
    if request.param == "locator":
        return LocatorShadows
    pytest.importorskip("embreex", reason="Embree has no wheel for this machine")
    return EmbreeShadows


def test_a_box_throws_a_shadow_as_long_as_it_is_high(tracer):
    shadows = tracer(box(-10, -10, 10, 10, 20))
    x, y = np.meshgrid(np.arange(-59, 60, 2.0), np.arange(-59, 60, 2.0))
    points = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, 0.01)]).astype(np.float32)
    dark = ~shadows.free(points, FORTY_FIVE)
    inside = (np.abs(points[:, 0]) < 10) & (points[:, 1] > -10) & (points[:, 1] < 30)
    assert (dark == inside).all()
    assert dark.sum() == 10 * 20


def test_below_tells_the_first_surface_under_a_point(tracer):
    shadows = tracer(np.concatenate([flat(), box(-10, -10, 10, 10, 20)]))
    points = np.array([[0, 0, 50], [30, 0, 50], [900, 0, 50]], np.float32)
    assert shadows.below(points) == pytest.approx([30, 50, np.inf])


def test_without_triangles_everything_is_free(tracer):
    shadows = tracer(np.zeros((0, 3, 3), np.float32))
    assert shadows.free(np.zeros((3, 3), np.float32), FORTY_FIVE).all()
    assert np.isinf(shadows.below(np.zeros((2, 3), np.float32))).all()


def test_the_best_tracer_is_taken():
    pytest.importorskip("embreex", reason="Embree has no wheel for this machine")
    assert isinstance(shadows_of(flat()), EmbreeShadows)


def test_ground_under_roofs_and_on_water_is_not_asked():
    pond = flat(0.5, 200.0)[:, :, :] * np.array([1, 1, 1], np.float32)
    pond[:, :, 0] = np.maximum(pond[:, :, 0], 40)  # everything east of 40 m
    study = SunStudy(box(-10, -10, 10, 10, 20), flat(), pond, BOUNDS)
    grid = study.grid
    x, y = grid.points[:, 0], grid.points[:, 1]
    assert not grid.open[(np.abs(x) < 9) & (np.abs(y) < 9)].any()
    assert not grid.open[x > 42].any()
    assert grid.open[(np.abs(x) < 38) & (y > 12)].all()
    assert np.isnan(study.light(FORTY_FIVE[None], 1.0).ground[~grid.open]).all()


def test_hours_add_up_over_directions_and_night_gives_none(study):
    ways = np.array([FORTY_FIVE, [0, 0, 1], [0, 0.8, -0.6]], np.float32)
    light = study.light(ways, 0.5)
    grid = study.grid
    behind = grid.open & (np.abs(grid.points[:, 0]) < 8) & (np.abs(grid.points[:, 1] - 18) < 6)
    assert light.ground[behind] == pytest.approx(0.5)  # the zenith only
    before = grid.open & (grid.points[:, 1] < -12)
    assert light.ground[before] == pytest.approx(1.0)


def test_sides_are_told_apart_and_a_shadow_on_a_roof_counts():
    low, tall = box(-10, -10, 10, 10, 20), box(-10, -40, 10, -20, 60)
    study = SunStudy(np.concatenate([low, tall]), flat(), np.zeros((0, 3, 3)), BOUNDS)
    facets = np.arange(24) < 12
    light = study.light(FORTY_FIVE[None], 1.0)
    sides = study.by_side(light, facets)
    # the tall box reaches 60 - 10 m high at y = -10: south wall and roof of the low one lie dark
    assert sides == [0.0, 0.0, 0.0, 0.0, 0.0]
    alone = study.by_side(study.light(FORTY_FIVE[None], 1.0), ~facets)
    assert alone[ROOF] == 1.0
    assert alone[SOUTH] == 1.0
    assert alone[NORTH] == alone[EAST] == alone[WEST] == 0.0


def test_the_plane_of_measurement_is_over_the_ground():
    study = SunStudy(box(-10, -10, 10, 10, 20), flat(), np.zeros((0, 3, 3)), BOUNDS)
    grid = study.grid
    edge = grid.open & (np.abs(grid.points[:, 0]) < 8) & (grid.points[:, 1] > 27)
    edge &= grid.points[:, 1] < 29.5
    assert edge.any()
    assert not study.light(FORTY_FIVE[None], 1.0).ground[edge].any()
    assert study.light(FORTY_FIVE[None], 1.0, plane_m=4.0).ground[edge].all()
