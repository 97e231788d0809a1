"""The outlook: calm, unknown, wrong, coming; every glance leads to its detail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.models.command_desk import Life, Step
from desktop.models.fleet import VersionFacts
from desktop.views.outlook_bar import OutlookBar
from platform_hub.wire.alarms import AlarmState, AlarmView
from tests.desktop.small_area import NOON_US, all_well, reading

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


def leak(state=AlarmState.UNACKED_ACTIVE, **more):
    seen = state is not AlarmState.UNACKED_ACTIVE
    facts = ("leak", "bank-1", "hydrogen_in_air", "critical", state)
    return AlarmView(*facts, active=True, acknowledged=seen, raised_us=NOON_US, **more)


@pytest.fixture
def bar(console):
    return console.window.findChild(OutlookBar)


def level(console, key):
    return next(one.level for one in console.models.outlook.glances if one.key == key)


def test_what_nobody_knows_is_not_called_calm(console, bar):
    assert bar.buttons["wrong"].words == ("What is wrong", "Alarms unknown")
    console.models.alarm_desk.take_all([])
    assert bar.buttons["wrong"].words[1] == "No alarm is open"
    assert level(console, "wrong") == ""


def test_the_most_urgent_alarm_is_named_and_leads_to_the_list(console, bar):
    console.models.alarm_desk.take_all([leak()])
    assert bar.buttons["wrong"].words[1] == "1 open (1 unanswered): Hydrogen leak"
    assert level(console, "wrong") == "alarm"
    bar.buttons["wrong"].click()
    assert console.window.stack.currentWidget() is console.window.page("alarms")


def test_what_changed_last_is_said_with_its_age(console, bar):
    console.clock.advance(120)
    acked = leak(AlarmState.ACKED_ACTIVE, acknowledged_us=NOON_US + 60_000_000)
    console.models.alarm_desk.take_all([acked])
    assert bar.buttons["changed"].words[1] == "Hydrogen leak acknowledged (1 min ago)"


@pytest.mark.parametrize(
    ("predicted", "expected"), [(60e3, ""), (85e3, "warning"), (101e3, "alarm")]
)
def test_demand_is_held_against_its_target(console, bar, predicted, expected):
    console.models.take(
        [
            reading("meter-1", "demand_predicted", predicted),
            reading("meter-1", "demand_target", 100e3),
        ]
    )
    assert "target" in bar.buttons["demand"].words[1]
    assert level(console, "demand") == expected


def test_river_and_hydrogen_lead_to_their_devices(console, bar):
    console.models.take(all_well())
    assert bar.buttons["river_level"].words == ("River level", "1.42 m")
    assert bar.buttons["hydrogen"].words[1] == "81.25 MPa"
    console.window.show_page("alarms")
    bar.buttons["river_level"].click()
    assert console.models.selection.device == "river-1"
    assert console.window.stack.currentWidget() is console.window.page("overview")


def test_an_old_forecast_foretells_nothing(console, bar):
    console.models.take([reading("meter-1", "demand_predicted", 1.0)])
    assert "demand" in bar.buttons
    console.clock.advance(3601)
    console.models.tick()
    assert "demand" not in bar.buttons


def test_settings_commands_and_plans_are_changes_too(console, bar):
    models, minute = console.models, 60_000_000
    models.alarm_desk.take_all([leak()])
    version = VersionFacts(3, "read_back", "sato", "2026-11-25T03:01:00Z")
    models.fleet.take_versions("gw-a", [version])
    console.clock.advance(600)
    models.outlook.refresh()
    life = Life("c1", "battery-1", "active_power", 500.0, "test", "sato", NOON_US, "read_back")
    steps = (Step("sent", NOON_US, "hub"), Step("read_back", NOON_US + 5 * minute, "gw-a"))
    models.fleet.commands.take([replace(life, steps=steps)])
    models.outlook.refresh()
    button = bar.buttons["changed"]
    said = "Battery 1 Active power → 500 W: Verified by its own reading (5 min ago)"
    assert button.words[1] == said
    assert said in button.toolTip()
    assert "settings, version 3: In force, read back" in button.toolTip()
    assert "Hydrogen leak raised (10 min ago)" in button.toolTip()
    button.click()
    assert console.window.stack.currentWidget() is console.window.page("devices")
    assert models.selection.device == "battery-1"
