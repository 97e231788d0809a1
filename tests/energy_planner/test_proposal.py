"""Plans under the contract, beside doing nothing and the plan in force; scenarios; when to send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from area_configs.domain.energy import ChargingSite, DayWindow
from area_configs.domain.plans import EnergyPlan, PlanStep
from energy_planner.aims import Aim
from energy_planner.day_plan import plan_ahead
from energy_planner.errors import InfeasiblePlan, PlanCancelled, PlanInputError
from energy_planner.optimiser.cancel import Cancel
from energy_planner.orders import energy_plan, for_gateways
from energy_planner.planner import Search
from energy_planner.proposal import propose
from energy_planner.rolling import why_send
from energy_planner.scenario import Scenario, applied
from tests.energy_planner.site_samples import AREA, NOW, SITE, request

NOW_US = round(NOW.timestamp() * 1e6)
HOUR_US = 3_600_000_000


@pytest.fixture(scope="module")
def made():
    return propose(request())


def test_it_stays_under_the_contract_and_below_doing_nothing(made) -> None:
    assert made.over == ()
    assert made.made.target_kw <= SITE.contract_kw + 1e-6
    assert made.proposed.import_kw.max() <= SITE.contract_kw + 1e-6
    assert made.proposed.cost < made.idle.cost
    assert made.current is None


def test_a_peak_above_the_contract_is_billed_but_no_leave_to_go_there_again() -> None:
    asked = request()
    peaks = replace(asked.state.peaks, incumbent_kw=600.0)
    found = propose(replace(asked, state=replace(asked.state, peaks=peaks)))
    assert found.proposed.peak_kw == pytest.approx(600.0)
    assert found.made.target_kw <= SITE.contract_kw + 1e-6


def test_a_contract_that_cannot_be_kept_is_named_with_the_closest_plan() -> None:
    found = propose(request(scale=1.6))
    assert [one.limit for one in found.over] == ["contract"]
    assert found.over[0].short > 10
    assert found.over[0].unit == "kW"
    assert found.over[0].step == np.argmax(found.proposed.import_kw)
    assert found.proposed.peak_kw < found.idle.peak_kw


def test_the_closest_plan_holds_the_lowest_peak_that_can_be_held() -> None:
    asked = request(scale=1.6)
    found = propose(asked)
    tighter = replace(asked, aim=Aim(most_kw=found.made.target_kw - 1.0))
    with pytest.raises(InfeasiblePlan, match="contract"):
        plan_ahead(tighter)
    assert found.made.target_kw == pytest.approx(found.proposed.peak_kw, abs=0.1)


def test_a_running_half_hour_that_is_lost_is_no_leave_for_those_after_it() -> None:
    asked = request()
    peaks = replace(asked.state.peaks, elapsed_kwh=0.5 * SITE.contract_kw + 20)
    found = propose(replace(asked, state=replace(asked.state, peaks=peaks)))
    assert [(one.limit, one.step) for one in found.over] == [("contract", 0)]
    assert found.over[0].short > 40
    assert found.made.target_kw <= SITE.contract_kw + 1e-6
    assert found.proposed.peak_kw > SITE.contract_kw + 40


def test_somebody_who_asked_for_that_peak_is_told_that_there_is_no_plan() -> None:
    asked = replace(request(scale=1.6), aim=Aim(most_kw=SITE.contract_kw))
    with pytest.raises(InfeasiblePlan, match="contract"):
        propose(asked)


def test_the_plan_in_force_is_reckoned_by_the_same_forecast(made) -> None:
    order = energy_plan("harumi", 1, made.made)
    again = propose(request(), for_gateways(order, AREA))
    assert again.current.import_kw == pytest.approx(again.proposed.import_kw, abs=0.1)
    assert again.current.cost == pytest.approx(again.proposed.cost, rel=0.01)
    rest = EnergyPlan("x", "harumi", 1, NOW_US, NOW_US + HOUR_US, 1.0, ())
    idle = propose(request(), rest)
    assert idle.current.cost == pytest.approx(idle.idle.cost)


@pytest.mark.parametrize(("scale", "unit"), [(1000.0, "in watts"), (0.001, "in megawatts")])
def test_a_history_in_another_unit_is_refused_in_words(scale: float, unit: str) -> None:
    with pytest.raises(PlanInputError, match=unit):
        propose(request(scale=scale))


def test_quick_first_then_the_last_word_and_cancelling() -> None:
    seen = []
    propose(request(), first=seen.append)
    assert len(seen) == 1
    stop = Cancel()
    stop.ask()
    with pytest.raises(PlanCancelled):
        propose(request(), cancel=stop)


def test_scenarios_change_what_they_say_and_nothing_else(made) -> None:
    asked = request()
    assert applied(asked, Scenario()).site == asked.site
    assert Scenario().is_plain
    dull = propose(applied(asked, Scenario(sun=0.0)))
    assert dull.idle.import_kw.sum() > made.idle.import_kw.sum()
    dear = propose(applied(asked, Scenario(energy_price=2.0)))
    assert dear.idle.energy_cost == pytest.approx(2 * made.idle.energy_cost, rel=1e-6)
    without = applied(asked, Scenario(absent=frozenset({"battery-main"})))
    assert without.site.batteries == ()
    assert propose(without).proposed.cost > made.proposed.cost
    tight = propose(applied(asked, Scenario(contract_kw=420.0)))
    assert tight.made.target_kw <= 420.0 + 1e-6
    cheap = applied(asked, Scenario(demand_rate=1.0, hydrogen_price=3.0, load=1.1))
    assert cheap.site.tariff.demand_rate == 1.0
    assert cheap.site.hydrogen.delivery_price == 3 * SITE.hydrogen.delivery_price
    assert cheap.known.load.values[3, 7] == pytest.approx(1.1 * asked.known.load.values[3, 7])


def plan(*steps: tuple[str, float], target_w: float = 400e3, hours: int = 24) -> EnergyPlan:
    ends = NOW_US + hours * HOUR_US
    made = tuple(PlanStep(device, NOW_US, ends, watts) for device, watts in steps)
    return EnergyPlan("p", "harumi", 1, NOW_US, ends, target_w, made)


def test_gateways_are_told_of_what_they_can_move_only() -> None:
    whole = plan(("battery-main", 1.0), ("ev-charger-1", -3.0), ("fuel-cell-main", 2.0))
    assert [s.device for s in for_gateways(whole, AREA).steps] == ["battery-main", "fuel-cell-main"]


def test_a_vehicle_is_planned_while_it_is_there_and_left_alone_else() -> None:
    car = ChargingSite("ev-tower-b", 6.0, DayWindow(12 * 60, 18 * 60), 12.0)
    asked = request()
    asked = replace(asked, site=replace(SITE, charging=(car,)))
    area = replace(AREA, energy=asked.site)
    made = propose(asked)
    order = for_gateways(energy_plan("harumi", 1, made.made), area)
    steps = [step for step in order.steps if step.device == "ev-tower-b"]
    hours = {datetime.fromtimestamp(s.begins_us / 1e6, NOW.tzinfo).hour for s in steps}
    assert hours == set(range(12, 18))
    kwh = sum(-s.power_w * (s.ends_us - s.begins_us) / 3.6e12 for s in steps)
    assert kwh == pytest.approx(12.0, abs=0.01)
    again = propose(asked, order)
    assert again.current.import_kw == pytest.approx(again.proposed.import_kw, abs=0.1)


@pytest.mark.parametrize(
    ("old", "why"),
    [
        (None, "no plan is in force"),
        (plan(("battery-main", 10e3)), ""),
        (plan(("battery-main", 11e3)), ""),
        (plan(("battery-main", 30e3)), "battery-main is wanted"),
        (plan(("fuel-cell-main", 5e3)), "battery-main is wanted"),
        (plan(("battery-main", 10e3), target_w=380e3), "target moves from 380.0 to 400.0"),
        (plan(("battery-main", 10e3), hours=6), "ends soon"),
    ],
)
def test_a_new_plan_is_sent_where_it_differs_enough(old, why: str) -> None:
    told = why_send(plan(("battery-main", 10e3)), old, NOW_US)
    assert (why in told) if why else not told


def test_the_quick_search_alone_keeps_the_contract_too() -> None:
    quick = propose(replace(request(), search=Search(exact=False)))
    assert np.max(quick.proposed.import_kw) <= SITE.contract_kw + 1e-6
