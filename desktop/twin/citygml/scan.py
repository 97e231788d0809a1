"""The fast way through a regular city file: objects and rings found among all tags at once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.facts import is_fact, tell, text_of
from desktop.twin.citygml.keys import NotPlain
from desktop.twin.citygml.kinds import ELEMENTS, EXTENSION, IGNORED, KIND_OF, lod_of
from desktop.twin.citygml.marks import Marks, marked
from desktop.twin.citygml.outline import CityObject, Outline
from desktop.twin.citygml.sound import weigh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml.header import Header
    from desktop.twin.citygml.keys import Ints

WRAPPERS = frozenset({"ReliefFeature", "CityObjectGroup", "Appearance"})  # what they hold is read
MEMBERS = frozenset({"cityObjectMember", "featureMember"})
HOLES = frozenset({"interior", "innerBoundaryIs"})
_ID = re.compile(rb"""gml:id\s*=\s*["']([^"']*)["']""")
_GEOMETRY = re.compile(r"lod\d\w+|tin")
_LISTS, _OWN = frozenset({"posList"}), frozenset({"OtherConstruction"})
_LEVELS = 5
_NONE, _THING, _GEOMETRIES, _RING, _FACT, _MEMBER, _REFUSED = range(7)


def scan(data: bytes, header: Header) -> Outline:
    """Return city objects and rings in file order.

    Raises:
        NotPlain: something stands there that this way of reading might take wrongly.
    """
    marks = marked(data, header.begin)
    weigh(marks)
    return _Scan(marks, header).outline()


class _Scan:
    """The tags of a file, and what their names stand for."""

    def __init__(self, marks: Marks, header: Header) -> None:
        self._marks = marks
        modules = {prefix.encode(): module for module, prefix in header.prefixes.items()}
        self._words = [_word(name, modules) for name in marks.names]
        roles = np.array([_role(*word) for word in self._words], np.int8)[marks.code]
        roles[marks.closes] = _NONE
        self._tags = np.flatnonzero(roles)
        self._roles = roles[self._tags]
        if (self._roles == _REFUSED).any():
            raise NotPlain

    def outline(self) -> Outline:
        """Return city objects and rings."""
        self._refuse_others()
        things, marks = self._things(), self._marks
        outline = Outline(objects=self._objects(things))
        tags, owners, lods = self._geometries(things)
        rings = self._of(_RING)
        place = np.searchsorted(tags, rings) - 1
        drawn = (place >= 0) & (rings < marks.partner[tags[place]]) & (lods[place] >= 0)
        rings, place = rings[drawn], place[drawn]
        full = np.zeros(len(tags), bool)
        full[place] = True
        self._refuse_references(things, (owners, lods, full))
        outline.owners, outline.lods = owners[place].astype(np.int32), lods[place]
        outline.holes = self._is(rings - 1, HOLES)
        outline.places, outline.texts = self._texts(rings)
        tell(marks, self._words, self._of(_FACT), things, outline.objects)
        return outline

    def _of(self, role: int) -> Ints:
        found: Ints = self._tags[self._roles == role]
        return found

    def _is(self, tags: Ints, words: frozenset[str]) -> NDArray[np.bool_]:
        """Tell which tags begin elements of some names."""
        named = np.array([word in words for _, word in self._words], bool)
        return named[self._marks.code[tags]] & ~self._marks.closes[tags]

    def _refuse_others(self) -> None:
        """Refuse city objects of kinds that this way of reading does not know."""
        marks, tags = self._marks, self._of(_MEMBER)
        first = tags[marks.partner[tags] > tags + 1] + 1
        if not self._is(first, WRAPPERS | KIND_OF.keys()).all():
            raise NotPlain
        if (marks.partner[first] + 1 != marks.partner[first - 1]).any():
            raise NotPlain

    def _things(self) -> Ints:
        tags, marks = self._of(_THING), self._marks
        if not len(tags) or marks.empty[tags].any():
            raise NotPlain
        self._refuse_nested(tags)
        return tags

    def _refuse_nested(self, tags: Ints) -> None:
        if (tags[1:] < self._marks.partner[tags[:-1]]).any():
            raise NotPlain

    def _objects(self, tags: Ints) -> list[CityObject]:
        marks = self._marks
        kinds = [KIND_OF[self._words[code][1]] for code in marks.code[tags].tolist()]
        begin, end = marks.begin[tags].tolist(), marks.end[tags].tolist()
        found = [_ID.search(marks.data, a, b) for a, b in zip(begin, end, strict=True)]
        last = (marks.end[marks.partner[tags]] + 1).tolist()
        rows = zip(kinds, found, begin, last, strict=True)
        return [CityObject(kind, text_of(m[1]) if m else "", a, b) for kind, m, a, b in rows]

    def _geometries(self, things: Ints) -> tuple[Ints, Ints, NDArray[np.int8]]:
        """Return the tags of geometries, the object that each is in, and the level it draws."""
        marks, tags = self._marks, self._of(_GEOMETRIES)
        empty = marks.empty[tags]
        if any(b"href" in marks.tag(tag) for tag in tags[empty].tolist()):
            raise NotPlain
        tags = tags[~empty]
        self._refuse_nested(tags)
        owners = np.searchsorted(things, tags) - 1
        if not len(tags) or (np.searchsorted(things, marks.partner[tags]) - 1 != owners).any():
            raise NotPlain
        inside = (owners >= 0) & (tags < marks.partner[things[owners]])
        foreign = np.array([module == EXTENSION for module, _ in self._words], bool)
        foreign = foreign[marks.code[tags]] & inside
        if self._is(things[owners[foreign]], _OWN).any():
            raise NotPlain
        lods = np.array([lod_of(word) for _, word in self._words], np.int8)[marks.code[tags]]
        lods[foreign | ~inside] = IGNORED
        return tags, owners, lods

    def _refuse_references(
        self, things: Ints, geometries: tuple[Ints, NDArray[np.int8], NDArray[np.bool_]]
    ) -> None:
        """Refuse objects with a level that has no ring, but may refer to surfaces elsewhere."""
        owners, lods, full = geometries
        has = np.zeros((len(things), _LEVELS), bool)
        has[owners[full], lods[full]] = True
        bare = (lods >= 0) & ~full
        bare[bare] = ~has[owners[bare], lods[bare]]
        marks = self._marks
        for tag in things[np.unique(owners[bare])].tolist():
            last = int(marks.end[marks.partner[tag]])
            if marks.data.find(b"xlink:href", marks.begin[tag], last) >= 0:
                raise NotPlain

    def _texts(self, rings: Ints) -> tuple[Ints, list[bytes]]:
        """Return where the rings' numbers stand, and these: each ring holds one list, no more."""
        marks, lists = self._marks, rings + 1
        if not self._is(lists, _LISTS).all():
            raise NotPlain
        if (marks.partner[lists] != lists + 1).any() or (marks.partner[rings] != lists + 2).any():
            raise NotPlain
        begin, end = marks.end[lists] + 1, marks.begin[lists + 1]
        spans = zip(begin.tolist(), end.tolist(), strict=True)
        data = marks.data
        return begin, [data[a:b] for a, b in spans]


def _word(name: bytes, modules: dict[bytes, str]) -> tuple[str, str]:
    """Return the module that a name's prefix stands for, and the name without it."""
    prefix, _, word = name.rpartition(b":")
    return modules.get(prefix, ""), word.decode(errors="replace")


@lru_cache(maxsize=1024)
def _role(module: str, word: str) -> int:
    """Return what an element is to the scan."""
    known = module in ELEMENTS or module == "core"
    if word in KIND_OF:
        return _THING if known else _REFUSED
    if _GEOMETRY.fullmatch(word):
        return _geometry(word, known=known, foreign=module == EXTENSION)
    if word == "LinearRing":
        return _RING
    if word in MEMBERS:
        return _MEMBER
    if word == "Ring":
        return _REFUSED
    return _FACT if is_fact(module, word) else _NONE


def _geometry(word: str, *, known: bool, foreign: bool) -> int:
    if foreign:
        return _GEOMETRIES
    if word.endswith("ImplicitRepresentation"):
        return _REFUSED
    if known:
        return _GEOMETRIES
    return _NONE if lod_of(word) == IGNORED else _REFUSED
