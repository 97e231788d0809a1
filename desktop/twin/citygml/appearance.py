"""Textures and materials: which image is laid on which ring, read when somebody asks."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from lxml import etree

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml.attributes import element_of
from desktop.twin.citygml.numbers import parsed
from desktop.twin.citygml.skins import Image, Material, Skins
from desktop.twin.citygml.tags import href, identity, local, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml.outline import Outline
    from desktop.twin.citygml.sources import Source

_BLOCK = re.compile(rb"<([\w.-]+:)?Appearance[\s>]")
_NAMED = re.compile(rb"""<((?:[\w.-]+:)?([\w.-]+))\s[^<>]*?gml:id\s*=\s*["']([^"']*)["'][^<>]*>""")
_PLANE = 2
_FAR = 1e6  # places in an image repeat it; farther is nonsense


class Looks:
    """The looks of all files of a model."""

    def __init__(self, parts: Sequence[tuple[Source, Outline]], sizes: NDArray[np.int64]) -> None:
        self._parts, self._sizes = parts, sizes

    def __call__(self) -> tuple[tuple[Image, ...], tuple[Material, ...]]:
        """Return all images and materials."""
        skins = self._found
        return (skins.images, skins.materials) if skins else ((), ())

    def skins(self) -> Skins | None:
        """Return the looks by ring, None where there are none."""
        return self._found

    @cached_property
    def _found(self) -> Skins | None:
        collected = _Collected(self._sizes)
        first = 0
        for number, (source, outline) in enumerate(self._parts):
            blocks = list(_appearances(source, outline))
            if blocks:
                rings = _Rings(source, outline, (number, first))
                for block in blocks:
                    collected.take(source, block, rings)
            first += len(outline.owners)
        return collected.skins()


class _Rings:
    """The rings that an id stands for: a ring's own, its polygon's, its whole surface's.

    `place` is the number of the file and that of its first ring.
    """

    def __init__(self, source: Source, outline: Outline, place: tuple[int, int]) -> None:
        self._source, self._outline = source, outline
        self.number, self._first = place

    def of(self, name: str) -> range | list[int]:
        """Return the serial numbers of an id's rings."""
        found = self._spans.get(name, ())
        return [self._first + ring for ring in found]

    @cached_property
    def _spans(self) -> dict[str, Sequence[int]]:
        outline = self._outline
        return _by_element(outline) if outline.elements else _by_bytes(self._source.data, outline)


