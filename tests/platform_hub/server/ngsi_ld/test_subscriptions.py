"""Subscriptions over HTTP: taken in, shown, changed, and heard of by a real receiver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from platform_hub.wire import timestamps
from tests.platform_hub.server.stream.listeners import receiver
from tests.platform_hub.server.town import METER, SECOND, power

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import Response

    from tests.platform_hub.server.stream.listeners import Receiver
    from tests.platform_hub.server.town import Town

LIST = "/ngsi-ld/v1/subscriptions"
ENTITIES = "/ngsi-ld/v1/entities"
HALL = "urn:ngsi-ld:Building:hall"
NULL = "urn:ngsi-ld:null"
NOWHERE = "http://127.0.0.1:1/notify"


def subscription(**members: Any) -> dict[str, Any]:
    whole = {
        "type": "Subscription",
        "entities": [{"type": "Building"}],
        "notification": {"endpoint": {"uri": NOWHERE}},
    }
    return {name: held for name, held in (whole | members).items() if held is not None}


def notification(uri: str = NOWHERE, **members: Any) -> dict[str, Any]:
    endpoint = {"uri": uri, **members.pop("endpoint", {})}
    return {"endpoint": endpoint, **members}


def post(hub: Town, path: str, body: Any, **headers: str) -> Response:
    return hub.http.post(path, json=body, headers=headers)


def subscribe(hub: Town, **members: Any) -> str:
    answer = post(hub, LIST, subscription(**members))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def hall(**attributes: Any) -> dict[str, Any]:
    return {"id": HALL, "type": "Building", **attributes}


@pytest.fixture
def ear() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_it_is_shown_as_it_was_taken_in(hub: Town) -> None:
    body = subscription(id="urn:ngsi-ld:Subscription:1", watchedAttributes=["name"], q="name==1")
    assert post(hub, LIST, body).headers["Location"] == f"{LIST}/{body['id']}"
    shown = hub.get(f"{LIST}/{body['id']}").json()
    assert shown == body | {
        "status": "active",
        "notificationTrigger": ["attributeCreated", "attributeUpdated"],
    }


def test_an_id_is_given_where_there_is_none_and_taken_once(hub: Town) -> None:
    first, second = subscribe(hub), subscribe(hub)
    assert first != second
    taken = first.removeprefix(f"{LIST}/")
    assert post(hub, LIST, subscription(id=taken)).status_code == 409


def test_pages_are_linked(hub: Town) -> None:
    for _ in range(3):
        subscribe(hub)
    answer = hub.get(LIST, limit="1", offset="1", count="true")
    assert len(answer.json()) == 1
    assert answer.headers["NGSILD-Results-Count"] == "3"
    assert f'<{LIST}?limit=1&offset=2>;rel="next"' in answer.headers["Link"]
    assert f'<{LIST}?limit=1&offset=0>;rel="prev"' in answer.headers["Link"]


def test_members_are_replaced_and_taken_out(hub: Town) -> None:
    path = subscribe(hub, throttling=5)
    change = {"throttling": None, "watchedAttributes": ["name"], "isActive": False}
    assert hub.http.patch(path, json=change).status_code == 204
    shown = hub.get(path).json()
    assert "throttling" not in shown
    assert (shown["watchedAttributes"], shown["status"]) == (["name"], "paused")


def test_it_expires(hub: Town) -> None:
    path = subscribe(hub, expiresAt=timestamps.to_text(hub.clock.us + SECOND))
    hub.clock.us += 2 * SECOND
    assert hub.get(path).json()["status"] == "expired"
    later = timestamps.to_text(hub.clock.us + SECOND)
    assert hub.http.patch(path, json={"expiresAt": later}).status_code == 204
    assert hub.get(path).json()["status"] == "active"


def test_it_is_forgotten(hub: Town) -> None:
    path = subscribe(hub)
    assert hub.http.delete(path).status_code == 204
    assert hub.get(path).status_code == hub.http.delete(path).status_code == 404
    assert hub.http.patch(path, json={}).status_code == 404
    assert hub.http.patch(LIST, json={}).status_code == 405


def test_tenants_do_not_see_each_other(hub: Town) -> None:
    answer = post(hub, LIST, subscription(), **{"NGSILD-Tenant": "other"})
    assert hub.get(answer.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"type": "Query"}, "Subscription"),
        ({"id": "no-uri"}, "URI"),
        ({"entities": None}, "entities, watchedAttributes"),
        ({"entities": []}, "list of selectors"),
        ({"entities": 5}, "entities must be a list"),
        ({"entities": [{"id": HALL}]}, "needs a type"),
        ({"entities": [{"type": "A", "idPattern": "("}]}, "regular expression"),
        ({"watchedAttributes": []}, "watchedAttributes is empty"),
        ({"notificationTrigger": ["someday"]}, "notificationTrigger knows"),
        ({"q": "a=="}, "q cannot be read"),
        ({"scopeQ": "//"}, "scopeQ"),
        ({"geoQ": {"georel": "near;maxDistance==1"}}, "geoQ has"),
        ({"throttling": -1}, "throttling"),
        ({"throttling": 1, "timeInterval": 1}, "exclude each other"),
        ({"timeInterval": 1, "watchedAttributes": ["a"]}, "exclude each other"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "past"),
        ({"expiresAt": "tomorrow"}, "ISO 8601"),
        ({"isActive": "yes"}, "isActive"),
        ({"someday": 1}, "does not know someday"),
        ({"notification": None}, "notification"),
        ({"notification": {"format": "keyValues"}}, "endpoint"),
        ({"notification": notification(format="xml")}, "format"),
        ({"notification": notification(pick=["a"], omit=["a"])}, "in pick and in omit"),
        ({"notification": notification(pick=["a"], attributes=["a"])}, "excludes"),
        ({"notification": notification(join="deep")}, "join"),
        ({"notification": notification("ftp://a.example/")}, "absolute URI"),
        ({"notification": notification("http://10.0.0.7/")}, "inner address"),
        ({"notification": notification(endpoint={"accept": "text/html"})}, "accept"),
        (
            {
                "notification": notification(
                    endpoint={"receiverInfo": [{"key": "Host", "value": "x"}]}
                )
            },
            "itself sets",
        ),
        (
            {
                "notification": notification(
                    endpoint={"receiverInfo": [{"key": "A", "value": "\r\nB"}]}
                )
            },
            "cannot be a header",
        ),
        (
            {
                "notification": notification(
                    endpoint={"notifierInfo": [{"key": "MQTT-QoS", "value": 3}]}
                )
            },
            "MQTT-QoS",
        ),
    ],
)
def test_faults_are_named(hub: Town, members: dict[str, Any], words: str) -> None:
    answer = post(hub, LIST, subscription(**members))
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["detail"]
    assert hub.get(LIST).json() == []


def test_a_hub_with_keys_notifies_no_inner_address(serve: Callable[..., Town]) -> None:
    closed = serve(open_to_all=False)
    assert closed.http.post(LIST, json=subscription()).status_code == 401


def test_a_change_is_notified(hub: Town, ear: Receiver) -> None:
    endpoint = {"receiverInfo": [{"key": "X-Area", "value": "town"}]}
    path = subscribe(hub, notification=notification(ear.url, endpoint=endpoint))
    post(hub, ENTITIES, hall(name="Hall", height=12))
    came = ear.next()
    body = came.json
    assert (body["type"], body["subscriptionId"]) == ("Notification", path.rpartition("/")[2])
    assert timestamps.from_text(body["notifiedAt"]) == hub.clock.us
    assert body["data"] == [
        hall(name={"type": "Property", "value": "Hall"}, height={"type": "Property", "value": 12})
    ]
    assert came.headers["Content-Type"] == "application/json"
    assert came.headers["X-Area"] == "town"
    assert "ngsi-ld-core-context" in came.headers["Link"]
    told = hub.get(path).json()["notification"]
    assert (told["status"], told["timesSent"]) == ("ok", 1)
    assert told["lastSuccess"] == told["lastNotification"] == timestamps.to_text(hub.clock.us)


def test_readings_of_a_device_are_notified(hub: Town, ear: Receiver) -> None:
    subscribe(
        hub,
        entities=[{"type": "ACMeasurement"}],
        watchedAttributes=["activePower"],
        q="activePower>50",
        notification=notification(ear.url, format="keyValues", attributes=["activePower"]),
    )
    hub.say(power(1, 10.0))
    hub.say(power(2, 60.0), first_seq=2)
    assert ear.next().json["data"] == [{"id": METER, "type": "ACMeasurement", "activePower": 60.0}]
    hub.say(power(0, 99.0), first_seq=3)  # late: not current
    hub.say(power(3, 70.0), first_seq=4)
    assert ear.next().json["data"][0]["activePower"] == 70.0
    assert ear.quiet


def test_previous_values_are_shown(hub: Town, ear: Receiver) -> None:
    post(hub, ENTITIES, hall(name="Hall"))
    subscribe(hub, notification=notification(ear.url, showChanges=True))
    assert hub.http.patch(f"{ENTITIES}/{HALL}/attrs", json={"name": "Great Hall"}).is_success
    (item,) = ear.next().json["data"]
    assert item["name"] == {"type": "Property", "value": "Great Hall", "previousValue": "Hall"}


def test_deletions_are_notified(hub: Town, ear: Receiver) -> None:
    post(hub, ENTITIES, hall(name="Hall", height=12))
    subscribe(
        hub,
        notificationTrigger=["attributeDeleted", "entityDeleted"],
        watchedAttributes=["name"],
        notification=notification(ear.url),
    )
    assert hub.http.delete(f"{ENTITIES}/{HALL}/attrs/height").is_success
    assert hub.http.delete(f"{ENTITIES}/{HALL}/attrs/name").is_success
    assert ear.next().json["data"] == [hall(name={"type": "Property", "value": NULL})]
    assert hub.http.delete(f"{ENTITIES}/{HALL}").is_success
    assert ear.next().json["data"] == [hall(deletedAt=timestamps.to_text(hub.clock.us))]


def test_json_ld_carries_its_context(hub: Town, ear: Receiver) -> None:
    context = {"Building": "https://city.example/Building", "name": "https://city.example/name"}
    accept = {"accept": "application/ld+json"}
    body = subscription(notification=notification(ear.url, endpoint=accept))
    text = json.dumps(body | {"@context": context})
    sent = {"Content-Type": "application/ld+json"}
    assert hub.http.post(LIST, content=text, headers=sent).status_code == 201
    entity = json.dumps(hall(name="Hall") | {"@context": context})
    assert hub.http.post(ENTITIES, content=entity, headers=sent).status_code == 201
    came = ear.next()
    assert came.headers["Content-Type"] == "application/ld+json"
    assert "Link" not in came.headers
    (item,) = came.json["data"]
    assert (item["type"], item["name"]["value"]) == ("Building", "Hall")
    assert item["@context"] == context


def test_one_that_is_only_streamed_is_not_sent(hub: Town, ear: Receiver) -> None:
    streamed = subscribe(hub, notification=notification("sse:console"))
    subscribe(hub, notification=notification(ear.url))
    post(hub, ENTITIES, hall(name="Hall"))
    ear.next()
    assert "status" not in hub.get(streamed).json()["notification"]


def test_faults_of_a_stream_are_named(hub: Town) -> None:
    stream = "/ngsi-ld/ex/v1/subscriptions/urn:ngsi-ld:Subscription:x/events"
    assert hub.get(stream).status_code == 404
    assert hub.get(stream, type="Building").status_code == 400
