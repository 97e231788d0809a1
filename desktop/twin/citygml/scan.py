"""The fast way through a regular city file: one pass of one compiled pattern over its bytes."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from desktop.twin.citygml.header import refuse_malformed
from desktop.twin.citygml.kinds import (
    ELEMENTS,
    FLOOD,
    FLOOD_CLASS,
    IGNORED,
    KIND_OF,
    as_height,
    lod_of,
)
from desktop.twin.citygml.outline import CityObject, Outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.twin.citygml.header import Header

WRAPPERS = frozenset({"ReliefFeature", "CityObjectGroup", "Appearance"})  # what they hold is read
_NEAR = 2000  # bytes: a ring's tag is never longer
_ID = re.compile(rb"""gml:id\s*=\s*["']([^"']*)["']""")
_MEMBER = re.compile(rb"<[\w.-]+:(?:cityObject|feature)Member[^<>]*>\s*<[\w.-]+:([\w.-]+)")
_MEMBER_END = b":cityObjectMember>"
_VALUE = {2: "(?!)", 3: "value"}  # CityGML 3 has heights of several kinds
_FLAT = re.compile(rb"""srsDimension\s*=\s*["']2""")
_TAG = re.compile(rb"<(/?)([\w.:-]+)[^<>]*?(/?)>")


class NotPlain(Exception):
    """The bytes are not as regular as the scan needs; the XML parser has to decide."""


def scan(data: bytes, header: Header) -> Outline:
    """Return city objects and rings in file order.

    Raises:
        NotPlain: something stands there that this way of reading might take wrongly.
        CityFileError: not well-formed XML, with the line.
    """
    walk = _Walk(data, header)
    walk.run(_pattern(header.version, *_prefixes(header)))
    if walk.open or walk.lod is not None:
        raise NotPlain
    _check(data, header, walk.outline, walk.between)
    return walk.outline


def _check(data: bytes, header: Header, outline: Outline, spans: Sequence[tuple[int, int]]) -> None:
    """Weigh everything that stands between the coordinates."""
    between = b"".join([data[begin:end] for begin, end in spans])
    if b"srsDimension" in between and _FLAT.search(between):
        raise NotPlain
    if between.count(b"xmlns") > header.spaces:
        raise NotPlain
    refuse_malformed(header.name, between, data)
    if between.count(_MEMBER_END) // 2 != len(outline.objects) and _holds_others(between):
        raise NotPlain


def _holds_others(between: bytes) -> bool:
    """Tell whether there are city objects of kinds that this way of reading does not know."""
    names = {raw.decode(errors="replace") for raw in _MEMBER.findall(between)}
    return any(name not in KIND_OF and name not in WRAPPERS for name in names)


@lru_cache(maxsize=256)
def _is_neutral(piece: bytes) -> bool:
    """Tell whether a piece closes some elements and opens the same again, and does no more."""
    closed: list[bytes] = []
    opened: list[bytes] = []
    for end, name, empty in _TAG.findall(piece):
        if empty:
            continue
        if not end:
            opened.append(name)
        elif not opened:
            closed.append(name)
        elif opened.pop() != name:
            return False
    return closed == opened[::-1]


def _prefixes(header: Header) -> tuple[str, ...]:
    known = [p for module, p in header.prefixes.items() if module in ELEMENTS or module == "core"]
    return (header.prefixes.get("iur", ""), *sorted(set(known) - {header.prefixes.get("iur")}))


