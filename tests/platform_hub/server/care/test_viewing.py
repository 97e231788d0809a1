"""What a caregiver sees: looks with their reasons, the page of a resident, events, the handover."""

from __future__ import annotations

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation

from area_configs.domain.care import Metric, Missing
from platform_hub.server.care import collecting, fhir, summaries
from platform_hub.server.care.calendars import Calendar
from platform_hub.server.care.looks import Evidence
from platform_hub.server.care.looks import looks as reasons
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import care as stored
from platform_hub.server.store.care import StoredDay, StoredResident
from platform_hub.wire.care import Happening
from platform_hub.wire.care_views import read, written
from tests.platform_hub.server.care import jp_core
from tests.platform_hub.server.care.home import HANA, KEN, ROOT, A, B

DAY_US = 86_400_000_000
CALENDAR = Calendar.of("Asia/Tokyo")
SCORE = {
    "instrument": "npi_nh",
    "version": "2000",
    "assessedOn": "2023-11-14",
    "informant": "night nurse",
    "scores": {"agitation": 8, "apathy": 4},
    "burdens": {"agitation": 3},
    "minutesUsed": 2.5,
}


def live(home, days: int, pulse: float, last: float) -> None:
    """Let A wear a watch for days up to yesterday, the last two with another pulse."""
    today = CALENDAR.day_at(home.clock.us)
    for day in range(today - days, today):
        begins = CALENDAR.begins(day)
        value = last if day >= today - 2 else pulse + day % 3
        minutes = home.worn(A, begins - 720, 2160, heart_rate=value, steps=1, battery=50.0)

        def store(transaction, day=day, begins=begins, minutes=minutes):
            known = {one.minute: one for one in minutes}
            row = collecting.row_of(A, summaries.summary(day, begins, known))
            stored.save_days(transaction, [row])

        home.town.database.write(store).result()


def looks(home, name: str = HANA) -> list[tuple[str, str]]:
    found = home.as_carer(name, "GET", "/overview").json()["looks"]
    return [(one["reason"], one["detail"]) for one in found]


def test_who_is_as_usual_needs_no_look(home):
    live(home, 30, 60, 61)
    assert looks(home) == []


def test_two_days_away_from_the_baseline_are_a_look_with_both_numbers(home):
    live(home, 30, 60, 80)
    found = home.as_carer(HANA, "GET", "/overview").json()["looks"]
    assert [(one["reason"], one["detail"]) for one in found] == [("unusual", "resting_hr")]
    assert (found[0]["value"], found[0]["usual"]) == (80.0, 61.0)
    today = CALENDAR.day_at(home.clock.us)
    assert found[0]["sinceUs"] == CALENDAR.begins(today - 2) * 60_000_000


@pytest.mark.parametrize(("hour", "found"), [(2, []), (11, []), (13, ["sleep_min"])])
def test_a_night_that_is_not_over_says_nothing_yet(hour, found):
    today = 20_000
    slept = [*(480.0 + day % 3 for day in range(20)), 120.0, 100.0]  # the last one is last night's
    days = [
        StoredDay(A, today - 21 + n, 1440, 1440, 1, 1, None, None, None, None, minutes, None)
        for n, minutes in enumerate(slept)
    ]
    now_us = (CALENDAR.begins(today) + hour * 60) * 60_000_000
    evidence = Evidence(days, collected=frozenset({A}))
    told = reasons([StoredResident(A, "A", 0, 0)], evidence, CALENDAR, now_us)
    assert [one.detail for one in told if one.reason == "unusual"] == found


def test_a_watch_in_the_drawer_is_a_look_and_an_old_battery_a_task(home):
    live(home, 20, 60, 61)
    home.clock.us += 3 * DAY_US
    home.send(home.worn(A, home.minute - 30, 30, battery=12.0))
    assert looks(home) == [("not_worn", ""), ("technical", "battery")]
    home.clock.us += DAY_US
    assert looks(home)[-1] == ("technical", "sync")


def test_a_minute_sent_twice_counts_once(home):
    minutes = home.worn(A, home.minute - 60, 60, steps=2)
    for _ in range(2):
        assert home.send(minutes).json()["minutes"] == 60
    page = home.as_carer(HANA, "GET", f"/residents/{A}").json()
    assert sum(day["wornMin"] for day in page["days"]) == 60


