"""The query language: what it finds, and what it cannot read."""

from __future__ import annotations

import pytest

from platform_hub.server.governance.answers import Refused
from platform_hub.server.ngsi_ld.query_language import parse

DOCUMENT = {
    "activePower": {"type": "Property", "value": 120.5, "quality": {"value": "out_of_limits"}},
    "deviceKind": {"type": "Property", "value": "smart_meter"},
    "category": {"type": "Property", "value": ["meter", "sensor"]},
    "on": {"type": "Property", "value": True},
    "refGateway": {"type": "Relationship", "object": "urn:ngsi-ld:EdgeGateway:town:gw-1"},
    "name": {"type": "LanguageProperty", "languageMap": {"en": "One"}},
}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("activePower", True),
        ("voltage", False),
        ("activePower==120.5", True),
        ("activePower!=120.5", False),
        ("activePower>120", True),
        ("activePower>=1.205e2", True),
        ("activePower<-1", False),
        ("activePower<=120.4", False),
        ('deviceKind=="smart_meter"', True),
        ("deviceKind==smart_meter", True),
        ('deviceKind!="river_gauge"', True),
        ("voltage!=1", False),  # of what is not there nothing holds
        ("deviceKind>5", False),
        ("deviceKind!=5", True),
        ('category=="sensor"', True),
        ("on==true", True),
        ("on==false", False),
        ("on==1", False),
        ("refGateway==urn:ngsi-ld:EdgeGateway:town:gw-1", True),
        ("activePower.quality==out_of_limits", True),
        ("activePower.quality.more==1", False),
        ("name", True),
        ("voltage|activePower>100;on==true", True),
        ("(voltage|activePower>100);on==false", False),
        ("((on==true))", True),
    ],
)
def test_what_holds(query: str, holds: bool) -> None:
    assert parse(query)(DOCUMENT) is holds


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("==5", "attribute name is missing"),
        ("a==", "value is missing"),
        ("a;", "attribute name is missing"),
        ("(a", "not closed"),
        ("a)", "')' is not expected"),
        ("a b", "cannot be read at character 2"),
        ('a=="b', "cannot be read at character"),
        ("a=5", "cannot be read at character"),
        ("(" * 50 + "a" + ")" * 50, "nested too deep"),
    ],
)
def test_what_cannot_be_read(query: str, words: str) -> None:
    with pytest.raises(Refused, match=words.replace("(", r"\(").replace(")", r"\)")):
        parse(query)