def _by_element(outline: Outline) -> dict[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for number, ring in enumerate(outline.elements):
        for element in (ring, *ring.iterancestors()):
            if name := identity(element):
                found.setdefault(name, []).append(number)
    return dict(found)


def _by_bytes(data: bytes, outline: Outline) -> dict[str, Sequence[int]]:
    places = outline.places.tolist()
    found: dict[str, Sequence[int]] = {}
    end = places[-1] if places else 0
    for match in _NAMED.finditer(data, 0, end):
        begin = bisect_left(places, match.start())
        if match[2] == b"LinearRing":
            found[_text(match[3])] = range(begin, begin + 1)
            continue
        # the rings until the element's end; no surface holds one of its own name
        close = data.find(b"</" + match[1] + b">", match.end())
        found[_text(match[3])] = range(begin, bisect_left(places, close, begin))
    return found


class _Collected:
    """What has been gathered so far; the first look that a file gives a ring stays."""

    def __init__(self, sizes: NDArray[np.int64]) -> None:
        self._sizes = sizes
        self._images: list[Image] = []
        self._materials: list[Material] = []
        self._image = np.full(len(sizes), -1, np.int32)
        self._material = np.full(len(sizes), -1, np.int32)
        self._laid: dict[int, bytes] = {}

    def take(self, source: Source, block: etree._Element, rings: _Rings) -> None:
        """Take one Appearance element."""
        for element in block.iter(etree.Element):
            if local(element) == "ParameterizedTexture":
                self._texture(source, element, rings)
            elif local(element) == "X3DMaterial":
                self._colour(element, rings)

    def skins(self) -> Skins | None:
        """Return everything in arrays; None where there is nothing."""
        if not self._images and not self._materials:
            return None
        numbers = list(self._laid)
        uv, starts, counts = _places([self._laid[ring] for ring in numbers])
        first = np.zeros(len(self._sizes), np.int64)
        first[numbers] = starts
        short = [r for r, n in zip(numbers, counts, strict=True) if n < self._sizes[r]]
        self._image[short] = -1
        return Skins(
            tuple(self._images), tuple(self._materials), self._image, self._material, first, uv
        )

    def _texture(self, source: Source, element: etree._Element, rings: _Rings) -> None:
        name = _child_text(element, "imageURI")
        self._images.append(
            Image(name, _child_text(element, "mimeType"), rings.number, source.beside(name))
        )
        number = len(self._images) - 1
        for target, text in _laid_on(element):
            for ring in rings.of(target):
                if ring not in self._laid:
                    self._laid[ring] = text
                    self._image[ring] = number

    def _colour(self, element: etree._Element, rings: _Rings) -> None:
        colour = [*_shares(_child_text(element, "diffuseColor")), 0.8, 0.8, 0.8][:3]
        clear = [*_shares(_child_text(element, "transparency")), 0.0][0]
        self._materials.append(Material((colour[0], colour[1], colour[2]), 1.0 - clear))
        number = len(self._materials) - 1
        for target in element.iter(etree.Element):
            if local(target) != "target":
                continue
            for ring in rings.of(_named(target)):
                if self._material[ring] < 0:
                    self._material[ring] = number


def _appearances(source: Source, outline: Outline) -> Iterator[etree._Element]:
    if outline.elements:
        root = outline.elements[0].getroottree().getroot()
        yield from (e for e in root.iter(etree.Element) if local(e) == "Appearance")
        return
    data = source.data
    for match in _BLOCK.finditer(data):
        end = data.find(b"</" + (match[1] or b"") + b"Appearance>", match.end())
        block = element_of(data[match.start() : end] + b"</" + (match[1] or b"") + b"Appearance>")
        if block is not None:
            yield block


def _laid_on(element: etree._Element) -> Iterator[tuple[str, bytes]]:
    """Yield (id of a ring, texture coordinates) in the ways of CityGML 2 and 3."""
    for places in element.iter(etree.Element):
        if local(places) != "TexCoordList":
            continue
        texts = [e for e in places.iterchildren(etree.Element) if _is(e, "textureCoordinates")]
        names = [text_of(e) for e in places.iterchildren(etree.Element) if _is(e, "ring")]
        for number, text in enumerate(texts):
            said = text.get("ring") or (names[number] if number < len(names) else "")
            yield said.strip().removeprefix("#"), text_of(text).encode()


def _places(
    texts: list[bytes],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Return places (k, 2), and for each text its first place and how many it holds."""
    try:
        values, counts = parsed("", texts, str) if texts else (np.zeros(0), np.zeros(0, int))
    except CityFileError:  # a picture is no reason to refuse a city: what is broken stays bare
        texts = [text if _is_numeric(text) else b"0 0" for text in texts]
        values, counts = parsed("", texts, str)
    whole = counts // _PLANE
    begin = np.cumsum(counts) - counts
    keep = np.ones(len(values), bool)
    keep[(begin + counts - 1)[counts % _PLANE == 1]] = False
    uv = np.clip(values[keep].reshape(-1, _PLANE), -_FAR, _FAR).astype(np.float32)
    return uv, np.cumsum(whole) - whole, whole


def _is_numeric(text: bytes) -> bool:
    try:
        return len([float(word) for word in text.split()]) > 1
    except ValueError:
        return False


def _shares(text: str) -> list[float]:
    """Return numbers between 0 and 1."""
    try:
        return [min(max(float(word), 0.0), 1.0) for word in text.split()]
    except ValueError:
        return []


def _child_text(element: etree._Element, word: str) -> str:
    return next(
        (text_of(e).strip() for e in element.iterchildren(etree.Element) if _is(e, word)), ""
    )


def _named(target: etree._Element) -> str:
    said = target.get("uri") or href(target)[1] or text_of(target)
    return said.strip().removeprefix("#")


def _is(element: etree._Element, word: str) -> bool:
    return local(element) == word


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
