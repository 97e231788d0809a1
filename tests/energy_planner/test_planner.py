"""Plans against published golden values, hand-checked small cases and broken plants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import energy_planner
from energy_planner import optimise
from energy_planner.errors import InfeasiblePlan, PlanCancelled, PlanInputError
from energy_planner.forecast.inputs import Inputs
from energy_planner.optimiser import quick_plan
from energy_planner.optimiser.assembly import assemble
from energy_planner.optimiser.cancel import Cancel
from energy_planner.planner import Search
from energy_planner.plant import (
    Battery,
    DemandCharge,
    EvSession,
    Grid,
    HydrogenTank,
    Month,
    Plant,
    ShiftableLoad,
    Tariff,
)
from tests.energy_planner import reference_plant

LP = {96: 2419812.790, 336: 4616804.247}


@pytest.mark.parametrize("steps", LP)
def test_the_relaxed_model_costs_what_is_published(steps: int) -> None:
    made = assemble(
        reference_plant.plant(steps), reference_plant.inputs(steps), reference_plant.tariff(steps)
    )
    _, loose = quick_plan.relaxed(made, Cancel())
    assert loose
    assert loose.objective == pytest.approx(LP[steps], abs=1e-3)


def test_the_exact_plan_costs_what_six_libraries_agree_on() -> None:
    plan = _reference(96, search=Search(gap=1e-7))
    assert plan.objective == pytest.approx(2419911.382, abs=1e-3)
    assert plan.exact
    assert plan.gap < 1e-6


@pytest.mark.slow
def test_a_week_is_within_the_proven_gap() -> None:
    plan = _reference(336, search=Search(gap=1e-3))
    assert LP[336] < plan.objective < LP[336] * (1 + 2e-3)
    assert plan.gap <= 1e-3


def test_the_quick_plan_comes_first_and_is_never_worse_than_its_gap_says() -> None:
    shown = []
    plan = _reference(96, search=Search(gap=1e-7), first=shown.append)
    (quick,) = shown
    assert not quick.exact
    assert plan.objective <= quick.objective <= LP[96] / (1 - quick.gap) + 1e-3


def test_every_limit_holds_in_every_step() -> None:
    plan = _reference(96)
    inputs, plant = reference_plant.inputs(96), reference_plant.plant(96)
    power, level = plan.power, plan.level
    balance = power["grid", "import"] - power["grid", "export"] + power["photovoltaic", "generate"]
    balance += power["battery", "discharge"] - power["battery", "charge"]
    balance += power["fuel cell", "generate"] - power["electrolyser", "consume"]
    assert balance == pytest.approx(inputs.load_kw, abs=1e-6)
    assert level["battery"].min() >= 100 - 1e-6
    assert level["battery"].max() <= 900 + 1e-6
    assert level["battery"][-1] >= 500 - 1e-6
    assert level["tank"].min() >= -1e-6
    assert plant.tank
    assert level["tank"][-1] >= plant.tank.start_kg - 1e-6
    cell = power["fuel cell", "generate"]
    assert np.abs(np.diff(cell)).max() <= 250 + 1e-6
    assert all(kw < 1e-6 or kw > 100 - 1e-6 for kw in cell)
    assert plan.peak_kw >= power["grid", "import"].max() - 1e-6


def test_the_peak_shares_split_the_whole_demand_charge() -> None:
    plan = _reference(96)
    shares = plan.explanation.peak_shares
    assert sum(share.cost_per_kw for share in shares) == pytest.approx(1890.0)
    imports = plan.power["grid", "import"]
    assert all(imports[share.first_step] == pytest.approx(plan.peak_kw) for share in shares)
    assert {binding.step for binding in plan.explanation.bindings} <= {s.first_step for s in shares}


def test_the_steps_tell_the_same_as_the_series() -> None:
    plan = _reference(96)
    assert [step.power_kw["grid", "import"] for step in plan.steps] == list(
        plan.power["grid", "import"]
    )
    assert plan.steps[1].begins_us - plan.steps[0].begins_us == 1_800_000_000


class TestDemandCharge:
    LOAD = np.array([100.0, 400.0, 100.0, 100.0])

    def _plan(self, demand: DemandCharge, hours: np.ndarray | None = None):
        plant = Plant(Grid(1000.0), (Battery("b", 200.0, 200.0, 100.0, 1.0),))
        inputs = Inputs(np.full(4, 0.5) if hours is None else hours, self.LOAD, np.zeros(4))
        return optimise(plant, inputs, Tariff(np.full(4, 10.0), np.zeros(4), demand))

    def test_the_battery_cuts_what_it_can(self) -> None:
        # 400 kW less the 200 kW that the battery gives
        assert self._plan(DemandCharge((Month(1000.0),))).peak_kw == pytest.approx(200.0)

    def test_below_the_incumbent_nothing_is_cut(self) -> None:
        plan = self._plan(DemandCharge((Month(1000.0),), incumbent_kw=500.0))
        assert plan.peak_kw == pytest.approx(500.0)
        assert plan.explanation.peak_shares == ()

    def test_a_floor_of_another_month_is_paid_anyway(self) -> None:
        year = (Month(1000.0, 380.0), *(Month(1000.0, 0.0) for _ in range(2)))
        plan = self._plan(DemandCharge(year))
        assert plan.peak_kw == pytest.approx(200.0)  # 400 kW less the 200 kW that the battery gives
        energy = 10.0 * 0.5 * self.LOAD.sum()
        assert plan.objective == pytest.approx(energy + 1000.0 * (380 + 200 + 200))

    def test_what_the_running_interval_has_used_counts(self) -> None:
        hours = np.array([0.25, 0.5, 0.5, 0.5])
        demand = DemandCharge((Month(1000.0),), elapsed_kwh=150.0)
        plan = self._plan(demand, hours)
        # 150 kWh in the half hour already passed its first 15 minutes: at least 300 kW.
        assert plan.peak_kw >= 300.0 - 1e-6

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.floats(0, 500), min_size=4, max_size=4), st.floats(0, 400))
    def test_the_peak_is_never_above_doing_nothing(self, load: list[float], known: float) -> None:
        plant = Plant(Grid(1000.0), (Battery("b", 200.0, 200.0, 100.0),))
        inputs = Inputs(np.full(4, 0.5), np.array(load), np.zeros(4))
        demand = DemandCharge((Month(1000.0),), incumbent_kw=known)
        plan = optimise(plant, inputs, Tariff(np.full(4, 10.0), np.zeros(4), demand))
        assert plan.peak_kw <= max(known, *load) + 1e-6


def test_a_vehicle_leaves_with_what_it_came_for_at_the_cheapest_time() -> None:
    price = np.array([30.0, 10.0, 30.0, 5.0])
    plant = Plant(Grid(100.0), vehicles=(EvSession("bus", 0, 3, 20.0, 50.0),))
    inputs = Inputs(np.ones(4), np.zeros(4), np.zeros(4))
    plan = optimise(plant, inputs, Tariff(price, np.zeros(4)))
    assert plan.power["bus", "consume"] == pytest.approx([0, 20, 0, 0])


def test_a_negative_price_does_not_run_a_battery_both_ways() -> None:
    plant = Plant(Grid(1000.0), (Battery("b", 100.0, 50.0, 50.0, 0.8),))
    inputs = Inputs(np.ones(3), np.full(3, 20.0), np.zeros(3))
    plan = optimise(plant, inputs, Tariff(np.array([-10.0, -10.0, 5.0]), np.zeros(3)))
    both = np.minimum(plan.power["b", "charge"], plan.power["b", "discharge"])
    assert both.max() < 1e-6


class TestNoPlan:
    def test_too_little_hydrogen_names_the_tank_the_step_and_the_amount(self) -> None:
        steps = 96
        plant = reference_plant.plant(steps, delivery=None, electrolysers=())
        with pytest.raises(InfeasiblePlan, match="tank") as told:
            optimise(plant, reference_plant.inputs(steps), reference_plant.tariff(steps))
        (conflict,) = told.value.conflicts
        # Two days take 120 kg of the 125 kg, and 125 kg are wanted at the end.
        assert (conflict.asset, conflict.limit, conflict.unit) == ("tank", "end_level", "kg")
        assert conflict.short == pytest.approx(120.0, abs=1e-3)

    def test_when_the_end_may_be_empty_the_buses_are_named(self) -> None:
        steps = 96
        tank = HydrogenTank("tank", 250.0, 50.0, reference_plant.dispensing(steps), end_kg=0.0)
        plant = reference_plant.plant(steps, delivery=None, electrolysers=(), tank=tank)
        with pytest.raises(InfeasiblePlan) as told:
            optimise(plant, reference_plant.inputs(steps), reference_plant.tariff(steps))
        (conflict,) = told.value.conflicts
        assert (conflict.limit, conflict.unit) == ("dispensing", "kg")
        assert conflict.short == pytest.approx(70.0, abs=1e-3)
        assert conflict.step == 41  # 48 kg are gone after four fills; the fifth lacks 10 kg

    def test_a_load_above_the_connection_names_the_grid(self) -> None:
        inputs = Inputs(np.ones(3), np.array([50.0, 150.0, 50.0]), np.zeros(3))
        with pytest.raises(InfeasiblePlan) as told:
            optimise(Plant(Grid(100.0)), inputs, Tariff(np.full(3, 10.0), np.zeros(3)))
        (conflict,) = told.value.conflicts
        assert (conflict.asset, conflict.limit, conflict.step) == ("grid", "import_limit", 1)
        assert conflict.short == pytest.approx(50.0)

    def test_a_vehicle_that_cannot_be_filled_in_time(self) -> None:
        load = ShiftableLoad("boiler", 0, 2, 100.0, 20.0)
        inputs = Inputs(np.ones(3), np.zeros(3), np.zeros(3))
        with pytest.raises(InfeasiblePlan, match="energy of boiler is short by 60 kWh"):
            optimise(Plant(Grid(500.0), shiftable=(load,)), inputs, _flat(3))


def test_contradictions_are_all_told_before_anything_is_solved() -> None:
    plant = Plant(
        Grid(-5.0),
        (Battery("b", 100.0, 10.0, 95.0), Battery("c", 10.0, 5.0, 5.0, low=0.9, high=0.2)),
    )
    with pytest.raises(PlanInputError) as told:
        optimise(plant, Inputs(np.ones(2), np.ones(2), np.zeros(2)), _flat(2))
    assert [words.split(":")[0] for words in told.value.mistakes] == [
        "import limit of grid is -5",
        "b",
        "c",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"load_kw": np.array([1.0, np.nan])}, "load has no value at step 1"),
        ({"pv_kw": np.array([0.0, -1.0])}, "sun is negative at step 1"),
        ({"hours": np.array([1.0, 0.0])}, "step 1 has no length"),
        ({"load_kw": np.ones(3)}, "the same number of steps"),
    ],
)
def test_bad_inputs_are_one_sentence(change: dict, words: str) -> None:
    good = Inputs(np.ones(2), np.ones(2), np.zeros(2))
    with pytest.raises(PlanInputError, match=words):
        optimise(Plant(Grid(10.0)), replace(good, **change), _flat(2))


def test_stopped_before_it_began() -> None:
    stop = Cancel()
    stop.ask()
    with pytest.raises(PlanCancelled):
        _reference(96, cancel=stop)


def test_stopped_after_the_quick_plan_it_returns_that() -> None:
    stop = Cancel()
    plan = _reference(336, cancel=stop, first=lambda _: stop.ask())
    assert not plan.exact
    assert plan.gap < 2e-3


def test_the_names_that_others_import() -> None:
    assert energy_planner.optimise is optimise
    assert energy_planner.InfeasiblePlan is InfeasiblePlan
    assert callable(energy_planner.optimise)
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = energy_planner.nothing_such


def _reference(steps: int, **options):
    return optimise(
        reference_plant.plant(steps),
        reference_plant.inputs(steps),
        reference_plant.tariff(steps),
        **options,
    )


def _flat(steps: int) -> Tariff:
    return Tariff(np.full(steps, 10.0), np.zeros(steps))


class TestMargins:
    def test_one_more_kw_saves_what_a_bigger_battery_really_saves(self) -> None:
        load = np.array([100.0, 400.0, 100.0, 100.0])
        inputs = Inputs(np.full(4, 0.5), load, np.zeros(4))
        tariff = Tariff(np.full(4, 10.0), np.zeros(4), DemandCharge((Month(1000.0),)))

        def planned(power_kw: float):
            battery = Battery("b", 400.0, power_kw, 200.0, 1.0, 0.0, 1.0)
            return optimise(Plant(Grid(1000.0), (battery,)), inputs, tariff)

        small, bigger = planned(100.0), planned(101.0)
        (margin,) = [m for m in small.explanation.margins if m.what == "power" and m.asset == "b"]
        assert margin.saves == pytest.approx(small.objective - bigger.objective)
        assert margin.at_peak == pytest.approx(1000.0)

    def test_every_step_names_what_is_at_a_limit(self) -> None:
        plan = _reference(96)
        limits = plan.explanation.limits
        assert len(limits) == 96
        level = plan.level["battery"]
        full = [step for step in range(96) if ("battery", "full") in limits[step]]
        assert full == np.flatnonzero(level > 900 - 1e-6).tolist()

    def test_a_kilogram_is_worth_at_most_what_a_delivery_costs(self) -> None:
        plan = _reference(96)
        values = plan.explanation.kg_value
        assert len(values) == 96
        assert 0 < values.max() <= 1100.0 + 1e-6
