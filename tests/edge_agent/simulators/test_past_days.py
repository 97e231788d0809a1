"""The simulated past: whole half hours until now, consistent with the present, honest about itself."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from area_configs.loader import load_area
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.past_days import past_rows

ENDS = datetime(2026, 11, 25, 3, 17, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def rows():
    area = load_area("harumi")
    return list(past_rows(area, area.energy, ENDS, 4, seed=1))


def test_it_ends_with_the_last_whole_half_hour(rows) -> None:
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    assert len(times) == 4 * 48
    assert times[-1] == datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    assert {b - a for a, b in itertools.pairwise(times)} == {timedelta(minutes=30)}


def test_every_row_says_that_it_is_simulated(rows) -> None:
    assert {row["source"] for row in rows} == {"simulated"}


def test_it_is_the_past_of_the_present_that_is_simulated(rows) -> None:
    area = load_area("harumi")
    district = District(area, 1)
    middle = round(datetime(2026, 11, 25, 2, 45, tzinfo=UTC).timestamp() * 1e6)
    roofs = [area.device(name) for name in area.energy.photovoltaic]
    sun_kw = sum(district.value(roof, "active_power", middle) for roof in roofs) / 1000
    assert float(rows[-1]["pv_kw"]) == pytest.approx(sun_kw, rel=0.3)


def test_the_import_is_held_at_the_contract_while_storage_lasts(rows) -> None:
    site = load_area("harumi").energy
    over = [row for row in rows if float(row["load_kw"]) - float(row["pv_kw"]) > site.contract_kw]
    assert over
    held = [row for row in over if float(row["import_kw"]) <= site.contract_kw + 1e-6]
    assert len(held) > len(over) / 2
    reach = sum(b.power_kw for b in site.batteries) + sum(c.power_kw for c in site.fuel_cells)
    for row in over:
        net = float(row["load_kw"]) - float(row["pv_kw"])
        assert net - reach - 0.01 <= float(row["import_kw"]) <= net + 0.01
