"""Finding features by any word that their file says of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.twin.citygml.usages import USAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop.twin.citygml.features import Feature

_EXACT, _NAMED, _OTHER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Entry:
    feature: Feature
    first: str
    all: str


class SearchIndex:
    """The folded words of all features of a model."""

    def __init__(self, features: Mapping[str, Sequence[Feature]]) -> None:
        self._entries = [_entry(thing) for things in features.values() for thing in things]

    def find(self, text: str, limit: int) -> list[Feature]:
        """Return features with all words of a text: exact ids and names, then parts, then others.

        No words find nothing.
        """
        words = folded(text).split()
        if not words:
            return []
        whole = "".join(words)
        hits: list[tuple[int, int]] = []
        for number, entry in enumerate(self._entries):
            if all(word in entry.all for word in words):
                hits.append((_rank(entry, words, whole), number))
        return [self._entries[number].feature for _, number in sorted(hits)[:limit]]


def folded(text: str) -> str:
    """Return a text without case and width: full-width capitals are plain small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def _entry(feature: Feature) -> _Entry:
    first = [feature.id, feature.name]
    said = [feature.usage, *USAGE_NAMES.get(feature.usage, ())]
    words = {*feature.attributes.values(), *feature.codes.values(), *said, *first}
    return _Entry(feature, folded("\n".join(first)), folded("\n".join(sorted(words))))


def _rank(entry: _Entry, words: list[str], whole: str) -> int:
    if whole in entry.first.replace(" ", "").split("\n"):
        return _EXACT
    return _NAMED if all(word in entry.first for word in words) else _OTHER
