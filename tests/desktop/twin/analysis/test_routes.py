"""Ways over a small net of roads: the shortest, the shaded, around water, never over steps."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.analysis.routes import Roads

BOUNDS = np.array([[0.0, 0.0], [120.0, 60.0]])


def plate(x0, y0, x1, y1, z0=0.0, z1=None):
    """A rectangle that rises from z0 in the west to z1 in the east."""
    z1 = z0 if z1 is None else z1
    a, b, c, d = (x0, y0, z0), (x1, y0, z1), (x1, y1, z1), (x0, y1, z0)
    return [[a, b, c], [a, c, d]]


def loop(*north):
    """A street along the south, another along the north, joined at both ends."""
    south = plate(-2, -2, 122, 8)
    ends = plate(-2, -2, 8, 62) + plate(112, -2, 122, 62)
    return np.array([*south, *ends, *north], np.float32)


START, GOAL = np.array([3.0, 3.0]), np.array([[117.0, 3.0]])
NORTH = plate(-2, 52, 122, 62)


def test_the_way_goes_straight_along_the_street():
    route = Roads(loop(), BOUNDS).route(START, GOAL)
    assert route.metres == pytest.approx(114, abs=4)
    assert route.steepest == 0
    assert route.points[:, 1].max() < 10


def test_the_nearest_of_several_goals_is_taken():
    goals = np.array([[117.0, 57.0], [60.0, 3.0]])
    assert Roads(loop(*NORTH), BOUNDS).route(START, goals).goal == 1


def test_water_is_gone_around_and_shallow_water_is_not():
    roads = Roads(loop(*NORTH), BOUNDS)
    x, y = roads.grid.points[:, 0], roads.grid.points[:, 1]
    pool = ((x > 50) & (x < 70) & (y < 20)).astype(float)
    around = roads.route(START, GOAL, depth=pool * 0.3)
    assert around.points[:, 1].max() > 50
    assert around.metres > 200
    assert roads.route(START, GOAL, depth=pool * 0.05).metres < 120


def test_steps_and_steep_slopes_are_never_taken():
    step = plate(-2, -2, 60, 8) + plate(60, -2, 122, 8, 0.5)
    assert Roads(np.array(step, np.float32), BOUNDS).route(START, GOAL) is None
    gentle = np.array(plate(-2, -2, 122, 8, 0.0, 8.0), np.float32)
    route = Roads(gentle, BOUNDS).route(START, GOAL)
    assert 0.05 < route.steepest < 1 / 12
    steep = np.array(plate(-2, -2, 122, 8, 0.0, 22.0), np.float32)
    assert Roads(steep, BOUNDS).route(START, GOAL) is None


def test_shade_is_worth_a_detour_and_the_sun_is_told():
    wide = np.array(plate(-2, -2, 122, 62), np.float32)
    roads = Roads(wide, BOUNDS)
    sunny = roads.grid.points[:, 1] < 12
    route = roads.route(START, GOAL, sunny=sunny)
    assert route.points[:, 1].max() >= 12
    assert 0 < route.sunny_m < route.metres / 2
    plain = roads.route(START, GOAL)
    assert plain.metres < route.metres


def test_places_far_from_every_road_lead_nowhere():
    roads = Roads(loop(), BOUNDS)
    assert roads.route(np.array([500.0, 500.0]), GOAL) is None
    assert roads.route(START, np.array([[60.0, 900.0]])) is None
