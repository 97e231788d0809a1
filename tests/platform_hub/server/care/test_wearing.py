"""Who wears what: given out by the manager, told to the gateway that has it, refused where wrong."""

from __future__ import annotations

import pytest

from area_configs.loader import load_area
from platform_hub.server.governance.roles import Role
from tests.platform_hub.server.care.home import HANA, ROOT, A, B, Home

STRAP, PENDANT = "heart-resident-a", "pendant-resident-b"


@pytest.fixture
def home(serve):
    return Home(serve(open_to_all=False, area=load_area("harumi")))


def give(home, of, *devices):
    return home.as_manager("PUT", f"/residents/{of}/wearables", {"devices": list(devices)})


def told(home, gateway):
    answer = home.ask("GET", f"{ROOT}/collection", None, Role.GATEWAY, name=gateway)
    return answer.json()["wearables"]


def test_a_gateway_hears_who_wears_what_and_that_it_was_taken_back(home):
    assert told(home, "gw-residence") == {}
    given = give(home, A, STRAP, PENDANT)
    assert given.json()["wearables"] == [STRAP, PENDANT]
    assert told(home, "gw-residence") == {STRAP: A, PENDANT: A}
    assert told(home, "gw-energy") == {}
    home.clock.us += 1
    assert give(home, A, STRAP).json()["wearables"] == [STRAP]
    assert told(home, "gw-residence") == {STRAP: A, PENDANT: ""}
    home.clock.us += 1
    assert give(home, B, PENDANT).is_success
    assert told(home, "gw-residence") == {STRAP: A, PENDANT: B}
    listed = home.as_manager("GET", "/residents").json()
    assert {one["label"]: one["wearables"] for one in listed} == {"A": [STRAP], "B": [PENDANT]}


@pytest.mark.parametrize(
    ("device", "status", "sentence"),
    [
        (PENDANT, 409, "is worn by another resident: take it back from them first"),
        ("feeder-main", 400, "feeder-main is no wearable of this area; known: "),
        ("nothing", 400, "nothing is no wearable of this area"),
    ],
)
def test_what_nobody_can_wear_is_refused_and_nothing_is_changed(home, device, status, sentence):
    give(home, A, PENDANT)
    home.clock.us += 1
    refused = give(home, B, STRAP, device)
    assert refused.status_code == status
    assert sentence in refused.json()["detail"]
    assert "何も変えていません" in refused.json()["words"]["ja"]
    assert told(home, "gw-residence") == {PENDANT: A}


def test_a_manager_is_not_told_how_many_falls_a_withdrawal_deletes(home):
    home.send(home.worn(A, home.minute - 60, 60))
    place = f"/residents/{A}/withdrawal"
    by_kind = home.as_carer(HANA, "GET", place).json()["deleted"]
    assert set(by_kind) == {"hours", "days", "events", "records"}
    total = {"entries": sum(by_kind.values())}
    assert home.as_manager("GET", place).json()["deleted"] == total
    assert home.as_manager("POST", place, {}).json()["deleted"] == total


def test_what_a_manager_lists_says_nothing_of_how_anybody_is(home):
    home.send(home.worn(A, home.minute - 60, 60, heart_rate=61.0))
    known = {"id", "label", "invented", "consent", "caregivers", "wearables"}
    assert [set(one) for one in home.as_manager("GET", "/residents").json()] == [known, known]
