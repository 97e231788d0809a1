"""Writes over NGSI-LD: what becomes of entities, of their history, and of the change log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from platform_hub.server.store import changes, entities, instances
from tests.platform_hub.server.ngsi_ld.ld import (
    ENTITIES,
    NULL,
    ROOM,
    create,
    get,
    prop,
    refused,
    room,
    send,
)
from tests.platform_hub.server.town import METER, power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town

ATTRS = f"/entities/{ROOM}/attrs"
A, B = "urn:ngsi-ld:Dataset:a", "urn:ngsi-ld:Dataset:b"


def news(hub: Town) -> list[changes.Change]:
    return hub.database.read(lambda tx: changes.between(tx, 0, 1 << 40, 1 << 30))


def history(hub: Town, name: str) -> list[dict[str, Any]]:
    def read(tx: Any) -> list[dict[str, Any]]:
        pk = entities.load(tx, [ROOM], gone=True)[ROOM].pk
        number = instances.attributes_of(tx, pk)[name]
        held = instances.window(tx, (pk, number), instances.Span())
        return [msgspec.json.decode(one.body) for one in held]

    return hub.database.read(read)


# ------------------------------------------------------------------ whole entities


def test_a_new_entity_is_there(hub: Town) -> None:
    answer = send(hub, "POST", "/entities", room(temp=prop(21.5, unitCode="CEL")))
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == f"{ENTITIES}/{ROOM}"
    assert get(hub) == room(temp=prop(21.5, unitCode="CEL"))
    refused(send(hub, "POST", "/entities", room()), 409, "AlreadyExists", ROOM)


def test_every_kind_of_attribute_comes_back(hub: Town) -> None:
    kinds = {
        "place": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [139.8, 35.6]}},
        "owner": {"type": "Relationship", "object": "urn:ngsi-ld:Person:1"},
        "title_": {"type": "LanguageProperty", "languageMap": {"ja": "部屋", "en": ["a", "b"]}},
        "state": {"type": "VocabProperty", "vocab": ["open", "https://example.org/shut"]},
        "raw": {"type": "JsonProperty", "json": {"a": [1, None, {"type": "Property"}]}},
        "steps": {"type": "ListProperty", "valueList": [1, 2, 2]},
        "path": {"type": "ListRelationship", "objectList": [{"object": "urn:x:1"}]},
        "temp": prop(
            1, accuracy=prop(0.1, source=prop("maker")), observedAt="2026-01-01T00:00:00Z"
        ),
    }
    create(hub, room(**kinds))
    assert get(hub) == room(**kinds)
    simple = get(hub, format="simplified")
    assert simple["state"] == {"vocab": ["open", "https://example.org/shut"]}
    assert simple["path"] == {"objectList": ["urn:x:1"]}
    assert simple["temp"] == 1
    concise = get(hub, format="concise")
    assert concise["temp"]["accuracy"] == {"value": 0.1, "source": "maker"}


def test_concise_and_simple_input_is_understood(hub: Town) -> None:
    create(
        hub,
        room(
            temp={"value": 3, "observedAt": "2026-01-01T00:00:00Z"},
            owner={"object": "urn:x:1"},
            place={"type": "Point", "coordinates": [1, 2]},
            open=True,
            names={"languageMap": {"en": "x"}},
        ),
    )
    shown = get(hub)
    assert shown["temp"]["type"] == "Property"
    assert shown["owner"]["type"] == "Relationship"
    assert shown["place"]["type"] == "GeoProperty"
    assert shown["open"] == prop(True)
    assert shown["names"]["type"] == "LanguageProperty"


def test_replace_merge_and_delete(hub: Town) -> None:
    create(hub, room(a=prop(1, note=prop("x")), b=prop(2)))
    merged = {"a": {"observedAt": "2026-01-01T00:00:00Z", "note": prop(NULL)}, "b": NULL, "c": 3}
    assert send(hub, "PATCH", f"/entities/{ROOM}", merged).status_code == 204
    assert get(hub) == room(a=prop(1, observedAt="2026-01-01T00:00:00Z"), c=prop(3))
    assert send(hub, "PUT", f"/entities/{ROOM}", room(d=prop(4))).status_code == 204
    assert get(hub) == room(d=prop(4))
    assert send(hub, "DELETE", f"/entities/{ROOM}").status_code == 204
    assert hub.get(f"{ENTITIES}/{ROOM}").status_code == 404
    for method, body in (("PUT", room()), ("PATCH", {"a": 1}), ("DELETE", None)):
        refused(send(hub, method, f"/entities/{ROOM}", body), 404, "ResourceNotFound")
    assert send(hub, "POST", "/entities", room(e=prop(5))).status_code == 201
    assert get(hub) == room(e=prop(5))


def test_a_merge_of_values_keeps_the_kind(hub: Town) -> None:
    create(hub, room(owner={"type": "Relationship", "object": "urn:x:1"}, a=prop({"x": 1, "y": 2})))
    params = {"options": "keyValues"}
    body = {"owner": "urn:x:2", "a": {"x": NULL, "z": 3}}
    answer = hub.http.patch(f"{ENTITIES}/{ROOM}", params=params, json=body)
    assert answer.status_code == 204
    assert get(hub, options="keyValues") == room(owner="urn:x:2", a={"y": 2, "z": 3})


def test_types_and_scopes(hub: Town) -> None:
    create(hub, {**room(), "type": ["Room", "Office"], "scope": ["/A/B", "/C"]})
    assert get(hub)["type"] == ["Room", "Office"]
    assert get(hub)["scope"] == ["/A/B", "/C"]
    send(hub, "POST", ATTRS, {"type": "Hall", "scope": "/D"})
    assert get(hub)["type"] == ["Room", "Office", "Hall"]
    assert get(hub)["scope"] == "/D"


# ------------------------------------------------------------------ attributes


def test_instances_stand_beside_each_other(hub: Town) -> None:
    create(hub, room(speed=[prop(1), prop(2, datasetId=A), prop(3, datasetId=B)]))
    assert [one["value"] for one in get(hub)["speed"]] == [1, 2, 3]
    assert get(hub, datasetId=A)["speed"] == prop(2, datasetId=A)
    assert get(hub, options="keyValues")["speed"] == {"dataset": {"@none": 1, A: 2, B: 3}}
    send(hub, "PATCH", f"{ATTRS}/speed", {"value": 20, "datasetId": A})
    assert [one["value"] for one in get(hub)["speed"]] == [1, 20, 3]
    assert send(hub, "DELETE", f"{ATTRS}/speed?datasetId={B}").status_code == 204
    assert send(hub, "DELETE", f"{ATTRS}/speed").status_code == 204
    assert get(hub)["speed"] == prop(20, datasetId=A)
    assert send(hub, "DELETE", f"{ATTRS}/speed?deleteAll=true").status_code == 204
    assert "speed" not in get(hub)


def test_append_and_update(hub: Town) -> None:
    create(hub, room(a=prop(1)))
    kept = send(hub, "POST", f"{ATTRS}?options=noOverwrite", {"a": prop(9), "b": prop(2)})
    assert kept.status_code == 207
    assert [one["attributeName"][-1] for one in kept.json()["notUpdated"]] == ["a"]
    assert get(hub) == room(a=prop(1), b=prop(2))
    assert send(hub, "POST", ATTRS, {"a": prop(9)}).status_code == 204
    assert send(hub, "PATCH", ATTRS, {"b": NULL, "a": prop(10)}).status_code == 204
    assert get(hub) == room(a=prop(10))
    gone = send(hub, "PATCH", ATTRS, {"nothing": NULL})
    assert gone.status_code == 207
    assert gone.json()["updated"] == []


def test_one_attribute(hub: Town) -> None:
    create(hub, room(a=prop(1, note=prop("x"))))
    assert send(hub, "PATCH", f"{ATTRS}/a", {"value": 2}).status_code == 204
    assert get(hub)["a"] == prop(2, note=prop("x"))
    assert send(hub, "PUT", f"{ATTRS}/a", prop(3)).status_code == 204
    assert get(hub)["a"] == prop(3)
    relation = {"type": "Relationship", "object": "urn:x:1"}
    refused(send(hub, "PATCH", f"{ATTRS}/a", relation), 400, "BadRequestData", "Property")
    refused(send(hub, "PATCH", f"{ATTRS}/b", {"value": 1}), 404, "ResourceNotFound")
    refused(send(hub, "PUT", f"{ATTRS}/scope", prop("/A")), 400, "BadRequestData", "scope")
    refused(send(hub, "PUT", f"{ATTRS}/a", {}), 400, "BadRequestData", "empty")


def test_names_may_be_iris_with_slashes(hub: Town) -> None:
    create(hub, room(**{"https://example.org/temp": prop(1)}))
    path = f"{ATTRS}/https%3A%2F%2Fexample.org%2Ftemp"
    assert send(hub, "PATCH", path, {"value": 2}).status_code == 204
    assert get(hub)["https://example.org/temp"] == prop(2)


# ------------------------------------------------------------------ batches


def test_batches_tell_each_entity_apart(hub: Town) -> None:
    create(hub, room(a=prop(1)))
    other = "urn:ngsi-ld:Room:2"
    batch = [room(a=prop(2)), room(other, a=prop(3)), {"id": "no uri", "type": "Room"}]
    answer = send(hub, "POST", "/entityOperations/upsert", batch)
    assert answer.status_code == 207
    assert answer.json()["success"] == [other, ROOM]
    (error,) = answer.json()["errors"]
    assert error["entityId"] == "no uri"
    assert error["error"]["type"].endswith("BadRequestData")
    assert get(hub)["a"] == prop(2)
    again = send(hub, "POST", "/entityOperations/upsert?options=update", [room(b=prop(9))])
    assert (again.status_code, again.content) == (204, b"")
    assert get(hub) == room(a=prop(2), b=prop(9))
    new = send(hub, "POST", "/entityOperations/upsert", [room(), room("urn:ngsi-ld:Room:3")])
    assert (new.status_code, new.json()) == (201, ["urn:ngsi-ld:Room:3"])


def test_the_same_entity_twice_in_a_batch(hub: Town) -> None:
    answer = send(hub, "POST", "/entityOperations/create", [room(a=prop(1)), room(a=prop(2))])
    assert answer.status_code == 207
    assert answer.json()["success"] == [ROOM]
    assert get(hub)["a"] == prop(1)


def test_merge_update_and_delete_batches(hub: Town) -> None:
    create(hub, room(a=prop(1), b=prop(2)))
    unknown = {"id": "urn:x:unknown", "type": "Room", "a": prop(1)}
    merged = send(hub, "POST", "/entityOperations/merge", [{"id": ROOM, "a": NULL}])
    assert merged.status_code == 204
    updated = send(hub, "POST", "/entityOperations/update", [room(c=prop(3)), unknown])
    assert [one["entityId"] for one in updated.json()["errors"]] == ["urn:x:unknown"]
    assert get(hub) == room(b=prop(2), c=prop(3))
    deleted = send(hub, "POST", "/entityOperations/delete", [ROOM, "urn:x:unknown"])
    assert deleted.status_code == 207
    assert deleted.json()["success"] == [ROOM]


@pytest.mark.parametrize("body", [[], {}, "x"])
def test_a_batch_is_a_list(hub: Town, body: Any) -> None:
    for name in ("create", "upsert", "update", "merge", "delete"):
        assert send(hub, "POST", f"/entityOperations/{name}", body).status_code == 400


def test_a_purge_takes_what_is_selected(hub: Town) -> None:
    create(hub, room(a=prop(1), b=prop(2)), room("urn:ngsi-ld:Room:2", a=prop(3)))
    refused(send(hub, "DELETE", "/entities"), 400, "BadRequestData", "filter")
    assert send(hub, "DELETE", "/entities?type=Room&q=a==1&drop=a").status_code == 204
    assert get(hub) == room(b=prop(2))
    refused(send(hub, "DELETE", "/entities?type=Room&keep=a&drop=b"), 400, "BadRequestData")
    assert send(hub, "DELETE", "/entities?type=Room").status_code == 204
    assert hub.get(ENTITIES, type="Room").json() == []
    assert hub.get(f"{ENTITIES}/{METER}").status_code == 200


# ------------------------------------------------------------------ tenants


def test_tenants_do_not_see_each_other(hub: Town) -> None:
    create(hub, room(a=prop(1)), NGSILD_Tenant="north")
    assert hub.get(f"{ENTITIES}/{ROOM}").status_code == 404
    seen = send(hub, "GET", f"/entities/{ROOM}", NGSILD_Tenant="north")
    assert seen.json()["a"] == prop(1)
    assert seen.headers["ngsild-tenant"] == "north"
    create(hub, room(a=prop(2)))
    assert get(hub)["a"] == prop(2)
    refused(send(hub, "GET", f"/entities/{ROOM}", NGSILD_Tenant="south"), 404, "NonexistentTenant")
    refused(send(hub, "GET", "/types", NGSILD_Tenant="a b"), 400, "BadRequestData", "Tenant")


# ------------------------------------------------------------------ what others read


def test_a_write_becomes_history(hub: Town) -> None:
    create(hub, room(a=prop(1)))
    hub.clock.us += 1_000_000
    send(hub, "PATCH", f"{ATTRS}/a", {"value": 2, "observedAt": "2030-01-01T00:00:00Z"})
    hub.clock.us += 1_000_000
    send(hub, "DELETE", f"{ATTRS}/a")
    first, deleted, observed = history(hub, "a")
    assert first == {"type": "Property", "value": 1, "observedAt": None}
    assert observed == {"type": "Property", "value": 2}
    assert deleted["value"] == NULL
    assert deleted["deletedAt"] == "2023-11-14T23:13:22Z"


def test_a_write_is_told_to_those_who_follow(hub: Town) -> None:
    create(hub, room(a=prop(1), b=prop(2)))
    hub.clock.us += 1
    send(hub, "PATCH", f"/entities/{ROOM}", {"a": prop(3), "b": NULL, "c": prop(4)})
    send(hub, "DELETE", f"/entities/{ROOM}")
    created, merged, deleted = (one.explained() for one in news(hub))
    assert created
    assert (created.entity, created.created) == ("created", ("a", "b"))
    assert merged
    assert (merged.entity, merged.created) == ("updated", ("c",))
    assert (merged.updated, merged.deleted) == (("a",), ("b",))
    assert merged.previous["a"]["value"] == 1
    assert deleted
    assert (deleted.entity, set(deleted.deleted)) == ("deleted", {"a", "c"})
    body = msgspec.json.decode(news(hub)[1].body)
    assert (body["a"]["value"], body["b"]["value"]) == (3, NULL)


def test_what_changes_nothing_is_not_told(hub: Town) -> None:
    create(hub, room(a=prop(1)))
    before = len(news(hub))
    send(hub, "PATCH", f"/entities/{ROOM}", {"id": ROOM})
    assert len(news(hub)) == before


def test_readings_and_writes_meet_in_one_entity(hub: Town) -> None:
    hub.say(power(0, 5.0))
    path = f"/entities/{METER}/attrs"
    send(hub, "POST", path, {"activePower": prop(7, datasetId=A), "note": prop("checked")})
    hub.say(power(1, 6.0), first_seq=2)
    shown = get(hub, METER)
    assert [one["value"] for one in shown["activePower"]] == [6.0, 7]
    assert shown["note"] == prop("checked")
    send(hub, "DELETE", f"/entities/{METER}")
    hub.say(power(2, 8.0), first_seq=3)
    assert get(hub, METER)["activePower"]["value"] == 8.0


def test_system_attributes_go_as_deep_as_attributes(hub: Town) -> None:
    create(hub, room(a=prop(1, note=prop("x"))))
    hub.clock.us += 1_000_000
    send(hub, "PATCH", f"{ATTRS}/a", {"value": 2})
    shown = get(hub, options="sysAttrs")
    assert shown["createdAt"] < shown["modifiedAt"]
    assert shown["a"]["createdAt"] < shown["a"]["modifiedAt"]
    assert shown["a"]["note"]["createdAt"] == shown["createdAt"]


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"id": ROOM}, "no type"),
        ({"type": "Room"}, "no id"),
        ({"id": "room", "type": "Room"}, "not a URI"),
        (room(a={"type": "Property"}), "needs 'value'"),
        (room(a={"type": "Thing", "value": 1}), "unknown attribute type"),
        (room(a=prop(None)), "null"),
        (room(a=None), "null"),
        (room(a=NULL), "merges"),
        (room(a={"type": "Relationship", "object": "no uri"}), "Relationship"),
        (room(a=prop(1, observedAt="yesterday")), "ISO 8601"),
        (room(a=prop(1, datasetId="x")), "datasetId"),
        (room(a=[prop(1), prop(2)]), "two instances"),
        (room(a=prop(1, unitCode=5)), "unitCode"),
        (
            room(place={"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1]}}),
            "Geo",
        ),
        (
            room(place={"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}),
            "GeoProperty",
        ),
        (room(**{"a b": prop(1)}), "no name"),
        (room(scope=5), "scope"),
        ({"id": ROOM, "type": 5}, "type"),
    ],
)
def test_what_no_entity_can_have_is_refused(hub: Town, body: Any, words: str) -> None:
    refused(send(hub, "POST", "/entities", body), 400, "BadRequestData", words)
    assert hub.get(f"{ENTITIES}/{ROOM}").status_code == 404


def test_odd_paths(hub: Town) -> None:
    assert send(hub, "PATCH", "/entities/", {"a": 1}).status_code == 400
    assert send(hub, "DELETE", "/entities//attrs/speed").status_code == 400
    assert send(hub, "DELETE", f"{ATTRS}/").status_code == 405
    assert send(hub, "PUT", "/entityOperations/create", []).status_code == 405
    for path in ("/csourceRegistrations", "/csourceSubscriptions/urn:x:1", "/entityMaps/urn:x:1"):
        refused(send(hub, "GET", path), 501, "OperationNotSupported", "broker")
        assert send(hub, "GET", path, Accept="text/html").status_code == 406
    text = {"Content-Type": "text/plain"}
    assert hub.http.post(ENTITIES, content=b"x", headers=text).status_code == 415
