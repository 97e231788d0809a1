"""Why a half hour was above its target, in the controller's own words."""

from __future__ import annotations

import pytest

from edge_agent.control.demand import DemandController
from edge_agent.control.levers import Lever, LeverState

BEGIN_S = 1_764_000_000.0
IDLE = {"battery": LeverState(0.0, 0.0, 0.0)}
GONE = {"battery": LeverState(0.0, 0.0, 0.0, available=False)}


def half_hour(imports, states=IDLE, targets=(100.0,)):
    """Return what the controller says in the second after a half hour of minutes."""
    controller = DemandController((Lever("battery", 1),))
    controller.step(BEGIN_S, imports[0], states, targets[0])
    for minute in range(1, 31):
        spot = min(minute * len(imports) // 30, len(imports) - 1)
        target = targets[min(minute * len(targets) // 30, len(targets) - 1)]
        for second in range(60):
            at_s = BEGIN_S + 60 * (minute - 1) + second + 1
            controller.step(at_s, imports[spot], states, target)
    return controller.overrun


def test_a_half_hour_that_held_has_nothing_to_explain() -> None:
    assert half_hour([99.0]) is None
    assert half_hour([100.4]) is None  # what a meter of class 1 cannot tell


def test_an_empty_battery_explains_it() -> None:
    over = half_hour([120.0])
    assert over.mean_kw == pytest.approx(120.0)
    assert over.certain
    assert over.reasons[0].startswith("battery had nothing left to give for 1")
    assert "everything that could relieve did so" in " ".join(over.reasons)


def test_an_asset_that_is_away_explains_it() -> None:
    assert any("battery was not available for 1" in why for why in half_hour([120.0], GONE).reasons)


def test_a_silent_meter_may_hide_one() -> None:
    over = half_hour([99.9, 110.0, None])
    assert any("the meter was silent for" in why for why in over.reasons)
    hidden = half_hour([70.0, 120.0, 70.0, None, None, None])
    assert not hidden.certain
    assert hidden.mean_kw < 100.0


def test_a_target_that_was_lowered_within_it_explains_it() -> None:
    over = half_hour([100.0], targets=(110.0, 90.0))
    assert "the target was lowered from 110.0 to 90.0 kW" in over.reasons


def test_each_half_hour_is_explained_by_itself() -> None:
    controller = DemandController((Lever("battery", 1),))
    found = []
    for second in range(3 * 1800 + 1):
        kw = 150.0 if second <= 1800 else 50.0
        controller.step(BEGIN_S + second, kw, IDLE, 100.0)
        found += [controller.overrun] if controller.overrun else []
    assert len(found) == 1
    assert found[0].begins_s == BEGIN_S
