"""Placing by hand in the map: a click puts down, a drag takes along, Shift lifts, Escape ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from area_configs.domain.areas import Gateway
from area_configs.domain.names import Name
from desktop.models.device_states import DeviceStates
from desktop.models.selection import Selection
from desktop.twin.citygml import read
from desktop.twin.placing import PlacingViewport
from desktop.twin.scene.overlay import symbol_box
from tests.desktop.twin.sample_city import town
from tests.desktop.twin.test_viewport import area, place  # noqa: F401  # a fixture

LEFT = Qt.MouseButton.LeftButton
pytestmark = [pytest.mark.render, pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def map_(qtbot, area, tmp_path):  # noqa: F811  # the fixture
    area = replace(area, gateways=(Gateway("gw", Name("門", "Gate"), place(40, 40)),))
    widget = PlacingViewport(area, Selection(), DeviceStates())
    qtbot.addWidget(widget)
    file = tmp_path / "town.gml"
    file.write_text(town(3), encoding="utf-8")
    widget.resize(800, 600)
    frame = widget._frame
    widget.set_city([read(file, epsg=frame.epsg, origin=frame.origin)])
    widget.show()
    yield widget
    widget.close_graphics()


def pixel(map_, x, y, z=0.0):
    across, down, _ = map_._scene.camera.project(np.array([[x, y, z]]))
    return QPoint(round(float(across[0])), round(float(down[0])))


def told(map_):
    found = []
    map_.placed.connect(lambda *said: found.append(said))
    return found


def test_a_click_puts_down_what_is_armed_once(map_, qtbot):
    found = told(map_)
    map_.arm("new")
    ground = pixel(map_, 20.0, 20.0)
    qtbot.mouseClick(map_, LEFT, pos=ground)
    (what, latitude, longitude, height, _building), *more = found
    assert (what, more, map_.armed) == ("new", [], "")
    x, y = map_._frame.local(latitude, longitude)
    hit = map_._scene.building_at(ground.x(), ground.y())
    if hit is None:
        assert (x, y, height) == (pytest.approx(20, abs=2), pytest.approx(20, abs=2), 0.0)
    qtbot.mouseClick(map_, LEFT, pos=ground)
    assert len(found) == 1


def test_on_a_roof_height_and_building_come_along(map_, qtbot):
    found = told(map_)
    top = map_._scene.top_of(map_._scene.find("b0-0"))
    map_.arm("new")
    qtbot.mouseClick(map_, LEFT, pos=pixel(map_, *map(float, top)))
    what, _latitude, _longitude, height, building = found[0]
    assert (what, building) == ("new", "b0-0")
    assert height == pytest.approx(float(top[2]), abs=1.0)


def test_escape_puts_nothing_down(map_, qtbot):
    found = told(map_)
    map_.arm("new")
    with qtbot.waitSignal(map_.disarmed):
        qtbot.keyClick(map_, Qt.Key.Key_Escape)
    qtbot.mouseClick(map_, LEFT, pos=QPoint(400, 500))
    assert found == []


def test_a_dragged_symbol_goes_along_and_shift_lifts_it(map_, qtbot):
    found, lifted = told(map_), []
    map_.lifted.connect(lambda *said: lifted.append(said))
    mark = next(mark for mark in map_._marks() if mark.device == "d2")
    begin = QPoint(round(mark.x), round(mark.y))
    qtbot.mousePress(map_, LEFT, pos=begin)
    qtbot.mouseMove(map_, begin + QPoint(40, 30))
    qtbot.mouseRelease(map_, LEFT, pos=begin + QPoint(40, 30))
    assert found
    assert found[-1][0] == "d2"
    camera = map_._scene.camera.target.copy()
    qtbot.mousePress(map_, LEFT, Qt.KeyboardModifier.ShiftModifier, begin)
    _move(map_, begin - QPoint(0, 30), Qt.KeyboardModifier.ShiftModifier)
    qtbot.mouseRelease(map_, LEFT, pos=begin)
    assert lifted
    assert lifted[-1][1] > 1.0
    assert (map_._scene.camera.target == camera).all()  # the map itself stays


def _move(map_, at, modifiers):
    where = QPointF(at)
    kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    map_.mouseMoveEvent(QMouseEvent(kind, where, where, none, LEFT, modifiers))


def test_a_click_on_a_gateway_chooses_it(map_, qtbot):
    spot = map_._gateway_spots()[0]
    with qtbot.waitSignal(map_.gateway_chosen) as chosen:
        qtbot.mouseClick(map_, LEFT, pos=QPoint(round(spot.x()), round(spot.y())))
    assert chosen.args == ["gw"]
    assert not map_.grab().isNull()


def test_a_gateways_name_stands_clear_of_the_symbols_of_devices(map_):
    beside = replace(map_._area.gateways[0], position=map_._area.devices[0].position)
    map_.set_area(replace(map_._area, gateways=(beside,)))
    map_.grab()
    (name,) = map_.kept_free
    assert not any(name.overlaps(symbol_box(mark)) for mark in map_._marks())
