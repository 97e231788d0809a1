"""Contexts: hosted, mapped, fetched once and kept, and refused where they come from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_hub.server.ngsi_ld.fetching import Fetcher, Unreachable, is_allowed
from platform_hub.wire.ngsi_ld import CORE_CONTEXT
from tests.platform_hub.server.ngsi_ld.context_server import ContextServer, running
from tests.platform_hub.server.ngsi_ld.ld import ENTITIES, ROOM, prop, refused, room, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from tests.platform_hub.server.town import Town

UNSPECIFIED = "0.0.0.0"  # noqa: S104 - an address to judge, not one to bind to
LD = "application/ld+json"
CONTEXTS = "/ngsi-ld/v1/jsonldContexts"
TERMS = {"temp": "https://example.org/temperature", "Room": "https://example.org/Room"}


@pytest.fixture
def others() -> Iterator[ContextServer]:
    with running() as served:
        yield served


def link(url: str) -> dict[str, str]:
    return {"Link": f'<{url}>; rel="http://www.w3.org/ns/json-ld#context"; type="{LD}"'}


def write(hub: Town, context: Any) -> Response:
    body = room(temp=prop(1)) | {"@context": context}
    return send(hub, "POST", "/entities", body, Content_Type=LD)


# ------------------------------------------------------------------ names


def test_names_mean_what_the_context_says(hub: Town) -> None:
    assert write(hub, [TERMS, CORE_CONTEXT]).status_code == 201
    plain = hub.get(f"{ENTITIES}/{ROOM}").json()
    assert plain["type"] == "https://example.org/Room"
    assert plain["https://example.org/temperature"] == prop(1)
    hosted = send(hub, "POST", "/jsonldContexts", {"@context": TERMS}).headers["location"]
    named = hub.http.get(f"{ENTITIES}/{ROOM}", headers=link(f"http://testserver{hosted}"))
    assert named.json() == room(temp=prop(1))
    assert named.links["http://www.w3.org/ns/json-ld#context"]["url"].endswith(hosted)
    asked = hub.http.get(ENTITIES, params={"q": "temp==1"}, headers=link(hosted))
    assert len(asked.json()) == 1
    linked = hub.http.get(f"{ENTITIES}/{ROOM}", headers=link(hosted) | {"Accept": LD})
    assert linked.json()["@context"] == hosted


def test_a_context_in_the_body_is_kept_for_who_reads_the_answer(hub: Town) -> None:
    write(hub, TERMS)
    body = {"type": "Query", "q": "temp==1", "@context": TERMS}
    answer = send(hub, "POST", "/entityOperations/query", body, Content_Type=LD)
    assert answer.json() == [room(temp=prop(1))]
    url = answer.links["http://www.w3.org/ns/json-ld#context"]["url"]
    assert hub.get(url).json() == {"@context": TERMS}
    again = send(hub, "POST", "/entityOperations/query", body, Content_Type=LD)
    assert again.links["http://www.w3.org/ns/json-ld#context"]["url"] == url
    assert hub.get(CONTEXTS, kind="ImplicitlyCreated").json() == [url]


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (room(), {"Content-Type": LD}, "must hold an @context"),
        (room() | {"@context": TERMS}, {"Content-Type": "application/json"}, "Link"),
        (room() | {"@context": TERMS}, {"Content-Type": LD, **link(CORE_CONTEXT)}, "Link"),
    ],
)
def test_the_context_stands_where_the_media_type_says(
    hub: Town, body: Any, headers: dict[str, str], words: str
) -> None:
    refused(hub.http.post(ENTITIES, json=body, headers=headers), 400, "BadRequestData", words)
    batch = hub.http.post("/ngsi-ld/v1/entityOperations/create", json=[body], headers=headers)
    assert batch.status_code in {207, 400}


# ------------------------------------------------------------------ hosting


def test_contexts_are_hosted_listed_and_forgotten(hub: Town) -> None:
    added = send(hub, "POST", "/jsonldContexts", {"@context": TERMS})
    assert (added.status_code, added.content) == (201, b"")
    path = added.headers["location"]
    assert hub.get(path).json() == {"@context": TERMS}
    described = hub.get(path, details="true").json()
    assert (described["kind"], described["numberOfHits"]) == ("Hosted", 0)
    assert described["URL"].endswith(path)
    assert hub.get(CONTEXTS).json() == [CORE_CONTEXT, described["URL"]]
    assert hub.get(CONTEXTS, kind="Hosted", details="true").json() == [described]
    refused(hub.http.delete(path, params={"reload": "true"}), 400, "BadRequestData", "Hosted")
    assert hub.http.delete(path).status_code == 204
    refused(hub.get(path), 404, "ResourceNotFound")
    assert hub.http.get(ENTITIES, params={"local": "true"}, headers=link(path)).status_code == 504


def test_what_another_hub_hosts_is_fetched_from_there(hub: Town, others: ContextServer) -> None:
    path = f"{CONTEXTS}/one-of-theirs"
    others.documents[path] = {"@context": TERMS}
    assert write(hub, others.url(path)).status_code == 201
    assert others.asked == [path]
    assert hub.get(f"{ENTITIES}/{ROOM}").json()["type"] == "https://example.org/Room"


def test_the_core_context_is_served_and_stays(hub: Town) -> None:
    path = f"{CONTEXTS}/{CORE_CONTEXT.replace('/', '%2F')}"
    assert hub.get(path).json()["@context"]["@vocab"].endswith("default-context/")
    assert hub.http.delete(path).status_code == 400


@pytest.mark.parametrize(
    "body",
    [{}, [], {"@context": "https://a.example/c"}, {"@context": {"a": 5}}, {"@context": None}],
)
def test_what_is_no_context_is_not_hosted(hub: Town, body: Any) -> None:
    assert send(hub, "POST", "/jsonldContexts", body).status_code == 400


# ------------------------------------------------------------------ fetching


def test_a_context_is_fetched_once_and_kept(hub: Town, others: ContextServer) -> None:
    others.documents["/c"] = {"@context": TERMS}
    assert write(hub, others.url("/c")).status_code == 201
    assert hub.get(f"{ENTITIES}/{ROOM}").json()["type"] == "https://example.org/Room"
    for _ in range(3):
        headers = link(others.url("/c"))
        assert hub.http.get(f"{ENTITIES}/{ROOM}", headers=headers).json() == room(temp=prop(1))
    assert others.asked == ["/c"]
    (held,) = hub.get(CONTEXTS, kind="Cached", details="true").json()[1:]
    assert (held["URL"], held["numberOfHits"]) == (others.url("/c"), 4)
    others.documents["/c"] = {"@context": {"temp": "https://example.org/other"}}
    assert hub.http.delete(f"{CONTEXTS}/{held['localId']}?reload=true").status_code == 204
    renamed = hub.http.get(f"{ENTITIES}/{ROOM}", headers=link(others.url("/c"))).json()
    assert "temp" not in renamed


@pytest.mark.parametrize("document", [404, b"{", b"\xff", b"[" * 5000, b"x" * 2_000_000])
def test_what_cannot_be_had_is_not_available(
    hub: Town, others: ContextServer, document: Any
) -> None:
    others.documents["/c"] = document
    refused(write(hub, others.url("/c")), 504, "LdContextNotAvailable", "/c")
    headers = link(others.url("/c"))
    refused(hub.http.get(f"{ENTITIES}/{ROOM}", headers=headers), 504, "LdContextNotAvailable")


def test_a_batch_tells_it_item_by_item(hub: Town, others: ContextServer) -> None:
    items = [
        room() | {"@context": others.url("/c")},
        room("urn:x:2") | {"@context": CORE_CONTEXT},
    ]
    answer = send(hub, "POST", "/entityOperations/create", items, Content_Type=LD)
    assert answer.status_code == 207
    assert answer.json()["success"] == ["urn:x:2"]
    (error,) = answer.json()["errors"]
    assert error["error"]["type"].endswith("LdContextNotAvailable")


def test_contexts_in_a_circle_are_refused(hub: Town, others: ContextServer) -> None:
    others.documents["/a"] = {"@context": [others.url("/b")]}
    others.documents["/b"] = {"@context": [others.url("/a")]}
    refused(write(hub, others.url("/a")), 400, "BadRequestData", "includes itself")


def test_a_hub_that_others_reach_fetches_nothing_from_inside(others: ContextServer) -> None:
    others.documents["/c"] = {"@context": TERMS}
    for url in (others.url("/c"), f"http://localhost:{others.port}/c", "file:///etc/passwd"):
        with pytest.raises(Unreachable, match=r"inner address|not an http"):
            Fetcher().get(url)
    assert others.asked == []


def test_a_redirect_is_judged_again(others: ContextServer) -> None:
    others.redirects["/there"] = "http://169.254.169.254/latest/meta-data"
    others.redirects["/round"] = others.url("/round")
    fetcher = Fetcher(inner_allowed=True)
    with pytest.raises(Unreachable, match="inner address"):
        fetcher.get(others.url("/there"))
    with pytest.raises(Unreachable, match="redirected"):
        fetcher.get(others.url("/round"))


@pytest.mark.parametrize(
    ("address", "outer"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("10.0.0.1", False),
        ("172.16.5.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
        ("127.0.0.1", False),
        (UNSPECIFIED, False),
        ("::1", False),
    ],
)
def test_inner_addresses(address: str, outer: bool) -> None:
    assert is_allowed(address, inner_allowed=False) is outer
    loopback = address in {"127.0.0.1", UNSPECIFIED, "::1"}
    assert is_allowed(address, inner_allowed=True) is (outer or loopback)
