"""The patient way through a city file: an XML parser that forgives undeclared prefixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from lxml import etree

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml.encodings import as_utf8
from desktop.twin.citygml.facts import HEIGHTS, NAMES, USAGES
from desktop.twin.citygml.header import malformed, read_header
from desktop.twin.citygml.implicit import models
from desktop.twin.citygml.kinds import FLOOD, FLOOD_CLASS, KIND_OF, OTHER, as_height, lod_of
from desktop.twin.citygml.outline import CityObject, Outline, Placed
from desktop.twin.citygml.scan import HOLES, MEMBERS, WRAPPERS
from desktop.twin.citygml.tags import (
    dimension,
    href,
    identity,
    in_extension,
    local,
    module,
    ring_text,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop.twin.citygml.implicit import Model

_RINGS = frozenset({"LinearRing", "Ring"})
_FORGIVEN = frozenset({"NS_ERR_UNDEFINED_NAMESPACE", "NS_ERR_XML_NAMESPACE"})


Beside = Callable[[str], "Callable[[], bytes] | None"]


def parse(
    name: str, data: bytes, beside: Beside | None = None, usual: int | None = None
) -> Outline:
    """Return city objects and rings in file order; equal to `scan` on files that both can read.

    Args:
        name: the file, for messages.
        data: its text in UTF-8.
        beside: how to read a file that this one refers to, by its relative path.
        usual: how many coordinates a point has where nothing is said; as the envelope says, else 3.

    Raises:
        CityFileError: not well-formed XML, with the line.
    """
    return _Reader(name, tree(name, data), beside, usual).finished()


def tree(name: str, data: bytes) -> etree._Element:
    """Parse a file that declares no entities (`read_header`), without network and other files.

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
    if root is None:
        raise malformed(name, 1, "nothing can be read")
    return root


