"""Flexible loads: vehicles, heaters, loads that people can go without; under a plan and without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.dispatch import dispatched
from area_configs.domain.energy import ChargingSite, DayWindow, DeferrableSite, SheddableSite
from area_configs.domain.plans import EnergyPlan, PlanStep
from area_configs.loader import load_area
from edge_agent.configuration.durable import replace_durably
from edge_agent.control.audit import AuditTrail
from edge_agent.control.board import Board
from edge_agent.control.demand import DemandController
from edge_agent.control.execution import Gate
from edge_agent.control.flexible import flexible_of
from edge_agent.control.following import Following
from edge_agent.control.plan_shelf import PlanShelf
from edge_agent.drivers.base import WriteRefused
from platform_hub.wire import plans
from tests.edge_agent.control.plant import LeapingClock, Plant

CAR, HEATER, COOLER = "ev-tower-b", "heater-1", "cooler-1"
GATEWAY = "gw-residence"
NIGHT, ALL_DAY = DayWindow(22 * 60, 7 * 60), DayWindow(0, 0)
HOUR_US = 3_600_000_000


def _area():
    area = load_area("harumi")
    car = area.device(CAR)
    kinds = {HEATER: "echonet_water_heater", COOLER: "echonet_air_conditioner"}
    more = tuple(replace(car, id=name, profile=profile) for name, profile in kinds.items())
    energy = replace(
        area.energy,
        charging=(ChargingSite(CAR, 6.0, NIGHT, 20.0),),
        deferrable=(DeferrableSite(HEATER, 1.5, NIGHT, 6.0),),
        sheddable=(SheddableSite(COOLER, 2.0, ALL_DAY, 40.0),),
    )
    from area_configs.loader import load_profile  # noqa: PLC0415 - only here

    profiles = {**area.profiles, **{name: load_profile(name) for name in kinds.values()}}
    return replace(area, devices=(*area.devices, *more), energy=energy, profiles=profiles)


AREA = _area()


class LoadPlant(Plant):
    def profile(self, device):
        return AREA.profile_of(AREA.device(device))


class Loads:
    """The flexible loads of one gateway with all around them."""

    def __init__(self, folder=None) -> None:
        self.clock = LeapingClock()
        self.board = Board(self.clock)
        found = flexible_of(AREA, GATEWAY, self.clock.now_us)
        self.assets = {asset.device: asset for asset in found}
        if folder:
            self.plant = LoadPlant(self.board, self.clock)
            gate = Gate(self.plant, self.board, AuditTrail(folder), self.clock)
            self.shelf = PlanShelf(folder, "harumi", replace_durably)
            self.following = Following(found, gate, self.shelf, self.board, self.clock)

    def say(self, device, **values):
        Plant(self.board, self.clock).say(device, **values)

    def state(self, device):
        return self.assets[device].state(self.board, self.clock.monotonic())

    def told(self, device, relief_kw):
        return self.assets[device].told(relief_kw, self.clock.monotonic())

    def put(self, *steps, ident="night"):
        begins = self.clock.now_us()
        made = tuple(PlanStep(d, begins, begins + HOUR_US, watts) for d, watts in steps)
        plan = EnergyPlan(ident, "harumi", 1, begins, begins + 2 * HOUR_US, 400e3, made)
        powers = {device: asset.power_kw for device, asset in self.assets.items()}
        self.shelf.put(plans.encode(plan), powers, begins)


@pytest.fixture
def loads():
    return Loads()


@pytest.fixture
def following(tmp_path):
    return Loads(tmp_path)


def test_plans_move_what_has_a_command_for_it() -> None:
    assert {CAR, HEATER, COOLER, "battery-main"} <= dispatched(AREA)
    assert dispatched(replace(AREA, energy=None)) == frozenset()


def test_a_vehicle_that_is_away_takes_nothing(loads) -> None:
    assert not loads.state(CAR).available
    loads.say(CAR, active_power=0.0, plug_state=0.0)
    assert (loads.state(CAR).least_kw, loads.state(CAR).most_kw) == (0.0, 0.0)
    loads.say(CAR, active_power=3000.0, plug_state=3.0)
    assert loads.state(CAR) == type(loads.state(CAR))(-3.0, -6.0, 0.0)
    assert loads.told(CAR, -4.0) == 4000.0


def test_without_a_plan_a_vehicle_charges_as_far_as_the_target_allows(loads) -> None:
    loads.say(CAR, active_power=0.0, plug_state=3.0)
    asset = loads.assets[CAR]
    controller = DemandController([asset.lever])
    wanted = asset.idle_kw(loads.board)
    for second in range(40):
        states = {CAR: loads.state(CAR)}
        controller.step(1_764_000_000.0 + second, 96.0, states, 100.0, {CAR: wanted})
    # 4 kW are free below the target: the vehicle gets them, and no more.
    assert controller.asked()[CAR][0] == pytest.approx(-4.0, abs=0.6)


def test_a_heater_may_heat_or_waits(loads) -> None:
    loads.say(HEATER, active_power=1200.0)
    assert loads.state(HEATER).relief_kw == pytest.approx(-1.2)
    assert (loads.told(HEATER, -1.5), loads.told(HEATER, 0.0)) == (2.0, 0.0)
    assert loads.assets[HEATER].lever.is_switch


def test_what_is_shed_comes_back_after_its_time_and_rests(loads) -> None:
    loads.say(COOLER, active_power=1500.0)
    assert loads.state(COOLER).most_kw == 1.5
    assert loads.told(COOLER, 1.5) == 0.0
    loads.say(COOLER, active_power=0.0)
    assert loads.state(COOLER).relief_kw == 1.5
    loads.clock.seconds += 1800
    loads.say(COOLER, active_power=0.0)
    assert loads.state(COOLER).most_kw == 0.0  # half an hour at a time
    assert loads.told(COOLER, 0.0) == 1.0
    loads.say(COOLER, active_power=1500.0)
    assert loads.state(COOLER).most_kw == 0.0  # and half an hour of rest
    loads.clock.seconds += 1800
    loads.say(COOLER, active_power=1500.0)
    assert loads.state(COOLER).most_kw == 1.5


def test_nobody_goes_without_for_more_than_the_hours_of_a_day(loads) -> None:
    for _ in range(4):
        loads.say(COOLER, active_power=1500.0)
        loads.told(COOLER, 1.5)
        loads.clock.seconds += 1800
        loads.told(COOLER, 0.0)
        loads.clock.seconds += 1800
    loads.say(COOLER, active_power=1500.0)
    assert loads.state(COOLER).most_kw == 0.0
    loads.clock.seconds += 86_400
    loads.say(COOLER, active_power=1500.0)
    assert loads.state(COOLER).most_kw == 1.5


async def test_a_gateway_without_the_meter_follows_its_part_of_the_plan(following) -> None:
    following.say(CAR, active_power=0.0, plug_state=3.0)
    await following.following.second()
    assert following.plant.written == []  # nobody asked for anything yet
    following.put((CAR, -3000.0))
    await following.following.second()
    await following.following.second()
    assert following.plant.written == [(CAR, "charge-power", 3000.0)]
    following.clock.seconds += 3700  # the plan lasts on, but is silent about the car
    following.say(CAR, active_power=3000.0, plug_state=3.0)
    await following.following.second()
    assert following.plant.written[-1] == (CAR, "charge-power", 6000.0)


@pytest.mark.logs("refused: it is at rest")
async def test_who_refuses_is_asked_again_later_and_a_person_is_left_alone(following) -> None:
    following.say(CAR, active_power=0.0, plug_state=3.0)
    following.put((CAR, -3000.0))
    following.plant.trouble = WriteRefused("it is at rest")
    await following.following.second()
    following.plant.trouble = None
    await following.following.second()
    assert following.plant.written == []
    following.clock.seconds += 61
    following.say(CAR, active_power=0.0, plug_state=3.0)
    following.following.hands_off(CAR)
    await following.following.second()
    assert following.plant.written == []
    following.clock.seconds += 901
    following.say(CAR, active_power=0.0, plug_state=3.0)
    await following.following.second()
    assert following.plant.written == [(CAR, "charge-power", 3000.0)]
