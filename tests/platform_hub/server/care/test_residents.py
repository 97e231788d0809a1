"""Whose data it is: assignment, looking in need, consent and its withdrawal, and the log of it all."""

from __future__ import annotations

import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.wire.care import Happening, Minute
from tests.platform_hub.server.care.home import ALL, HANA, KEN, ROOT, A, B
from tests.platform_hub.server.governance.test_matrix import OF_ONE_RESIDENT

NOTE = {"text": "Slept well, ate half of the breakfast."}
NEED = {"reason": "Ken is ill and B has called twice."}
OPEN_TO_THE_UNASSIGNED = {f"POST {ROOT}/residents/{{id}}/look-in-need"}


NEWS2 = {
    "takenUs": 1_700_000_000_000_000,
    "respiration": 22,
    "spo2": 95,
    "oxygen": False,
    "systolic": 118,
    "pulse": 92,
    "alert": True,
    "temperature": 37.2,
}
BODIES = {
    "scores": {
        "instrument": "npi",
        "version": "1994",
        "assessedOn": "2023-11-14",
        "informant": "nurse",
        "scores": {"apathy": 4},
    },
    "notes": NOTE,
    "cycle": {"cycle": 1, "step": "assess", "dated": "2023-11-14", "text": "Observed."},
    "consents": {"scopes": ["records"], "policy": "1", "givenOn": "2023-11-14"},
    "withdrawal": {},
    "news2": NEWS2,
    "events/1/answer": {"outcome": "false"},
}


@pytest.mark.parametrize("row", sorted(OF_ONE_RESIDENT))
def test_every_route_of_a_resident_for_every_role(home, row):
    method, path = row.split(" ")
    body = BODIES.get(path.partition("{id}/")[2].replace("{event}", "1"), {})
    for resident, assigned in ((B, False), (A, True)):
        place = path.replace("{id}", resident).replace("{event}", "1")
        through = {
            role
            for role in Role
            if home.ask(method, place, body, role, name=HANA).status_code not in {401, 403}
        }
        own = frozenset() if assigned or row in OPEN_TO_THE_UNASSIGNED else {Role.CAREGIVER}
        assert through == OF_ONE_RESIDENT[row] - own


@pytest.mark.parametrize("what", BODIES)
def test_whoever_is_not_assigned_writes_nothing(home, what):
    home.send([], [Happening(B, "fall", home.clock.us)])
    refused = home.as_carer(HANA, "POST", f"/residents/{B}/{what}", BODIES[what])
    assert refused.status_code == 403
    assert "not assigned" in refused.json()["detail"]
    assert home.as_carer(KEN, "GET", f"/residents/{B}/notes").json() == []
    assert home.as_carer(KEN, "POST", f"/residents/{B}/{what}", BODIES[what]).is_success


def test_a_caregiver_lists_their_own_residents_only(home):
    listed = home.as_carer(HANA, "GET", "/residents").json()
    assert [one["label"] for one in listed] == ["A"]
    overview = home.as_carer(KEN, "GET", "/overview").json()
    assert [one["id"] for one in overview["residents"]] == [B]
    assert {one["label"] for one in home.as_manager("GET", "/residents").json()} == {"A", "B"}


def test_a_look_in_need_lasts_an_hour_and_is_in_the_log_with_its_reason(home):
    refused = home.as_carer(HANA, "POST", f"/residents/{B}/look-in-need", {"reason": "short"})
    assert refused.status_code == 400
    assert home.as_carer(HANA, "POST", f"/residents/{B}/look-in-need", NEED).is_success
    assert home.as_carer(HANA, "GET", f"/residents/{B}").is_success
    home.clock.us += 3_600_000_001
    assert home.as_carer(HANA, "GET", f"/residents/{B}").status_code == 403
    entries = [one for one in home.audited() if one["what"].endswith("look-in-need")]
    entries = [one for one in entries if one["status"] == 200]
    assert entries[0]["change"]["reason"] == NEED["reason"]
    assert entries[0]["who"] == f"caregiver:{HANA}"


def test_every_look_at_a_person_is_in_the_log(home):
    home.as_carer(HANA, "GET", f"/residents/{A}")
    home.as_carer(HANA, "GET", "/overview")
    home.as_carer(HANA, "GET", f"/residents/{B}")
    log = home.ask("GET", "/area/v1/audit?limit=1000").json()
    looks = [one for one in log if one["who"] == f"caregiver:{HANA}"]
    page, overview, refused = sorted(looks, key=lambda one: one["seq"])
    assert (page["target"], page["status"]) == (f"{ROOT}/residents/{A}", 200)
    assert overview["change"] == {"residents": [A]}
    assert (refused["target"], refused["status"]) == (f"{ROOT}/residents/{B}", 403)


