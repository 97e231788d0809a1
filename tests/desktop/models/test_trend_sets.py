"""Named trends: kept for each person, shown again, without what the area no longer has."""

from __future__ import annotations

import pytest

from area_configs.domain.readings import Series
from desktop.app.trend_sets import TrendSetWiring
from desktop.bridge.view_file import ViewFile
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.person import Entry
from desktop.models.trend import Compare
from tests.desktop.small_area import Clock, small_area

POWER, CHARGE = Series("meter-1", "active_power"), Series("battery-1", "state_of_charge")


@pytest.fixture
def models(qapp):  # noqa: ARG001  # signals want an application
    clock = Clock()
    return AreaModels(small_area(), Connection(clock), clock)


def file_of(folder, person="sato"):
    return ViewFile("small", folder, kind="trends", person=person)


def test_a_set_is_shown_again_as_it_was_saved(models, tmp_path):
    models.trend_sets.use(file_of(tmp_path))
    trend = models.wide_trend
    trend.show([CHARGE, POWER])
    trend.set_span(86_400)
    trend.compare_with(Compare.WEEK)
    models.trend_sets.save("  朝の確認 ")
    trend.show([POWER])
    trend.set_span(600)
    trend.compare_with(Compare.NOTHING)

    models.trend_sets.use(file_of(tmp_path))
    assert models.trend_sets.names == ("朝の確認",)
    models.trend_sets.show("朝の確認")
    assert (trend.series, trend.span_s, trend.compare) == ((CHARGE, POWER), 86_400, Compare.WEEK)
    models.trend_sets.drop("朝の確認")
    models.trend_sets.use(file_of(tmp_path))
    assert models.trend_sets.names == ()


def test_nothing_is_saved_without_a_name_or_a_series(models, tmp_path):
    models.trend_sets.use(file_of(tmp_path))
    models.trend_sets.save("empty")
    models.wide_trend.show([POWER])
    models.trend_sets.save("   ")
    assert models.trend_sets.names == ()


def test_what_the_area_no_longer_has_is_left_out(models, tmp_path):
    one = {"span_s": 600, "compare": "nothing"}
    rows = {
        "half": one | {"series": [["meter-1", "active_power"], ["gone", "active_power"]]},
        "gone": one | {"series": [["gone", "active_power"]]},
        "odd": one | {"series": [["meter-1"]]},
        "list": [],
        "span": one | {"series": [["meter-1", "active_power"]], "span_s": 7},
    }
    file_of(tmp_path).keep(rows)
    models.trend_sets.use(file_of(tmp_path))
    assert models.trend_sets.names == ("half",)
    models.trend_sets.show("half")
    assert models.wide_trend.series == (POWER,)


def test_each_person_has_sets_of_their_own(models, tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_config_path", lambda _: tmp_path)
    models.wide_trend.show([POWER])
    TrendSetWiring(models)
    models.person.become("sato", "manager", Entry.PERSON)
    models.trend_sets.save("mine")
    models.person.become("../suzuki", "technician", Entry.PERSON)
    assert models.trend_sets.names == ()
    models.trend_sets.save("other")
    models.person.become("sato", "manager", Entry.PERSON)
    assert models.trend_sets.names == ("mine",)
    assert {one.parent.name for one in (tmp_path / "trends").rglob("*.json")} == {
        "sato",
        "%2E%2E%2Fsuzuki",
    }
