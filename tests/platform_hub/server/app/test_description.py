"""`/openapi.json` says what the hub really serves, in a valid form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.access import MATRIX
from platform_hub.server.governance.roles import STAFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platform_hub.server.town import Town

_RESPONSE = re.compile(r"[1-5]\d\d|default")


def served(hub: Town) -> dict[str, set[str]]:
    routes = hub.http.app._app.routes
    found: dict[str, set[str]] = {}
    for route in routes:
        found.setdefault(route.path, set()).update(m.lower() for m in route.methods - {"HEAD"})
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_paths_and_methods_are_those_served(hub: Town) -> None:
    document = hub.get("/openapi.json").json()
    assert {path: set(item) for path, item in document["paths"].items()} == served(hub)
    assert {row.rpartition(" ")[2] for row in MATRIX} == served(hub).keys()


def test_its_structure_is_openapi(hub: Town) -> None:
    document = hub.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert document["info"]["version"]
    identities = [operation["operationId"] for _, operation in operations(document)]
    assert len(identities) == len(set(identities))
    for path, operation in operations(document):
        assert operation["summary"]
        assert operation["responses"]
        for status, response in operation["responses"].items():
            assert _RESPONSE.fullmatch(status)
            assert "$ref" in response or response["description"]
        in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        for parameter in operation.get("parameters", ()):
            assert parameter["in"] in {"path", "query", "header"}
            assert parameter["schema"]
            assert parameter["required"] or parameter["in"] != "path"


def test_every_reference_resolves(hub: Town) -> None:
    document = hub.get("/openapi.json").json()
    found = set(references(document))
    assert found
    for reference in found:
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_it_says_which_keys_are_wanted(hub: Town) -> None:
    paths = hub.get("/openapi.json").json()["paths"]
    assert paths["/health"]["get"]["security"] == []
    assert paths["/ngsi-ld/ex/v1/blocks"]["post"]["security"] == [{"key": ["gateway", "manager"]}]
    assert paths["/area/v1/gateways"]["get"]["security"] == [{"key": sorted(STAFF)}]
