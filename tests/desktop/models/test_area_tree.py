"""The tree: its shape, the worst state passed upwards, the spoken text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt

from desktop.models.area_tree import AreaTree, Column, Role
from desktop.models.device_states import DeviceState, DeviceStates, State
from tests.desktop.small_area import small_area


@pytest.fixture
def states():
    return DeviceStates()


@pytest.fixture
def tree(states):
    model = AreaTree(small_area(), states)
    model.set_language("en")
    return model


def test_it_is_a_sound_model(tree, qtmodeltester):
    qtmodeltester.check(tree)


def test_its_shape_is_area_gateways_devices(tree):
    area = tree.index(0, 0, QModelIndex())
    gateway = tree.index(1, 0, area)
    device = tree.index(0, 0, gateway)
    assert [i.data() for i in (area, gateway, device)] == [
        "Small model district",
        "Waterfront",
        "Hydrogen bank",
    ]
    assert tree.device_at(device) == "bank-1"
    assert tree.parent(device) == gateway
    assert tree.index_of("bank-1") == device
    assert not tree.index_of("nowhere").isValid()


def test_the_worst_state_passes_upwards(tree, states):
    states.update(
        {d.id: DeviceState(State.NORMAL, "1") for d in small_area().devices}
        | {"bank-1": DeviceState(State.ALARM, "81.25 MPa")}
    )
    area = tree.index(0, 0, QModelIndex())
    gateway_a, gateway_b = tree.index(0, 0, area), tree.index(1, 0, area)
    assert area.data(Role.STATE) == State.ALARM
    assert gateway_a.data(Role.STATE) == State.NORMAL
    assert gateway_b.siblingAtColumn(Column.HEADLINE).data() == "1 of 2 abnormal"
    assert gateway_a.siblingAtColumn(Column.HEADLINE).data() == "2 devices"


def test_a_change_tells_the_device_and_those_above(tree, states):
    told = []
    tree.dataChanged.connect(lambda left, *_: told.append(left.data()))
    states.update({"river-1": DeviceState(State.NORMAL, "1.42 m")})
    assert told == ["River gauge", "Waterfront", "Small model district"]


def test_it_is_spoken_in_words(tree, states):
    states.update({"river-1": DeviceState(State.STALE, "1.42 m")})
    spoken = tree.index_of("river-1").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "River gauge, Stale, 1.42 m"
    tree.set_language("ja")
    assert tree.index_of("river-1").data() == "水位計"
