"""The map camera: what it projects it can pick, and moves keep what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.scene.camera import HIGHEST_TILT, LOWEST_TILT, MapCamera


@pytest.fixture
def camera():
    return MapCamera(target=np.array([10.0, -20.0, 3.0]), heading=33, tilt=40, distance=500)


def test_the_target_is_in_the_middle(camera):
    x, y, depth = camera.project(camera.target[None, :])
    assert (x[0], y[0], depth[0]) == pytest.approx((320, 240, 500))


def test_north_is_up_and_east_right_when_heading_north():
    camera = MapCamera(heading=0, tilt=89)
    x, y, _ = camera.project(np.array([[0.0, 50, 0], [50, 0, 0]]))
    assert x[0] == pytest.approx(320)
    assert y[0] < 240
    assert x[1] > 320


@pytest.mark.parametrize("pixel", [(0, 479), (320, 240), (611, 300)])
def test_a_pixels_ground_is_projected_back_to_it(camera, pixel):
    place = camera.on_ground(*pixel)
    x, y, _ = camera.project(place[None, :])
    assert place[2] == pytest.approx(3.0)
    assert (x[0], y[0]) == pytest.approx(pixel)


def test_the_sky_has_no_ground(camera):
    camera.tilt = 8
    assert camera.on_ground(320, 0) is None


def test_points_behind_the_camera_have_no_place(camera):
    x, _, depth = camera.project(camera.position[None, :] - 10 * camera.axes[2])
    assert depth[0] < 0
    assert np.isnan(x[0])


def test_panning_keeps_the_ground_under_the_hand(camera):
    grabbed = camera.on_ground(100, 300)
    camera.pan((100, 300), (400, 350))
    assert camera.on_ground(400, 350) == pytest.approx(grabbed)


def test_zooming_keeps_the_ground_under_the_pointer(camera):
    pointed = camera.on_ground(500, 400)
    camera.zoom(0.5, 500, 400)
    assert camera.distance == pytest.approx(250)
    assert camera.on_ground(500, 400) == pytest.approx(pointed)


def test_zoom_and_tilt_stop_at_their_ends(camera):
    for _ in range(100):
        camera.zoom(0.5, 320, 240)
        camera.orbit(30, 30)
    assert camera.distance == 25
    assert camera.tilt == HIGHEST_TILT
    assert -180 <= camera.heading < 180
    for _ in range(100):
        camera.zoom(2, 320, 240)
        camera.orbit(0, -30)
    assert (camera.distance, camera.tilt) == (camera.farthest_m, LOWEST_TILT)


@pytest.mark.parametrize("size", [(1280, 800), (400, 700), (900, 250)])
def test_framing_shows_all_and_fills_the_room(size):
    rng = np.random.default_rng(7)
    points = rng.uniform((-300, -200, 0), (400, 250, 90), (500, 3))
    camera = MapCamera(size=size)
    camera.frame(points, (30, 50, 30, 20))
    x, y, depth = camera.project(points)
    assert (depth > 0).all()
    assert x.min() >= 29
    assert x.max() <= size[0] - 29
    assert y.min() >= 49
    assert y.max() <= size[1] - 19
    full = max(np.ptp(x) / (size[0] - 60), np.ptp(y) / (size[1] - 70))
    assert full > 0.97