def test_an_event_is_answered_once_and_feeds_the_precision(home):
    happened = [Happening(A, "fall", home.clock.us), Happening(A, "sos", home.clock.us - 10**9)]
    assert home.send([], happened).json()["happenings"] == 2
    assert home.send([], happened).json()["happenings"] == 0
    assert looks(home) == [("event", "sos"), ("event", "fall")]
    overview = home.as_carer(HANA, "GET", "/overview").json()
    assert [one["escalated"] for one in overview["looks"]] == [True, False]
    assert overview["budget"] == {"alerts": 2, "aim": 2, "precision": None}
    for event, outcome in zip(
        home.as_carer(HANA, "GET", f"/residents/{A}/events").json(),
        ("confirmed", "false"),
        strict=True,
    ):
        place = f"/residents/{A}/events/{event['id']}/answer"
        done = home.as_carer(HANA, "POST", place, {"outcome": outcome, "note": "seen"})
        assert done.json()["acknowledgedBy"] == HANA
        assert home.as_carer(HANA, "POST", place, {"outcome": "false"}).status_code == 409
    after = home.as_carer(HANA, "GET", "/overview").json()
    assert (after["looks"], after["budget"]["precision"]) == ([], 0.5)
    assert home.as_carer(KEN, "POST", place.replace(A, B), {"outcome": "false"}).status_code == 404


def test_a_score_is_partial_until_every_item_is_answered(home):
    made = home.as_carer(HANA, "POST", f"/residents/{A}/scores", SCORE)
    assert made.status_code == 201
    score = made.json()
    assert (score["answered"], score["items"]) == (2, 12)
    assert score["totals"] == {"total10": None, "total12": None}
    assert score["burdens"] == {"agitation": 3}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scores": {"agitation": 5}}, "agitation cannot be 5: enter one of 0, 1, 2, 3, 4, 6"),
        ({"scores": {"overactive_01": 1}}, "NPI-NH has no item 'overactive_01'"),
        ({"instrument": "mmse"}, "there is no instrument 'mmse'"),
        ({"assessedOn": "2023-13-01"}, "there is no day 2023-13-01"),
        ({"corrects": 99}, "there is no record 99 of this resident to correct"),
    ],
)
def test_a_wrong_score_is_one_sentence_and_nothing_is_stored(home, change, sentence):
    refused = home.as_carer(HANA, "POST", f"/residents/{A}/scores", SCORE | change)
    assert refused.status_code == 400
    assert sentence in refused.json()["detail"]
    assert home.as_carer(HANA, "GET", f"/residents/{A}/scores").json() == []


def test_a_correction_replaces_what_is_shown_and_keeps_what_was(home):
    first = home.as_carer(HANA, "POST", f"/residents/{A}/scores", SCORE).json()["id"]
    right = SCORE | {"scores": {"apathy": 4}, "corrects": first}
    second = home.as_carer(HANA, "POST", f"/residents/{A}/scores", right).json()
    shown = home.as_carer(HANA, "GET", f"/residents/{A}/scores").json()
    assert [one["id"] for one in shown] == [second["id"]]
    kept = home.town.database.read(lambda tx: stored.records(tx, [A], ["score"]))
    assert len(kept) == 2


def step(number: int, name: str, **more) -> dict:
    return {"cycle": number, "step": name, "dated": "2023-11-14", "text": "Done."} | more


def test_a_care_cycle_says_when_to_look_again_and_closes(home):
    items = [{"what": "Walk after lunch", "owner": "day shift", "due": "2023-12-01"}]
    plan = step(1, "plan", items=items, reviewOn="2023-11-20")
    assert home.as_carer(HANA, "POST", f"/residents/{A}/cycle", plan).status_code == 201
    assert looks(home) == []
    home.clock.us += 6 * DAY_US
    assert looks(home) == [("score_due", "")]
    closing = step(1, "review", closes=True)
    assert home.as_carer(HANA, "POST", f"/residents/{A}/cycle", closing).status_code == 201
    assert looks(home) == []
    late = home.as_carer(HANA, "POST", f"/residents/{A}/cycle", step(1, "needs"))
    assert (late.status_code, "is closed" in late.json()["detail"]) == (409, True)
    assert home.as_carer(HANA, "POST", f"/residents/{A}/cycle", step(2, "assess")).is_success


