"""Height, usage and name of city objects, from the tags that say them."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.keys import NotPlain
from desktop.twin.citygml.kinds import FLOOD, FLOOD_CLASS, as_height

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.twin.citygml.keys import Ints
    from desktop.twin.citygml.marks import Marks
    from desktop.twin.citygml.outline import CityObject

HEIGHTS = frozenset(
    {
        ("building", "measuredHeight"),
        ("vegetation", "height"),
        ("vegetation", "averageHeight"),
        ("construction", "value"),
    }
)
USAGES = frozenset({("building", "usage"), ("landuse", "class")})
NAMES = frozenset({("gml", "name")})
_FLOODS = frozenset({("waterbody", "class")})
_FACTS = HEIGHTS | USAGES | NAMES | _FLOODS


def is_fact(module: str, word: str) -> bool:
    """Tell whether an element says something that every object is known by."""
    return (module, word) in _FACTS


def tell(
    marks: Marks,
    words: Sequence[tuple[str, str]],
    tags: Ints,
    things: Ints,
    objects: Sequence[CityObject],
) -> None:
    """Put into objects what some tags inside of them say; what is said first stays.

    Raises:
        NotPlain: there are elements where a text is expected.
    """
    owners = np.searchsorted(things, tags) - 1
    inside = (owners >= 0) & (tags < marks.partner[things[owners]]) & ~marks.empty[tags]
    tags, owners = tags[inside], owners[inside]
    if (marks.partner[tags] != tags + 1).any():
        raise NotPlain
    spans = (marks.end[tags] + 1).tolist(), marks.begin[tags + 1].tolist()
    rows = zip(owners.tolist(), marks.code[tags].tolist(), *spans, strict=True)
    for owner, code, begin, end in rows:
        _tell(objects[owner], words[code], marks.data[begin:end])


def _tell(thing: CityObject, word: tuple[str, str], text: bytes) -> None:
    if word in NAMES:
        thing.name = thing.name or text_of(text)
    elif word in HEIGHTS:
        if thing.height is None:
            thing.height = as_height(text)
    elif word in USAGES:
        thing.usage = thing.usage or text_of(text)
    elif text_of(text) == FLOOD_CLASS:
        thing.kind = FLOOD


def text_of(raw: bytes) -> str:
    """Return a text without blanks around it, references resolved."""
    text = raw.decode(errors="replace").strip()
    return unescape(text) if "&" in text else text
