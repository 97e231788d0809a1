"""Names, references and coordinates of XML elements, whatever prefixes a file gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

_HREF = "{http://www.w3.org/1999/xlink}href"
_PLANE = 2
_EXTENSION = "/iur/"
_USUAL_PREFIXES = {  # for files that forgot to declare them
    "bldg": "building",
    "con": "construction",
    "gml": "gml",
    "luse": "landuse",
    "veg": "vegetation",
    "wtr": "waterbody",
}


def local(element: etree._Element | None) -> str:
    """Return a name without namespace; an undeclared prefix stays part of the parser's name."""
    if element is None:
        return ""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def module(element: etree._Element) -> str:
    """Return the part of CityGML that an element's namespace stands for, `gml` for GML itself."""
    space, closed, _ = str(element.tag).rpartition("}")
    if not closed:
        return _USUAL_PREFIXES.get(str(element.tag).partition(":")[0], "")
    words = [word for word in space.split("/") if word and not word[0].isdecimal()]
    return words[-1] if words else ""


def text_of(element: etree._Element) -> str:
    """Return an element's own text, over comments inside."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def in_extension(element: etree._Element) -> bool:
    """Tell whether an element belongs to i-UR, PLATEAU's extension of CityGML."""
    return _EXTENSION in str(element.tag).partition("}")[0] or str(element.tag).startswith("uro:")


def identity(element: etree._Element) -> str:
    """Return an element's gml:id, empty where it has none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == "id":
            return str(value)
    return ""


def href(element: etree._Element) -> tuple[str, str]:
    """Return the file (empty for the same) and the id that an element refers to."""
    said = element.get(_HREF) or element.get("xlink:href") or ""
    file, _, name = said.partition("#")
    return file, name


def dimension(element: etree._Element) -> int | None:
    """Return the number of coordinates of a point that an element or one around it names."""
    for part in (element, *element.iterancestors()):
        if said := part.get("srsDimension"):
            return _PLANE if said.strip() == "2" else _PLANE + 1
    return None


def ring_text(ring: etree._Element, usual: int) -> bytes:
    """Return a ring's numbers in triples, from its posList or from positions one by one.

    Args:
        ring: a LinearRing or a Ring.
        usual: how many coordinates a point has where the ring says nothing; plane points get
            the height 0.
    """
    lists = [part for part in ring.iter(etree.Element) if local(part) == "posList"]
    if lists:
        return " ".join(_triples(part, usual) for part in lists).encode()
    return " ".join(_positions(ring)).encode()


def _triples(positions: etree._Element, usual: int) -> str:
    text = text_of(positions)
    if (dimension(positions) or usual) != _PLANE:
        return text
    words = text.split()
    return " ".join(f"{a} {b} 0" for a, b in zip(words[::2], words[1::2], strict=False))


def _positions(ring: etree._Element) -> Iterator[str]:
    for part in ring.iter(etree.Element):
        text = text_of(part)
        if local(part) == "pos":
            yield _with_height(text.split())
        elif local(part) == "coordinates":
            yield from (_with_height(point.split(",")) for point in text.split())


def _with_height(words: list[str]) -> str:
    return " ".join([*words, "0"] if len(words) == _PLANE else words)
