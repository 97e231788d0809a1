"""Trends: a long window amounts to the same from roll-ups as from the readings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from platform_hub.server.history import periods
from platform_hub.server.history.aggregates import Expectations
from platform_hub.server.history.periods import Duration
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.upkeep import Upkeep
from platform_hub.server.settings import HistorySettings
from platform_hub.server.store import evolution, instances
from platform_hub.server.store.evolution import Series, Slice
from platform_hub.server.store.instances import Instance, Key
from platform_hub.server.store.partitions import DAY_US
from platform_hub.server.store.rollups import HALF_HOUR_US
from tests.platform_hub.server.town import SECOND, T0, power

if TYPE_CHECKING:
    from platform_hub.server.history.periods import Amount
    from platform_hub.server.store.database import Database, Transaction

T1 = T0 // HALF_HOUR_US * HALF_HOUR_US
OF = Series(1, 1)
METHODS = ("totalCount", "sum", "avg", "min", "max")
DEFAULT = frozenset({""})
HOURS = 3_600_000_000


class Kept(NamedTuple):
    """A history of three days, a reading every 20 minutes and some seconds, every tenth empty."""

    database: Database

    def say(self, numbers: range) -> None:
        readings = [
            power((T1 - T0) / SECOND + 1207 * n, None if n % 10 == 3 else n * 7 % 31)
            for n in numbers
        ]
        now_us = T1 + 4 * DAY_US
        recorder = Recorder("town", 1000)
        self.database.write(lambda tx: recorder.record(tx, "gw-1", readings, now_us)).result()

    def roll_up(self) -> None:
        rules = Expectations({}, HistorySettings(), ZoneInfo("Asia/Tokyo"))
        upkeep = Upkeep(self.database, HistorySettings(), rules, lambda: T1 + 5 * DAY_US)
        while self.database.write(upkeep.roll_up()).result():
            pass

    def amounts(self, cut: Slice, duration: Duration) -> list[Amount]:
        return self.database.read(lambda tx: periods.amounts(tx, OF, cut, duration, METHODS))

    def held(self, amount: Amount, cut: Slice) -> dict[str, object]:
        """Reckon from the readings what a period holds."""
        begins_us = max(amount.begins_us, cut.begins_us or amount.begins_us)
        ends_us = amount.ends_us - 1
        if cut.ends_us is not None:
            ends_us = min(ends_us, cut.ends_us)
        part = Slice(begins_us, ends_us, datasets=DEFAULT)
        every = self.database.read(lambda tx: evolution.instances(tx, OF, part))
        numbers = [one.num for one in every if one.num is not None]
        return {
            "totalCount": len(every),
            "sum": sum(numbers) if numbers else None,
            "avg": sum(numbers) / len(numbers) if numbers else None,
            "min": min(numbers, default=None),
            "max": max(numbers, default=None),
        }


@pytest.fixture
def kept(database: Database) -> Kept:
    made = Kept(database)
    made.say(range(216))
    return made


@pytest.mark.parametrize("minutes", [30, 60, 25, 130, 1441])
@pytest.mark.parametrize(
    "cut",
    [
        Slice(datasets=DEFAULT),
        Slice(T1 + 17 * SECOND, T1 + 70 * HOURS + 1234, datasets=DEFAULT),
    ],
    ids=["everything", "a window off the grid"],
)
def test_every_period_holds_what_its_readings_say(kept: Kept, minutes: int, cut: Slice) -> None:
    kept.roll_up()
    kept.say(range(40, 44))  # there already: nothing becomes stale
    kept.say(range(216, 220))  # not rolled up yet
    found = kept.amounts(cut, Duration(us=minutes * 60 * SECOND))
    assert len(found) > 1
    assert all(amount.begins_us % (60 * SECOND) == 0 for amount in found)
    for amount in found:
        said = {method: amount.of(method) for method in METHODS}
        assert said == {
            name: pytest.approx(value) if isinstance(value, float) else value
            for name, value in kept.held(amount, cut).items()
        }
    counted = sum(amount.of("totalCount") for amount in found)
    every = kept.database.read(lambda tx: evolution.instances(tx, OF, cut))
    assert counted == len(every)


def test_a_late_reading_counts_at_once(kept: Kept) -> None:
    kept.roll_up()
    late = power((T1 - T0) / SECOND + 90, 1000.0)
    recorder = Recorder("town", 1000)
    kept.database.write(lambda tx: recorder.record(tx, "gw-1", [late], T1 + DAY_US * 4)).result()
    first = kept.amounts(Slice(datasets=DEFAULT), Duration(us=HALF_HOUR_US))[0]
    assert first.of("max") == 1000.0


def test_what_is_left_of_dropped_readings_is_still_told(kept: Kept) -> None:
    cut, duration = Slice(datasets=DEFAULT), Duration(us=6 * HOURS)
    kept.roll_up()
    before = [(one.begins_us, one.of("sum")) for one in kept.amounts(cut, duration)]

    def drop(transaction: Transaction) -> None:
        instances.drop_before(transaction, OF, T1 + 2 * DAY_US, 10_000)

    kept.database.write(drop).result()
    after = [(one.begins_us, one.of("sum")) for one in kept.amounts(cut, duration)]
    assert after == before


def test_other_datasets_stand_apart(kept: Kept) -> None:
    other = "urn:ngsi-ld:Dataset:other"
    row = Instance(Key(*OF, T1 + HOURS, other), 5.0, b'{"type":"Property","value":5.0}', T1)
    kept.database.write(lambda tx: instances.insert_new(tx, [row])).result()
    kept.roll_up()
    assert kept.database.read(lambda tx: evolution.datasets(tx, OF, Slice())) == ["", other]
    cut = Slice(datasets=frozenset({other}))
    (only,) = kept.amounts(cut, Duration(us=24 * HOURS))
    assert (only.begins_us, only.of("totalCount")) == (T1 + HOURS, 1)
    every = kept.amounts(Slice(datasets=DEFAULT), Duration(us=24 * HOURS))
    assert sum(one.of("totalCount") for one in every) == 216


def test_a_short_window_begins_at_its_first_reading(kept: Kept) -> None:
    kept.roll_up()
    cut = Slice(T1 + 1, T1 + DAY_US, datasets=DEFAULT)
    assert kept.amounts(cut, Duration(us=HOURS))[0].begins_us == T1 + 1207 * SECOND
