"""Current state over NGSI-LD: what is there, in which form, on which page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.wire.ngsi_ld import CORE_CONTEXT
from tests.platform_hub.server.town import METER, power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town

ENTITIES = "/ngsi-ld/v1/entities"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


def ids(hub: Town, **params: str) -> list[str]:
    answer = hub.get(ENTITIES, **params)
    assert answer.status_code == 200, answer.text
    return [entity["id"].rpartition(":")[2] for entity in answer.json()]


def test_devices_are_entities_before_they_ever_spoke(hub: Town) -> None:
    entity = hub.get(f"{ENTITIES}/{METER}").json()
    assert entity == {
        "id": METER,
        "type": "ACMeasurement",
        "name": {"type": "LanguageProperty", "languageMap": {"ja": "一号", "en": "One"}},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [139.77, 35.65]},
        },
        "category": {"type": "Property", "value": ["meter"]},
        "deviceKind": {"type": "Property", "value": "smart_meter"},
        "controlledProperty": {"type": "Property", "value": ["activePower", "currentR"]},
        "refGateway": {"type": "Relationship", "object": "urn:ngsi-ld:EdgeGateway:town:gw-1"},
        "profile": {"type": "Property", "value": "meter"},
        "building": {"type": "Property", "value": "bldg_7"},
    }


def test_a_reading_is_a_property_with_time_and_unit(hub: Town) -> None:
    hub.say(power(0, 668.0))
    assert hub.get(f"{ENTITIES}/{METER}").json()["activePower"] == {
        "type": "Property",
        "value": 668.0,
        "observedAt": "2023-11-14T22:13:20Z",
        "unitCode": "WTT",
    }


def test_the_context_stands_in_the_link_header_or_in_the_body(hub: Town) -> None:
    plain = hub.get(f"{ENTITIES}/{METER}")
    assert plain.headers["content-type"] == "application/json"
    assert plain.links["http://www.w3.org/ns/json-ld#context"]["url"] == CORE_CONTEXT
    linked = hub.http.get(f"{ENTITIES}/{METER}", headers={"Accept": "application/ld+json"})
    assert linked.headers["content-type"] == "application/ld+json"
    assert linked.json()["@context"] == CORE_CONTEXT
    assert "link" not in linked.headers
    listed = hub.http.get(
        ENTITIES, params={"local": "true"}, headers={"Accept": "application/ld+json;q=0.9, text/*"}
    )
    assert {entity["@context"] for entity in listed.json()} == {CORE_CONTEXT}


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/json;q=0"])
def test_other_media_types_are_not_acceptable(hub: Town, accept: str) -> None:
    answer = hub.http.get(f"{ENTITIES}/{METER}", headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["*/*", "", "application/*", "text/html, */*;q=0.1"])
def test_wild_cards_mean_json(hub: Town, accept: str) -> None:
    answer = hub.http.get(f"{ENTITIES}/{METER}", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


def test_entities_are_selected(hub: Town) -> None:
    hub.say(power(0, 50.0), power(0, 900.0, device="meter-2"))
    assert ids(hub, local="true") == ["gauge", "meter-1", "meter-2"]
    assert ids(hub, type="ACMeasurement") == ["meter-1", "meter-2"]
    assert ids(hub, type="ACMeasurement,WaterObserved", id=METER) == ["meter-1"]
    assert ids(hub, local="true", idPattern="meter-.$") == ["meter-1", "meter-2"]
    assert ids(hub, attrs="activePower") == ["meter-1", "meter-2"]
    assert ids(hub, attrs="nothing") == []
    assert ids(hub, q="activePower>100") == ["meter-2"]
    assert ids(hub, q='deviceKind=="river_gauge"|activePower<=50') == ["gauge", "meter-1"]


def test_attrs_narrow_what_is_sent(hub: Town) -> None:
    hub.say(power(0))
    (entity,) = hub.get(ENTITIES, attrs="activePower,name", id=METER).json()
    assert entity.keys() == {"id", "type", "activePower", "name"}
    assert hub.get(f"{ENTITIES}/{METER}", attrs="activePower").json().keys() == {
        "id",
        "type",
        "activePower",
    }


def test_key_values_concise_and_system_attributes(hub: Town) -> None:
    hub.say(power(0, 7.0))
    simple = hub.get(f"{ENTITIES}/{METER}", options="keyValues").json()
    assert simple["activePower"] == 7.0
    assert simple["name"] == {"languageMap": {"ja": "一号", "en": "One"}}
    assert simple["refGateway"] == "urn:ngsi-ld:EdgeGateway:town:gw-1"
    assert simple["location"]["coordinates"] == [139.77, 35.65]
    concise = hub.get(f"{ENTITIES}/{METER}", format="concise").json()
    assert concise["deviceKind"] == "smart_meter"
    assert concise["activePower"] == {
        "value": 7.0,
        "observedAt": "2023-11-14T22:13:20Z",
        "unitCode": "WTT",
    }
    full = hub.get(f"{ENTITIES}/{METER}", options="sysAttrs").json()
    assert full["createdAt"] == full["activePower"]["modifiedAt"] == "2023-11-14T23:13:20Z"


def test_modified_at_follows_the_newest_reading(hub: Town) -> None:
    hub.say(power(0))
    hub.clock.us += 5_000_000
    hub.say(power(1), first_seq=2)
    full = hub.get(f"{ENTITIES}/{METER}", options="sysAttrs").json()
    assert full["createdAt"] == "2023-11-14T23:13:20Z"
    assert full["modifiedAt"] == "2023-11-14T23:13:25Z"
    assert full["activePower"]["createdAt"] == "2023-11-14T23:13:20Z"
    assert full["activePower"]["modifiedAt"] == "2023-11-14T23:13:25Z"


def test_pages_are_linked(hub: Town) -> None:
    first = hub.get(ENTITIES, local="true", limit="1", count="true")
    assert first.headers["ngsild-results-count"] == "3"
    assert "prev" not in first.links
    following = (
        "</ngsi-ld/v1/entities?local=true&count=true&limit=1&offset=1>;"
        'rel="next";type="application/ld+json"'
    )
    assert following in first.headers["link"]
    seen, page = [], f"{ENTITIES}?local=true&limit=1"
    while page:
        answer = hub.http.get(page)
        seen += [entity["id"] for entity in answer.json()]
        page = answer.links.get("next", {}).get("url", "")
    assert len(seen) == len(set(seen)) == 3
    assert answer.links["prev"]["url"].endswith("limit=1&offset=1")


def test_only_the_count(hub: Town) -> None:
    answer = hub.get(ENTITIES, local="true", limit="0", count="true")
    assert (answer.json(), answer.headers["ngsild-results-count"]) == ([], "3")


@pytest.mark.parametrize(
    ("params", "kind", "words"),
    [
        ({}, "BadRequestData", "too wide"),
        ({"id": METER}, "BadRequestData", "too wide"),
        ({"idPattern": ".*"}, "BadRequestData", "too wide"),
        ({"local": "maybe"}, "BadRequestData", "local"),
        ({"local": "true", "colour": "red"}, "InvalidRequest", "colour"),
        ({"local": "true", "limit": "-1"}, "BadRequestData", "limit"),
        ({"local": "true", "limit": "0"}, "BadRequestData", "limit"),
        ({"local": "true", "limit": "9999"}, "BadRequestData", "1000"),
        ({"local": "true", "offset": "x"}, "BadRequestData", "offset"),
        ({"local": "true", "id": "meter"}, "BadRequestData", "not a URI"),
        ({"local": "true", "idPattern": "("}, "BadRequestData", "regular expression"),
        ({"local": "true", "options": "pretty"}, "InvalidRequest", "pretty"),
        ({"local": "true", "options": "concise,keyValues"}, "InvalidRequest", "more than one"),
        ({"local": "true", "format": "xml"}, "InvalidRequest", "format"),
        ({"local": "true", "attrs": ""}, "BadRequestData", "attrs"),
        ({"local": "true", "attrs": "a,,b"}, "BadRequestData", "empty item"),
        ({"q": "activePower>"}, "BadRequestData", "value is missing"),
    ],
)
def test_faults_are_named(hub: Town, params: dict[str, str], kind: str, words: str) -> None:
    answer = hub.get(ENTITIES, **params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == ERRORS + kind
    assert problem["title"]
    assert words in problem["detail"]


def test_a_parameter_given_twice_is_refused(hub: Town) -> None:
    assert hub.http.get(f"{ENTITIES}?type=A&type=B").json()["type"] == ERRORS + "InvalidRequest"


def test_unknown_entities_and_attributes_are_not_found(hub: Town) -> None:
    for path, params in (
        (f"{ENTITIES}/urn:ngsi-ld:Device:town:nobody", {}),
        (f"{ENTITIES}/{METER}", {"attrs": "waterLevel"}),
        ("/nowhere", {}),
    ):
        answer = hub.get(path, **params)
        assert answer.status_code == 404
        assert answer.json()["type"] == ERRORS + "ResourceNotFound"
    assert hub.get(f"{ENTITIES}/meter-1").status_code == 400


def test_other_methods_are_not_allowed(hub: Town) -> None:
    answer = hub.http.post(f"{ENTITIES}/{METER}")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_paths_work_with_a_slash_at_the_end(hub: Town) -> None:
    assert hub.get(f"{ENTITIES}/", local="true").status_code == 200
    assert hub.get(f"{ENTITIES}/{METER}/").status_code == 200


def test_head_is_answered_without_a_body(hub: Town) -> None:
    answer = hub.http.head(f"{ENTITIES}/{METER}")
    assert (answer.status_code, answer.content) == (200, b"")
