"""What the energy page knows: the running half hour, what can be sent, sentences, lines of the plots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.models import energy_lines, energy_words
from energy_planner.errors import Conflict, InfeasiblePlan
from energy_planner.gathering import Gathered
from energy_planner.scenario import Scenario
from tests.desktop.energy_samples import (
    NOW_US,
    board,
    planned,
    proposal,
    standing,
    tell_demand,
)
from tests.energy_planner.site_samples import NOW, SITE, known, request

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_running_half_hour_is_what_the_control_tells() -> None:
    made = board()
    tell_demand(made, 410.5, stage=2)
    demand = made.demand()
    assert (demand.predicted_kw, demand.target_kw, demand.allowed_kw) == (410.5, 430.0, 440.0)
    assert (demand.stage, demand.import_kw, demand.contract_kw) == (2, 333.0, 450)
    assert demand.left_s == pytest.approx(20 * 60)


def test_what_was_not_told_or_is_old_is_not_known() -> None:
    made = board()
    assert made.demand().predicted_kw is None
    assert made.demand().age_us is None
    tell_demand(made, 410.0)
    made.clock.advance(60)
    demand = made.demand()
    assert (demand.predicted_kw, demand.stage) == (None, None)
    assert demand.age_us == 60_000_000


def test_a_proposal_becomes_an_order_for_gateways() -> None:
    made = planned()
    order = made.order()
    assert {step.device for step in order.steps} == {
        "battery-main",
        "fuel-cell-main",
        "electrolyser-main",
    }
    assert order.target_peak_w <= 450_000
    assert board().order() is None


def test_a_scenario_is_shown_but_never_sent() -> None:
    made = planned()
    order = made.order()
    made.take_proposal(Scenario(sun=0.5), proposal(1.6), final=True)
    assert made.shown is made.variant
    assert made.order() == order
    wanted = []
    made.plan_wanted.connect(wanted.append)
    made.ask_plan()
    assert made.shown is made.base
    assert wanted == [Scenario()]


def test_a_plan_is_in_force_until_it_lapses_or_is_taken_back() -> None:
    made = planned()
    assert made.in_force is None
    made.take_standing(standing(made))
    assert made.in_force == made.order()
    made.take_standing(standing(made, revoked=True))
    assert made.in_force is None
    made.take_standing(standing(made))
    made.clock.advance(25 * 3600)
    assert made.in_force is None


def test_hits_are_counted_over_the_month_that_is_known() -> None:
    made = planned()
    past = known()
    values = past.bought.values.copy()
    values[3, 10:13] = (451.0, 700.0, 449.0)
    held = replace(past, bought=replace(past.bought, values=values))
    made.take_gathered(Gathered(held, request().state, {}, None))
    hits = made.hits()
    assert (hits.over, hits.near) == (2, 1)
    assert hits.known == 19 * 48 + 20


@pytest.mark.parametrize("language", ["ja", "en"])
def test_conflicts_name_asset_limit_time_shortfall_and_way_out(language: str) -> None:
    made = board()
    made.set_language(language)
    made.take_failure(InfeasiblePlan((Conflict("hydrogen-bank", "dispensing", 4, 12.34, "kg"),)))
    (words,) = made.conflicts()
    name = made.name("hydrogen-bank")
    assert name in words
    assert "10/20 12:00" in words
    assert "12.3 kg" in words
    assert ("水素の充填" if language == "ja" else "hydrogen dispensing") in words


def test_a_contract_that_cannot_be_kept_is_told_beside_the_plan() -> None:
    made = planned(scale=1.6)
    (words,) = made.conflicts()
    assert "contract power of Grid" in words
    assert "a contract" in words


def test_every_step_has_its_reasons() -> None:
    made = planned()
    plan = made.shown.made.plan
    busy = next(i for i, limits in enumerate(plan.explanation.limits) if len(limits) > 1)
    words = energy_words.step_reasons(made.voice, made.shown, busy)
    assert "kW from the grid" in words[0]
    assert words[1].startswith("Binding: ")
    assert "One more kWh here would save" in words[2]
    assert "One more kg of hydrogen" in words[3]
    assert all("Solar" not in line for line in words)
    assert any("one more k" in line for line in energy_words.margins(made.voice, made.shown))
    made.set_language("ja")
    assert "受電" in energy_words.step_reasons(made.voice, made.shown, busy)[0]


def test_the_peak_is_explained_by_the_bill() -> None:
    made = planned()
    assert "less than doing nothing" in energy_words.peak_reason(made.voice, made.shown)
    higher = replace(made.shown, proposed=replace(made.shown.proposed, peak_kw=500.0))
    assert "500.0 kW was reached before" in energy_words.peak_reason(made.voice, higher)


def test_the_plots_share_a_span_and_say_what_they_are_of() -> None:
    made = planned()
    shown = energy_lines.plots(made, made.shown)
    assert shown.now_s == pytest.approx(NOW.timestamp())
    assert shown.ends_s == pytest.approx(NOW.timestamp() + 24 * 3600, abs=1801)
    roles = [{course.role for course in group} for group in (shown.load, shown.grid)]
    assert roles[0] == {"band", "forecast", "said", "measured", "contract"}
    assert {"idle", "proposed", "measured", "contract"} <= roles[1]
    for group in (shown.load, shown.storage, shown.dispatch, shown.grid):
        for course in group:
            assert len(course.edges) == len(course.values) + 1
    storage = [course for course in shown.storage if course.name]
    assert all(course.values.min() >= 0 and course.values.max() <= 100.001 for course in storage)


def test_what_the_day_turned_out_to_be_stands_beside_what_was_said() -> None:
    made = planned()
    shown = energy_lines.plots(made, made.shown)
    (said,) = [course for course in shown.load if course.role == "said"]
    (measured,) = [course for course in shown.load if course.role == "measured"]
    assert said.edges[-1] <= shown.now_s + 1800
    inside = (measured.edges[:-1] >= said.edges[0]) & np.isfinite(measured.values)
    assert inside.sum() == 20


def test_measured_states_are_drawn_up_to_now() -> None:
    made = planned()
    half = NOW_US - NOW_US % 1_800_000_000
    measured = {
        ("battery-main", "state_of_charge"): {
            half - 3_600_000_000: 40.0,
            half - 1_800_000_000: 50.0,
        },
        ("electrolyser-main", "active_power"): {half - 1_800_000_000: 30_000.0},
    }
    made.take_gathered(Gathered(known(), request().state, measured, NOW))
    shown = energy_lines.plots(made, made.shown)
    (charge,) = [course for course in shown.storage if not course.name]
    assert charge.values.tolist() == [40.0, 50.0]
    (taken,) = [course for course in shown.dispatch if not course.name]
    assert taken.values.tolist() == [-30.0]


def test_an_area_without_energy_has_no_board() -> None:
    from desktop.models.area_models import AreaModels  # noqa: PLC0415 - only here
    from desktop.models.connection import Connection  # noqa: PLC0415 - as above
    from tests.desktop.small_area import Clock, small_area  # noqa: PLC0415 - as above

    clock = Clock()
    assert AreaModels(small_area(), Connection(clock), clock).energy is None
    assert SITE.contract_kw == 450
