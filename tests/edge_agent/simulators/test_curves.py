"""Day curves: what they integrate to is exactly what they show."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from edge_agent.simulators.curves import DayCurve, plateau, rough, sun, sun_hours, wander

HARUMI = (35.65, 139.78)


def test_the_integral_is_the_area_under_the_straight_lines():
    curve = DayCurve(rough("any", 0.3))
    steps = [(second, curve.at(second)) for second in range(0, 7201, 10)]
    area = sum((a[1] + b[1]) / 2 * 10 / 3600 for a, b in pairwise(steps))
    assert curve.until(7200) == pytest.approx(area, rel=1e-9)
    assert curve.until(86400) == curve.total


def test_before_midnight_and_after_the_day_it_holds_still():
    curve = DayCurve(plateau(0, 86400))
    assert curve.until(-5) == 0
    assert curve.until(90_000) == curve.total


def test_scaling_gives_the_asked_total_and_leaves_nothing_nothing():
    assert DayCurve(plateau(3600, 7200)).scaled_to(5).total == pytest.approx(5)
    assert DayCurve([0.0] * 1441).scaled_to(5).total == 0


@pytest.mark.parametrize("day", [date(2026, 6, 21), date(2026, 12, 21)])
def test_the_sun_stands_highest_at_local_noon_and_its_hours_add_up(day):
    height = sun(day, *HARUMI, 9.0)
    top = max(range(1441), key=height.__getitem__)
    assert top / 60 == pytest.approx(11.68, abs=0.02)  # 139.78 E is 19 minutes before UTC+9
    assert height[0] == height[1440] == 0
    assert DayCurve(height).total == pytest.approx(sun_hours(day, HARUMI[0]), rel=1e-3)


def test_summer_has_more_sun_than_winter():
    summer, winter = sun_hours(date(2026, 6, 21), 35.65), sun_hours(date(2026, 12, 21), 35.65)
    assert 1.8 < summer / winter < 3.0


def test_a_wander_stays_within_one_moves_and_can_be_asked_again():
    first, again, other = wander("a"), wander("a"), wander("b")
    values = [first(second) for second in range(500)]
    assert max(map(abs, values)) <= 1
    assert len(set(values)) == 500
    assert values == [again(second) for second in range(500)]
    assert values != [other(second) for second in range(500)]
