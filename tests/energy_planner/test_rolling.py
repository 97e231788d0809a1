"""Plans that follow one another in a file: whole, numbered, and never half written."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from area_configs.loader import load_area
from energy_planner.day_plan import Request, plan_ahead
from energy_planner.errors import PlanCancelled, PlanInputError
from energy_planner.forecast.history import history_of
from energy_planner.optimiser.cancel import Cancel
from energy_planner.orders import energy_plan
from energy_planner.rolling import seconds_to_next, write_plan
from tests.energy_planner import reference_plant

if TYPE_CHECKING:
    from pathlib import Path

TOKYO = ZoneInfo("Asia/Tokyo")
DAYS = 20


@pytest.fixture(scope="module")
def request_() -> Request:
    inputs = reference_plant.inputs(DAYS * 48)
    begin = datetime(2026, 10, 1, tzinfo=TOKYO)
    times = begin.timestamp() + 1800.0 * np.arange(DAYS * 48 - 20)
    columns = {
        "load_kw": inputs.load_kw[: len(times)] / 3,
        "pv_kw": inputs.pv_kw[: len(times)] / 5,
        "hydrogen_kg": reference_plant.dispensing(DAYS * 48)[: len(times)] / 3,
    }
    known = history_of(times, columns, TOKYO)
    site = load_area("harumi").energy
    assert site
    return Request(site, known, begin + timedelta(days=DAYS - 1, hours=14, minutes=10), 24.0)


def test_a_plan_takes_the_place_of_the_one_before(request_: Request, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan("harumi", request_, path)
    told = write_plan("harumi", request_, path)
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["version"] == 2
    assert "version 2" in told
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]
    assert values["target_peak_w"] > 0
    devices = {step["device"] for step in values["steps"]}
    assert devices == {"battery-main", "fuel-cell-main", "electrolyser-main"}


def test_a_plan_that_cannot_be_written_is_told_and_leaves_nothing(
    request_: Request, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    for place, sentence in (("folder", "it is a folder"), ("none/plan.json", "no such file")):
        with pytest.raises(PlanInputError, match=f"{place}: .*{sentence}"):
            write_plan("harumi", request_, tmp_path / place)
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_what_devices_are_asked_for_balances_with_the_plan(request_: Request) -> None:
    made = plan_ahead(request_)
    order = energy_plan("harumi", 1, made)
    begins = round(request_.begins.timestamp() * 1e6)
    assert order.valid_from_us == begins
    asked = order.power_of("battery-main", begins)
    power = made.plan.power
    wanted = power["battery-main", "discharge"][0] - power["battery-main", "charge"][0]
    assert asked == pytest.approx(wanted * 1000, abs=0.1)
    assert order.power_of("battery-main", order.valid_until_us) is None


def test_a_plan_begins_within_a_half_hour_and_hears_of_its_stages(request_: Request) -> None:
    stages, quick = [], []
    made = plan_ahead(request_, progress=lambda stage, _: stages.append(stage), first=quick.append)
    assert made.steps.hours[0] == pytest.approx(20 / 60)  # from 14:10 to 14:30
    assert made.steps.starts()[1].minute == 30
    assert stages == ["forecast", "model", "quick", "search", "done"]
    assert quick[0].plan.objective >= made.plan.objective - 1e-6
    assert made.problem.hydrogen is not None


def test_doing_nothing_is_never_cheaper_by_the_same_forecast(request_: Request) -> None:
    made = plan_ahead(request_)
    assert made.proposed.cost <= made.idle.cost + 1e-6
    parts = made.proposed
    whole = parts.energy_cost + parts.demand_cost + parts.hydrogen_cost + parts.other_cost
    assert parts.cost == pytest.approx(whole)


def test_it_stops_between_stages(request_: Request) -> None:
    stop = Cancel()
    with pytest.raises(PlanCancelled):
        plan_ahead(request_, progress=lambda *_: stop.ask(), cancel=stop)


def test_more_than_a_week_is_refused(request_: Request) -> None:
    far = Request(request_.site, request_.known, request_.begins, 24.0 * 9)
    with pytest.raises(PlanInputError, match="seven days"):
        plan_ahead(far)


@pytest.mark.parametrize(("minute", "second", "wait"), [(0, 0, 1801), (29, 59, 2), (45, 0, 901)])
def test_the_next_half_hour(minute: int, second: int, wait: float) -> None:
    now = datetime(2026, 11, 25, 10, minute, second, tzinfo=TOKYO)
    assert seconds_to_next(now) == wait
