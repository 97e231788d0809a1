"""The challenge's rules without its data: batteries, and a score that is 1 without them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.citylearn import CAPACITY_KWH, HOMES, Batteries, Year, score, simulate
from tests.benchmarks.citylearn_control import Planner
from tests.benchmarks.citylearn_forecast import Forecast


@pytest.fixture
def known() -> Year:
    hour = np.arange(96)
    of_day = hour % 24
    load = np.tile(0.5 + 1.5 * (of_day >= 18), (HOMES, 1))
    rays = np.where((of_day > 6) & (of_day < 18), 500.0, 0.0)
    sun = np.tile(rays / 500 * 2, (HOMES, 1))
    price = np.where(of_day >= 16, 0.54, 0.22)
    return Year(load, sun, price, np.full(96, 0.15), np.array([rays, rays / 2]))


def test_a_battery_loses_on_both_ways_and_gives_no_more_than_it_has() -> None:
    batteries = Batteries()
    taken = sum(batteries.move(np.full(HOMES, 5.0)) for _ in range(4))
    assert (batteries.content <= CAPACITY_KWH).all()
    given = sum(batteries.move(np.full(HOMES, -5.0)) for _ in range(4))
    assert batteries.content == pytest.approx(np.zeros(HOMES))
    assert (-given < taken).all()
    assert (-given > 0.7 * taken).all()


def test_no_battery_scores_one(known) -> None:
    idle = score(known, simulate(known, lambda *_: np.zeros(HOMES)))
    assert set(idle.values()) == {1.0}


def test_the_controller_is_better_than_none_and_reads_no_hour_ahead(known) -> None:
    net = simulate(known, Planner(known).decide)
    assert score(known, net)["score"] < 1
    changed = Year(
        *(part.copy() for part in (known.load, known.sun, known.price)),
        known.carbon,
        known.irradiance,
    )
    changed.load[:, 60:] += 3.0
    other = simulate(changed, Planner(changed).decide)
    assert other[:, :60] == pytest.approx(net[:, :60])


def test_the_forecast_follows_the_sun_of_the_present_hour_and_reads_none_ahead() -> None:
    hours, dice = 24 * 20, np.random.default_rng(3)
    hour = np.arange(hours)
    best = np.maximum(0, np.sin((hour % 24 - 6) / 12 * np.pi)) * 3
    dull = dice.choice([0.3, 1.0], hours // 24).repeat(24)
    load = np.tile(1 + (hour % 24 >= 18), (HOMES, 1)) + dice.normal(0, 0.1, (HOMES, hours))
    sun = np.tile(best * dull, (HOMES, 1))
    known = Year(load, sun, np.ones(hours), np.ones(hours), np.zeros((2, hours)))
    noons = [day * 24 + 11 for day in range(12, 19)]
    said = np.array([Forecast(known).ahead(noon)[:, 0].sum() for noon in noons])
    truth = known.net[:, np.array(noons) + 1].sum(axis=0)
    assert np.abs(said - truth).mean() < 0.1 * np.abs(truth).mean()
    changed = Year(load.copy(), sun.copy(), known.price, known.carbon, known.irradiance)
    changed.load[:, noons[3] + 1 :] += 3
    changed.sun[:, noons[3] + 1 :] *= 2
    assert Forecast(changed).ahead(noons[3])[:, 0].sum() == pytest.approx(said[3])