def test_the_handover_has_this_shift_and_these_residents_only(home):
    for name, of in ((HANA, A), (KEN, B)):
        note = {"text": f"for the next shift, by {name}", "forHandover": True}
        home.as_carer(name, "POST", f"/residents/{of}/notes", note)
        home.as_carer(name, "POST", f"/residents/{of}/cycle", step(1, "assess"))
    home.send([], [Happening(A, "wandering", home.clock.us)])
    found = home.as_carer(HANA, "GET", "/handover").json()
    assert [(one["resident"], one["step"]) for one in found["steps"]] == [(A, "assess")]
    assert [one["resident"] for one in found["notes"]] == [A]
    assert [one["kind"] for one in found["events"]] == ["wandering"]
    later = home.as_carer(HANA, "GET", f"/handover?since={home.clock.us + 1}").json()
    assert (later["notes"], later["events"]) == ([], [])


def test_the_export_is_fhir_and_says_what_is_absent(home):
    live(home, 3, 60, 61)
    home.as_carer(HANA, "POST", f"/residents/{A}/scores", SCORE)
    sent = home.as_carer(HANA, "GET", f"/residents/{A}/fhir").json()
    bundle = Bundle.model_validate(sent)
    found = [one.resource for one in bundle.entry if isinstance(one.resource, Observation)]
    assert len(found) == 3 * 5 + 2
    assert all(one.valueQuantity or one.dataAbsentReason for one in found)
    vital = [one for one in found if one.meta]
    profile = "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Observation_VitalSigns"
    assert {p for one in vital for p in one.meta.profile} == {profile}
    assert jp_core.faults(sent) == []
    assert "80404-7" not in str(sent)  # SDNN; ours is RMSSD
    assert not any(one.valueQuantity and one.valueQuantity.value == 0 for one in found)
    patient = sent["entry"][0]["resource"]
    assert set(patient) == {"resourceType", "id", "meta", "identifier"}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one["category"].pop(0), "JP_SimpleObservationCategory_CS is []"),
        (
            lambda one: one["category"][1]["coding"][0].update(code="vital-signs"),
            "JP_ObservationVitalSignsCategory_CS is ['vital-signs']",
        ),
        (lambda one: one.pop("effectivePeriod"), "effectivePeriod is there 0 times"),
        (lambda one: one["subject"].update(reference="Patient/x"), "the subject is no JP_Patient"),
        (lambda one: one.pop("dataAbsentReason"), "a value or the reason"),
        (lambda one: one.update(id="p_1"), "p_1 is no id"),
    ],
)
def test_what_breaks_a_profile_is_found(spoil, sentence):
    day = summaries.summary(19_000, CALENDAR.begins(19_000), {})
    bundle = fhir.bundle(A, [day], [], CALENDAR)
    assert jp_core.faults(bundle) == []
    spoil(bundle["entry"][2]["resource"])
    assert any(sentence in fault for fault in jp_core.faults(bundle))


def test_not_worn_is_an_absent_value_with_its_reason():
    day = summaries.summary(19_000, CALENDAR.begins(19_000), {})
    heart = next(fhir.observations(A, day, CALENDAR))
    assert heart["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert heart["effectivePeriod"]["start"].endswith("T00:00:00+09:00")
    assert Observation.model_validate(heart).valueQuantity is None


def test_fewer_than_ten_people_are_never_published(home):
    refused = home.ask("GET", f"{ROOT}/statistics", None, Role.READER)
    assert (refused.status_code, refused.json()["title"]) == (409, "Too few people")


def test_a_summary_survives_its_way_as_json():
    day = summaries.summary(19_000, CALENDAR.begins(19_000), {})
    sent = msgspec.json.decode(msgspec.json.encode(written(day)))
    assert sent["metrics"]["resting_hr"] == {
        "value": None,
        "why": "night_not_worn",
        "lowConfidence": False,
    }
    again = read(sent, type(day))
    assert again == day
    assert again.metrics[Metric.STEPS].why is Missing.NOT_WORN
