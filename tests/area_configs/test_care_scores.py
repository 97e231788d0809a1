"""Scores: what an item may be, sums that are only said when complete, and NEWS2 at every edge."""

from __future__ import annotations

import dataclasses
from math import inf

import pytest

from area_configs.domain.care_news2 import _BANDS, News2Set, news2
from area_configs.domain.care_scores import (
    INSTRUMENTS,
    NPI_DOMAINS,
    Answers,
    ScoreOutOfRange,
    UnknownItem,
    totals,
)

NPI = INSTRUMENTS["npi_nh"]
CALM = News2Set(16, 98, oxygen=False, systolic=120, pulse=70, alert=True, temperature=36.6)


@pytest.mark.parametrize("product", [5, 7, 10, 11, 13, -1])
def test_no_frequency_times_severity_gives_these(product):
    with pytest.raises(ScoreOutOfRange, match=f"agitation cannot be {product}") as refused:
        totals(NPI, Answers({"agitation": product}))
    assert refused.value.allowed == {0, 1, 2, 3, 4, 6, 8, 9, 12}


def test_an_item_of_another_instrument_is_refused():
    with pytest.raises(UnknownItem, match="overactive_01"):
        totals(NPI, Answers({"overactive_01": 1}))


def test_one_unknown_domain_blocks_every_sum_it_belongs_to():
    scores = dict.fromkeys(NPI_DOMAINS, 4)
    complete = totals(NPI, Answers(scores))
    assert (complete.scores, complete.is_complete) == ({"total10": 40, "total12": 48}, True)
    without_appetite = totals(NPI, Answers({**scores, "appetite": None}))
    assert without_appetite.scores == {"total10": 40, "total12": None}
    assert (without_appetite.answered, without_appetite.items) == (11, 12)
    del scores["delusions"]
    assert totals(NPI, Answers(scores)).scores == {"total10": None, "total12": None}


def test_distress_never_changes_the_score():
    scores = dict.fromkeys(NPI_DOMAINS, 1)
    plain, burdened = (totals(NPI, Answers(scores, dict.fromkeys(NPI_DOMAINS, b))) for b in (0, 5))
    assert plain.scores == burdened.scores == {"total10": 10, "total12": 12}
    assert burdened.burdens == {"total10": 50, "total12": 60}


@pytest.mark.parametrize(
    ("ident", "highest", "sums"),
    [
        ("npi", 12, {"total10": 120, "total12": 144}),
        ("npi_q", 3, {"total12": 36}),
        ("bpsd25q", 5, {"overactive": 65, "underactive": 30, "life": 30, "total": 125}),
        (
            "bpsd_plus_q",
            5,
            {"overactive": 65, "underactive": 30, "life": 30, "total": 125, "delirium": 10},
        ),
    ],
)
def test_the_highest_sums_are_those_of_the_forms(ident, highest, sums):
    instrument = INSTRUMENTS[ident]
    assert max(instrument.scores) == highest
    assert totals(instrument, Answers(dict.fromkeys(instrument.items, highest))).scores == sums


def test_a_calm_set_is_low():
    found = news2(CALM)
    assert (found.total, found.level) == (0, "low")


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(News2Set)][:-1])
def test_one_missing_input_leaves_no_total(field):
    assert news2(dataclasses.replace(CALM, **{field: None})) is None


EDGES = [  # input, value, points on it, next value, points beyond: the chart read by hand
    ("respiration", 8, 3, 9, 1),
    ("respiration", 11, 1, 12, 0),
    ("respiration", 20, 0, 21, 2),
    ("respiration", 24, 2, 25, 3),
    ("spo2", 91, 3, 92, 2),
    ("spo2", 93, 2, 94, 1),
    ("spo2", 95, 1, 96, 0),
    ("systolic", 90, 3, 91, 2),
    ("systolic", 100, 2, 101, 1),
    ("systolic", 110, 1, 111, 0),
    ("systolic", 219, 0, 220, 3),
    ("pulse", 40, 3, 41, 1),
    ("pulse", 50, 1, 51, 0),
    ("pulse", 90, 0, 91, 1),
    ("pulse", 110, 1, 111, 2),
    ("pulse", 130, 2, 131, 3),
    ("temperature", 35.0, 3, 35.1, 1),
    ("temperature", 36.0, 1, 36.1, 0),
    ("temperature", 38.0, 0, 38.1, 1),
    ("temperature", 39.0, 1, 39.1, 2),
]


@pytest.mark.parametrize(("field", "on", "points", "beyond", "more"), EDGES)
def test_both_sides_of_each_edge(field, on, points, beyond, more):
    for value, expected in ((on, points), (beyond, more)):
        assert news2(dataclasses.replace(CALM, **{field: value})).points[field] == expected


@pytest.mark.parametrize(
    ("spo2", "oxygen", "points"),
    [
        (83, False, 3),
        (84, False, 2),
        (87, False, 1),
        (88, False, 0),
        (99, False, 0),
        (92, True, 0),
        (93, True, 1),
        (94, True, 1),
        (95, True, 2),
        (96, True, 2),
        (97, True, 3),
    ],
)
def test_the_prescribed_scale_of_oxygen(spo2, oxygen, points):
    given = dataclasses.replace(CALM, spo2=spo2, oxygen=oxygen, second_scale=True)
    assert news2(given).points["spo2"] == points


def test_a_single_three_is_more_than_low():
    assert news2(dataclasses.replace(CALM, alert=False)).level == "low-medium"
    assert news2(dataclasses.replace(CALM, alert=False, oxygen=True)).level == "medium"
    worst = News2Set(30, 80, oxygen=True, systolic=80, pulse=140, alert=False, temperature=34.0)
    assert (news2(worst).total, news2(worst).level) == (20, "high")


def test_bands_leave_no_gap():
    for bands in _BANDS.values():
        tops = [top for top, _ in bands]
        assert tops == sorted(set(tops))
        assert tops[-1] == inf
