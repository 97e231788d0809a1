"""Plan, section, measuring, saved views and pictures of the map."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from desktop.twin.colour_scales import LIGHT
from desktop.twin.scene.camera import MapCamera
from desktop.twin.scene.measure import Measure, place_at
from desktop.twin.scene.section import Section
from desktop.twin.scene.tool_paint import words_of
from tests.desktop.twin.test_viewport import area, make, model, near, pixels  # noqa: F401  # fixtures


def over(view, place):
    x, y, _ = view._scene.camera.project(np.array([place], float))
    return QPointF(float(x[0]), float(y[0]))


def test_a_plan_is_true_to_scale_at_every_height():
    camera = MapCamera(plan=True, heading=30.0, size=(800, 600), distance=500.0)
    places = np.array([[0, 0, 0], [100, 0, 0], [0, 0, 80], [100, 0, 80]], float)
    x, y, depth = camera.project(places)
    assert (depth > 0).all()
    assert (x[2], y[2]) == pytest.approx((x[0], y[0]))
    lengths = np.hypot(x[1::2] - x[::2], y[1::2] - y[::2]) * camera.metres_per_pixel
    assert lengths == pytest.approx([100, 100])
    eye, way = camera.sight(float(x[1]), float(y[1]))
    assert way == pytest.approx([0, 0, -1])
    assert eye[:2] == pytest.approx([100, 0])
    assert camera.on_ground(float(x[1]), float(y[1])) == pytest.approx([100, 0, 0], abs=1e-6)


def test_a_section_shows_what_lies_beyond_it():
    section = Section(np.array([0.0, 10.0, 0.0]), 0.0)
    assert section.shows(np.array([5.0, 11.0, 0.0]))
    assert not section.shows(np.array([5.0, 9.0, 0.0]))
    north, south = np.array([0.0, 1.0, 0.0]), np.array([0.0, -1.0, 0.0])
    assert section.beyond(np.zeros(3), north) == pytest.approx([0, 10, 0])
    assert section.beyond(np.zeros(3), south) is None
    section.move(5.0)
    section.turn(90.0)
    assert section.origin == pytest.approx([0, 15, 0])
    assert section.normal == pytest.approx([1, 0, 0], abs=1e-12)


def test_measured_in_metres():
    measure = Measure([np.zeros(3), np.array([3.0, 4.0, 0.0]), np.array([3.0, 4.0, -12.0])])
    assert [leg.length for leg in measure.legs] == [5.0, 12.0]
    assert measure.total == 17.0
    assert words_of(measure.legs[1]) == "12.00 m (→ 0.00 m, ↓ 12.00 m)"


def test_measuring_snaps_to_corners_and_lies_on_the_ground(make, model):  # noqa: F811  # a fixture of another file
    view = make([model])
    scene = view._scene
    points = model.mesh(2).points.astype(float)
    top = points[points[:, 2].argmax()]
    seen = over(view, top)
    found = place_at(scene, seen.x() - 0.5, seen.y() + 2)
    assert found == pytest.approx(top, abs=0.01)
    ground = [-60.0, -60.0, 0.0]
    ground[2] = float(scene.city.height.at(np.array([-60.0]), np.array([-60.0]))[0])
    at = over(view, ground)
    assert place_at(scene, at.x(), at.y()) == pytest.approx(ground, abs=0.3)


def test_hands_measure_and_take_back(make, model, qtbot):  # noqa: F811  # a fixture of another file
    view = make([model])
    qtbot.keyClick(view, Qt.Key.Key_M)
    for spot in ((300, 300), (360, 320)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*spot))
    assert len(view.measure.places) == 2
    assert view._building is None  # the tool takes the clicks
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert len(view.measure.places) == 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.measure is None


def test_a_section_hides_and_cannot_be_clicked_through(make, model, qtbot):  # noqa: F811  # a fixture of another file
    view = make([model])
    hit = view._scene.find("b0-0")
    at = over(view, view._scene.top_of(hit))
    assert view._scene.building_at(at.x(), at.y()).building == hit.building
    qtbot.keyClick(view, Qt.Key.Key_X)
    view.section.origin = view._scene.top_of(hit) + view.section.normal * 20
    behind = view._scene.building_at(at.x(), at.y())
    assert behind is None or behind.building != hit.building
    before = view.section.origin.copy()
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    assert view.section.origin - before == pytest.approx(view.section.normal * 5)
    qtbot.keyClick(view, Qt.Key.Key_X)
    assert view.section is None


def test_the_handle_moves_the_section(make, model, qtbot):  # noqa: F811  # a fixture of another file
    view = make([model])
    view.set_section(True)
    before = view.section.origin.copy()
    at = over(view, before).toPoint()
    end = over(view, before + view.section.normal * 30).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert np.linalg.norm(view.section.origin - before) == pytest.approx(30, abs=2)


def test_a_view_comes_back(make, model):  # noqa: F811  # a fixture of another file
    view = make([model])
    view.set_plan(True)
    view.turn(33.0)
    kept = view.view
    before = over(view, [10.0, 20.0, 3.0])
    view.set_plan(False)
    view.home()
    view.show_view(kept)
    after = over(view, [10.0, 20.0, 3.0])
    assert (after - before).manhattanLength() < 0.5
    assert view.plan


def test_the_map_takes_the_windows_find(make, qtbot):  # noqa: F811  # a fixture of another file
    view = make()
    key = (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, *key)
    asked.ignore()
    view.event(asked)
    assert asked.isAccepted()
    with qtbot.waitSignal(view.search_wanted):
        qtbot.keyClick(view, *key)


def test_a_building_is_found_by_its_id(make, model, qtbot):  # noqa: F811  # a fixture of another file
    view = make([model])
    with qtbot.waitSignal(view.building_chosen) as told:
        assert view.fly_to_building("b3-3")
    assert told.args == ["b3-3"]
    assert view.building("b3-3").height == 21.0
    assert not view.fly_to_building("nobody")


@pytest.mark.render
def test_the_section_is_in_the_picture(make, model):  # noqa: F811  # a fixture of another file
    view = make([model])
    whole = near(pixels(view), LIGHT.building, 20)
    view.set_section(True)
    cut = near(pixels(view), LIGHT.building, 20)
    assert cut < whole * 0.8
    view.set_section(False)
    assert near(pixels(view), LIGHT.building, 20) == pytest.approx(whole, rel=0.02)


@pytest.mark.render
def test_a_picture_is_as_large_as_asked(make, model):  # noqa: F811  # a fixture of another file
    view = make([model])
    image = view.picture(2.0, "2026-01-01 09:00 JST")
    assert (image.width(), image.height()) == (1280, 960)
    plain = view.picture(2.0)
    assert image != plain  # the stamp
