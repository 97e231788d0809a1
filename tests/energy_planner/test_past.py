"""The past of a site out of half hours that its devices measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from area_configs.loader import load_area
from energy_planner import past
from energy_planner.errors import PlanInputError
from energy_planner.forecast.history import history_of
from energy_planner.forecast.peaks import Peaks
from energy_planner.gathering import gather

TOKYO = ZoneInfo("Asia/Tokyo")
SITE = load_area("harumi").energy
BEGIN = datetime(2026, 11, 25, tzinfo=TOKYO)
BEGIN_US = round(BEGIN.timestamp() * 1e6)
SLOT_US = 1_800_000_000
POWERS_W = {
    "feeder-main": 300e3,
    "pv-school": 20e3,
    "pv-energy": 10e3,
    "battery-main": 40e3,
    "fuel-cell-main": 25e3,
    "electrolyser-main": 30e3,
}


def measured(slots: int, **others: float) -> dict:
    powers = {**POWERS_W, **{name.replace("_", "-"): w for name, w in others.items()}}
    halves = [BEGIN_US + n * SLOT_US for n in range(slots)]
    return {(device, "active_power"): dict.fromkeys(halves, w) for device, w in powers.items()}


def test_the_load_is_what_nobody_moved() -> None:
    known = past.past(SITE, measured(4), TOKYO)
    assert known.load.values[0, :4] == pytest.approx(300 + 30 + 40 + 25 - 30)
    assert known.sun.values[0, :4] == pytest.approx(30)
    assert known.bought.values[0, :4] == pytest.approx(300)
    assert np.isnan(known.load.values[0, 4:]).all()


def test_where_one_asset_is_not_known_the_load_is_not_known_but_the_import_is() -> None:
    held = measured(4)
    del held["battery-main", "active_power"][BEGIN_US + SLOT_US]
    known = past.past(SITE, held, TOKYO)
    assert np.isnan(known.load.values[0, 1])
    assert known.bought.values[0, 1] == pytest.approx(300)
    assert np.isfinite(known.load.values[0, [0, 2, 3]]).all()


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_an_older_past_counts_where_nothing_was_measured(minutes: int) -> None:
    slots = 24 * 60 // minutes
    times = BEGIN.timestamp() - 86_400 + 60.0 * minutes * np.arange(slots + slots // 12)
    columns = {"load_kw": np.full(len(times), 111.0), "import_kw": np.full(len(times), 99.0)}
    older = history_of(times, columns, TOKYO)
    known = past.past(SITE, measured(3), TOKYO, older)
    assert known.minutes == 30
    assert known.load.count == 2
    assert known.load.values[0] == pytest.approx(111.0)
    assert known.load.values[1, :4] == pytest.approx([365.0, 365.0, 365.0, 111.0])
    assert known.bought.values[1, :4] == pytest.approx([300.0, 300.0, 300.0, 99.0])


def test_nothing_at_all_is_said_so() -> None:
    with pytest.raises(PlanInputError, match="no load"):
        past.past(SITE, {}, TOKYO)


def test_the_state_of_the_assets_and_of_the_running_half_hour() -> None:
    latest = {
        ("battery-main", "state_of_charge"): 60.0,
        ("hydrogen-bank", "hydrogen_stored"): 44.0,
        ("fuel-cell-main", "active_power"): 25e3,
        ("electrolyser-main", "active_power"): 0.0,
        ("feeder-main", "active_power"): 300e3,
    }
    at = BEGIN.replace(hour=9, minute=40)
    state = past.state(SITE, latest, Peaks(incumbent_kw=410.0), at)
    assert state.content == {"battery-main": pytest.approx(144.0), "hydrogen-bank": 44.0}
    assert state.running_kw == {"fuel-cell-main": 25.0}
    assert state.peaks.elapsed_kwh == pytest.approx(300 / 6)
    assert state.peaks.incumbent_kw == 410.0


def test_what_is_not_known_is_left_out_of_the_state() -> None:
    state = past.state(SITE, {}, Peaks(), BEGIN)
    assert (state.content, state.running_kw, state.peaks.elapsed_kwh) == ({}, {}, 0.0)


def test_one_moment_above_the_contract_does_not_stand_for_minutes_that_nobody_measured() -> None:
    latest = {("feeder-main", "active_power"): 1e3 * SITE.contract_kw + 70e3}
    state = past.state(SITE, latest, Peaks(), BEGIN.replace(minute=27))
    assert state.peaks.elapsed_kwh == pytest.approx(SITE.contract_kw * 0.45)


def test_relief_is_known_only_where_every_asset_is() -> None:
    held = measured(2)
    assert past.relief(SITE, held, BEGIN_US) == pytest.approx(40 + 25 - 30)
    assert past.relief(SITE, held, BEGIN_US + 5 * SLOT_US) is None


class _Keeper:
    """Keeps two hours of measurements and one month's peak long ago."""

    def __init__(self) -> None:
        self.held = measured(4)
        self.windows = []

    def averages(self, device, quantities, window_us):
        self.windows.append(window_us)
        if window_us[1] < BEGIN_US - 86_400_000_000:
            may = round(datetime(2026, 5, 12, 10, tzinfo=TOKYO).timestamp() * 1e6)
            return {"active_power": {may: 470e3}}
        return {quantity: self.held.get((device, quantity), {}) for quantity in quantities}

    def latest(self):
        return {("feeder-main", "active_power"): 200e3}


def test_gathering_reaches_back_over_the_months_that_a_contract_remembers() -> None:
    keeper = _Keeper()
    found = gather(keeper, SITE, TOKYO, BEGIN.replace(hour=2, minute=12))
    assert found.since == BEGIN
    assert found.state.peaks.months == {(2026, 5): pytest.approx(470.0)}
    assert found.state.peaks.incumbent_kw == pytest.approx(300.0)
    assert found.state.peaks.elapsed_kwh == pytest.approx(200 * 0.2)
    assert all(ends % SLOT_US == 0 for _, ends in keeper.windows)


def test_an_older_past_alone_will_do() -> None:
    keeper = _Keeper()
    keeper.held = {}
    times = BEGIN.timestamp() - 3 * 86_400 + 1800.0 * np.arange(144)
    older = history_of(times, {"load_kw": np.full(144, 250.0)}, TOKYO)
    found = gather(keeper, SITE, TOKYO, replace_minute(BEGIN), older)
    assert found.since is None
    assert found.known.load.count == 3


def replace_minute(at: datetime) -> datetime:
    return at.replace(minute=5)


def test_sites_without_hydrogen_ask_for_none() -> None:
    assert "hydrogen-bank" in past.needed(SITE)
    assert "hydrogen-bank" not in past.needed(replace(SITE, hydrogen=None))
