"""Water that comes ashore, and surfaces of assumed floods."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.analysis.inundation import FloodSurface, shore_of

BOUNDS = np.array([[0.0, 0.0], [200.0, 100.0]])


def plate(x0, x1, height, y0=0.0, y1=100.0):
    corners = [(x0, y0, height), (x1, y0, height), (x1, y1, height), (x0, y1, height)]
    a, b, c, d = corners
    return [[a, b, c], [a, c, d]]


@pytest.fixture
def shore():
    """A canal at the west, a quay of 2 m, a wall of 5 m, and a hollow of 1 m behind it."""
    ground = plate(0, 42, -3) + plate(42, 102, 2) + plate(102, 122, 5) + plate(122, 210, 1)
    return shore_of(np.array(ground, np.float32), np.array(plate(0, 42, 0.6), np.float32), BOUNDS)


def test_land_below_the_level_is_wet_and_water_is_not_counted(shore):
    depth = shore.depth(2.5)
    places = np.array([[20.0, 50.0], [70.0, 50.0], [110.0, 50.0], [160.0, 50.0]])
    assert shore.at(depth, places) == pytest.approx([0, 0.5, 0, 0])


def test_a_hollow_fills_only_when_the_wall_is_overtopped(shore):
    places = np.array([[160.0, 50.0], [110.0, 50.0]])
    assert shore.at(shore.depth(4.9), places) == pytest.approx([0, 0])
    assert shore.at(shore.depth(5.5), places) == pytest.approx([4.5, 0.5])


def test_a_low_level_wets_nothing_and_places_outside_are_dry(shore):
    assert not shore.depth(1.5).any()
    assert shore.at(shore.depth(9.0), np.array([[-500.0, 50.0]])) == pytest.approx([0])


def test_an_assumed_flood_has_a_level_where_it_stands():
    water = FloodSurface(np.array(plate(0, 50, 4.1), np.float32))
    levels = water.levels(np.array([[20.0, 20.0], [80.0, 20.0]]))
    assert levels[0] == pytest.approx(4.1, abs=0.01)
    assert np.isnan(levels[1])
