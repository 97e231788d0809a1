"""A board of the model district with a plan made of invented days, in step with a standing clock."""

from __future__ import annotations

import functools

from area_configs.domain.plans import PlanStanding
from area_configs.domain.readings import Reading
from desktop.models.energy import EnergyBoard
from desktop.models.judgement import Judge
from desktop.models.live_readings import LiveReadings
from energy_planner.gathering import Gathered
from energy_planner.proposal import propose
from energy_planner.scenario import Scenario
from tests.desktop.small_area import Clock
from tests.energy_planner.site_samples import AREA, NOW, SITE, known, request

NOW_US = round(NOW.timestamp() * 1e6)


def board(parent=None, why_not=lambda: None) -> EnergyBoard:
    clock = Clock(NOW_US)
    live = LiveReadings(AREA, Judge(AREA), clock, parent)
    made = EnergyBoard(AREA, SITE, live, clock, parent, why_not)
    made.set_language("en")
    return made


def planned(parent=None, scale: float = 1.0, why_not=lambda: None) -> EnergyBoard:
    made = board(parent, why_not)
    made.take_gathered(Gathered(known(), request().state, {}, None))
    made.take_proposal(Scenario(), proposal(scale), final=True)
    return made


@functools.cache
def proposal(scale: float = 1.0):
    return propose(request(scale))


def tell_demand(
    made: EnergyBoard,
    predicted_kw: float,
    target_kw: float = 430.0,
    stage: int = 0,
    measured_s: float = 600.0,
):
    values = {
        "demand_measured": measured_s,
        "demand_predicted": predicted_kw * 1000,
        "demand_target": target_kw * 1000,
        "demand_allowed": 440_000.0,
        "demand_stage": float(stage),
        "active_power": 333_000.0,
    }
    at = made.clock()
    made.live.take([Reading(SITE.meter, name, at, value) for name, value in values.items()])


def standing(made: EnergyBoard, state: str = "applied", *, revoked: bool = False) -> PlanStanding:
    plan = made.order()
    revocations = {"gw-energy": "sent"} if revoked else {}
    return PlanStanding(plan, NOW_US, "manager", {"gw-energy": state}, revocations, {})
