"""The quick way of a listing writes to the letter what the ordinary way writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_hub.server.ngsi_ld import json_ld, quick_listing, representation
from platform_hub.server.ngsi_ld.representation import View
from platform_hub.server.store.entities import Entity, StoredEntity

if TYPE_CHECKING:
    from platform_hub.server.ngsi_ld.json_ld import Context

STAMPS = {"createdAt": "2026-01-01T00:00:00Z", "modifiedAt": "2026-01-02T00:00:00.5Z"}
CONTEXTS = [
    json_ld.CORE,
    json_ld.Context.of({"open": "https://example.org/open", "temp": "https://example.org/t"}, "x"),
]
words = st.sampled_from(
    ["a", "open", "createdAt", "modifiedAt", ',"createdAt":"', "type", "\\", '"']
)
values = st.recursive(
    words | st.integers() | st.booleans(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=3),
    max_leaves=6,
)
kinds = st.one_of(
    st.builds(lambda value: {"type": "Property", "value": value}, values),
    st.builds(lambda value: {"type": "JsonProperty", "json": value}, values),
    st.just({"type": "VocabProperty", "vocab": "https://example.org/open"}),
    st.just({"type": "Relationship", "object": "urn:x:1", "objectType": "https://example.org/t"}),
)
stamped = kinds.map(lambda one: one | STAMPS)
nested = st.builds(
    lambda one, below: one | {"https://example.org/t": below} | STAMPS, kinds, stamped
)
several = st.builds(
    lambda one, more: [one, more | {"datasetId": "urn:x:d"} | STAMPS], stamped, kinds
)
documents = st.dictionaries(
    st.sampled_from(["temp", "location", "https://example.org/t"]), stamped | nested | several
)


@pytest.mark.parametrize("context", CONTEXTS, ids=["core", "own"])
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(document=documents, scope=st.sampled_from([(), ("/A",), ("/A", "/B/C")]))
def test_it_writes_what_the_ordinary_way_writes(
    context: Context, document: dict[str, Any], scope: tuple[str, ...]
) -> None:
    types = "Room https://example.org/open"
    kept = {"scope": scope, **document} if scope else document
    stored = StoredEntity("urn:x:1", types, msgspec.json.encode(kept))
    view = View(context=context)
    assert quick_listing.suits(view)
    (quick,) = quick_listing.written([stored], view)
    entity = Entity("urn:x:1", types, 0, 0, document, scope=scope)
    assert msgspec.json.decode(msgspec.json.encode(quick)) == representation.represent(entity, view)


@pytest.mark.parametrize(
    "view",
    [
        View(system=True),
        View(representation.Form.CONCISE),
        View(only={"a": {}}),
        View(without={"a": {}}),
        View(languages="ja"),
        View(datasets=frozenset({"@none"})),
        View(geometry="location"),
    ],
)
def test_other_views_take_the_ordinary_way(view: View) -> None:
    assert not quick_listing.suits(view)
