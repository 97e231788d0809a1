"""Targets that can be held, by hand and by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_planner.forecast.inputs import Inputs
from energy_planner.planner import optimise
from energy_planner.plant import Battery, DemandCharge, Grid, Month, Plant, Tariff
from energy_planner.robust import Store, achievable, guarded, hold, need

STORE = Store(100.0, 50.0, 1.0, 40.0)
HOURS = np.full(4, 1.0)
TARIFF = Tariff(np.full(4, 0.5), np.zeros(4), DemandCharge((Month(20.0),), interval_h=1.0))


def held_by(store, courses, floor, tariff=TARIFF):
    return hold(store, courses.mean(axis=0), courses, HOURS, tariff, floor)


def test_what_is_needed_is_what_stands_above_the_target() -> None:
    course = np.array([[20.0, 60.0, 70.0, 10.0]])
    assert need(STORE, course, HOURS, 50.0)[0].tolist() == [0.0, 30.0, 20.0, 0.0, 0.0]


def test_the_floor_is_held_where_it_can_be() -> None:
    held = held_by(STORE, np.array([[60.0, 60.0, 60.0, 60.0]]), 50.0)
    assert held.target_kw == 50.0
    # Ten kWh go in each hour; contents are told apart by three only.
    assert held.guard_kwh == pytest.approx([30.0, 20.0, 10.0, 0.0], abs=3.2)


def test_what_a_peak_is_not_worth_is_sold_at_the_dear_hour() -> None:
    prices = np.array([0.5, 0.9, 0.1, 0.1])
    cheap = Tariff(prices, np.zeros(4), DemandCharge((Month(0.0),), interval_h=1.0))
    dear = replace(cheap, demand=DemandCharge((Month(20.0),), interval_h=1.0))
    courses = np.array([[40.0, 40.0, 40.0, 40.0], [40.0, 40.0, 40.0, 90.0]])
    assert held_by(STORE, courses, 50.0, cheap).guard_kwh[1] == pytest.approx(0.0, abs=3.2)
    # Half of the courses pass the target later: enough is kept for them, or taken in again.
    assert held_by(STORE, courses, 50.0, dear).guard_kwh[2] > 20.0


def test_a_battery_of_many_hours_is_moved_all_the_same() -> None:
    slow = Store(1000.0, 20.0, 1.0, 100.0)
    held = held_by(slow, np.full((1, 4), 60.0), 50.0)
    assert held.guard_kwh[-1] == pytest.approx(100.0 - 4 * 20.0, abs=1.0)


def test_the_target_is_raised_to_what_the_content_carries() -> None:
    held = held_by(STORE, np.array([[70.0, 70.0, 70.0, 70.0]]), 50.0)
    assert held.target_kw == pytest.approx(60.0, abs=1e-3)  # 40 kWh over four hours


def test_what_the_past_could_have_held() -> None:
    past = np.array([0.0, 0.0, 90.0, 90.0])
    # 90 kWh of 100 are counted on: two hours above the target by at most 45 kW.
    assert achievable(STORE, past, HOURS) == pytest.approx(45.0, abs=1e-3)
    assert achievable(STORE, np.array([np.nan]), np.ones(1)) == 0.0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 200), min_size=4, max_size=4), st.floats(0, 100))
def test_a_held_target_is_kept_by_the_content(course: list[float], floor: float) -> None:
    courses = np.array([course])
    held = held_by(STORE, courses, floor)
    assert held.target_kw >= floor
    assert need(STORE, courses, HOURS, held.target_kw)[0, 0] <= STORE.content_kwh + 1e-6
    assert (held.guard_kwh <= STORE.capacity_kwh + 1e-9).all()
    assert (held.guard_kwh >= -1e-9).all()


def test_a_guard_is_never_bought_by_a_higher_peak() -> None:
    battery = Battery("b", 100.0, 50.0, 40.0, 1.0, 0.0, 1.0, end_kwh=0.0)
    held = held_by(Store.of(Plant(Grid(1.0), (battery,))), np.full((1, 4), 60.0), 50.0)
    plant, dearer = guarded(Plant(Grid(1000.0), (battery,)), TARIFF, held)
    assert dearer.demand
    assert dearer.demand.incumbent_kw == held.target_kw
    inputs = Inputs(HOURS, np.full(4, 60.0), np.zeros(4))
    plan = optimise(plant, inputs, dearer)
    assert plan.peak_kw == pytest.approx(held.target_kw, abs=1e-3)
