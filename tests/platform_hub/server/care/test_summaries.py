"""Summaries against a second computation with NumPy, from the definitions, to 1e-6."""

from __future__ import annotations

import numpy as np
import pytest

from area_configs.domain.care import DaySummary, Metric, Missing
from platform_hub.server.care import baselines, summaries
from platform_hub.server.care.gate import gated
from platform_hub.wire.care import Minute

WHO = "p-" + "a" * 26
BEGINS = 29_000_160  # a midnight; the summary does not care where
TOLERANCE = 1e-6


def beats(seed: int, minutes: int) -> list[np.ndarray]:
    dice = np.random.default_rng(seed)
    return [800 + 40 * dice.standard_normal(75) for _ in range(minutes)]


def night(seed: int) -> dict[int, Minute]:
    """Return a day and the half before it: asleep 22:30 to 06:10 with four short wakings."""
    dice = np.random.default_rng(seed)
    found = {}
    for n in range(-720, 1440):
        at = n % 1440
        asleep = (at >= 1350 or at < 370) and at % 97 > 3
        still = asleep or dice.random() < 0.2
        rr = 900 + 30 * dice.standard_normal(66)
        squares = float((np.diff(rr) ** 2).sum())
        found[BEGINS + n] = Minute(
            WHO,
            BEGINS + n,
            worn=not 600 <= at < 700,
            complete=at % 10 > 0,
            still=still,
            heart_rate=float(55 + 30 * (not asleep) + 4 * dice.random()),
            spo2=float(94 + 3 * dice.random()) if at % 3 else None,
            steps=0 if still else int(dice.integers(0, 60)),
            rr_squares=squares,
            rr_pairs=65,
            rr_clean_ms=float(rr[1:].sum()),
            battery=80.0 - at / 100,
        )
    return found


def column(minutes: dict[int, Minute], first: int, count: int, field: str) -> np.ndarray:
    values = [getattr(minutes[BEGINS + n], field) for n in range(first, first + count)]
    return np.array([np.nan if value is None else float(value) for value in values])


