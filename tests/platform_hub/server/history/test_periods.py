"""Durations in the calendar, and what a series amounts to in each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from platform_hub.server.history import periods
from platform_hub.server.history.periods import Duration, TooManyPeriods
from platform_hub.server.store import instances
from platform_hub.server.store.evolution import Series, Slice
from platform_hub.server.store.instances import Instance, Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.server.store.database import Database

HOUR_US = 3_600_000_000
OF = Series(1, 1)


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def store(database: Database, *samples: tuple[int, float | None]) -> None:
    rows = [
        Instance(Key(1, 1, at_us), num, b'{"type":"Property","value":%d}' % (num or 0), 0)
        for at_us, num in samples
    ]
    database.write(lambda tx: instances.insert_new(tx, rows)).result()


def amounts(database: Database, duration: str, methods: Sequence[str]) -> list[list[object]]:
    found = database.read(lambda tx: periods.amounts(tx, OF, Slice(), periods.parse(duration)))
    return [[*(one.of(method) for method in methods), one.begins_us, one.ends_us] for one in found]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1H", Duration(0, HOUR_US)),
        ("P1D", Duration(0, 24 * HOUR_US)),
        ("P2W", Duration(0, 14 * 24 * HOUR_US)),
        ("P1Y2M", Duration(14, 0)),
        ("P1DT0.5S", Duration(0, 24 * HOUR_US + 500_000)),
        ("PT0S", Duration()),
    ],
)
def test_durations_are_read(text: str, duration: Duration):
    assert periods.parse(text) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1H", "PT-1H", "PT1", "P1H"])
def test_what_is_no_duration_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a duration"):
        periods.parse(text)


def test_a_month_after_the_31st_ends_with_its_month():
    begin = us("2026-01-31T00:00:00")
    assert Duration(1).after(begin, 1) == us("2026-02-28T00:00:00")
    assert Duration(1).after(begin, 2) == us("2026-03-31T00:00:00")


def test_periods_begin_with_the_first_instance_and_empty_ones_are_left_out(database: Database):
    begin = us("2026-11-25T00:07:00")
    store(database, (begin, 10.0), (begin + HOUR_US - 1, 20.0), (begin + 3 * HOUR_US, 5.0))
    assert amounts(database, "PT1H", ["avg", "min", "max", "totalCount"]) == [
        [15.0, 10.0, 20.0, 2, begin, begin + HOUR_US],
        [5.0, 5.0, 5.0, 1, begin + 3 * HOUR_US, begin + 4 * HOUR_US],
    ]


def test_no_duration_is_one_period_of_all(database: Database):
    store(database, (1, 2.0), (2, 4.0), (3, 4.0))
    methods = ["sum", "sumsq", "stddev", "distinctCount"]
    assert amounts(database, "PT0S", methods) == [
        [10.0, 36.0, pytest.approx(0.9428090), 2, 1, 3],
    ]


def test_periods_of_months_follow_the_calendar(database: Database):
    days = ["2026-01-31T00:00:00", "2026-02-27T23:00:00", "2026-02-28T00:00:00"]
    store(database, *((us(day), 1.0) for day in days))
    assert amounts(database, "P1M", ["totalCount"]) == [
        [2, us(days[0]), us(days[2])],
        [1, us(days[2]), us("2026-03-31T00:00:00")],
    ]


def test_a_value_that_is_not_known_counts_but_is_no_number(database: Database):
    store(database, (1, None), (2, 6.0))
    assert amounts(database, "PT0S", ["totalCount", "avg", "sum"]) == [[2, 6.0, 6.0, 1, 2]]
    assert (
        database.read(lambda tx: periods.amounts(tx, OF, Slice(2, 2), Duration()))[0].of("avg")
        == 6.0
    )


def test_too_many_periods_are_refused(database: Database):
    store(database, (0, 1.0), (10_000_000_000, 1.0))
    with pytest.raises(TooManyPeriods, match="longer ones"):
        amounts(database, "PT1S", ["avg"])


def test_nothing_in_the_window_amounts_to_nothing(database: Database):
    assert amounts(database, "PT1H", ["avg"]) == []
