"""What is expected of series: from the plan in force, and from what planning forecasts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from area_configs.domain.plans import EnergyPlan, PlanStanding, PlanStep
from area_configs.domain.readings import Series
from desktop.models.forecasts import expected
from desktop.models.series import SeriesStore
from tests.desktop.energy_samples import NOW_US, board, planned
from tests.energy_planner.site_samples import SITE

pytestmark = pytest.mark.usefixtures("qapp")
HALF_US = 1_800_000_000
BATTERY, SPLITTER = SITE.batteries[0].device, SITE.electrolysers[0].device


def sent(*steps: tuple[str, float]) -> PlanStanding:
    """Return a plan in force that asks each device for one power in the next half hour."""
    asked = tuple(PlanStep(device, NOW_US, NOW_US + HALF_US, power) for device, power in steps)
    plan = EnergyPlan("p", "area", 1, NOW_US, NOW_US + 4 * HALF_US, 420_000.0, asked)
    return PlanStanding(plan, NOW_US, "manager", {"gw": "applied"}, {}, {})


def test_a_plan_in_force_tells_its_target_and_what_its_devices_are_asked_for() -> None:
    made = board()
    made.take_standing(sent((BATTERY, 50_000.0), (SPLITTER, -30_000.0)))
    lines = expected(made)
    times, values = lines[Series(SITE.meter, "demand_target")]
    assert list(values) == [420_000.0, 420_000.0]
    assert list(times) == [NOW_US, NOW_US + 4 * HALF_US - 1]
    assert list(lines[Series(BATTERY, "active_power")][1]) == [50_000.0] * 2
    assert list(lines[Series(SPLITTER, "active_power")][1]) == [30_000.0] * 2  # it meters its load


def test_a_plan_taken_back_foretells_nothing() -> None:
    made = board()
    made.take_standing(replace(sent((BATTERY, 1.0)), revocations={"gw": "sent"}))
    assert expected(made) == {}


def test_the_import_is_forecast_as_things_stand() -> None:
    made = planned()
    times, values = expected(made)[Series(SITE.meter, "active_power")]
    steps = made.base.made.steps
    assert times[0] == round(steps.begins.timestamp() * 1e6)
    assert np.all(np.diff(times) > 0)
    assert np.allclose(values[::2], made.base.idle.import_kw * 1000)


def test_a_new_forecast_replaces_the_one_before() -> None:
    store, heard = SeriesStore(), []
    first, second = Series("a", "active_power"), Series("b", "active_power")
    line = (np.array([0, 10]), np.array([1.0, 2.0]))
    store.put({first: line})
    store.changed.connect(heard.append)
    store.put({second: line})
    assert heard == [[first, second]]
    assert len(store.window(first, 0, 20, 100)[0]) == 0
    assert list(store.window(second, 0, 20, 100)[1]) == [1.0, 2.0]