class _Reader:
    """One document and what has been read of it."""

    def __init__(
        self, name: str, root: etree._Element, beside: Beside | None, usual: int | None
    ) -> None:
        self._outline = Outline()
        self._owners: list[int] = []
        self._lods: list[int] = []
        self._holes: list[bool] = []
        self._root, self._beside = root, beside
        self._by_id: dict[str, dict[str, etree._Element]] = {}
        self._far = self._libraries = 0
        self._usual = usual or next((dimension(e) or 3 for e in root.iter("{*}Envelope")), 3)
        for element in root.iter(etree.Element):
            word = local(element)
            if word in KIND_OF:
                self._object(element, KIND_OF[word])
            elif local(element.getparent()) in MEMBERS and word not in WRAPPERS:
                self._other(element)
        self._outline.warnings.extend(self._complaints(name))

    def finished(self) -> Outline:
        """Return what has been read."""
        outline = self._outline
        outline.owners = np.array(self._owners, np.int32)
        outline.lods = np.array(self._lods, np.int8)
        outline.holes = np.array(self._holes, bool)
        return outline

    def _complaints(self, name: str) -> Iterator[str]:
        if self._far:
            yield f"{name}: {self._far:,} references lead to surfaces that are not there."
        if self._libraries:
            yield (
                f"{name}: {self._libraries:,} models stand in files of their own (libraryObject) "
                "and are not drawn."
            )

    def _other(self, element: etree._Element) -> None:
        """Take a thing of an unknown kind, if it has surfaces; else count it."""
        if any(True for _ in _geometries(element, own=True)):
            self._object(element, OTHER)
        else:
            word = local(element)
            self._outline.other[word] = self._outline.other.get(word, 0) + 1

    def _object(self, element: etree._Element, kind: str) -> None:
        found = CityObject(kind, identity(element), name=_first(element, NAMES), element=element)
        found.height, found.usage = _height(element), _first(element, USAGES)
        if _is_flood(element):
            found.kind = FLOOD
        self._outline.objects.append(found)
        properties: dict[int, list[etree._Element]] = {}
        own = kind == OTHER or local(element) == "OtherConstruction"
        for lod, holder in _geometries(element, own=own):
            before = len(self._outline.texts)
            self._surfaces(lod, holder)
            properties.setdefault(lod, [])
            if len(self._outline.texts) == before:
                properties[lod].append(holder)
        self._follow(properties)

    def _follow(self, properties: dict[int, list[etree._Element]]) -> None:
        """Take surfaces that stand elsewhere, for levels that have none of their own."""
        owners, lods = self._owners, self._lods
        mine = len(self._outline.objects) - 1
        for lod, holders in properties.items():
            at = len(owners)
            while at and owners[at - 1] == mine and lods[at - 1] != lod:
                at -= 1
            if at and owners[at - 1] == mine:
                continue
            followed: set[str] = set()
            for holder in holders:
                self._linked(lod, holder, followed)

    def _surfaces(self, lod: int, holder: etree._Element) -> None:
        if uses := models(holder):
            for use in uses:
                self._place(lod, use)
            return
        for ring in holder.iter(etree.Element):
            if local(ring) in _RINGS:
                self._owners.append(len(self._outline.objects) - 1)
                self._lods.append(lod)
                self._holes.append(local(ring.getparent()) in HOLES)
                self._outline.texts.append(ring_text(ring, self._usual))
                self._outline.elements.append(ring)

    def _place(self, lod: int, use: Model) -> None:
        """Take a model's own surfaces, or those that it refers to, and where they stand."""
        first = len(self._outline.texts)
        if use.shape is not None:
            self._surfaces(lod, use.shape)
            if len(self._outline.texts) == first:
                self._linked(lod, use.shape, set())
        end = len(self._outline.texts)
        if end > first:
            self._outline.placed.append(Placed(first, end, use.matrix, use.point.encode()))
        elif use.library:
            self._libraries += 1

    def _linked(self, lod: int, holder: etree._Element, followed: set[str]) -> None:
        """Follow references within the document, each once: they may go round in circles."""
        waiting = [holder]
        while waiting:
            for element in waiting.pop().iter(etree.Element):
                file, name = href(element)
                if not name or f"{file}#{name}" in followed:
                    continue
                followed.add(f"{file}#{name}")
                target = self._index(file).get(name)
                if target is None:
                    self._far += 1
                    continue
                before = len(self._outline.texts)
                self._surfaces(lod, target)
                if len(self._outline.texts) == before:
                    waiting.append(target)

    def _index(self, file: str) -> dict[str, etree._Element]:
        """Return the elements of this file, or of one that it refers to, by id."""
        if file not in self._by_id:
            root = self._root if not file else self._root_of(file)
            found = () if root is None else root.iter(etree.Element)
            self._by_id[file] = {identity(e): e for e in found if identity(e)}
        return self._by_id[file]

    def _root_of(self, file: str) -> etree._Element | None:
        reader = self._beside(file) if self._beside else None
        if reader is None:
            return None
        try:
            data = as_utf8(file, reader())
            read_header(file, data)
            return tree(file, data)
        except CityFileError:  # counted as references that lead nowhere
            return None


def _geometries(element: etree._Element, *, own: bool) -> Iterator[tuple[int, etree._Element]]:
    """Yield levels and geometry properties; those of i-UR only where they are the object's own."""
    for part in element.iter(etree.Element):
        word = local(part)
        # i-UR repeats the lines of a map beside an object's own geometry
        if word[:3] in {"lod", "tin"} and lod_of(word) >= 0 and (own or not in_extension(part)):
            yield lod_of(word), part


def _height(element: etree._Element) -> float | None:
    heights = (
        as_height(text_of(child))
        for child in element.iter(etree.Element)
        if (module(child), local(child)) in HEIGHTS
    )
    return next((height for height in heights if height is not None), None)


def _first(element: etree._Element, names: frozenset[tuple[str, str]]) -> str:
    """Return the first text of some (module, name) that is not empty."""
    texts = (
        text_of(child).strip()
        for child in element.iter(etree.Element)
        if (module(child), local(child)) in names
    )
    return next((text for text in texts if text), "")


def _is_flood(element: etree._Element) -> bool:
    return any(
        module(child) == "waterbody" and text_of(child).strip() == FLOOD_CLASS
        for child in element.iter("{*}class")
    )