def test_a_withdrawn_consent_stops_sharing_and_deletes_and_says_so(home):
    home.send(home.worn(A, home.minute - 60, 60), [Happening(A, "fall", home.clock.us)])
    home.as_carer(HANA, "POST", f"/residents/{A}/notes", NOTE)
    assert home.ask("GET", f"{ROOT}/collection", None, Role.GATEWAY).json()["residents"] == [A, B]
    done = home.as_carer(HANA, "POST", f"/residents/{A}/withdrawal", {"scopes": ["wearable"]})
    deleted = done.json()["deleted"]
    assert done.json()["withdrawn"] == ["wearable"]
    assert (deleted["hours"], deleted["events"]) == (2, 1)
    assert deleted["days"] >= 1
    assert home.ask("GET", f"{ROOT}/collection", None, Role.GATEWAY).json()["residents"] == [B]
    page = home.as_carer(HANA, "GET", f"/residents/{A}").json()
    assert (page["days"], page["events"], len(page["notes"])) == ([], [], 1)
    assert page["resident"]["consent"] == ["records", "research"]
    late = home.send(home.worn(A, home.minute, 1), [Happening(A, "sos", home.clock.us)]).json()
    assert late == {"minutes": 0, "happenings": 0, "stopped": [A]}
    refused = home.as_carer(HANA, "GET", f"/residents/{A}/fhir")
    assert (refused.status_code, refused.json()["title"]) == (409, "Consent missing")
    entry = next(one for one in home.audited() if one["what"].endswith("withdrawal"))
    assert entry["change"]["deleted"] == deleted


def test_what_a_withdrawal_would_delete_is_told_before_and_nothing_is_changed(home):
    home.send(home.worn(A, home.minute - 60, 60), [Happening(A, "fall", home.clock.us)])
    home.as_carer(HANA, "POST", f"/residents/{A}/notes", NOTE)
    place = f"/residents/{A}/withdrawal"
    told = home.as_carer(HANA, "GET", f"{place}?scopes=wearable").json()
    assert (told["withdrawn"], told["kept"]) == (["wearable"], ["records", "research"])
    assert set(told["deleted"]) == {"hours", "days", "events"}
    assert home.as_carer(HANA, "GET", place).json()["deleted"]["records"] == 1
    assert len(home.as_carer(HANA, "GET", f"/residents/{A}").json()["events"]) == 1
    done = home.as_carer(HANA, "POST", place, {"scopes": ["wearable"]}).json()
    assert done == told
    wrong = home.as_carer(HANA, "GET", f"{place}?scopes=photos")
    assert (wrong.status_code, "no 'photos'" in wrong.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,ja;q=0.5", "en"),
        ("fr", "en"),
        ("", "en"),
        ("ja;q=oops", "en"),
    ],
)
def test_a_refusal_speaks_the_language_that_is_asked_for_and_carries_both(home, accepted, language):
    place = f"{ROOT}/residents/{B}/notes"
    refused = home.ask("POST", place, NOTE, Role.CAREGIVER, name=HANA, accept_language=accepted)
    words = refused.json()["words"]
    assert refused.headers["content-language"] == language
    assert refused.json()["detail"] == words[language]
    assert words["ja"].startswith("この入居者の担当ではありません")
    assert words["en"].startswith("you are not assigned to this resident")


def test_without_a_consent_nothing_is_written_and_the_sentence_says_what_to_do(home):
    home.as_carer(HANA, "POST", f"/residents/{A}/withdrawal", {})
    refused = home.as_carer(HANA, "POST", f"/residents/{A}/notes", NOTE)
    assert refused.status_code == 409
    assert "record the consent first" in refused.json()["detail"]
    again = home.as_carer(HANA, "POST", f"/residents/{A}/withdrawal", {})
    assert again.json()["detail"] == "there is no valid consent to withdraw"
    consent = {"scopes": ALL, "policy": "2026-05", "givenOn": "2023-11-14", "givenBy": "daughter"}
    assert home.as_carer(HANA, "POST", f"/residents/{A}/consents", consent).status_code == 201
    assert home.as_carer(HANA, "POST", f"/residents/{A}/notes", NOTE).status_code == 201
    versions = home.as_carer(HANA, "GET", f"/residents/{A}/consents").json()
    assert [one["version"] for one in versions] == [1, 2]
    assert versions[0]["withdrawnUs"] == home.clock.us
    assert versions[1]["givenBy"] == "daughter"


def test_what_cannot_be_is_refused(home):
    twice = home.as_manager("POST", "/residents", {"id": A, "label": "again"})
    assert (twice.status_code, twice.json()["title"]) == (409, "Already exists")
    named = home.as_manager("POST", "/residents", {"id": "Yamada", "label": "C"})
    assert named.status_code == 400
    nobody = home.as_carer(HANA, "GET", "/residents/p-nobody")
    assert nobody.status_code == 404
    wrong_day = {"scopes": ["records"], "policy": "1", "givenOn": "2023-02-30"}
    refused = home.as_carer(HANA, "POST", f"/residents/{A}/consents", wrong_day)
    assert "there is no day 2023-02-30" in refused.json()["detail"]


def test_a_minute_from_nobody_we_know_is_not_stored(home):
    stranger = "p-" + "z" * 26
    answer = home.send([Minute(stranger, home.minute, worn=True)]).json()
    assert answer == {"minutes": 0, "happenings": 0, "stopped": [stranger]}