def five(values: np.ndarray) -> np.ndarray:
    pieces = values.reshape(-1, 5)
    kept = pieces[~np.isnan(pieces).all(axis=1)]
    return np.nanmean(kept, axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_are_those_of_a_second_computation(seed):
    minutes = night(seed)
    day = summaries.summary(1, BEGINS, minutes)
    value = {name: day.metrics[name].value for name in Metric}
    worn, still = (column(minutes, 0, 1440, name) == 1 for name in ("worn", "still"))
    pulse = np.where(worn & still, column(minutes, 0, 1440, "heart_rate"), np.nan)[:360]
    means = np.sort(five(pulse))
    resting = np.median(means[: max(1, -(-means.size // 20))])
    assert value[Metric.RESTING_HR] == pytest.approx(resting, abs=TOLERANCE)
    squares, pairs, clean = (
        column(minutes, 0, 360, f"rr_{name}").reshape(-1, 10).sum(1)
        for name in ("squares", "pairs", "clean_ms")
    )
    rmssd = np.median(np.sqrt(squares / pairs)[clean >= 300_000])
    assert value[Metric.RMSSD] == pytest.approx(rmssd, abs=TOLERANCE)
    oxygen = np.where(still, column(minutes, 0, 1440, "spo2"), np.nan)
    assert value[Metric.SPO2_MEDIAN] == pytest.approx(np.median(five(oxygen)), abs=TOLERANCE)
    assert value[Metric.SPO2_LOW] == pytest.approx(five(oxygen).min(), abs=TOLERANCE)
    assert value[Metric.STEPS] == np.nansum(column(minutes, 0, 1440, "steps"))
    assert (day.worn_min, day.valid, day.valid_night) == (1340, True, True)
    assert day.complete_min == 1296
    assert sum(day.worn_by_hour) == 1340


def test_sleep_is_the_main_rest_with_its_wakings():
    minutes = {
        BEGINS + n: Minute(WHO, BEGINS + n, worn=True, still=-90 <= n < 370 and not 100 <= n < 112)
        for n in range(-720, 1440)
    }
    found = summaries.summary(1, BEGINS, minutes).metrics
    assert found[Metric.SLEEP].value == 448
    assert found[Metric.WASO].value == 12
    assert found[Metric.AWAKENINGS].value == 1
    assert found[Metric.EFFICIENCY].value == pytest.approx(100 * 448 / 460)


def test_rmssd_of_sums_is_rmssd_of_the_beats():
    per_minute = beats(3, 10)
    rr = np.concatenate(per_minute)
    squares = np.diff(rr) ** 2
    own = [
        Minute(WHO, n, worn=True, rr_squares=float(s.sum()), rr_pairs=len(s), rr_clean_ms=6e4)
        for n, s in enumerate(np.array_split(squares, 10))
    ]
    assert summaries.rmssd(own).value == pytest.approx(np.sqrt(squares.mean()), abs=TOLERANCE)


def test_a_day_that_was_not_worn_long_enough_says_so_and_is_not_zero():
    few = {BEGINS + n: Minute(WHO, BEGINS + n, worn=True, steps=9, spo2=97.0) for n in range(959)}
    day = summaries.summary(1, BEGINS, few)
    assert not day.valid
    assert day.metrics[Metric.STEPS].value is None
    assert day.metrics[Metric.STEPS].why is Missing.NOT_WORN
    enough = few | {BEGINS + 959: Minute(WHO, BEGINS + 959, worn=True, steps=9)}
    assert summaries.summary(1, BEGINS, enough).metrics[Metric.STEPS].value == 959 * 9 + 9


def test_nothing_heard_is_no_night():
    day = summaries.summary(1, BEGINS, {})
    assert day.metrics[Metric.SLEEP].why is Missing.NIGHT_NOT_WORN
    assert all(known.value is None for known in day.metrics.values())
    assert day.active_by_hour == (None,) * 24
    assert set(day.asleep) == {"-"}


def days(seed: int, count: int) -> list[DaySummary]:
    dice = np.random.default_rng(seed)
    return [
        DaySummary(
            day,
            1440,
            1440,
            1440,
            valid=True,
            valid_night=True,
            metrics={},
            active_by_hour=tuple(map(float, dice.integers(0, 60, 24))),
            asleep="".join(dice.choice(["0", "1"], 288)),
        )
        for day in range(count)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_rhythm_is_that_of_a_second_computation(seed):
    some = days(seed, 20)
    found = baselines.rhythm(some)
    x = np.array([one.active_by_hour for one in some])
    flat, hours = x.ravel(), x.mean(0)
    v, n = ((x - x.mean()) ** 2).sum(), x.size
    stability = n * ((hours - x.mean()) ** 2).sum() / (24 * v)
    variability = n * (np.diff(flat) ** 2).sum() / ((n - 1) * v)
    rolled = {k: np.convolve(np.r_[hours, hours], np.ones(k) / k, "valid")[:24] for k in (5, 10)}
    most, least = rolled[10].max(), rolled[5].min()
    states = np.array([list(one.asleep) for one in some])
    regularity = -100 + 200 * (states[1:] == states[:-1]).mean()
    assert found.stability == pytest.approx(stability, abs=TOLERANCE)
    assert found.variability == pytest.approx(variability, abs=TOLERANCE)
    assert found.amplitude == pytest.approx((most - least) / (most + least), abs=TOLERANCE)
    assert found.regularity == pytest.approx(regularity, abs=TOLERANCE)
    assert abs(regularity) < 10  # random nights


def test_a_perfect_rhythm_and_a_flat_one():
    one = days(0, 1)[0]
    awake = tuple([0.0] * 8 + [30.0] * 16)
    same = [DaySummary(day, 0, 0, 0, True, True, {}, (), awake, one.asleep) for day in range(7)]
    perfect = baselines.rhythm(same)
    assert (perfect.stability, perfect.amplitude, perfect.regularity) == (
        pytest.approx(1.0),
        1.0,
        100.0,
    )
    flat = [DaySummary(day, 0, 0, 0, True, True, {}, (), (0.0,) * 24, "") for day in range(7)]
    assert baselines.rhythm(flat).stability is None
    assert baselines.rhythm(flat).regularity is None


def test_a_baseline_needs_fourteen_days_and_is_median_and_mad():
    values = list(np.random.default_rng(1).normal(60, 3, 28))
    found = baselines.baseline(values, 1.0)
    mad = np.median(np.abs(np.array(values) - np.median(values)))
    assert found.median == pytest.approx(np.median(values), abs=TOLERANCE)
    assert found.spread == pytest.approx(1.4826 * mad, abs=TOLERANCE)
    assert baselines.baseline(values[:13], 1.0) is None
    assert baselines.baseline([60.0] * 14, 1.0).spread == pytest.approx(1.4826)


@pytest.mark.parametrize(
    ("last", "found"),
    [((70, 71), True), ((70, 61), False), ((70, 50), False), ((50, 49), True)],
)
def test_unusual_is_two_days_to_the_same_side(last, found):
    usual = {day: 60.0 + day % 3 for day in range(28)}
    known = usual | {28: float(last[0]), 29: float(last[1])}
    look = baselines.unusual(Metric.RESTING_HR, known, 29)
    assert (look is not None) is found
    if look:
        assert (look.since_day, look.value, look.usual) == (28, last[1], 61.0)


def test_what_is_long_ago_is_no_reason_to_look_now():
    known = dict.fromkeys(range(28), 60.0) | {28: 90.0, 29: 90.0}
    assert baselines.unusual(Metric.RESTING_HR, known, 29)
    assert baselines.unusual(Metric.RESTING_HR, known, 33) is None


def test_small_cells_cannot_be_found_by_subtraction():
    published = gated([[30, 4, 50], [20, 40, 60], [70, 80, 90]])
    assert published == [[None, None, 50], [None, None, 60], [70, 80, 90]]
    for line in (*published, *zip(*published, strict=True)):
        assert sum(cell is None for cell in line) != 1
        assert all(cell is None or (cell >= 10 and cell % 5 == 0) for cell in line)


@pytest.mark.parametrize("seed", range(20))
def test_no_line_has_a_single_hidden_cell(seed):
    rows = np.random.default_rng(seed).integers(0, 40, (4, 5)).tolist()
    published = gated(rows)
    for line in (*published, *zip(*published, strict=True)):
        assert sum(cell is None for cell in line) != 1
    for row, shown in zip(rows, published, strict=True):
        assert all(v >= 10 for v, cell in zip(row, shown, strict=True) if cell is not None)
