"""What is abnormal now: rules, silent devices, silent gateways, order and since when."""

from __future__ import annotations

import pytest

from area_configs.domain.alarms import Priority
from area_configs.domain.quality import Quality, Reason
from desktop.models.alarms import Role
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.device_states import State
from tests.desktop.small_area import NOON_US, SECOND_US, Clock, all_well, reading, small_area


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def models(clock):
    models = AreaModels(small_area(), Connection(clock), clock)
    models.set_language("en")
    return models


def shown(models):
    model = models.abnormal
    return [model.index(row).data() for row in range(model.rowCount())]


def test_all_well_is_empty(models):
    models.take(all_well())
    assert shown(models) == []


def test_a_rule_that_holds_comes_first_with_value_and_action(models, qtmodeltester):
    models.take(all_well())
    models.take(
        [
            reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1),
            reading("river-1", "river_level", 9.0, NOON_US + 1, Quality(Reason.OUT_OF_LIMITS)),
        ]
    )
    assert shown(models) == [
        "Hydrogen bank: Hydrogen leak 30.0 %LFL",
        "River gauge: Uncertain",
    ]
    first = models.abnormal.index(0)
    assert first.data(Role.PRIORITY) == Priority.CRITICAL
    assert first.data(Role.DEVICE) == "bank-1"
    assert models.abnormal.items[0].action.en == "Check the shut-off valve"
    qtmodeltester.check(models.abnormal)


def test_silent_devices_of_one_gateway_are_one_thing(models, clock):
    models.take(all_well())
    clock.advance(120)
    fresh = [r for r in all_well(clock()) if r.device in {"bank-1", "river-1"}]
    models.take(fresh)
    assert shown(models) == ["Energy centre: all 2 devices are stale or without data"]


def test_since_when_is_kept_while_it_lasts(models, clock):
    models.take(all_well())
    models.take([reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1)])
    clock.advance(5)
    models.take([reading("bank-1", "hydrogen_in_air", 31.0, clock())])
    (item,) = models.abnormal.items
    assert item.since_us == NOON_US
    assert item.what.ja == "水素漏えい 31.0 %LFL"


def test_a_return_to_normal_clears_it(models):
    models.take([*all_well(), reading("bank-1", "hydrogen_in_air", 30.0, NOON_US + 1)])
    assert models.states.of("bank-1").state is State.ALARM
    models.take([reading("bank-1", "hydrogen_in_air", 1.0, NOON_US + 2 * SECOND_US)])
    assert shown(models) == []
    assert models.states.of("bank-1").state is State.NORMAL


def test_a_silent_gateway_comes_before_a_silent_device(models):
    models.take([said for said in all_well() if said.device == "river-1"])
    assert shown(models) == [
        "Energy centre: all 2 devices are stale or without data",
        "Hydrogen bank: No data",
    ]