@lru_cache(maxsize=8)
def _pattern(version: int, iur: str, *prefixes: str) -> re.Pattern[bytes]:
    """Return the pattern for a file's prefixes; any-prefix patterns cost half as much again.

    Group 1 is a ring's text. What is frequent stands first, and what begins alike together.
    """
    own, foreign = "|".join(prefixes) or "(?!)", iur or "(?!)"
    things = "|".join(KIND_OF)
    return re.compile(
        rf"<(?!/gml:|gml:[eSPM])(?:"  # nine tags of ten are none of ours
        rf"gml:(?:posList(?:\s[^<>]*)?>(?P<ring>[^<]*)"
        rf"|(?P<hole>interior)[^<>]*>\s*<gml:LinearRing"
        rf"|(?P<odd>Ring[\s>])|(?P<point>pos[\s>]|coordinates)"
        rf"|(?P<line>LineString)"
        rf"|name[^<>]*>(?P<name>[^<]*))"
        rf"|/(?!gml:)(?:{own}|{foreign}):(?:(?P<leave>lod\d\w+|tin)|(?P<end>{things}))\s*>"
        rf"|(?!/|gml:)(?P<prefix>{own}):(?:"
        rf"(?P<lod>lod\d\w+|tin)(?=[\s>/])[^<>]*>"
        rf"|(?P<begin>{things})(?=[\s>/])[^<>]*>"
        rf"|(?:measuredH|averageH|h)eight(?:\s[^<>]*)?>(?P<height>[^<]*)"
        rf"|usage(?:\s[^<>]*)?>(?P<usage>[^<]*)"
        rf"|class(?:\s[^<>]*)?>(?P<class>[^<]*)"
        rf"|{_VALUE[version]}(?:\s[^<>]*)?>(?P<value>[^<]*))"
        rf"|{foreign}:(?:(?P<foreign>lod\d\w+)(?=[\s>/])[^<>]*>"
        rf"|(?P<own>{things})(?=[\s>/])[^<>]*>)"
        rf"|(?P<comment>!))".encode()
    )


