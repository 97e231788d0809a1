"""Names in contexts: expanded to what the store keeps, compacted for who asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_hub.server.ngsi_ld import core_context, json_ld
from platform_hub.server.ngsi_ld.json_ld import BadContext
from platform_hub.wire.ngsi_ld import CORE_CONTEXT

SMART = "https://smartdatamodels.org/dataModel.Energy/"
CONTEXT = {
    "sdm": SMART,
    "totalEnergy": "sdm:totalEnergy",
    "power": {"@id": "https://example.org/power", "@type": "@id"},
    "alias": "power",
    "location": "https://example.org/elsewhere",
    "ident": "@id",
}


def no_network(url: str) -> Any:
    raise AssertionError(url)


def context_of(value: Any) -> json_ld.Context:
    return json_ld.read(value, no_network)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("totalEnergy", SMART + "totalEnergy"),
        ("sdm:other", SMART + "other"),
        ("power", "https://example.org/power"),
        ("alias", "https://example.org/power"),
        ("location", "location"),  # the core context goes before everyone's
        ("activePower", "activePower"),
        ("https://uri.etsi.org/ngsi-ld/default-context/activePower", "activePower"),
        ("https://uri.etsi.org/ngsi-ld/location", "location"),
        ("ngsi-ld:location", "location"),
        ("urn:x:y", "urn:x:y"),
        ("https://example.org/other", "https://example.org/other"),
    ],
)
def test_names_are_expanded(name: str, stored: str) -> None:
    assert context_of([CONTEXT, CORE_CONTEXT]).stored(name) == stored


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (SMART + "totalEnergy", "totalEnergy"),
        (SMART + "other", "sdm:other"),
        ("https://example.org/power", "power"),
        ("activePower", "activePower"),
        ("alias", "ngsi-ld:default-context/alias"),
        ("urn:x:y", "urn:x:y"),
    ],
)
def test_names_are_compacted(stored: str, shown: str) -> None:
    assert context_of(CONTEXT).shown(stored) == shown


@given(st.text(st.characters(categories=["L", "N"], include_characters=":/#_"), min_size=1))
def test_what_is_shown_means_what_is_stored(name: str) -> None:
    context = context_of(CONTEXT)
    stored = context.stored(name)
    assert context.stored(context.shown(stored)) == stored
    assert json_ld.stored_name(json_ld.full_iri(stored)) == stored


def test_contexts_include_others() -> None:
    documents = {
        "https://a.example/c": {"@context": ["https://b.example/c", CORE_CONTEXT]},
        "https://b.example/c": {"@context": {"deep": "https://example.org/deep"}},
    }
    context = json_ld.read("https://a.example/c", documents.__getitem__)
    assert context.stored("deep") == "https://example.org/deep"
    assert context.source == "https://a.example/c"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5, "URLs and objects"),
        ({"a": 5}, "neither"),
        ({"a": "b", "b": "a"}, "circle"),
        ({"a": "b:x", "b": "a:x"}, "circle"),
        ("https://loop.example/c", "includes itself"),
        ("https://deep.example/0", "nested deeper"),
        ("https://none.example/c", "no @context"),
    ],
)
def test_what_is_no_context(value: Any, words: str) -> None:
    def load(url: str) -> Any:
        if "deep" in url:
            return {"@context": url[:-1] + chr(ord(url[-1]) + 1)}
        return {"@context": [url]} if "loop" in url else []

    with pytest.raises(BadContext, match=words):
        json_ld.read(value, load)


def test_the_core_context_is_whole() -> None:
    document = core_context.document()["@context"]
    assert document["@vocab"] == core_context.DEFAULT_VOCABULARY
    assert document["value"] == "https://uri.etsi.org/ngsi-ld/hasValue"
    assert document["Point"] == "https://purl.org/geojson/vocab#Point"
    assert len(core_context.BY_IRI) == len(core_context.TERMS)
    assert "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-non-existing.jsonld" not in (
        core_context.URLS
    )
