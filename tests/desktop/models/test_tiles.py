"""Tiles: what is asked for, what is kept, what is drawn while the finer ones are on their way."""

from __future__ import annotations

import numpy as np
import pytest

from area_configs.domain.readings import Series
from desktop.models.tiles import (
    NOTHING,
    PERIODS_S,
    RAW,
    Need,
    Stretch,
    Tiles,
    joined,
    period_for,
    points,
    tile_us,
)
from tests.desktop.small_area import NOON_US, SECOND_US, Clock

POWER, ENERGY = Series("meter-1", "active_power"), Series("meter-1", "energy_import")
DAY_US = 86_400 * SECOND_US
YEAR = (NOON_US - 365 * DAY_US, NOON_US)


def stretch(need, count=None):
    """Whole periods over all that was asked for, up to noon."""
    ends = min(need.ends_us, NOON_US) / 1e6
    begins = np.arange(need.begins_us / 1e6, ends, need.period_s)[:count]
    mean = np.sin(begins / 86_400)
    full = np.full(len(begins), need.period_s)
    return Stretch(begins, begins + need.period_s, mean - 1, mean, mean + 1, full)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tiles(clock):
    return Tiles(clock)


@pytest.fixture
def needs(tiles):
    needs = []
    tiles.needed.connect(needs.append)
    return needs


def answer(tiles, needs):
    while needs:
        need = needs.pop(0)
        tiles.take(need, dict.fromkeys(need.quantities, stretch(need)))


@pytest.mark.parametrize(
    ("span_s", "period_s"),
    [(600, RAW), (2400, RAW), (3600, 5), (86_400, 60), (30 * 86_400, 1800), (365 * 86_400, 14_400)],
)
def test_the_resolution_follows_from_span_and_pixels(span_s, period_s):
    assert period_for(span_s * SECOND_US, 1200) == period_s


def test_a_year_is_few_periods_for_every_pixel():
    for width in (300, 1200, 3800):
        count = 365 * 86_400 / period_for(365 * DAY_US, width)
        assert width / 3 < count <= 2 * width


def test_a_window_is_asked_for_once_and_by_device(tiles, needs):
    tiles.want([POWER, ENERGY], YEAR, 14_400)
    tiles.want([POWER, ENERGY], YEAR, 14_400)
    assert {need.device for need in needs} == {"meter-1"}
    assert {need.quantities for need in needs} == {("active_power", "energy_import")}
    assert sum(need.ends_us - need.begins_us for need in needs) == 5 * tile_us(14_400)
    assert len(needs) == 2  # four tiles at once are enough for one answer


def test_the_future_is_not_asked_for(tiles, needs):
    tiles.want([POWER], (NOON_US + DAY_US, NOON_US + 2 * DAY_US), 60, beside=0)
    assert needs == []


def test_what_has_come_is_drawn_at_its_resolution(tiles, needs):
    tiles.want([POWER], YEAR, 14_400)
    answer(tiles, needs)
    drawn = tiles.draw(POWER, YEAR, 14_400)
    assert drawn.period_s == 14_400
    assert len(drawn.stretch) == pytest.approx(365 * 6, abs=2)
    assert np.all(np.diff(drawn.stretch.begins_s) == 14_400)


def test_until_it_has_come_the_coarser_one_is_drawn(tiles, needs):
    tiles.want([POWER], YEAR, 14_400)
    answer(tiles, needs)
    day = (NOON_US - 90 * DAY_US, NOON_US - 89 * DAY_US)
    drawn = tiles.draw(POWER, day, 60)
    assert drawn.period_s == 14_400
    assert 6 <= len(drawn.stretch) <= 8
    tiles.want([POWER], day, 60)
    answer(tiles, needs)
    assert tiles.draw(POWER, day, 60).period_s == 60


def test_nothing_held_is_nothing_drawn(tiles):
    assert len(tiles.draw(POWER, YEAR, 14_400).stretch) == 0


def test_a_tile_that_is_still_filling_is_asked_for_again(tiles, needs, clock):
    hour = (NOON_US - 3600 * SECOND_US, NOON_US)
    tiles.want([POWER], hour, 5, beside=0)
    answer(tiles, needs)
    tiles.want([POWER], hour, 5, beside=0)
    assert needs == []
    clock.advance(11)
    tiles.want([POWER], hour, 5, beside=0)
    assert [need.ends_us for need in needs] == [NOON_US]


def test_a_refused_question_may_be_asked_again(tiles, needs):
    tiles.want([POWER], YEAR, 14_400)
    first = list(needs)
    for need in first:
        tiles.fail(need)
    tiles.want([POWER], YEAR, 14_400)
    assert needs == first * 2


def test_after_a_loss_only_what_may_have_changed_is_asked_again(tiles, needs):
    tiles.want([POWER], YEAR, 14_400, beside=0)
    answer(tiles, needs)
    tiles.forget()
    tiles.want([POWER], YEAR, 14_400, beside=0)
    assert [(need.ends_us - need.begins_us) // tile_us(14_400) for need in needs] == [1]


def test_the_cache_is_bounded(tiles, needs):
    for day in range(400):
        begins = NOON_US - (day + 1) * DAY_US
        tiles.want([POWER], (begins, begins + DAY_US), 60, beside=0)
        answer(tiles, needs)
    assert len(tiles) <= 600


def test_an_empty_answer_is_known_to_be_empty(tiles):
    need = Need("meter-1", ("active_power",), 60, 0, tile_us(60))
    tiles.take(need, {})
    assert tiles.holds(POWER, (0, tile_us(60)), 60)
    assert len(tiles.draw(POWER, (0, tile_us(60)), 60).stretch) == 0


def test_a_hole_is_broken_and_a_row_is_not():
    times = np.array([0.0, 60.0, 120.0, 600.0])
    whole = points(times, np.ones(4)).broken(90.0)
    assert np.array_equal(np.isnan(whole.mean), [False, False, False, True, False])
    assert len(points(times[:3], np.ones(3)).broken(90.0)) == 3


def seconds(*begins):
    at = np.array(begins, float)
    return Stretch(at, at + 1, at, at, at, np.ones(len(at), np.int64))


def test_stretches_that_overlap_are_put_together_once():
    both = joined([seconds(0, 1, 2, 3), NOTHING, seconds(2, 3, 4, 5)])
    assert list(both.begins_s) == [0, 1, 2, 3, 4, 5]


def test_another_time_is_shifted_whole():
    moved = points(np.array([1.0]), np.array([5.0])).shifted(86_400)
    assert (moved.begins_s[0], moved.ends_s[0], moved.mean[0]) == (86_401.0, 86_401.0, 5.0)


def test_periods_are_whole_minutes_or_half_hours_beyond_a_minute():
    assert all(each % 60 == 0 for each in PERIODS_S if each >= 60)
    assert all(each % 1800 == 0 for each in PERIODS_S if each >= 1800)