class _Walk:
    """Where the scan stands: inside which object, in which geometry."""

    def __init__(self, data: bytes, header: Header) -> None:
        self.outline = Outline()
        self.open = False
        self.lod: int | None = None
        self.between: list[tuple[int, int]] = []
        self._data, self._begin_at = data, header.begin
        self._modules = {prefix.encode(): name for name, prefix in header.prefixes.items()}
        self._curve = self._own = False
        self._spans: list[tuple[int, int]] = []
        self._holes: list[int] = []
        self._bare: set[int] = set()
        self._full: set[int] = set()
        self._steps = {
            "hole": self._interior,
            "line": self._line,
            "begin": self._begin,
            "own": self._begin,
            "end": self._end,
            "lod": self._geometry,
            "leave": self._leave,
            "foreign": self._foreign,
            "height": self._height,
            "usage": self._usage,
            "class": self._class,
            "value": self._value,
            "name": self._name,
            "odd": self._odd,
            "comment": self._comment,
            "point": self._odd,
        }

    def run(self, pattern: re.Pattern[bytes]) -> None:
        """Go through the bytes; rings, the most frequent by far, are only noted on the way."""
        steps, note, search, data = self._steps, self._spans.append, pattern.search, self._data
        skip, alone, at, end = True, False, self._begin_at, 0
        while (match := search(data, at)) is not None:
            at = match.end()
            if match.lastindex != 1:
                steps[match.lastgroup](match)  # type: ignore[index]  # every branch has a name
                skip, alone = self._curve or self.lod is None or self.lod < 0, False
            elif not skip:
                begin, new = match.span(1)
                self.between.append((end, begin))
                note((begin, new))
                end = at = self._again(end, begin, new) if alone else new
                alone = True
            elif self._curve:
                self._curve = False
                skip = self.lod is None or self.lod < 0
        self.between.append((end, len(data)))
        self._finish()

    def _again(self, before: int, begin: int, end: int) -> int:
        """Note the rings that follow with the same tags between; return where the last one ends.

        Between the ring before and this one stands nothing that this way of reading looks at. If
        that closes and opens the same elements, it means as much once as any number of times.
        """
        data = self._data
        piece = data[before:begin]
        if data.startswith(piece, end) and _is_neutral(piece):
            note, find, size = self._spans.append, data.find, len(piece)
            while data.startswith(piece, end):
                begin = end + size
                end = find(b"<", begin)
                note((begin, end))
        return end

    def _finish(self) -> None:
        data, outline = self._data, self.outline
        outline.places = [begin for begin, _ in self._spans]
        outline.texts = [data[begin:end] for begin, end in self._spans]
        for ring in self._holes:
            if ring < len(outline.holes):
                outline.holes[ring] = True

    def _settle(self, lod: int) -> None:
        """Give the rings that were noted since a geometry began to the object and the level."""
        outline = self.outline
        count = len(self._spans) - len(outline.owners)
        outline.owners += [len(outline.objects) - 1] * count
        outline.lods += [lod] * count
        outline.holes += [False] * count
        (self._full if count else self._bare).add(lod)

    def _odd(self, match: re.Match[bytes]) -> None:
        """Leave it to the parser: comments, CDATA, curved rings, a ring's positions one by one."""
        before = self._data[max(0, match.start() - _NEAR) : match.start()]
        last = before[before.rfind(b"<") :]
        drawn = self.lod is not None and self.lod >= 0
        if match["odd"] or drawn or last.startswith(b"<gml:LinearRing"):
            raise NotPlain

    def _comment(self, _match: re.Match[bytes]) -> None:
        raise NotPlain

    def _interior(self, _match: re.Match[bytes]) -> None:
        if self.lod is not None and self.lod >= 0:
            self._holes.append(len(self._spans))

    def _line(self, _match: re.Match[bytes]) -> None:
        self._curve = True

    def _begin(self, match: re.Match[bytes]) -> None:
        if self.open or match[0].endswith(b"/>"):
            raise NotPlain
        found = _ID.search(match[0])
        name = (match["begin"] or match["own"]).decode()
        self._own = name == "OtherConstruction"
        self.outline.objects.append(
            CityObject(KIND_OF[name], _text(found[1]) if found else "", start=match.start())
        )
        self.open = True
        self._bare.clear()
        self._full.clear()

    def _end(self, match: re.Match[bytes]) -> None:
        if not self.open or self.lod is not None:
            raise NotPlain
        thing = self.outline.objects[-1]
        thing.end = match.end()
        self.open = False
        # a level without a ring here may refer to surfaces that stand elsewhere
        if (
            not self._bare <= self._full
            and self._data.find(b"xlink:href", thing.start, thing.end) >= 0
        ):
            raise NotPlain

    def _geometry(self, match: re.Match[bytes]) -> None:
        if match[0].endswith(b"/>"):
            if b"href" in match[0]:
                raise NotPlain
            return
        word = match["lod"]
        if self.lod is not None or word.endswith(b"ImplicitRepresentation"):
            raise NotPlain
        self.lod = _level(word) if self.open else IGNORED

    def _foreign(self, match: re.Match[bytes]) -> None:
        """Take a geometry of i-UR's own: of its own kinds only; elsewhere it repeats a map's."""
        if match[0].endswith(b"/>"):
            return
        if self.lod is not None or self._own:
            raise NotPlain
        self.lod = IGNORED

    def _leave(self, _match: re.Match[bytes]) -> None:
        if self.lod is None:
            raise NotPlain
        if self.lod >= 0:
            self._settle(self.lod)
        self.lod = None

    def _height(self, match: re.Match[bytes]) -> None:
        if self._is_in(match, "building", "vegetation"):
            self._take_height(match["height"])

    def _value(self, match: re.Match[bytes]) -> None:
        if self._is_in(match, "construction"):
            self._take_height(match["value"])

    def _take_height(self, text: bytes) -> None:
        if self.open and self.outline.objects[-1].height is None:
            self.outline.objects[-1].height = as_height(text)

    def _usage(self, match: re.Match[bytes]) -> None:
        if self._is_in(match, "building"):
            self._take_usage(match["usage"])

    def _class(self, match: re.Match[bytes]) -> None:
        if self._is_in(match, "landuse"):
            self._take_usage(match["class"])
        elif self._is_in(match, "waterbody") and self.open and _text(match["class"]) == FLOOD_CLASS:
            self.outline.objects[-1].kind = FLOOD

    def _take_usage(self, text: bytes) -> None:
        if self.open and not self.outline.objects[-1].usage:
            self.outline.objects[-1].usage = _text(text)

    def _is_in(self, match: re.Match[bytes], *modules: str) -> bool:
        return self._modules.get(match["prefix"]) in modules

    def _name(self, match: re.Match[bytes]) -> None:
        if self.open and not self.outline.objects[-1].name:
            self.outline.objects[-1].name = _text(match["name"])


@lru_cache(maxsize=64)
def _level(word: bytes) -> int:
    return lod_of(word.decode())


def _text(raw: bytes) -> str:
    text = raw.decode(errors="replace").strip()
    return unescape(text) if "&" in text else text
