"""Histories that callers write: stored once, current where newer, changed and deleted in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response

    from tests.platform_hub.server.town import Town

LIST = "/ngsi-ld/v1/temporal/entities"
ENTITIES = "/ngsi-ld/v1/entities"
CAR = "urn:ngsi-ld:Vehicle:a"
DAY = "2020-08-01T"


def speed(value: Any, clock: str, **members: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, "observedAt": f"{DAY}{clock}Z", **members}


def history(*instances: dict[str, Any], urn: str = CAR, **members: Any) -> dict[str, Any]:
    return {"id": urn, "type": "Vehicle", "speed": list(instances), **members}


def send(hub: Town, *instances: dict[str, Any], **members: Any) -> Response:
    return hub.http.post(LIST, json=history(*instances, **members))


def values(hub: Town, **params: str) -> list[Any]:
    return [one["value"] for one in hub.get(f"{LIST}/{CAR}", **params).json().get("speed", [])]


@pytest.fixture
def car(hub: Town) -> Town:
    answer = send(hub, speed(10, "12:00:00"), speed(20, "12:10:00"), speed(30, "12:20:00"))
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{LIST}/{CAR}")
    return hub


def test_a_replay_changes_nothing(car: Town) -> None:
    before = car.get(f"{LIST}/{CAR}", options="sysAttrs").json()
    car.clock.us += 1_000_000
    shifted = speed(20, "12:10:00") | {"observedAt": "2020-08-01T21:10:00.000+09:00"}
    assert send(car, speed(10, "12:00:00"), shifted).status_code == 204
    assert car.get(f"{LIST}/{CAR}", options="sysAttrs").json() == before


def test_the_newest_is_current_whatever_the_order(car: Town) -> None:
    assert car.get(f"{ENTITIES}/{CAR}", options="keyValues").json()["speed"] == 30
    send(car, speed(5, "11:00:00"), speed(40, "12:30:00"), speed(15, "12:05:00"))
    assert car.get(f"{ENTITIES}/{CAR}", options="keyValues").json()["speed"] == 40
    assert values(car) == [5, 10, 15, 20, 30, 40]


def test_attributes_are_added(car: Town) -> None:
    sent = {"fuel": [speed(1, "12:00:00")], "speed": speed(50, "13:00:00")}
    assert car.http.post(f"{LIST}/{CAR}/attrs", json=sent).status_code == 204
    assert values(car)[-1] == 50
    assert car.get(f"{ENTITIES}/{CAR}", options="keyValues").json()["fuel"] == 1
    assert car.http.post(f"{LIST}/urn:a:b/attrs", json=sent).status_code == 404


def test_an_instance_is_changed_in_its_place(car: Town) -> None:
    last = car.get(f"{LIST}/{CAR}", lastN="1").json()["speed"][0]
    path = f"{LIST}/{CAR}/attrs/speed/{last['instanceId']}"
    assert car.http.patch(path, json={"value": 33}).status_code == 204
    assert car.get(f"{LIST}/{CAR}", lastN="1").json()["speed"] == [last | {"value": 33}]
    assert car.get(f"{ENTITIES}/{CAR}", options="keyValues").json()["speed"] == 33
    moved = {"value": 1, "observedAt": f"{DAY}13:00:00Z"}
    assert car.http.patch(path, json=moved).status_code == 400


def test_an_instance_is_deleted(car: Town) -> None:
    first = car.get(f"{LIST}/{CAR}").json()["speed"][0]
    path = f"{LIST}/{CAR}/attrs/speed/{first['instanceId']}"
    assert car.http.delete(path).status_code == 204
    assert values(car) == [20, 30]
    assert car.http.delete(path).status_code == 404


def test_datasets_are_apart(car: Town) -> None:
    other = "urn:ngsi-ld:Dataset:gps"
    send(car, speed(99, "12:10:00", datasetId=other))
    assert values(car, datasetId="@none") == [10, 20, 30]
    assert values(car, datasetId=other) == [99]
    body = car.get(f"{LIST}/{CAR}", options="temporalValues", datasetId=other).json()
    assert body["speed"] == {
        "type": "Property",
        "datasetId": other,
        "values": [[99, f"{DAY}12:10:00Z"]],
    }
    attribute = f"{LIST}/{CAR}/attrs/speed"
    assert car.http.delete(attribute, params={"datasetId": other}).status_code == 204
    assert values(car) == [10, 20, 30]
    assert car.http.delete(attribute, params={"deleteAll": "true"}).status_code == 204
    assert car.http.delete(attribute).status_code == 404
    assert "speed" not in car.get(f"{ENTITIES}/{CAR}").json()


def test_a_history_is_deleted_with_its_entity(car: Town) -> None:
    assert car.http.delete(f"{LIST}/{CAR}").status_code == 204
    assert car.get(f"{LIST}/{CAR}").status_code == 404
    assert car.get(f"{ENTITIES}/{CAR}").status_code == 404
    assert send(car, speed(1, "12:00:00")).status_code == 201
    assert values(car) == [1]


def test_a_deletion_leaves_its_time(car: Town) -> None:
    assert car.http.delete(f"{ENTITIES}/{CAR}/attrs/speed").status_code == 204
    assert values(car) == [10, 20, 30]
    (gone,) = car.get(f"{LIST}/{CAR}", timeproperty="deletedAt").json()["speed"]
    assert gone["value"] == "urn:ngsi-ld:null"
    assert gone["deletedAt"]


def test_the_history_of_a_deleted_entity_is_still_there(car: Town) -> None:
    assert car.http.delete(f"{ENTITIES}/{CAR}").status_code == 204
    assert values(car) == [10, 20, 30]
    assert send(car, speed(15, "12:05:00")).status_code == 204
    assert values(car) == [10, 15, 20, 30]


def test_what_has_no_time_is_kept_by_the_time_of_storing(car: Town) -> None:
    assert send(car, {"type": "Property", "value": 7}).status_code == 204
    found = car.get(f"{LIST}/{CAR}").json()["speed"]
    assert found[-1].keys() == {"type", "value", "instanceId"}
    after = {"timerel": "after", "timeAt": f"{DAY}12:10:00Z", "timeproperty": "createdAt"}
    assert values(car, **after) == [10, 20, 30, 7]


def test_amounts(car: Town) -> None:
    asked = {"options": "aggregatedValues", "aggrMethods": "avg,max", "aggrPeriodDuration": "PT20M"}
    assert car.get(f"{LIST}/{CAR}", **asked).json()["speed"] == {
        "type": "Property",
        "avg": [
            [15.0, f"{DAY}12:00:00Z", f"{DAY}12:20:00Z"],
            [30.0, f"{DAY}12:20:00Z", f"{DAY}12:40:00Z"],
        ],
        "max": [
            [20.0, f"{DAY}12:00:00Z", f"{DAY}12:20:00Z"],
            [30.0, f"{DAY}12:20:00Z", f"{DAY}12:40:00Z"],
        ],
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "object"),
        ({"type": "Vehicle"}, "no id"),
        ({"id": CAR}, "no type"),
        ({"id": "x", "type": "Vehicle"}, "no URI|not a URI"),
        (history({"type": "Property"}), "needs 'value'"),
        (history(speed(1, "99:00:00")), "ISO 8601"),
    ],
)
def test_faults_of_a_history_are_named(hub: Town, body: Any, words: str) -> None:
    answer = hub.http.post(LIST, json=body)
    assert answer.status_code == 400
    assert any(word in answer.json()["detail"] for word in words.split("|"))


@pytest.fixture
def fleet(car: Town) -> Town:
    send(car, speed(80, "14:00:00"), urn="urn:ngsi-ld:Vehicle:b", name=speed("B", "14:00:00"))
    send(car, speed(5, "09:00:00"), urn="urn:ngsi-ld:Vehicle:c", name=speed("C", "09:00:00"))
    return car


def found(hub: Town, **params: str) -> list[str]:
    answer = hub.get(LIST, type="Vehicle", **params)
    assert answer.status_code == 200, answer.text
    return [one["id"][-1] for one in answer.json()]


def test_entities_with_something_in_the_window_are_found(fleet: Town) -> None:
    assert found(fleet) == ["a", "b", "c"]
    assert found(fleet, timerel="after", timeAt=f"{DAY}12:15:00Z") == ["a", "b"]
    assert found(fleet, timerel="before", timeAt=f"{DAY}12:00:00Z") == ["c"]
    assert found(fleet, q="speed>50") == ["b"]
    assert found(fleet, attrs="name") == ["b", "c"]
    assert found(fleet, orderBy="speed;desc", limit="2") == ["b", "a"]


def test_pages_of_entities_are_linked_and_counted(fleet: Town) -> None:
    answer = fleet.get(LIST, type="Vehicle", limit="1", offset="1", count="true")
    assert [one["id"][-1] for one in answer.json()] == ["b"]
    assert answer.headers["NGSILD-Results-Count"] == "3"
    assert 'limit=1&offset=2>;rel="next"' in answer.headers["Link"]


def test_a_query_may_come_as_a_body(fleet: Town) -> None:
    body = {
        "type": "Query",
        "entities": [{"type": "Vehicle"}],
        "temporalQ": {"timerel": "after", "timeAt": f"{DAY}12:15:00Z"},
        "pick": ["id", "speed"],
    }
    answer = fleet.http.post("/ngsi-ld/v1/temporal/entityOperations/query", json=body)
    assert [sorted(one) for one in answer.json()] == [["id", "speed"], ["id", "speed"]]
    body["temporalQ"] = {"timerel": "after"}
    answer = fleet.http.post("/ngsi-ld/v1/temporal/entityOperations/query", json=body)
    assert answer.status_code == 400


def test_a_page_cuts_all_entities_at_one_instant(serve: Callable[..., Town]) -> None:
    small = serve(temporal_page_size=2)
    send(small, speed(1, "12:00:00"), speed(2, "12:01:00"), speed(3, "12:02:00"))
    send(small, speed(4, "12:03:00"), urn="urn:ngsi-ld:Vehicle:b")
    answer = small.get(LIST, type="Vehicle")
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"date-time {DAY}12:00:00Z-{DAY}12:01:00Z/*"
    assert [len(one["speed"]) for one in answer.json()] == [2, 0]


def test_too_wide_a_query_is_refused(fleet: Town) -> None:
    assert fleet.get(LIST).status_code == 400
    assert fleet.get(LIST, id=CAR).status_code == 400
    assert fleet.get(LIST, local="true").status_code == 200
