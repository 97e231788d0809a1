"""The demand controller: small hand-checked seconds, and hours of a simulated site."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from edge_agent.control.demand import DemandController, Tuning, Why
from edge_agent.control.intervals import DemandInterval
from edge_agent.control.levers import Lever, LeverState

HOUR = 1_764_000_000.0  # a full hour
BATTERY = Lever("battery", 1, ramp_kw_s=50.0, release_kw_s=5.0)
HEATER = Lever("heater", 2, dwell_s=600.0, is_switch=True)


def _controller(*levers: Lever, **tuning: float) -> DemandController:
    return DemandController(levers or (BATTERY,), Tuning(**tuning))


def _battery(relief: float = 0.0, least: float = -100.0, most: float = 100.0) -> LeverState:
    return LeverState(relief, least, most)


class TestInterval:
    def test_what_is_left_of_half_an_hour(self) -> None:
        interval = DemandInterval(begins_s=HOUR)
        interval.add(HOUR + 900, 900, 120.0)
        # 100 kW x 0.5 h less the 30 kWh used, over the other quarter hour.
        assert interval.allowed_kw(100.0, HOUR + 900, 60.0) == pytest.approx(80.0)

    def test_the_last_seconds_allow_no_more_than_a_minute_would(self) -> None:
        interval = DemandInterval(begins_s=HOUR)
        interval.add(HOUR + 1799, 1799, 99.0)
        assert interval.allowed_kw(100.0, HOUR + 1799, 60.0) < 35.0

    def test_it_is_clocked_not_rolling(self) -> None:
        interval = DemandInterval(begins_s=HOUR)
        interval.add(HOUR + 1799, 1799, 50.0)
        assert interval.add(HOUR + 1800, 1.0, 80.0) == pytest.approx(50.0)
        assert interval.begins_s == HOUR + 1800
        assert interval.used_kwh == 0.0

    def test_unmeasured_time_is_taken_at_the_target(self) -> None:
        interval = DemandInterval(begins_s=HOUR)
        interval.add(HOUR + 900, 450, 100.0)
        assert interval.allowed_kw(100.0, HOUR + 900, 60.0) == pytest.approx(100.0)

    def test_a_gateway_that_begins_late_does_not_predict_from_its_first_minute(self) -> None:
        interval = DemandInterval(begins_s=HOUR)
        interval.add(HOUR + 1200, 60, 180.0)
        # 19 minutes as at the target, 1 measured, 10 to come.
        assert interval.predicted_kw(100.0, HOUR + 1200, 130.0) == pytest.approx(
            (19 * 100 + 180 + 10 * 130) / 30
        )
        assert interval.allowed_kw(100.0, HOUR + 1200, 60.0) == pytest.approx(92.0)


class TestSecond:
    def test_below_the_target_the_schedule_is_followed(self) -> None:
        quick = _controller(Lever("battery", 1))
        (ask,) = quick.step(HOUR, 50.0, {"battery": _battery()}, 100.0, {"battery": -20.0})
        assert (ask.to_kw, ask.why) == (-20.0, Why.SCHEDULE)

    def test_charging_never_lifts_the_import_over_the_target(self) -> None:
        quick = _controller(Lever("battery", 1))
        (ask,) = quick.step(HOUR, 90.0, {"battery": _battery()}, 100.0, {"battery": -40.0})
        assert ask.to_kw == pytest.approx(-10.0)
        assert ask.why is Why.CHARGE_CAPPED

    def test_over_the_target_it_relieves_by_what_is_over(self) -> None:
        (ask,) = _controller().step(HOUR, 130.0, {"battery": _battery()}, 100.0)
        assert ask.to_kw == pytest.approx(30.0)
        assert ask.why is Why.PEAK

    def test_what_a_battery_gives_already_is_counted_once(self) -> None:
        controller = _controller()
        controller.step(HOUR, 130.0, {"battery": _battery()}, 100.0)
        assert controller.step(HOUR + 1, 100.0, {"battery": _battery(30.0)}, 100.0) == []

    def test_stages_are_used_in_turn_and_a_switch_is_all_or_nothing(self) -> None:
        states = {"battery": _battery(most=20.0), "heater": LeverState(0.0, 0.0, 40.0)}
        asks = _controller(HEATER, BATTERY).step(HOUR, 130.0, states, 100.0)
        assert {ask.lever: ask.to_kw for ask in asks} == {"battery": 20.0, "heater": 40.0}

    @pytest.mark.parametrize(("import_kw", "comes_back"), [(55.0, False), (30.0, True)])
    def test_a_load_comes_back_only_where_the_others_have_room_for_it(
        self, import_kw: float, comes_back: bool
    ) -> None:
        controller, heater = _controller(HEATER, BATTERY), LeverState(0.0, 0.0, 40.0)
        controller.step(HOUR, 130.0, {"battery": _battery(most=20.0), "heater": heater}, 100.0)
        given = {"battery": _battery(20.0, most=20.0), "heater": LeverState(40.0, 0.0, 40.0)}
        later = HOUR + 1800 + 60  # its dwell is over
        asks = {ask.lever: ask.to_kw for ask in controller.step(later, import_kw, given, 100.0)}
        assert (asks.get("heater") == 0.0) is comes_back

    def test_a_lever_that_failed_is_left_alone_and_its_relief_is_no_longer_expected(self) -> None:
        states = {
            "battery": LeverState(0.0, -100.0, 100.0, available=False),
            "heater": LeverState(0.0, 0.0, 40.0),
        }
        (ask,) = _controller(HEATER, BATTERY).step(HOUR, 130.0, states, 100.0)
        assert ask.lever == "heater"

    def test_without_a_meter_it_stops_charging_and_keeps_relieving(self) -> None:
        controller = _controller()
        controller.step(HOUR, 130.0, {"battery": _battery()}, 100.0)
        assert controller.step(HOUR + 60, None, {"battery": _battery(30.0)}, 100.0) == []
        charging = _controller()
        charging.step(HOUR, 50.0, {"battery": _battery()}, 100.0, {"battery": -20.0})
        (ask,) = charging.step(
            HOUR + 60, None, {"battery": _battery(-20.0)}, 100.0, {"battery": -20.0}
        )
        assert (ask.to_kw, ask.why) == (0.0, Why.METER_STALE)

    def test_it_releases_gently(self) -> None:
        controller = _controller()
        controller.step(HOUR, 150.0, {"battery": _battery()}, 100.0)
        (ask,) = controller.step(HOUR + 1, 20.0, {"battery": _battery(50.0)}, 100.0)
        assert ask.to_kw == pytest.approx(45.0)
        assert ask.why is Why.RELEASE

    def test_a_clock_that_jumps_does_not_count_hours_into_an_interval(self) -> None:
        controller = _controller()
        controller.step(HOUR, 50.0, {"battery": _battery()}, 100.0)
        controller.step(HOUR + 7200, 50.0, {"battery": _battery()}, 100.0)
        assert controller.interval.used_kwh < 1.0


class _Site:
    """A load with noise, a battery with content, a heater that can be shed; one second a step."""

    def __init__(self, seed: int, content_kwh: float = 60.0) -> None:
        self.dice = random.Random(seed)
        self.content_kwh, self.most_kwh = content_kwh, 80.0
        self.battery_kw = self.heater_kw = 0.0
        self.heater_load_kw = 15.0
        self.dropout = 0

    def load_kw(self, second: int) -> float:
        swell = 30 * math.sin(second / 1500) + 15 * math.sin(second / 170)
        return 85 + swell + self.dice.gauss(0, 3) + self.heater_load_kw

    def import_kw(self, load_kw: float) -> float:
        return load_kw - self.battery_kw - self.heater_kw

    def states(self) -> dict[str, LeverState]:
        least = -40.0 if self.content_kwh < self.most_kwh else 0.0
        most = 40.0 if self.content_kwh > 0 else 0.0
        return {
            "battery": LeverState(self.battery_kw, least, most),
            "heater": LeverState(self.heater_kw, 0.0, self.heater_load_kw),
        }

    def apply(self, asks) -> None:
        for ask in asks:
            if ask.lever == "battery":
                self.battery_kw = ask.to_kw
            else:
                self.heater_kw = ask.to_kw
        self.content_kwh -= self.battery_kw / 3600

    def measured(self, import_kw: float) -> float | None:
        """Now and then the meter says nothing for some seconds."""
        if self.dropout == 0 and self.dice.random() < 1 / 900:
            self.dropout = self.dice.randrange(2, 30)
        self.dropout = max(0, self.dropout - 1)
        return None if self.dropout else import_kw


def _run(seed: int, hours: int, target_kw: float) -> tuple[list[float], Counter[str]]:
    """Return the true mean of each half hour, and how often each lever was switched an hour."""
    site, controller = _Site(seed), DemandController((BATTERY, HEATER))
    means, switches, used = [], Counter(), 0.0
    for second in range(hours * 3600):
        true_kw = site.import_kw(site.load_kw(second))
        used += true_kw
        asks = controller.step(HOUR + second, site.measured(true_kw), site.states(), target_kw)
        switches.update(ask.lever for ask in asks if ask.lever == "heater")
        site.apply(asks)
        if second % 1800 == 1799:
            means.append(used / 1800)
            used = 0.0
    return means, switches


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hours_with_noise_and_dropouts_stay_at_the_target(seed: int) -> None:
    target = 105.0
    means, switches = _run(seed, 4, target)
    uncontrolled = max(
        sum(_Site(seed).load_kw(s) for s in range(k * 1800, k * 1800 + 1800)) / 1800
        for k in range(8)
    )
    assert uncontrolled > target + 10
    assert max(means) <= target * 1.005
    assert switches["heater"] <= 6 * 4
