"""NEWS2: off by default, from complete human sets only, scored by the chart, corrected and withdrawn."""

from __future__ import annotations

import pytest

from tests.platform_hub.server.care.home import HANA, KEN, A, Home
from tests.platform_hub.server.care.test_residents import NEWS2

PLACE = f"/residents/{A}/news2"


def post(home, **change):
    return home.as_carer(HANA, "POST", PLACE, NEWS2 | change)


def test_a_complete_set_is_scored_and_shown_on_the_page(home):
    made = post(home)
    assert made.status_code == 201
    score = made.json()
    assert score["points"] == {
        "respiration": 2,
        "spo2": 1,
        "oxygen": 0,
        "systolic": 0,
        "pulse": 1,
        "consciousness": 0,
        "temperature": 0,
    }
    assert (score["total"], score["level"], score["by"]) == (4, "low", HANA)
    assert home.as_carer(HANA, "GET", f"/residents/{A}").json()["news2"] == [score]
    assert home.as_carer(HANA, "GET", PLACE).json() == [score]


@pytest.mark.parametrize("missing", sorted(set(NEWS2) - {"takenUs"}))
def test_a_part_gives_no_total_and_is_not_stored(home, missing):
    refused = post(home, **{missing: None})
    assert refused.status_code == 400
    assert f"missing: {missing}; nothing was stored" in refused.json()["detail"]
    assert home.as_carer(HANA, "GET", PLACE).json() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"temperature": 372}, "temperature"),
        ({"spo2": 101}, "spo2"),
        ({"takenUs": 1 << 59}, "takenUs is in the future"),
        ({"corrects": 99}, "there is no record 99"),
    ],
)
def test_a_wrong_set_is_one_sentence_and_not_stored(home, change, sentence):
    refused = post(home, **change)
    assert (refused.status_code, sentence in refused.json()["detail"]) == (400, True)
    assert set(refused.json()["words"]) == {"ja", "en"}
    assert home.as_carer(HANA, "GET", PLACE).json() == []


def test_a_correction_replaces_and_a_withdrawal_deletes(home):
    first = post(home).json()["id"]
    second = post(home, alert=False, corrects=first).json()
    assert (second["level"], second["points"]["consciousness"]) == ("high", 3)
    assert [one["id"] for one in home.as_carer(HANA, "GET", PLACE).json()] == [second["id"]]
    home.as_carer(HANA, "POST", f"/residents/{A}/withdrawal", {"scopes": ["records"]})
    assert home.as_carer(HANA, "GET", PLACE).json() == []
    assert post(home).status_code == 409


def test_it_is_off_unless_the_hub_says_so(serve):
    home = Home(serve(open_to_all=False))
    for refused in (post(home), home.as_carer(HANA, "GET", PLACE)):
        assert (refused.status_code, "NEWS2 is off" in refused.json()["detail"]) == (409, True)
    assert home.as_carer(HANA, "GET", f"/residents/{A}").json()["news2"] is None
    assert home.as_carer(KEN, "GET", PLACE).status_code == 403
