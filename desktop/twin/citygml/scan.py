"""The fast way through a plain CityGML 2 file: one pass of one compiled pattern over its bytes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

from desktop.twin.citygml.outline import FLOOD_CLASS, CityObject, Outline

if TYPE_CHECKING:
    from desktop.twin.citygml.header import Header

KIND_OF = {
    b"Building": "building",
    b"Road": "road",
    b"Railway": "road",
    b"Square": "road",
    b"Track": "road",
    b"WaterBody": "water",
    b"TINRelief": "terrain",
}
_MODULE_OF = {
    "building": ("Building",),
    "transportation": ("Road", "Railway", "Square", "Track"),
    "waterbody": ("WaterBody",),
    "relief": ("TINRelief",),
}
_ID = re.compile(rb'gml:id="([^"]*)"')
_TIN = "tin"
_SURFACES = ("Solid", "Surface", "Geometry", "FootPrint", "RoofEdge")
_IGNORED = -1


class NotPlain(Exception):
    """The bytes are not as regular as the scan needs; the XML parser has to decide."""


def scan(data: bytes, header: Header) -> Outline:
    """Return city objects and rings in file order.

    Raises:
        NotPlain: something stands there that this way of reading might take wrongly.
    """
    walk = _Walk()
    for match in _pattern(*_prefixes(header)).finditer(data):
        walk.steps[match.lastgroup](match)  # type: ignore[index]  # every branch is a named group
    if walk.open or walk.lod is not None:
        raise NotPlain
    return walk.outline


def _prefixes(header: Header) -> tuple[str, ...]:
    return tuple(header.prefixes.get(module, "") for module in ("core", *_MODULE_OF))


@lru_cache(maxsize=8)
def _pattern(core: str, *modules: str) -> re.Pattern[bytes]:
    """Return the pattern for a file's prefixes; any-prefix patterns cost half as much again."""
    names = [
        f"{prefix}:{name}"
        for prefix, group in zip(modules, _MODULE_OF.values(), strict=True)
        for name in group
        if prefix
    ]
    objects = "|".join(names) or "(?!)"
    any_prefix = "|".join(prefix for prefix in (*modules, core) if prefix)
    building = modules[0] or "(?!)"
    water = modules[2] or "(?!)"
    return re.compile(
        rf"<gml:posList[^>]*>(?P<ring>[^<]*)<"
        rf"|<gml:(?P<hole>interior)[^>]*>\s*<gml:LinearRing"
        rf"|<(?P<begin>{objects})(?=[\s>])(?:\s[^>]*)?>"
        rf"|</(?P<end>{objects})>"
        rf"|<(?:{any_prefix}):(?P<lod>lod\d\w+|tin)(?=[\s>/])(?:\s[^>]*)?>"
        rf"|</(?:{any_prefix}):(?P<leave>lod\d\w+|tin)>"
        rf"|<{building}:measuredHeight[^>]*>(?P<height>[^<]*)<"
        rf"|<{building}:usage[^>]*>(?P<usage>[^<]*)<"
        rf"|<{water}:class[^>]*>(?P<water>[^<]*)<"
        rf"|<gml:name[^>]*>(?P<name>[^<]*)<".encode()
    )


class _Walk:
    """Where the scan stands: inside which object, in which geometry."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.open = False
        self.lod: int | None = None
        self._hole = False
        self.steps = {
            "ring": self._ring,
            "hole": self._interior,
            "begin": self._begin,
            "end": self._end,
            "lod": self._geometry,
            "leave": self._leave,
            "height": self._height,
            "usage": self._usage,
            "water": self._water,
            "name": self._name,
        }

    def _ring(self, match: re.Match[bytes]) -> None:
        if self.open and self.lod is not None and self.lod != _IGNORED:
            self.outline.add_ring(self.lod, match["ring"], hole=self._hole)
        self._hole = False

    def _interior(self, _match: re.Match[bytes]) -> None:
        self._hole = True

    def _begin(self, match: re.Match[bytes]) -> None:
        if self.open or match[0].endswith(b"/>"):
            raise NotPlain
        found = _ID.search(match[0])
        kind = KIND_OF[match["begin"].rpartition(b":")[2]]
        self.outline.objects.append(
            CityObject(kind, _text(found[1]) if found else "", start=match.start())
        )
        self.open = True

    def _end(self, match: re.Match[bytes]) -> None:
        if not self.open or self.lod is not None:
            raise NotPlain
        self.outline.objects[-1].end = match.end()
        self.open = False

    def _geometry(self, match: re.Match[bytes]) -> None:
        if match[0].endswith(b"/>"):
            return
        if self.lod is not None:
            raise NotPlain
        self.lod = lod_of(match["lod"].decode())

    def _leave(self, _match: re.Match[bytes]) -> None:
        if self.lod is None:
            raise NotPlain
        self.lod = None

    def _height(self, match: re.Match[bytes]) -> None:
        if self.open and self.outline.objects[-1].height is None:
            self.outline.objects[-1].height = as_height(match["height"])

    def _usage(self, match: re.Match[bytes]) -> None:
        if self.open and not self.outline.objects[-1].usage:
            self.outline.objects[-1].usage = _text(match["usage"])

    def _water(self, match: re.Match[bytes]) -> None:
        if self.open and _text(match["water"]) == FLOOD_CLASS:
            self.outline.objects[-1].kind = "flood"

    def _name(self, match: re.Match[bytes]) -> None:
        if self.open and not self.outline.objects[-1].name:
            self.outline.objects[-1].name = _text(match["name"])


def lod_of(word: str) -> int:
    """Return the level of a geometry property (`lod1Solid`), -1 where it holds no surfaces."""
    if word == _TIN:
        return 1
    return int(word[3]) if word.endswith(_SURFACES) else _IGNORED


def as_height(text: bytes | str) -> float | None:
    """Return a measured height in metres, None where the file has none (PLATEAU writes -9999)."""
    try:
        height = float(text)
    except ValueError:
        return None
    return height if height > 0 else None


def _text(raw: bytes) -> str:
    return unescape(raw.decode(errors="replace")).strip()
