"""Upkeep: roll-ups say what the readings were, and only what was kept long enough goes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area_configs.domain.readings import Reading
from platform_hub.server.history import aggregates
from platform_hub.server.history.aggregates import DAY, HALF_HOUR, MINUTE
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.upkeep import Upkeep
from platform_hub.server.settings import HistoryRule, HistorySettings
from platform_hub.server.store import instances, partitions
from platform_hub.server.store.database import Database
from platform_hub.server.store.instances import Span
from platform_hub.server.store.partitions import DAY_US
from platform_hub.server.store.rollups import HALF_HOUR_US, Bucket
from tests.platform_hub.server.town import SECOND, T0, power, town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from platform_hub.server.store.database import Transaction

TOKYO = ZoneInfo("Asia/Tokyo")
T1 = T0 // HALF_HOUR_US * HALF_HOUR_US  # 22:00 UTC, 07:00 in Tokyo
OF = (1, 1)
ALL = (T1 - 2 * DAY_US, T1 + 500 * DAY_US)
EXPECTED = (30 * SECOND, TOKYO)  # the town's meters are polled every 30 s


class Kept:
    """A history and its upkeep, with a clock that is set by hand."""

    def __init__(self, database: Database, rules: HistorySettings | None = None) -> None:
        self.database = database
        self.now_us = T1
        self.second, self.seconds_per_look = 0.0, 0.0
        rules = rules or HistorySettings(HistoryRule(raw_days=400, minute_days=800))
        expected = aggregates.expectations(town(), rules)
        self.upkeep = Upkeep(database, rules, expected, lambda: self.now_us, self.seconds)

    def say(self, *readings: Reading) -> None:
        recorder = Recorder("town", 1000)
        self.database.write(lambda tx: recorder.record(tx, "gw-1", readings, self.now_us)).result()

    def seconds(self) -> float:
        self.second += self.seconds_per_look
        return self.second

    def roll_up(self, after_us: int = 2 * DAY_US) -> int:
        """Bring all roll-ups up to date; return in how many steps."""
        self.now_us += after_us
        steps = 1
        while self.database.write(self.upkeep.roll_up()).result():
            steps += 1
        return steps

    def prune(self, after_us: int = 0) -> None:
        self.now_us += after_us
        place: int | None = 0
        while place is not None:
            place = self.database.write(self.upkeep.prune(place)).result()

    def buckets(self, period_s: int) -> list[Bucket]:
        return self.database.read(lambda tx: aggregates.read(tx, OF, ALL, period_s, EXPECTED))

    def readings(self) -> int:
        return self.database.read(lambda tx: len(instances.window(tx, OF, Span())))


@pytest.fixture
def kept(database: Database) -> Kept:
    return Kept(database)


def at(second: float, value: float | None) -> Reading:
    return power(second + (T1 - T0) / SECOND, value)


def half_hour(*values: float) -> list[Reading]:
    return [at(30 * n, value) for n, value in enumerate(values)]


def test_roll_ups_say_what_the_readings_were(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0, 5.0), at(1800, 10.0), at(1860, None))
    kept.roll_up()
    minute = 60 * SECOND
    assert kept.buckets(MINUTE) == [
        Bucket(T1, 1.0, 2.0, 3.0, 2, 1.0),
        Bucket(T1 + minute, 5.0, 5.0, 5.0, 1, 0.5),
        Bucket(T1 + 30 * minute, 10.0, 10.0, 10.0, 1, 0.5),
    ]
    assert kept.buckets(HALF_HOUR) == [
        Bucket(T1, 1.0, 3.0, 5.0, 3, 3 / 60),
        Bucket(T1 + 30 * minute, 10.0, 10.0, 10.0, 1, 1 / 60),
    ]
    midnight = T1 - 7 * 60 * minute
    (day,) = kept.buckets(DAY)
    assert day[:5] == (midnight, 1.0, 4.75, 10.0, 4)
    assert day.coverage == pytest.approx(4 / 2880)


def test_what_is_not_rolled_up_yet_is_read_all_the_same(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0))
    before = [kept.buckets(period) for period in (MINUTE, HALF_HOUR, DAY)]
    kept.roll_up()
    assert [kept.buckets(period) for period in (MINUTE, HALF_HOUR, DAY)] == before
    assert before[1] == [Bucket(T1, 1.0, 2.0, 3.0, 2, 2 / 60)]


def test_a_late_reading_is_rolled_up_too(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0))
    kept.roll_up()
    kept.say(at(90, 8.0))
    late = [kept.buckets(period)[0].high for period in (MINUTE, HALF_HOUR, DAY)]
    kept.roll_up()
    assert late == [3.0, 8.0, 8.0]
    assert kept.buckets(HALF_HOUR) == [Bucket(T1, 1.0, 4.0, 8.0, 3, 3 / 60)]
    assert kept.buckets(DAY)[0].samples == 3


def test_a_step_that_takes_long_leaves_the_rest_to_the_next_one(kept: Kept) -> None:
    kept.say(*(at(1800 * n, 1.0) for n in range(5)))
    kept.seconds_per_look = 1.0  # longer than a step may keep what is live waiting
    assert kept.roll_up() == 5
    assert len(kept.buckets(HALF_HOUR)) == 5
    kept.say(*(at(1800 * n + 60, 1.0) for n in range(5)))
    kept.seconds_per_look = 0.0
    assert kept.roll_up() == 1


def test_a_half_hour_that_still_fills_is_left_alone(kept: Kept) -> None:
    kept.say(*half_hour(1.0))
    kept.roll_up(after_us=HALF_HOUR_US)
    kept.say(at(60, 9.0))  # no new mark: the old one stands
    kept.roll_up()
    assert kept.buckets(HALF_HOUR)[0].high == 9.0


def test_a_replay_is_not_rolled_up_again(kept: Kept) -> None:
    kept.say(*half_hour(1.0))
    kept.roll_up()
    kept.say(*half_hour(1.0))
    assert kept.database.write(kept.upkeep.roll_up()).result() is False
    assert kept.database.read(aggregates.rollups.oldest_mark) is None


def test_what_is_kept_long_enough_is_dropped_and_its_roll_ups_stay(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0), power(20 * 86_400, 7.0))
    kept.roll_up(after_us=30 * DAY_US)
    halves, days = kept.buckets(HALF_HOUR), kept.buckets(DAY)
    kept.prune()
    assert kept.readings() == 3
    kept.prune(after_us=380 * DAY_US)
    assert kept.readings() == 1
    assert (kept.buckets(HALF_HOUR), kept.buckets(DAY)) == (halves, days)


def test_a_reading_later_than_anything_is_kept_does_not_undo_a_roll_up(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0))
    kept.roll_up()
    kept.prune(after_us=500 * DAY_US)
    kept.say(at(60, 100.0))
    kept.roll_up()
    kept.prune()
    assert kept.readings() == 0
    assert kept.buckets(HALF_HOUR) == [Bucket(T1, 1.0, 2.0, 3.0, 2, 2 / 60)]


def test_nothing_is_dropped_before_it_is_rolled_up(kept: Kept) -> None:
    kept.say(*half_hour(1.0, 3.0))
    kept.prune(after_us=500 * DAY_US)
    assert kept.readings() == 2
    kept.roll_up()
    kept.prune()
    assert kept.readings() == 0
    assert kept.buckets(DAY)[0].samples == 2


def test_nothing_is_dropped_where_no_rule_says_so(database: Database) -> None:
    kept = Kept(database, HistorySettings())
    kept.say(*half_hour(1.0, 3.0))
    kept.roll_up()
    kept.prune(after_us=10_000 * DAY_US)
    assert (kept.readings(), len(kept.buckets(MINUTE))) == (2, 1)


def test_quantities_have_their_own_rules(database: Database) -> None:
    rule = HistoryRule(raw_days=10, minute_days=20, half_hour_days=30, day_days=40)
    kept = Kept(database, HistorySettings(HistoryRule(), {"active_power": rule}))
    kept.say(*half_hour(1.0), Reading("meter-1", "current_r", T1, 2.0))
    kept.roll_up()
    left = []
    for _ in range(5):
        kept.prune(after_us=10 * DAY_US)
        left.append((kept.readings(), *(len(kept.buckets(p)) for p in (MINUTE, HALF_HOUR, DAY))))
    assert left == [(0, 1, 1, 1), (0, 0, 1, 1), (0, 0, 0, 1), (0, 0, 0, 0), (0, 0, 0, 0)]
    others = database.read(lambda tx: instances.window(tx, (1, 2), Span()))
    assert len(others) == 1


def test_much_to_drop_is_dropped_in_steps(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_hub.server.history.upkeep._INSTANCES", 10)
    kept = Kept(database)
    kept.say(*half_hour(*range(35)))
    kept.roll_up()
    kept.now_us += 500 * DAY_US
    steps, place = 0, 0
    while place is not None:
        place = database.write(kept.upkeep.prune(place)).result()
        steps += 1
    assert (kept.readings(), steps) == (0, 4)


def test_whole_days_are_dropped_as_tables(new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    with contextlib.closing(Database(url)) as database:
        kept = Kept(database)
        kept.say(*half_hour(1.0), power(86_400, 2.0), at(-3_000 * 86_400, 3.0))
        days = database.read(partitions.existing)
        assert days == [T1 // DAY_US, T1 // DAY_US + 1]
        kept.roll_up()
        kept.prune(after_us=399 * DAY_US)
        assert database.read(partitions.existing) == days[1:]
        assert kept.readings() == 1


def test_a_day_said_too_early_gets_its_table_later(new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    with contextlib.closing(Database(url)) as database:
        kept = Kept(database)
        kept.say(power(10 * 86_400, 1.0))
        assert database.read(partitions.existing) == []
        kept.now_us += 9 * DAY_US
        kept.say(power(10 * 86_400 + 1, 2.0))
        assert database.read(partitions.existing) == [T0 // DAY_US + 10]
        assert kept.readings() == 2


def test_days_follow_the_clock_of_the_area() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = 1_711_839_600  # 2024-03-31T00:00 there: this day has 23 hours
    (day,) = aggregates.days_of([(spring + 7200) * SECOND], berlin)
    assert day == (spring * SECOND, (spring + 23 * 3600) * SECOND)


_VALUES = st.lists(
    st.tuples(st.integers(0, 3 * 1800), st.floats(-1e6, 1e6) | st.none()),
    min_size=1,
    max_size=20,
    unique_by=lambda one: one[0],
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_VALUES, min_size=1, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3))
def test_any_order_of_arrival_and_rolling_up_ends_in_the_same_roll_ups(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, float | None]]],
    rolls: list[bool],
) -> None:
    place: Path = tmp_path_factory.mktemp("hub") / "hub.sqlite"
    Database.create(place)
    with contextlib.closing(Database(place)) as database:
        kept = Kept(database)
        for batch, roll in zip(batches, rolls, strict=False):
            kept.say(*(at(second, value) for second, value in batch))
            if roll:
                kept.roll_up()
        said = {second: value for batch in batches for second, value in batch}
        values = [value for value in said.values() if value is not None]
        for _ in range(2):
            days = kept.buckets(DAY)
            assert sum(day.samples for day in days) == len(values)
            assert [day.low for day in days] == ([min(values)] if values else [])
            assert [day.high for day in days] == ([max(values)] if values else [])
            kept.roll_up()


def test_the_store_is_read_by_many_at_once(kept: Kept) -> None:
    kept.say(*half_hour(1.0))

    def twice(transaction: Transaction) -> tuple[int, int]:
        return (
            len(instances.window(transaction, OF, Span())),
            kept.database.read(lambda tx: len(instances.window(tx, OF, Span()))),
        )

    assert kept.database.read(twice) == (1, 1)
