"""The widget: choosing, moving and saying, and a few real pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from pyproj import Transformer
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent

from area_configs.domain.areas import Area, Device, Position
from area_configs.domain.devices import KIND_NAMES, DeviceKind, DeviceProfile
from area_configs.domain.names import Name
from desktop.models.device_states import DeviceState, DeviceStates, State
from desktop.models.selection import Selection
from desktop.twin.citygml import read
from desktop.twin.colour_scales import DARK, LIGHT
from desktop.twin.viewport import TwinViewport
from tests.desktop.twin.sample_city import EAST, NORTH, block, city, town

KINDS = (DeviceKind.BATTERY, DeviceKind.RIVER_GAUGE, DeviceKind.SMART_METER)


def place(x, y, height=1.0):
    latitude, longitude = Transformer.from_crs(6677, 6668).transform(NORTH + y, EAST + x)
    return Position(latitude, longitude, height)


@pytest.fixture
def area():
    profiles = {
        kind.value: DeviceProfile(
            kind.value, KIND_NAMES[kind], "Maker", "Model", "modbus", kind, "Device", ()
        )
        for kind in KINDS
    }
    spots = [(7, 7), (-30, 60), (97, 97)]
    devices = tuple(
        Device(f"d{n}", Name(f"機器{n}", f"Device {n}"), kind.value, "g", "l", place(*spot))
        for n, (kind, spot) in enumerate(zip(KINDS, spots, strict=True))
    )
    return Area(
        id="town",
        name=Name("町", "Town"),
        centre=place(40, 40),
        epsg=6677,
        timezone="Asia/Tokyo",
        model_district=True,
        attribution=Name("架空の町", "Invented town"),
        gateways=(),
        devices=(replace(devices[0], building="b0-0"), *devices[1:]),
        profiles=profiles,
    )


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "town.gml"
    path.write_text(town())
    return read(path, epsg=6677, origin=(EAST + 40.0, NORTH + 40.0))


@pytest.fixture
def make(qtbot, area):
    views = []

    def build(models=()):
        view = TwinViewport(area, Selection(), DeviceStates())
        qtbot.addWidget(view)
        view.resize(640, 480)
        view.set_city(models)
        views.append(view)
        return view

    yield build
    for view in views:
        view.close_graphics()


def pixels(view):
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(image.height(), image.bytesPerLine() // 4, 4)[
        :, : image.width(), :3
    ].astype(int)


def coloured(view):
    picture = pixels(view)
    return (picture.max(axis=2) - picture.min(axis=2) > 30).sum()


def near(picture, colour, slack=14):
    return (np.abs(picture - np.array(colour)).max(axis=2) <= slack).sum()


def mark(view, device):
    return next(m for m in view._marks() if m.device == device)


# ---------------------------------------------------------------- without graphics


def test_symbols_stand_over_roofs_and_over_ground(make, model):
    view = make([model])
    feet_on_roof, by_the_river, _ = view._tops[:, 2]
    assert feet_on_roof == pytest.approx(6 + 16, abs=0.1)
    assert by_the_river == pytest.approx(1 + 16, abs=0.1)


def test_home_shows_every_device(make, model):
    view = make([model])
    marks = view._marks()
    assert len(marks) == 3
    assert all(view.rect().contains(int(m.x), int(m.y)) for m in marks)


def test_a_click_on_a_symbol_chooses_the_device_everywhere(make, model, qtbot):
    view = make([model])
    at = mark(view, "d1")
    with qtbot.waitSignal(view._selection.changed) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x), round(at.y)))
    assert told.args == ["d1"]
    assert mark(view, "d1").chosen


def test_a_click_on_a_building_tells_its_id_and_lets_the_device_go(make, model, qtbot):
    view = make([model])
    view._selection.choose("d1")
    view.home()
    hit = view._scene.find("b2-1")
    x, y, _ = view._scene.camera.project(view._scene.top_of(hit)[None, :])
    with qtbot.waitSignal(view.building_chosen) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x[0]), round(y[0])))
    assert told.args == ["b2-1"]
    assert view._selection.device == ""
    assert view._building_note()[2] == "b2-1 House"
    with qtbot.waitSignal(view.building_chosen) as told:
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert told.args == [""]
    assert view._building_note() is None


def test_choosing_a_device_marks_its_building(make, model):
    view = make([model])
    view._selection.choose("d0")
    assert view._building_note()[2] == "b0-0 House"
    view._selection.choose("d1")
    assert view._building_note() is None


def test_choosing_elsewhere_brings_the_device_into_view(make, model):
    view = make([model])
    view._scene.camera.target = np.array([5000.0, 0.0, 0.0])
    view._selection.choose("d2")
    at = mark(view, "d2")
    assert view.rect().contains(int(at.x), int(at.y))


def test_tab_goes_from_device_to_device_and_then_on(make, model):
    view = make([model])
    seen = []
    while view.focusNextPrevChild(True):
        seen.append(view._selection.device)
        if len(seen) > 3:
            break
    assert seen == ["d0", "d1", "d2"]


def test_dragging_moves_the_map_and_chooses_nothing(make, model, qtbot):
    view = make([model])
    camera = view._scene.camera
    before = camera.on_ground(300, 300)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(view, QPoint(340, 320))
    qtbot.mouseMove(view, QPoint(380, 340))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(380, 340))
    assert view._selection.device == ""
    assert camera.on_ground(380, 340) == pytest.approx(before, abs=0.5)


def test_right_button_turns_and_wheel_zooms(make, model, qtbot):
    view = make([model])
    camera = view._scene.camera
    heading, tilt, distance = camera.heading, camera.tilt, camera.distance
    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=QPoint(300, 300))
    qtbot.mouseMove(view, QPoint(340, 320))
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=QPoint(340, 320))
    assert camera.heading != heading
    assert camera.tilt > tilt
    wheel = QWheelEvent(
        QPointF(320, 240),
        QPointF(320, 240),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.wheelEvent(wheel)
    assert camera.distance < distance


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Plus, Qt.Key.Key_Minus])
def test_keys_move_and_home_returns(make, model, qtbot, key):
    view = make([model])
    before = (view._scene.camera.target.copy(), view._scene.camera.distance)
    qtbot.keyClick(view, key)
    camera = view._scene.camera
    assert not np.allclose(camera.target, before[0]) or camera.distance != before[1]
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view._scene.camera.target == pytest.approx(before[0])
    assert view._scene.camera.distance == pytest.approx(before[1])


def test_hovering_names_the_device(make, model):
    view = make([model])
    at = mark(view, "d1")
    nothing = Qt.MouseButton.NoButton
    where = QPointF(at.x, at.y)
    view.mouseMoveEvent(
        QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            where,
            nothing,
            nothing,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert mark(view, "d1").hovered
    view._states.update({"d1": DeviceState(State.ALARM, "3.42 m")})
    view.set_language("en")
    assert view._tip(QPointF(at.x, at.y)) == "Device 1\nRiver gauge\n3.42 m (Alarm)"


def test_models_of_different_frames_are_refused(make, model, tmp_path):
    path = tmp_path / "other.gml"
    path.write_text(city(block("x", 0, 0)))
    with pytest.raises(ValueError, match="2 frames"):
        make([model, read(path)])


# ---------------------------------------------------------------- real pictures


@pytest.mark.render
def test_the_city_is_in_the_picture(make, model):
    view = make([model])
    picture = pixels(view)
    assert near(picture, LIGHT.building, 20) > 2_000  # lit roofs
    assert near(picture, LIGHT.water, 24) > 500
    assert picture.std() > 10
    assert view._scene.actors < 100
    empty = pixels(make())
    assert near(empty, LIGHT.building, 6) < near(picture, LIGHT.building, 6)


@pytest.mark.render
def test_choice_and_alarm_are_seen(make, model):
    view = make([model])
    assert near(pixels(view), LIGHT.accent) < 20
    view._selection.choose("d0")
    assert near(pixels(view), LIGHT.accent) > 150
    view._selection.choose("")
    view._states.update({"d2": DeviceState(State.ALARM, "9.9 kW")})
    at = mark(view, "d2")
    around = pixels(view)[int(at.y) - 20 : int(at.y) + 20, int(at.x) - 20 : int(at.x) + 20]
    assert near(around, LIGHT.alarm) > 200


@pytest.mark.render
def test_a_state_is_painted_without_rendering_the_city_again(make, model):
    view = make([model])
    view.grab()
    rows = view._rows
    view._states.update({"d1": DeviceState(State.STALE, "1.0 m")})
    view.grab()
    assert view._rows is rows
    view.home()
    view.grab()
    assert view._rows is not rows


@pytest.mark.render
def test_while_moving_the_picture_is_coarse_and_then_fine(make, model, qtbot):
    view = make([model])
    view.grab()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    view.grab()
    assert view._image.width() < 640
    assert near(pixels(view), LIGHT.building, 20) > 2_000
    qtbot.waitUntil(lambda: not view._coarse, timeout=2000)
    view.grab()
    assert view._image.width() == 640


@pytest.mark.render
def test_pictures_are_saved_and_dark_is_dark(make, model, tmp_path):
    view = make([model])
    light = pixels(view).mean()
    view.set_theme(True)
    assert pixels(view).mean() < light - 80
    assert near(pixels(view), DARK.sky, 30) > 1000
    assert view.save_picture(str(tmp_path / "town.png"))
    assert QImage(str(tmp_path / "town.png")).size() == view.grab().toImage().size()


WITHOUT = """
from PySide6.QtWidgets import QApplication
from desktop.models.device_states import DeviceStates
from desktop.models.selection import Selection
from desktop.twin.viewport import TwinViewport
from tests.desktop.small_area import small_area
app = QApplication([])
view = TwinViewport(small_area(), Selection(), DeviceStates())
view.resize(400, 300)
image = view.grab().toImage()
inks = {image.pixel(x, y) for x in range(0, 400, 2) for y in range(100, 200)}
view.close_graphics()
print("no picture" if view._broken and len(inks) > 3 else "?")
"""


@pytest.mark.slow
def test_without_graphics_it_says_so_instead_of_ending():
    nothing = {"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent", "SMART_AREA_RENDER": "egl"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        env=os.environ | nothing,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "no picture"), done.stderr


@pytest.mark.render
def test_pictures_are_seen_near_the_eye_only(make, shared_data, qtbot):
    view = make([read(shared_data / "plateau" / "shinjuku_stadium_lod2")])
    plain = coloured(view)
    qtbot.waitUntil(lambda: not view._scene.wardrobe.busy)
    assert coloured(view) > plain + 1_000
    view._scene.camera.distance = 3000.0
    view.invalidate()
    assert coloured(view) < plain + 200
