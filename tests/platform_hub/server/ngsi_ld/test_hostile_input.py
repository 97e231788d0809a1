"""Hostile input: bombs, bad numbers, wrong text and endless expressions are refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.platform_hub.server.ngsi_ld.ld import ENTITIES, create, found, prop, refused, room

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.town import Town

JSON = {"Content-Type": "application/json"}
HEAD = b'{"id":"urn:x:1","type":"A","a":'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"{", "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b"[" * 100_000, "nested"),
        (HEAD + b'{"x":' * 200 + b"1" + b"}" * 201, "nested"),
        (HEAD + b"NaN}", "not JSON"),
        (HEAD + b"1e999}", "not JSON"),
        (HEAD + b"01}", "not JSON"),
        (HEAD + b'"\xff\xfe"}', "UTF-8"),
        (HEAD + b'"\\ud800"}', "not JSON"),
        (HEAD + b'"\x00"}', "not JSON"),
        ("{}".encode("utf-16"), "not JSON"),
    ],
)
def test_what_is_no_json_of_ours(hub: Town, body: bytes, words: str) -> None:
    refused(hub.http.post(ENTITIES, content=body, headers=JSON), 400, "InvalidRequest", words)


def test_numbers_that_do_not_fit(hub: Town) -> None:
    body = HEAD + b"9" * 30 + b"}"
    refused(hub.http.post(ENTITIES, content=body, headers=JSON), 400, "BadRequestData", "64 bits")
    endless = HEAD + b"9" * 100_000 + b"}"
    assert hub.http.post(ENTITIES, content=endless, headers=JSON).status_code == 400


def test_a_body_that_is_too_long(serve: Callable[..., Town]) -> None:
    hub = serve(max_body_bytes=2000)
    answer = hub.http.post(ENTITIES, content=HEAD + b'"' + b"x" * 3000 + b'"}', headers=JSON)
    assert answer.status_code == 413
    assert "2000 bytes" in answer.json()["detail"]


def test_a_regular_expression_that_would_never_end(hub: Town) -> None:
    create(hub, room("urn:x:" + "a" * 400, name=prop("a" * 400 + "!")))
    evil = "(a+)+$"
    assert found(hub, type="Room", idPattern="(a|aa)+b$") == []
    assert found(hub, q=f'name~="{evil}"') == []
    assert found(hub, q='name~="(a*)*(a*)*!$"')


@pytest.mark.parametrize(
    "pattern",
    ["(", "a{1000}{1000}", "(?<=a)b", r"(a)\1", "x" * 501, "((a{100}){100}){100}"],
)
def test_a_regular_expression_that_costs_too_much(hub: Town, pattern: str) -> None:
    answer = hub.get(ENTITIES, type="Room", idPattern=pattern)
    refused(answer, 400, "BadRequestData", "idPattern")


@pytest.mark.parametrize(
    "params",
    [
        {"q": "(" * 5000},
        {"q": "a;" * 5000 + "a"},
        {"q": "a." * 2000 + "a==1"},
        {"q": 'a=="' + "\\" * 4001},
        {"q": "a==" + "9" * 5000},
        {"q": "a\x00==1"},
        {"type": "A," * 6000 + "A"},
        {"type": "A\x00"},
        {"scopeQ": "/" * 9000},
        {"id": "urn:x:\x00"},
        {"attrs": "a" * 5000},
        {"type": "A", "pick": "a{" * 3000},
        {"type": "A", "orderBy": "a," * 3000 + "a"},
        {"type": "A", "lang": "," * 9000},
        {"georel": "within", "geometry": "Polygon", "coordinates": "[" * 5000},
        {"georel": "near;maxDistance==" + "9" * 400, "geometry": "Point", "coordinates": "[1,2]"},
        {"georel": "within", "geometry": "Point", "coordinates": "[1e400,2]"},
    ],
)
def test_queries_without_end(hub: Town, params: dict[str, str]) -> None:
    create(hub, room(a=prop(1)))
    answer = hub.get(ENTITIES, **params)
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("params", [{"q": "."}, {"q": "a;.==1"}, {"type": "A", "orderBy": "."}])
def test_paths_without_a_name(hub: Town, params: dict[str, str]) -> None:
    create(hub, room(a=prop(1)))
    refused(hub.get(ENTITIES, **params), 400, "BadRequestData", "no path")


@pytest.mark.parametrize("name", ["a\u0000", "a\ud7ff\n", "<script>", "a" * 501, "@graph", "a;b"])
def test_names_that_are_none(hub: Town, name: str) -> None:
    body = room(**{name: prop(1)})
    refused(hub.http.post(ENTITIES, json=body), 400, "BadRequestData", "name")
