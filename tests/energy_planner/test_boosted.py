"""Trees beside the ridge: what they see that no slope can say, and that nobody needs them."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from energy_planner.forecast.boosted import Boosted
from energy_planner.forecast.outlook import models, outlook
from energy_planner.forecast.ridge import Ridge
from tests.energy_planner.forecast_samples import days

if TYPE_CHECKING:
    from energy_planner.forecast.days import Days

WHY = "lightgbm is not installed: the extra `trees` brings it"


@pytest.fixture(scope="module")
def cooled_at_work() -> Days:
    """Return a load that follows the heat on workdays only; no day is as warm as the one before."""
    plain = days(245)
    assert plain.temperature is not None
    heat = plain.temperature + np.random.default_rng(5).normal(0, 5, (plain.count, 1))
    work = ~plain.day_off[:, None]
    values = 100 + 40 * work + 6 * work * np.maximum(heat - 20, 0)
    return replace(plain, values=values, temperature=heat)


def test_a_site_plans_without_the_library(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert not Boosted.is_installed()
    assert [model.name for model in models()][-1] == "ridge"


class TestInstalled:
    @pytest.fixture(autouse=True)
    def _library(self) -> None:
        pytest.importorskip("lightgbm", reason=WHY)

    def test_trees_see_heat_that_counts_on_workdays_only(self, cooled_at_work) -> None:
        past, ahead = cooled_at_work.until(238), cooled_at_work.ahead(238, 7)
        error = {}
        for model in (Boosted(), Ridge()):
            model.fit(past)
            said = model.predict(past, ahead)
            error[model.name] = np.abs(said - cooled_at_work.values[238:]).mean()
        assert error["trees and ridge"] < 0.9 * error["ridge"]

    def test_the_back_test_chooses_them_where_they_are_better(self, cooled_at_work) -> None:
        seen = outlook(cooled_at_work.until(244), cooled_at_work.ahead(244, 1))
        assert seen.model == "trees and ridge"
        assert seen.errors["trees and ridge"] < seen.errors["ridge"]

    def test_a_hole_in_the_history_and_no_weather_are_no_trouble(self, cooled_at_work) -> None:
        values = cooled_at_work.values.copy()
        values[100, 3:9] = np.nan
        holed = replace(cooled_at_work, values=values, temperature=None)
        model = Boosted()
        model.fit(holed)
        assert np.isfinite(model.predict(holed, holed.ahead(238, 7))).all()
