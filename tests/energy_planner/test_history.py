"""Histories as people bring them: gaps, doubles, clock changes, wrong rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from energy_planner.errors import PlanInputError
from energy_planner.forecast.history import day_index, history

TOKYO, MELBOURNE = ZoneInfo("Asia/Tokyo"), ZoneInfo("Australia/Melbourne")


def _rows(
    begin: datetime, count: int, minutes: int = 30, load: float = 1.0
) -> list[dict[str, str]]:
    universal = begin.astimezone(ZoneInfo("UTC"))
    step = timedelta(minutes=minutes)
    return [
        {"time": (universal + n * step).isoformat(), "load_kw": str(load + n), "pv_kw": "0"}
        for n in range(count)
    ]


def test_whole_days_of_local_time() -> None:
    known = history(_rows(datetime(2026, 11, 23, tzinfo=TOKYO), 96), TOKYO)
    assert known.minutes == 30
    assert known.load.values.shape == (2, 48)
    assert known.load.first == date(2026, 11, 23)
    assert known.load.values[1, 0] == 49.0
    assert known.load.day_off.tolist() == [True, False]
    assert known.sun
    assert known.notes == ()


def test_a_leap_day_is_a_day() -> None:
    known = history(_rows(datetime(2024, 2, 28, tzinfo=TOKYO), 24 * 3, 60), TOKYO)
    assert known.load.first + timedelta(days=1) == date(2024, 2, 29)
    assert known.load.count == 3


def test_clock_changes_keep_24_hours_a_day() -> None:
    spring = history(_rows(datetime(2026, 10, 3, tzinfo=MELBOURNE), 24 * 2, 60), MELBOURNE)
    assert np.isnan(spring.load.values[1]).sum() == 1  # the hour from 2 to 3 does not exist
    autumn = history(_rows(datetime(2026, 4, 4, tzinfo=MELBOURNE), 24 * 2 + 1, 60), MELBOURNE)
    assert not np.isnan(autumn.load.values).any()
    assert "1 slots came twice and were averaged" in autumn.notes


def test_a_missing_row_is_a_gap_and_said() -> None:
    rows = _rows(datetime(2026, 11, 23, tzinfo=TOKYO), 96)
    del rows[10]
    rows[20]["load_kw"] = ""
    known = history(rows, TOKYO)
    assert np.isnan(known.load.values[0, [10, 21]]).all()
    assert known.notes == ("2 of 96 slots of the load are missing",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": "2026-11-23T00:00:00"}, "row 2: time '2026-11-23T00:00:00' has no offset"),
        ({"time": "yesterday"}, "row 2: 'yesterday' is not a time"),
        ({"load_kw": "12,5"}, "row 2: load_kw '12,5' is not a number"),
    ],
)
def test_a_wrong_row_is_named(change: dict[str, str], words: str) -> None:
    rows = _rows(datetime(2026, 11, 23, tzinfo=TOKYO), 48)
    rows[0] |= change
    with pytest.raises(PlanInputError, match=words):
        history(rows, TOKYO)


def test_an_empty_file_a_missing_column_and_an_odd_step() -> None:
    with pytest.raises(PlanInputError, match="no row"):
        history([], TOKYO)
    with pytest.raises(PlanInputError, match="no column 'load_kw'"):
        history([{"time": "2026-11-23T00:00:00Z"}], TOKYO)
    with pytest.raises(PlanInputError, match="step is 7 minutes"):
        history(_rows(datetime(2026, 11, 23, tzinfo=TOKYO), 10, 7), TOKYO)


def test_a_day_that_the_history_does_not_reach() -> None:
    load = history(_rows(datetime(2026, 11, 23, tzinfo=TOKYO), 96), TOKYO).load
    assert day_index(load, date(2026, 11, 25)) == 2
    with pytest.raises(PlanInputError, match="must reach up to the day before 2026-11-26"):
        day_index(load, date(2026, 11, 26))
