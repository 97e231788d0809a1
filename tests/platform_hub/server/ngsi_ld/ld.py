"""A hub spoken to as an NGSI-LD client speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.town import Town

V1 = "/ngsi-ld/v1"
ENTITIES = f"{V1}/entities"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
ROOM = "urn:ngsi-ld:Room:1"
NULL = "urn:ngsi-ld:null"


def room(ident: str = ROOM, **attributes: Any) -> dict[str, Any]:
    return {"id": ident, "type": "Room", **attributes}


def prop(value: Any, **members: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value, **members}


def send(hub: Town, method: str, path: str, body: Any = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return hub.http.request(method, V1 + path, json=body, headers=named)


def create(hub: Town, *entities: dict[str, Any], **headers: str) -> None:
    answer = send(hub, "POST", "/entityOperations/create", list(entities), **headers)
    assert answer.status_code == 201, answer.text


def get(hub: Town, ident: str = ROOM, **params: str) -> Any:
    answer = hub.get(f"{ENTITIES}/{ident}", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def found(hub: Town, **params: str) -> list[str]:
    answer = hub.get(ENTITIES, **params)
    assert answer.status_code == 200, answer.text
    return [one["id"].rpartition(":")[2] for one in answer.json()]


def refused(answer: Response, status: int, kind: str, words: str = "") -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, ERRORS + kind), answer.text
    assert answer.json()["title"]
    assert words in answer.json()["detail"]
