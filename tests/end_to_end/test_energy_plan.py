"""A plan's whole life, every process real: made from what the hub knows, followed, taken back, lapsed."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.plans import PlanStep
from area_configs.loader import load_area
from edge_agent.simulators.past_days import past_rows
from energy_planner.forecast.history import history
from energy_planner.hub_roll import HubRoll, follow
from platform_hub.client import HubClient, plan_desk
from platform_hub.wire import ngsi_ld
from tests.end_to_end.test_orders import GATEWAY, Plant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR_US = 3_600_000_000


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with contextlib.closing(Plant(tmp_path)) as made:
        made.start()
        yield made


def _roll(plant: Plant) -> HubRoll:
    from datetime import UTC, datetime  # noqa: PLC0415 - only here
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - as above

    area = load_area("harumi")
    rows = list(past_rows(area, area.energy, datetime.now(tz=UTC), 8, seed=1))
    older = history(rows, ZoneInfo(area.timezone))
    return HubRoll(area, area.energy, plant.hub.url, plant.hub.keys["manager"], 24.0, older)


@pytest.mark.soak
def test_a_plan_is_made_followed_taken_back_and_lapses(plant: Plant) -> None:
    said: list[str] = []
    follow(_roll(plant), said.append, once=True)
    assert "sent, no plan is in force" in said[0]
    standing = plan_desk.newest(plant.manager)
    assert standing
    plan = standing.plan
    assert {step.device for step in plan.steps} == {
        "battery-main",
        "fuel-cell-main",
        "electrolyser-main",
    }
    assert 0 < plan.target_peak_w <= 450_000
    plant.until(lambda: _demand(plant)["plan"] == plan.id)
    assert _demand(plant)["target_kw"] == pytest.approx(plan.target_peak_w / 1000)
    plant.until(lambda: _applied(plant, "applied"))

    _battery_moves(plant, plan)

    plant.manager.revoke_plan(plan.id)
    plant.until(lambda: _demand(plant)["plan"] == "")
    assert _demand(plant)["target_kw"] == 450.0
    follow(_roll(plant), said.append, once=True)
    assert "was revoked" in said[-1]

    _short_one_lapses(plant, plan)


def _battery_moves(plant: Plant, plan) -> None:
    """Send a version in which the battery charges now; the machine must do it."""
    now_us = time.time_ns() // 1000
    step = PlanStep("battery-main", now_us, now_us + HOUR_US, -20_000.0)
    moved = replace(plan, valid_from_us=now_us, valid_until_us=now_us + HOUR_US, steps=(step,))
    plant.manager.send_plan(moved)
    plant.until(lambda: _demand(plant)["plan_version"] == 2)
    entity = ngsi_ld.entity_id("harumi", "battery-main")
    with HubClient(plant.hub.url, plant.hub.keys["reader"]) as reader:
        plant.until(
            lambda: any(
                abs((reading.value or 0.0) + 20_000) < 1_500
                for reading in reader.history(entity, ["active_power"], now_us, now_us + HOUR_US)
            )
        )


def _short_one_lapses(plant: Plant, plan) -> None:
    now_us = time.time_ns() // 1000
    ends_us = now_us + 6_000_000
    step = PlanStep("battery-main", now_us, ends_us, -10_000.0)
    short = replace(plan, id="short", valid_from_us=now_us, valid_until_us=ends_us, steps=(step,))
    plant.manager.send_plan(short)
    plant.until(lambda: _demand(plant)["plan"] == "short")
    plant.until(lambda: _demand(plant)["plan"] == "")
    assert _demand(plant)["target_kw"] == 450.0


def _applied(plant: Plant, state: str) -> bool:
    standing = plan_desk.newest(plant.manager)
    return standing is not None and standing.deliveries.get(GATEWAY) == state


def _demand(plant: Plant) -> dict:
    return plant.status()["control"]["demand"] or {"plan": None, "plan_version": 0}
