"""Forecasts on made-up series with known patterns, and their skill on real ones."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from energy_planner.errors import PlanInputError
from energy_planner.forecast.calendar_days import days_off
from energy_planner.forecast.days import Days
from energy_planner.forecast.outlook import QUANTILES, outlook
from energy_planner.forecast.repair import repair
from energy_planner.forecast.ridge import Ridge
from energy_planner.forecast.simple import Naive, SimilarDay
from tests.energy_planner.forecast_samples import days

DATA = (
    Path(os.environ.get("SMART_AREA_DATA", Path(__file__).parents[3] / "shared" / "data")) / "ems"
)


class TestDaysOff:
    @pytest.mark.parametrize(
        ("day", "off"),
        [
            (date(2026, 11, 23), True),  # Labour Thanksgiving Day, a Monday
            (date(2026, 11, 24), False),
            (date(2026, 5, 6), True),  # substitute holiday of Golden Week
            (date(2026, 8, 13), True),  # Obon
            (date(2026, 12, 31), True),
            (date(2026, 9, 22), True),  # between two holidays
            (date(2024, 2, 29), False),  # a leap day is a day like others
            (date(2026, 11, 28), True),  # Saturday
        ],
    )
    def test_japan(self, day: date, off: bool) -> None:
        assert days_off(day, 1).tolist() == [off]

    def test_an_area_adds_its_festival(self) -> None:
        festival = date(2026, 11, 25)
        assert days_off(festival, 2, extra={festival}).tolist() == [True, False]


class TestRepair:
    def test_a_short_gap_is_bridged_and_a_long_one_borrowed(self) -> None:
        truth = days(30, noise=0.0)
        holed = truth.values.copy()
        holed[10, 5] = np.nan
        holed[20, 6:15] = np.nan
        mended, repairs = repair(holed, truth.day_off)
        assert (repairs.bridged, repairs.borrowed, repairs.left) == (1, 9, 0)
        assert mended[10, 5] == pytest.approx((holed[10, 4] + holed[10, 6]) / 2)
        assert np.abs(mended[20] - truth.values[20]).max() < 25
        assert "9 slots borrowed from like days" in repairs.sentence()

    def test_a_wrong_unit_for_an_hour_is_a_spike(self) -> None:
        truth = days(30)
        wrong = truth.values.copy()
        wrong[12, 10] *= 1000
        mended, repairs = repair(wrong, truth.day_off)
        assert repairs.spikes == 1
        assert mended[12, 10] < 300

    def test_a_clean_history_stays_as_it_is(self) -> None:
        truth = days(30)
        mended, repairs = repair(truth.values, truth.day_off)
        assert (mended == truth.values).all()
        assert repairs.sentence() == ""

    def test_what_nobody_knows_is_left(self) -> None:
        _, repairs = repair(np.full((3, 4), np.nan), np.zeros(3, bool))
        assert repairs.left == 12


def test_yesterday_and_last_week() -> None:
    history = days(20)
    ahead = history.ahead(20, 0)
    ahead = replace(ahead, day_off=np.zeros(9, bool))
    assert (Naive(1).predict(history, ahead) == history.values[-1]).all()
    weekly = Naive(7).predict(history, ahead)
    assert (weekly[:7] == history.values[-7:]).all()
    assert (weekly[7] == weekly[0]).all()


def test_like_days_tell_work_from_rest() -> None:
    history = days(28, noise=0.0)
    said = SimilarDay().predict(
        history, replace(history.ahead(0, 2), day_off=np.array([True, False]))
    )
    assert said[0].mean() < 0.8 * said[1].mean()


def test_ridge_learns_the_pattern_that_the_naive_model_misses() -> None:
    whole = days(120)
    past, ahead, truth = whole.until(113), whole.ahead(113, 7), whole.values[113:]
    model = Ridge()
    model.fit(past)
    said = model.predict(past, ahead)
    error = np.abs(said - truth).mean()
    assert error < 0.7 * np.abs(Naive(7).predict(past, ahead) - truth).mean()


def test_a_load_that_was_never_negative_is_not_forecast_negative() -> None:
    history = days(60)
    low = replace(history, values=np.maximum(history.values - 95, 0))
    model = Ridge()
    model.fit(low)
    assert model.predict(low, low.ahead(53, 7)).min() >= 0


class TestOutlook:
    def test_the_best_model_of_the_back_test_is_taken(self) -> None:
        whole = days(100)
        seen = outlook(whole.until(93), whole.ahead(93, 7))
        assert seen.model == min(seen.errors, key=lambda name: seen.errors[name])
        assert set(seen.errors) == {"yesterday", "7 days ago", "like days", "ridge"}
        assert seen.mean.shape == (7, 24)

    def test_a_young_site_begins_with_simple_models(self) -> None:
        whole = days(12)
        seen = outlook(whole.until(5), whole.ahead(5, 1))
        assert seen.model == "yesterday"

    def test_the_quantiles_hold_what_they_say(self) -> None:
        whole = days(130)
        inside = []
        for day in range(100, 130):
            seen = outlook(whole.until(day), whole.ahead(day, 1))
            low, middle, high = seen.quantiles
            assert (low <= middle).all()
            assert (middle <= high).all()
            inside.append(((low <= whole.values[day]) & (whole.values[day] <= high)).mean())
        assert abs(np.mean(inside) - (QUANTILES[2] - QUANTILES[0])) < 0.1

    def test_gaps_are_mended_and_said(self) -> None:
        whole = days(60)
        whole.values[30, 4:20] = np.nan
        seen = outlook(whole.until(55), whole.ahead(55, 1))
        assert np.isfinite(seen.mean).all()
        assert seen.repairs.borrowed == 16

    def test_without_history_there_is_a_sentence(self) -> None:
        whole = days(10)
        with pytest.raises(PlanInputError, match="needs 2 days of history, there is 1"):
            outlook(whole.until(1), whole.ahead(1, 1))
        with pytest.raises(PlanInputError, match="no day"):
            outlook(whole, whole.ahead(10, 0))


def _skill(whole: Days, origins: int) -> float:
    """Return how far the ridge is below the 7-day naive error, over rolling origins."""
    errors = {"ridge": 0.0, "naive": 0.0}
    for day in np.linspace(200, whole.count - 2, origins).astype(int).tolist():
        past, ahead = whole.until(day), whole.ahead(day, 1)
        for name, model in (("ridge", Ridge()), ("naive", Naive(7))):
            model.fit(past)
            errors[name] += float(np.abs(model.predict(past, ahead)[0] - whole.values[day]).mean())
    return 1 - errors["ridge"] / errors["naive"]


def _column(path: Path, name: str) -> np.ndarray:
    with path.open(encoding="utf-8") as file:
        return np.array([float(row[name]) for row in csv.DictReader(file)])


def victoria() -> Days:
    """Return three years of half hours of an Australian state's demand."""
    path = DATA / "vic_electricity" / "vic_electricity.csv"
    demand, heat = (_column(path, name).reshape(-1, 48) for name in ("Demand", "Temperature"))
    with path.open(encoding="utf-8") as file:
        holiday = [row["Holiday"] == "TRUE" for row in csv.DictReader(file)][::48]
    first = date(2012, 1, 1)
    weekend = [(first + timedelta(days=n)).weekday() >= 5 for n in range(len(demand))]
    return Days(demand, np.array(holiday) | np.array(weekend), first, heat)


def homes() -> Days:
    """Return one year of hours of five homes together."""
    folder = DATA / "citylearn_2022"
    loads = [_column(folder / f"Building_{n}.csv", "non_shiftable_load") for n in range(1, 6)]
    kind = _column(folder / "Building_1.csv", "day_type")
    heat = _column(folder / "weather.csv", "outdoor_dry_bulb_temperature")
    count = (len(heat) - 1) // 24  # the series begins in the last hour of a day
    part = slice(1, 1 + count * 24)
    off = np.isin(kind[part][::24], (1, 7, 8))
    values, heat = (series[part].reshape(-1, 24) for series in (np.sum(loads, axis=0), heat))
    return Days(values, off, date(2021, 8, 1), heat)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason=f"there is no {DATA}: set SMART_AREA_DATA")
class TestRealSeries:
    def test_five_homes(self) -> None:
        assert _skill(homes(), 60) >= 0.30

    @pytest.mark.soak
    def test_a_state(self) -> None:
        assert _skill(victoria(), 60) >= 0.60
