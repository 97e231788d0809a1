"""The attributes of one building, read from its bytes when somebody asks."""

from __future__ import annotations

import re

from lxml import etree

_GEOMETRY = re.compile(r"^(lod\d\w*|boundedBy|boundary|consistsOfBuildingPart|buildingPart)$")
_HOLDS_TEXT = re.compile(r"\S")


def element_of(source: bytes) -> etree._Element | None:
    """Parse one city object's bytes; its prefixes are declared elsewhere, which is forgiven."""
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)
    return etree.fromstring(source, parser) if source else None


def attributes_of(element: etree._Element | None, owner: str) -> dict[str, str]:
    """Return attribute values by name; a name that comes twice carries its parent's too.

    Generic attributes go by their own name, key-value pairs by their key. Geometry is left out.
    """
    found: dict[str, str] = {"id": owner}
    for child in element.iterchildren(etree.Element) if element is not None else ():
        _collect(child, found)
    return found


def _collect(element: etree._Element, found: dict[str, str]) -> None:
    word = _local(element)
    if _GEOMETRY.match(word):
        return
    if pair := _named_value(element):
        found[_free_name(pair[0], element, found)] = pair[1]
        return
    text = element.text or ""
    if len(element) == 0 and _HOLDS_TEXT.search(text):
        found[_free_name(word, element, found)] = text.strip()
    for child in element.iterchildren(etree.Element):
        _collect(child, found)


def _named_value(element: etree._Element) -> tuple[str, str] | None:
    """Return name and value of a generic attribute or a key-value pair."""
    words = {_local(child): (child.text or "").strip() for child in element.iterchildren()}
    if name := element.get("name"):
        return name, words.get("value", "")
    if "key" in words:
        return f"key {words['key']}", words.get("codeValue", words.get("value", ""))
    return None


def _free_name(word: str, element: etree._Element, found: dict[str, str]) -> str:
    parent = element.getparent()
    name = word if word not in found or parent is None else f"{_local(parent)}.{word}"
    number, free = 2, name
    while free in found:
        free, number = f"{name} ({number})", number + 1
    return free


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]
