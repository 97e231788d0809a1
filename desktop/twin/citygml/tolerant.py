"""The patient way through a city file: an XML parser that forgives undeclared prefixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from desktop.twin.citygml.header import malformed
from desktop.twin.citygml.outline import FLOOD_CLASS, CityObject, Outline
from desktop.twin.citygml.scan import KIND_OF, as_height, lod_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {name.decode(): kind for name, kind in KIND_OF.items()}
_HREF = "{http://www.w3.org/1999/xlink}href"
_GML = "{http://www.opengis.net/gml"
_RINGS = frozenset({"LinearRing", "Ring"})
_FORGIVEN = frozenset({"NS_ERR_UNDEFINED_NAMESPACE", "NS_ERR_XML_NAMESPACE"})
_POINT_TAGS = frozenset({"pos", "coordinates"})


def parse(name: str, data: bytes) -> Outline:
    """Return city objects and rings in file order; equal to `scan` on files that both can read.

    Raises:
        CityFileError: not well-formed XML, with the line.
    """
    parser = etree.XMLParser(
        recover=True, huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    root = etree.fromstring(data, parser)
    for fault in parser.error_log:
        if fault.type_name not in _FORGIVEN:
            raise malformed(name, fault.line, fault.message)
    return _Reader(root).outline


class _Reader:
    """One document and what has been read of it."""

    def __init__(self, root: etree._Element) -> None:
        self.outline = Outline()
        self._root = root
        self._by_id: dict[str, etree._Element] | None = None
        for element in root.iter(etree.Element):
            if kind := _KINDS.get(_local(element)):
                self._object(element, kind)

    def _object(self, element: etree._Element, kind: str) -> None:
        found = CityObject(kind, _id(element), name=_gml_name(element), element=element)
        if kind == "building":
            found.height = as_height(_first(element, "measuredHeight") or _height_of_3(element))
            found.usage = _first(element, "usage")
        if kind == "water" and _first(element, "class") == FLOOD_CLASS:
            found.kind = "flood"
        self.outline.objects.append(found)
        before = len(self.outline.texts)
        properties = list(_geometries(element))
        for lod, holder in properties:
            self._surfaces(lod, holder)
        if len(self.outline.texts) == before:
            for lod, holder in properties:
                self._linked(lod, holder)

    def _surfaces(self, lod: int, holder: etree._Element) -> None:
        for ring in holder.iter(etree.Element):
            if _local(ring) in _RINGS:
                hole = _local(ring.getparent()) in {"interior", "innerBoundaryIs"}
                self.outline.add_ring(lod, _numbers(ring), hole=hole)

    def _linked(self, lod: int, holder: etree._Element) -> None:
        """Follow references to surfaces that stand elsewhere in the document."""
        for element in holder.iter(etree.Element):
            reference = element.get(_HREF, "")
            if (
                reference.startswith("#")
                and (target := self._index().get(reference[1:])) is not None
            ):
                self._surfaces(lod, target)

    def _index(self) -> dict[str, etree._Element]:
        if self._by_id is None:
            self._by_id = {_id(e): e for e in self._root.iter(etree.Element) if _id(e)}
        return self._by_id


def _geometries(element: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    for part in element.iter(etree.Element):
        word = _local(part)
        if (word == "tin" or (word.startswith("lod") and word[3:4].isdigit())) and lod_of(
            word
        ) >= 0:
            yield lod_of(word), part


def _numbers(ring: etree._Element) -> bytes:
    """Return a ring's numbers from its posList, or from positions one by one."""
    lists = [e.text or "" for e in ring.iter(etree.Element) if _local(e) == "posList"]
    if not lists:
        lists = [_plain_text(e) for e in ring.iter(etree.Element) if _local(e) in _POINT_TAGS]
    return " ".join(lists).encode()


def _plain_text(element: etree._Element) -> str:
    """Return the numbers of gml:pos, or of gml:coordinates with its commas."""
    return "".join(element.itertext()).replace(",", " ")


def _local(element: etree._Element | None) -> str:
    if element is None:
        return ""
    # an undeclared prefix stays part of the name
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _id(element: etree._Element) -> str:
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == "id":
            return str(value)
    return ""


def _first(element: etree._Element, word: str) -> str:
    for child in element.iter(etree.Element):
        if _local(child) == word and _local(child.getparent()) != "Address":
            return (child.text or "").strip()
    return ""


def _gml_name(element: etree._Element) -> str:
    for child in element.iter(etree.Element):
        if str(child.tag).startswith(_GML) and _local(child) == "name":
            return (child.text or "").strip()
    return ""


def _height_of_3(element: etree._Element) -> str:
    """Return the height of CityGML 3: con:height / con:Height / con:value."""
    for child in element.iter(etree.Element):
        if _local(child) == "Height":
            return _first(child, "value")
    return ""
