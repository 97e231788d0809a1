"""Configuration documents: versions, differences, and nobody overwrites what he has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.server.registry import differences
from platform_hub.wire import tokens
from tests.platform_hub.server.governance.office import SigningGateway

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.governance.office import Office

PLACE = "/area/v1/gateways/gw-1/configuration"
FIRST = {"poll": {"meter-1": 30}, "links": ["a", "b"]}
SECOND = {"poll": {"meter-1": 10, "meter/2": 60}, "links": ["a"]}


def put(office: Office, document: object, expected: int, note: str = "") -> Response:
    said = {"If_None_Match": "*"} if not expected else {"If_Match": f'"{expected}"'}
    return office.ask("PUT", PLACE, document, Role.TECHNICIAN, Area_Note=note, **said)


@pytest.fixture
def configured(office: Office) -> Office:
    assert put(office, FIRST, 0).status_code == 201
    assert put(office, SECOND, 1, "faster").status_code == 200
    return office


def test_versions_count_up_and_stay(configured: Office) -> None:
    newest = configured.ask("GET", PLACE)
    assert (newest.json(), newest.headers["etag"]) == (SECOND, '"2"')
    assert configured.ask("GET", f"{PLACE}?version=1").json() == FIRST
    assert configured.ask("GET", f"{PLACE}?version=3").status_code == 404
    listed = configured.ask("GET", f"{PLACE}/versions").json()
    told = [(one["version"], one["note"], one["state"]) for one in listed]
    assert told == [(2, "faster", "sent"), (1, "", "expired")]
    assert listed[0]["createdBy"] == "the technician"


def test_nobody_overwrites_what_he_has_not_seen(configured: Office) -> None:
    for expected in (0, 1, 3):
        answer = put(configured, {"mine": True}, expected)
        assert answer.status_code == 412
        assert answer.headers["etag"] == '"2"'
    answer = configured.ask("PUT", PLACE, {}, Role.TECHNICIAN)
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["detail"]
    assert configured.ask("GET", PLACE).json() == SECOND


def test_differences_name_places_and_values(configured: Office) -> None:
    body = configured.ask("GET", f"{PLACE}/diff").json()
    assert (body["from"], body["to"]) == (1, 2)
    assert body["changes"] == [
        {"path": "/links/1", "before": "b"},
        {"path": "/poll/meter-1", "before": 30, "after": 10},
        {"path": "/poll/meter~12", "after": 60},
    ]
    everything = configured.ask("GET", f"{PLACE}/diff?from=0&to=1").json()["changes"]
    assert everything == [
        {"path": "/links", "after": ["a", "b"]},
        {"path": "/poll", "after": {"meter-1": 30}},
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [{"path": "/a", "before": 1, "after": True}]),
        ({"a": None}, {}, [{"path": "/a", "before": None}]),
        ([1, [2]], [1, [3]], [{"path": "/1/0", "before": 2, "after": 3}]),
        ({"a": {}}, {"a": []}, [{"path": "/a", "before": {}, "after": []}]),
    ],
)
def test_differences_of_odd_documents(before: object, after: object, expected: list) -> None:
    found = list(differences.between(before, after))
    assert msgspec.to_builtins(found) == expected


def test_a_gateway_gets_the_newest_version_signed_for_it_alone(configured: Office) -> None:
    gateway = SigningGateway(configured)
    gateway.register()
    (order,) = gateway.ask("GET", "/area/v1/gateways/gw-1/orders").json()
    hub = configured.town.http.get("/area/v1/identity").json()["publicKey"]
    signed = tokens.parse(order["jws"]).check(tokens.public_key(hub))
    assert signed["aud"] == "gw-1"
    assert signed["body"] == {"version": 2, "document": SECOND}
    for state, detail in (("delivered", ""), ("applied", ""), ("read_back", "same hash")):
        place = f"/area/v1/gateways/gw-1/orders/{order['id']}/report"
        gateway.ask("POST", place, {"state": state, "detail": detail})
    assert configured.ask("GET", f"{PLACE}/versions").json()[0]["state"] == "read_back"
    assert gateway.ask("GET", PLACE).json() == SECOND
    assert gateway.ask("GET", PLACE.replace("gw-1", "gw-2")).status_code == 403


@pytest.mark.parametrize("body", [[], "text", 5])
def test_only_objects_are_documents(office: Office, body: object) -> None:
    assert put(office, body, 0).status_code == 400


def test_an_unknown_gateway_has_none(office: Office) -> None:
    assert office.ask("GET", PLACE.replace("gw-1", "gw-9")).status_code == 404
    assert office.ask("GET", PLACE).status_code == 404
