"""Queries over NGSI-LD: what is found, in which order, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.platform_hub.server.ngsi_ld.ld import (
    ENTITIES,
    create,
    found,
    get,
    prop,
    refused,
    room,
    send,
)

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town

QUERY = "/entityOperations/query"


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


@pytest.fixture
def city(hub: Town) -> Town:
    link = {"type": "Relationship", "object": "urn:ngsi-ld:House:h"}
    create(
        hub,
        room("urn:ngsi-ld:Room:a", temp=prop(20), location=point(139.77, 35.65), scope="/A/B/C"),
        room("urn:ngsi-ld:Room:b", temp=prop(25), location=point(139.78, 35.65), inHouse=link),
        {
            "id": "urn:ngsi-ld:House:h",
            "type": ["House", "Office"],
            "scope": "/A",
            "name": {"type": "LanguageProperty", "languageMap": {"en": "Home", "ja": "家"}},
            "location": {
                "type": "GeoProperty",
                "value": {
                    "type": "Polygon",
                    "coordinates": [
                        [[139.76, 35.64], [139.775, 35.64], [139.775, 35.66], [139.76, 35.64]]
                    ],
                },
            },
        },
    )
    return hub


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"type": "Room"}, "ab"),
        ({"type": "Room,House"}, "hab"),
        ({"type": "House;Office"}, "h"),
        ({"type": "(House;Room),Room"}, "ab"),
        ({"type": "House;Room"}, ""),
        ({"type": "Nothing"}, ""),
        ({"type": "Room", "id": "urn:ngsi-ld:Room:a,urn:ngsi-ld:House:h"}, "a"),
        ({"type": "*", "idPattern": "^urn:ngsi-ld:Room:[ab]$"}, "ab"),
        ({"q": "temp>=25"}, "b"),
        ({"q": "temp==20..22"}, "a"),
        ({"q": "temp==1,25"}, "b"),
        ({"q": 'name[ja]=="家"'}, "h"),
        ({"q": "name~=^Ho"}, "h"),
        ({"q": "temp!~=x"}, "ab"),
        ({"q": "inHouse==urn:ngsi-ld:House:h"}, "b"),
        ({"q": "createdAt>2020-01-01T00:00:00Z", "type": "Room"}, "ab"),
        ({"q": "temp.modifiedAt>2020-01-01T09:00:00+09:00"}, "ab"),
        ({"scopeQ": "/A/+/C"}, "a"),
        ({"scopeQ": "/A/#"}, "ha"),
        ({"scopeQ": "/A;/B"}, ""),
        ({"scopeQ": "/B,/A"}, "h"),
        ({"attrs": "temp", "type": "Room,House"}, "ab"),
        ({"type": "Room", "orderBy": "temp;desc"}, "ba"),
        ({"type": "Room,House", "orderBy": "temp"}, "abh"),
        ({"type": "Room", "orderBy": "createdAt,id;desc"}, "ba"),
        ({"type": "Room", "limit": "1", "offset": "1"}, "b"),
    ],
)
def test_what_is_found(city: Town, params: dict[str, str], names: str) -> None:
    assert "".join(found(city, **params)) == names


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "names"),
    [
        ("near;maxDistance==500", "Point", "[139.77,35.65]", "ha"),
        ("near;maxDistance==1000", "Point", "[139.77,35.65]", "hab"),
        ("near;minDistance==500", "Point", "[139.77,35.65]", "b"),
        ("near;maxDistance==100", "LineString", "[[139.78,35.6],[139.78,35.7]]", "b"),
        ("within", "Polygon", "[[[139.7,35.6],[139.775,35.6],[139.775,35.7],[139.7,35.6]]]", "ha"),
        ("equals", "Point", "[139.78,35.65]", "b"),
        ("contains", "Point", "[139.77,35.65]", "ha"),
        ("intersects", "LineString", "[[139.7,35.65],[139.774,35.65]]", "ha"),
        ("disjoint", "Point", "[139.77,35.65]", "b"),
    ],
)
def test_what_stands_where(
    city: Town, georel: str, geometry: str, coordinates: str, names: str
) -> None:
    asked = {"georel": georel, "geometry": geometry, "coordinates": coordinates}
    assert "".join(found(city, type="Room,House", **asked)) == names


def test_a_polygon_that_crosses_itself_is_kept_and_mended_to_look(hub: Town) -> None:
    bow = [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]
    value = {"type": "Polygon", "coordinates": bow}
    create(hub, room(location={"type": "GeoProperty", "value": value}))
    assert get(hub)["location"]["value"] == value
    asked = {"georel": "contains", "geometry": "Point"}
    assert found(hub, coordinates="[1.5,1]", **asked) == ["1"]
    assert found(hub, coordinates="[1,1.9]", **asked) == []


def test_pick_omit_and_attrs(city: Town) -> None:
    ident = "urn:ngsi-ld:Room:b"
    assert get(city, ident, pick="id,temp") == {"id": ident, "temp": prop(25)}
    assert get(city, ident, omit="location,inHouse,type") == {"id": ident, "temp": prop(25)}
    assert city.get(f"{ENTITIES}/{ident}", pick="nothing").status_code == 404
    listed = city.get(ENTITIES, type="Room", pick="inHouse").json()
    assert [one.keys() for one in listed] == [{"inHouse"}]


def test_linked_entities_come_along(city: Town) -> None:
    ident = "urn:ngsi-ld:Room:b"
    inline = get(city, ident, join="inline", pick="inHouse{id,name}")
    assert inline["inHouse"]["entity"].keys() == {"id", "name"}
    simple = get(city, ident, join="inline", options="keyValues")
    assert simple["inHouse"]["id"] == "urn:ngsi-ld:House:h"
    flat = get(city, ident, join="flat")
    assert [one["id"] for one in flat] == [ident, "urn:ngsi-ld:House:h"]


def test_geojson(city: Town) -> None:
    geo = {"Accept": "application/geo+json"}
    one = city.http.get(f"{ENTITIES}/urn:ngsi-ld:Room:a", headers=geo, params={"format": "concise"})
    assert one.headers["content-type"] == "application/geo+json"
    feature = one.json()
    assert (feature["type"], feature["geometry"]["coordinates"]) == ("Feature", [139.77, 35.65])
    assert feature["properties"]["temp"] == 20
    many = city.http.get(ENTITIES, headers=geo, params={"type": "Room"}).json()
    assert many["type"] == "FeatureCollection"
    assert len(many["features"]) == 2
    other = {"geometryProperty": "elsewhere"}
    nowhere = city.http.get(f"{ENTITIES}/urn:ngsi-ld:Room:a", headers=geo, params=other)
    assert nowhere.json()["geometry"] is None
    listed = city.http.get("/ngsi-ld/v1/types", headers=geo)
    assert listed.status_code == 406


@pytest.mark.parametrize(
    ("lang", "text", "chosen"),
    [
        ("ja", "家", "ja"),
        ("fr,ja;q=0.5,en;q=0.8", "Home", "en"),
        ("ja-JP", "家", "ja"),
        ("fr", "Home", "en"),
        ("*", "Home", "en"),
    ],
)
def test_languages(city: Town, lang: str, text: str, chosen: str) -> None:
    name = get(city, "urn:ngsi-ld:House:h", lang=lang)["name"]
    assert name == {"type": "Property", "value": text, "lang": chosen}
    assert get(city, "urn:ngsi-ld:House:h", lang=lang, options="keyValues")["name"] == text


def test_a_query_in_a_body(city: Town) -> None:
    body = {
        "type": "Query",
        "entities": [{"type": "Room", "idPattern": "a$"}, {"type": "House"}],
        "attrs": ["location"],
        "geoQ": {
            "georel": "near;maxDistance==500",
            "geometry": "Point",
            "coordinates": [139.77, 35.65],
        },
    }
    answer = send(city, "POST", QUERY + "?count=true&limit=1", body)
    assert [one["id"][-1] for one in answer.json()] == ["h"]
    assert answer.headers["ngsild-results-count"] == "2"
    assert f"<{'/ngsi-ld/v1' + QUERY}?count=true&limit=1&offset=1>" in answer.headers["link"]
    picked = {"type": "Query", "q": "temp>20", "pick": ["id"], "scopeQ": "/A/#"}
    assert send(city, "POST", QUERY, picked).json() == []


def test_kinds_are_discovered(city: Town) -> None:
    listed = city.get("/ngsi-ld/v1/types").json()
    assert listed["type"] == "EntityTypeList"
    assert {"Room", "House", "Office"} <= set(listed["typeList"])
    room_type = city.get("/ngsi-ld/v1/types/Room").json()
    assert (room_type["entityCount"], room_type["type"]) == (2, "EntityTypeInfo")
    details = {one["attributeName"]: one["attributeTypes"] for one in room_type["attributeDetails"]}
    assert details["location"] == ["GeoProperty"]
    temp = city.get("/ngsi-ld/v1/attributes/temp").json()
    assert (temp["attributeCount"], temp["typeNames"]) == (2, ["Room"])
    assert "temp" in city.get("/ngsi-ld/v1/attributes").json()["attributeList"]
    described = city.get("/ngsi-ld/v1/attributes", details="true").json()
    assert {"temp": ["Room"]}.items() <= {
        o["attributeName"]: o["typeNames"] for o in described
    }.items()
    assert city.get("/ngsi-ld/v1/types/Nothing").status_code == 404
    assert city.get("/ngsi-ld/v1/attributes/nothing").status_code == 404


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"type": "(Room"}, "type cannot be read"),
        ({"type": "Room;"}, "type cannot be read"),
        ({"type": "(" * 50 + "Room" + ")" * 50}, "type cannot be read"),
        ({"scopeQ": "/#/A"}, "no scope"),
        ({"q": 'temp~="("'}, "regular expression"),
        ({"q": "temp>1,2"}, "list"),
        ({"q": "a" * 10_001}, "longer"),
        ({"q": "temp[x==1"}, "square bracket"),
        ({"georel": "near", "geometry": "Point", "coordinates": "[1,2]"}, "georel"),
        ({"georel": "within", "geometry": "Point"}, "needs georel"),
        ({"georel": "within", "geometry": "Point", "coordinates": "[1,"}, "no JSON"),
        ({"georel": "within", "geometry": "Point", "coordinates": "[200,2]"}, "coordinates"),
        ({"georel": "within", "geometry": "Blob", "coordinates": "[1,2]"}, "coordinates"),
        ({"type": "Room", "pick": "a{", "omit": "b"}, "pick"),
        ({"type": "Room", "pick": "a", "omit": "a"}, "both"),
        ({"type": "Room", "pick": "a", "attrs": "a"}, "together"),
        ({"type": "Room", "orderBy": "a;up"}, "asc"),
        ({"type": "Room", "join": "sideways"}, "join"),
        ({"type": "Room", "joinLevel": "2"}, "join"),
        ({"type": "Room", "attrs": "id"}, "no attribute"),
    ],
)
def test_what_cannot_be_asked(city: Town, params: dict[str, str], words: str) -> None:
    refused(city.get(ENTITIES, **params), 400, "BadRequestData", words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"q": "temp>1"}, "type Query"),
        ({"type": "Query"}, "too wide"),
        ({"type": "Query", "entities": []}, "selectors"),
        ({"type": "Query", "entities": [{"id": "urn:x:1"}]}, "type"),
        ({"type": "Query", "entities": [{"id": "x", "type": "A"}]}, "URI"),
        ({"type": "Query", "colour": 1}, "colour"),
        ({"type": "Query", "q": 5}, "q"),
        ({"type": "Query", "geoQ": 5}, "geoQ"),
        ({"type": "Query", "attrs": [5]}, "attrs"),
        ({"type": "Query", "attrs": ["a"], "joinLevel": 99, "join": "flat"}, "joinLevel"),
    ],
)
def test_what_no_query_body_is(city: Town, body: Any, words: str) -> None:
    refused(send(city, "POST", QUERY, body), 400, "BadRequestData", words)
