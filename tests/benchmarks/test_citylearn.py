"""The challenge's rules without its data: batteries, and a score that is 1 without them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.citylearn import CAPACITY_KWH, HOMES, Batteries, Year, score, simulate
from tests.benchmarks.citylearn_control import Planner


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
