"""The fleet: what the hub tells of gateways, and how that changes what counts as late."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.device_states import State
from desktop.models.fleet import GatewayFacts, VersionFacts
from desktop.models.fleet_table import Column, FleetTable, Row
from tests.desktop.small_area import Clock, all_well, small_area

RUNS = {"trial_s": 60.0, "devices": {}}
GW = GatewayFacts("gw-a", "1.2", health="online", newest=1, running=1, settings=RUNS)


@pytest.fixture
def area(qapp):  # noqa: ARG001  # an application must exist
    clock = Clock()
    models = AreaModels(small_area(), Connection(clock), clock)
    models.set_language("en")
    models.take(all_well())
    return SimpleNamespace(models=models, clock=clock, fleet=models.fleet)


def slower(**settings):
    return replace(GW, settings=RUNS | {"devices": {"meter-1": settings}})


def state(area, device="meter-1"):
    area.models.tick()
    return area.models.states.of(device).state


def test_a_meter_that_is_asked_less_often_is_late_later(area):
    area.clock.advance(30)
    assert state(area) is State.STALE
    area.fleet.take(slower(period_s=60.0))
    assert state(area) is State.NORMAL
    assert state(area, "battery-1") is State.STALE
    area.clock.advance(200)
    assert state(area) is State.STALE


def test_a_meter_that_nobody_asks_is_not_late(area):
    area.fleet.take(slower(polled=False))
    area.clock.advance(3600)
    assert state(area) is State.NORMAL
    area.fleet.take(GW)
    assert state(area) is State.STALE


def test_the_table_says_what_is_set_and_what_is_only_drafted(area, qtmodeltester):
    table = FleetTable(area.models)
    qtmodeltester.check(table)
    meter = Row("gw-a", "meter-1")
    assert table.text(meter, Column.SETTING) == ""
    area.fleet.take(slower(period_s=60.0))
    assert table.text(meter, Column.SETTING) == "every 60 s"
    area.fleet.drafts["gw-a"].set(("devices", "meter-1", "period_s"), 5)
    assert table.text(meter, Column.SETTING) == "draft"
    assert table.text(Row("gw-a"), Column.SETTING) == "draft"
    assert table.text(Row("gw-b"), Column.STATE) == "Unknown"
    assert table.text(Row("gw-a"), Column.MODEL) == "1.2"


def test_a_version_on_trial_is_under_way_until_it_is_decided(area):
    for told, under_way in (("sent", True), ("delivered", True), ("read_back", False)):
        area.fleet.take_versions("gw-a", [VersionFacts(2, told, "taro", "2026-11-25T00:00:00Z")])
        assert area.fleet.undecided("gw-a") is under_way


def test_what_is_applied_names_the_version_that_it_changes(area, qtbot):
    area.fleet.take(replace(GW, newest=4))
    area.fleet.drafts["gw-a"].set(("trial_s",), 90)
    with qtbot.waitSignal(area.fleet.apply_wanted) as heard:
        area.fleet.apply("gw-a", "why")
    assert heard.args == ["gw-a", {"trial_s": 90}, 4, "why"]
