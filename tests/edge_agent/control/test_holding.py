"""Holding: a second at a time, by plan or by rule, with assets that fail or belong to somebody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from area_configs.domain.plans import EnergyPlan, PlanStep
from area_configs.loader import load_area
from edge_agent.configuration.durable import replace_durably
from edge_agent.control.assets import assets_of
from edge_agent.control.audit import DEMAND_FILE, AuditTrail
from edge_agent.control.board import Board
from edge_agent.control.execution import Gate
from edge_agent.control.holding import HANDS_OFF_S, Holding, Means, Site
from edge_agent.control.plan_shelf import BadPlan, PlanShelf
from edge_agent.drivers.base import WriteRefused
from platform_hub.wire import plans
from tests.edge_agent.control.plant import LeapingClock, Plant

AREA = load_area("harumi")
HOUR_US = 3_600_000_000
BATTERY, CELL, ELECTROLYSER = "battery-main", "fuel-cell-main", "electrolyser-main"
POWERS = {asset.device: asset.power_kw for asset in assets_of(AREA, "gw-energy")}


async def turns(done, most=40):
    """Let the others have their turns until something is done; they also wait for threads."""
    for _ in range(most):
        if done():
            return
        await asyncio.sleep(0.001)


class StandingClock(LeapingClock):
    """Who waits waits until the test lets time pass."""

    async def pause(self, seconds, until):
        due = self.seconds + seconds
        await turns(lambda: self.seconds >= due or until.is_set(), most=10_000_000)
        return until.is_set()


class HarumiPlant(Plant):
    """The energy centre: what it is told it shows from the next second on."""

    def profile(self, device):
        return AREA.profile_of(AREA.device(device))


class Held:
    """A controller at the energy centre, and everything around it."""

    def __init__(self, folder, target_kw=450.0) -> None:
        self.clock = StandingClock()
        self.board = Board(self.clock)
        self.plant = HarumiPlant(self.board, self.clock)
        self.shelf = PlanShelf(folder, "harumi", replace_durably)
        self.trail = AuditTrail(folder, DEMAND_FILE)
        self.told = []
        gate = Gate(self.plant, self.board, AuditTrail(folder), self.clock)
        means = Means(gate, self.board, self.shelf, self.trail, self._deliver)
        site = Site("feeder-main", target_kw, assets_of(AREA, "gw-energy"))
        self.holding = Holding(site, means, self.clock)
        self.shows = {BATTERY: 0.0, CELL: 0.0, ELECTROLYSER: 0.0}

    async def _deliver(self, readings):
        self.told += readings

    async def second(self, load_kw, count=1):
        for _ in range(count):
            self.clock.seconds += 1
            relief = self.shows[BATTERY] + self.shows[CELL] - self.shows[ELECTROLYSER]
            for device, kw in self.shows.items():
                self.plant.say(device, active_power=1000 * kw)
            self.plant.say(BATTERY, state_of_charge=50.0, temperature=25.0)
            for device in (CELL, ELECTROLYSER):
                self.plant.say(device, stack_temperature=60.0)
            self.plant.say("feeder-main", active_power=1000 * (load_kw - relief))
            written = len(self.plant.written)
            await self.holding.second()
            await self._gone_out(written)
            for device, _, value in self.plant.written[written:]:
                self.shows[device] = value / 1000

    async def _gone_out(self, written):
        """Wait for what is told in this second; who may not tell yet waits for the next."""
        await turns(lambda: not self.holding._carrying and not self._under_way(written))

    def _under_way(self, written):
        return self.holding._going and len(self.plant.written) == written

    async def stop(self):
        stop = asyncio.Event()
        stop.set()
        await self.holding.run(stop)

    @property
    def values(self):
        return {reading.quantity: reading.value for reading in self.told[-5:]}


@pytest.fixture
async def held(tmp_path):
    return Held(tmp_path)


def _plan(clock, version=1, **changed):
    begins = clock.now_us()
    steps = tuple(
        PlanStep(device, begins, begins + HOUR_US, power)
        for device, power in ((BATTERY, -10_000.0), (ELECTROLYSER, -20_000.0))
    )
    plan = EnergyPlan("day", "harumi", version, begins, begins + HOUR_US, 400_000.0, steps)
    return plans.encode(replace(plan, **changed))


async def test_over_the_target_what_is_stored_is_used_first(held):
    await held.second(480.0, 6)
    await held.stop()
    assert held.plant.written[0] == (BATTERY, "power", 20_000.0)
    assert held.shows[BATTERY] > 25
    assert held.shows[CELL] == 0
    assert held.values["demand_target"] == 450_000
    assert held.values["demand_stage"] == 2
    assert held.values["demand_predicted"] > 449_000
    assert held.values["demand_measured"] == held.holding.status()["measured_s"] > 0
    actions = held.trail.newest(20)
    assert actions[0]["why"] == "peak"
    assert {"lever", "from_kw", "to_kw", "import_kw", "allowed_kw"} <= actions[0].keys()


@pytest.mark.logs("above its target")
async def test_a_half_hour_that_was_not_held_is_explained_on_disk_and_in_the_log(held, caplog):
    await held.second(700.0, 40)
    over_s = 1800 - held.clock.now_us() / 1e6 % 1800
    held.clock.seconds += over_s
    await held.second(700.0)
    await held.stop()
    [entry] = [one for one in held.trail.newest(200) if one.get("event") == "over target"]
    assert entry["mean_kw"] > entry["target_kw"] == 450.0
    assert entry["certain"]
    told = " ".join(entry["reasons"])
    assert "everything that could relieve did so for" in told
    assert "on their way to give more for" in told
    assert "everything that could relieve" in caplog.text


async def test_the_stages_follow_one_another(held):
    await held.second(560.0, 30)
    await held.stop()
    assert held.shows[BATTERY] == pytest.approx(60)
    assert held.shows[CELL] == pytest.approx(50, abs=1)
    assert held.holding.status()["stage"] == 3


async def test_a_plan_is_followed_as_far_as_the_target_allows_and_lapses(held):
    held.shelf.put(_plan(held.clock), POWERS, held.clock.now_us())
    await held.second(300.0, 30)
    assert held.shows[BATTERY] == pytest.approx(-10)
    assert held.shows[ELECTROLYSER] == pytest.approx(20)
    assert held.values["demand_target"] == 400_000
    held.clock.seconds += 3600
    await held.second(300.0, 30)
    await held.stop()
    assert held.holding.status()["plan"] == ""
    assert held.values["demand_target"] == 450_000
    assert held.shows[BATTERY] == pytest.approx(0, abs=0.6)


async def test_a_revoked_plan_is_followed_no_longer(held):
    held.shelf.put(_plan(held.clock), POWERS, held.clock.now_us())
    await held.second(300.0, 5)
    assert held.shelf.revoke("day", 1)
    await held.second(300.0, 2)
    await held.stop()
    assert held.values["demand_target"] == 450_000


async def test_what_a_person_told_is_left_alone(held):
    held.holding.hands_off(BATTERY)
    await held.second(480.0, 15)
    assert held.shows[BATTERY] == 0
    assert held.shows[CELL] > 0
    held.clock.seconds += HANDS_OFF_S
    await held.second(490.0, 3)
    await held.stop()
    assert held.shows[BATTERY] > 0


@pytest.mark.logs("refused: it is at rest")
async def test_an_asset_that_does_not_do_it_is_left_aside_for_a_while(held):
    held.plant.trouble = WriteRefused("it is at rest")
    await held.second(480.0)
    await turns(lambda: not held.holding._going, most=5000)
    held.plant.trouble = None
    await held.second(480.0, 12)
    await held.stop()
    assert held.plant.written
    assert {device for device, *_ in held.plant.written} == {CELL}


@pytest.mark.logs("no new reading of feeder-main")
async def test_without_the_meter_nothing_is_charged(held):
    held.shelf.put(_plan(held.clock), POWERS, held.clock.now_us())
    await held.second(300.0, 20)
    for _ in range(15):
        held.clock.seconds += 1
        for device, kw in held.shows.items():
            held.plant.say(device, active_power=1000 * kw)
        held.plant.say(BATTERY, state_of_charge=50.0, temperature=25.0)
        await held.holding.second()
    await turns(lambda: (BATTERY, "power", 0.0) in held.plant.written, most=5000)
    await held.stop()
    assert held.holding.status()["import_kw"] is None
    assert (BATTERY, "power", 0.0) in held.plant.written
    assert "demand_predicted" not in {reading.quantity for reading in held.told[-4:]}


def test_a_plan_survives_a_restart_and_its_revocation_too(tmp_path):
    clock = StandingClock()
    PlanShelf(tmp_path, "harumi", replace_durably).put(_plan(clock), POWERS, clock.now_us())
    again = PlanShelf(tmp_path, "harumi", replace_durably)
    assert again.current(clock.now_us()).target_peak_w == 400_000
    assert again.current(clock.now_us() + HOUR_US) is None
    again.revoke("day", 1)
    last = PlanShelf(tmp_path, "harumi", replace_durably)
    assert last.held is None
    with pytest.raises(BadPlan, match="was revoked"):
        last.put(_plan(clock), POWERS, clock.now_us())
    last.put(_plan(clock, 2), POWERS, clock.now_us())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"area": "elsewhere"}, "for area elsewhere"),
        ({"valid_until_us": 1}, "validity is over"),
        ({"steps": (PlanStep("pv-energy", 1, 2, 0.0),)}, "no asset that this gateway"),
        ({"steps": (PlanStep(BATTERY, 1, 2, 70_000.0),)}, "asked for 70 kW, it can do 60 kW"),
        ({"steps": ()}, "no energy plan"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused_in_words(tmp_path, changed, words):
    clock = StandingClock()
    shelf = PlanShelf(tmp_path, "harumi", replace_durably)
    with pytest.raises(BadPlan, match=words):
        shelf.put(_plan(clock, **changed), POWERS, clock.now_us())
    assert shelf.held is None


def test_an_older_version_does_not_replace_a_newer_one(tmp_path):
    clock = StandingClock()
    shelf = PlanShelf(tmp_path, "harumi", replace_durably)
    shelf.put(_plan(clock, 2), POWERS, clock.now_us())
    with pytest.raises(BadPlan, match="version 2 is there already"):
        shelf.put(_plan(clock, 1), POWERS, clock.now_us())


@pytest.mark.logs("no plan is followed")
def test_a_damaged_shelf_holds_nothing(tmp_path):
    (tmp_path / "plan.json").write_text("{", encoding="utf-8")
    assert PlanShelf(tmp_path, "harumi", replace_durably).held is None
