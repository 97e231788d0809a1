"""The month as tables: the bill, what was saved, what went over and why, what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.models.month_book import month_book, written
from energy_planner.errors import PlanInputError
from energy_planner.gathering import Gathered
from tests.desktop.energy_samples import planned
from tests.energy_planner.site_samples import BEGIN, known, request

pytestmark = pytest.mark.usefixtures("qapp")
HALF_US = 1_800_000_000


def gathered(values: dict[int, float], measured=None) -> Gathered:
    past = known()
    bought = past.bought.values.copy()
    for slot, kw in values.items():
        bought[slot // 48, slot % 48] = kw
    held = replace(past, bought=replace(past.bought, values=bought))
    return Gathered(held, request().state, measured or {}, None)


def value(book, table: int, name: str):
    return next(row[1] for row in book.tables[table].rows if row[0] == name)


def test_the_summary_bills_and_compares_with_doing_nothing() -> None:
    made = planned()
    book = month_book(made, gathered({}), 2026, 10)
    assert book.title == "Harumi model district 2026-10 Monthly energy report"
    assert value(book, 0, "Highest half hour (kW)") == 430.0
    assert value(book, 0, "Highest when doing nothing (kW)") > 440
    assert value(book, 0, "Saved against doing nothing (JPY)") > 0
    assert value(book, 0, "Data coverage (%)") == pytest.approx(
        100 * (19 * 48 + 20) / (31 * 48), abs=0.1
    )
    assert book.tables[2].rows == (("None.", None, ""),)


def test_half_hours_above_the_contract_have_their_reasons() -> None:
    made = planned()
    begins = round(BEGIN.timestamp() * 1e6)
    measured = {
        ("battery-main", "state_of_charge"): {begins + slot * HALF_US: c for slot, c in ((36, 10.5), (37, 60.0), (38, 60.0))},
        ("battery-main", "active_power"): {begins + slot * HALF_US: w for slot, w in ((36, 0.0), (37, 59.9e3), (38, 0.0))},
    }  # fmt: skip
    found = gathered({36: 480.0, 37: 470.0, 38: 460.0, 39: 455.0}, measured)
    rows = month_book(made, found, 2026, 10).tables[2].rows
    assert [row[2] for row in rows] == [
        "the battery was empty",
        "the battery gave all its power",
        "the battery had more to give: see the control's log",
        "imported past, not measured here",
    ]
    assert rows[0][:2] == ("2026-10-01 18:00", 480.0)


def test_more_of_them_than_are_listed_are_counted() -> None:
    found = gathered({slot: 500.0 + slot for slot in range(14)})
    rows = month_book(planned(), found, 2026, 10).tables[2].rows
    assert len(rows) == 11
    assert rows[-1][0] == "and 4 more"


def test_days_that_nothing_is_known_of_stay_empty() -> None:
    made = planned()
    days = month_book(made, gathered({}), 2026, 10).tables[3].rows
    assert len(days) == 31
    assert days[30][:4] == ("2026-10-31", None, None, None)
    assert days[30][5] == 48.0
    assert written(days[30][1]) == "—"
    assert [written(cell) for cell in (1234.5, 3.0, "x")] == ["1,234.5", "3", "x"]


def test_a_simulated_past_is_named_in_both_languages() -> None:
    made = planned()
    made.older_simulated = True
    assert "SIMULATED" in month_book(made, gathered({}), 2026, 10).notes[1]
    made.set_language("ja")
    book = month_book(made, gathered({}), 2026, 10)
    assert "模擬" in book.notes[1]
    assert book.tables[0].heading == "概要"


def test_a_month_that_nothing_is_known_of_is_refused() -> None:
    with pytest.raises(PlanInputError, match="2026-05"):
        month_book(planned(), gathered({}), 2026, 5)


def test_the_chart_has_a_gap_where_nothing_is_known() -> None:
    peaks = dict(month_book(planned(), gathered({}), 2026, 10).peaks)
    assert peaks[31] is None
    assert np.isclose(peaks[5], 430.0)
