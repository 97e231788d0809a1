"""The names of a file's tags, as numbers."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.keys import WIDTH, Keys, NotPlain, Pieces, to_blank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml.keys import Ints, Words

    Tags = tuple[Ints, Ints, NDArray[np.bool_]]

_NAME = re.compile(rb"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?")
_BLANKS = b" \t\r\n"
_STAGES = 4
_FIRST, _BLOCK = 512, 16384  # tags: numpy is fastest on what stays in the processor's cache
_MOST_KEPT = 1000


def numbered(
    pieces: Pieces, first: Ints, last: Ints, rich: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], list[bytes]]:
    """Return the number of each tag's name, and all names.

    Args:
        pieces: the file.
        first: where each tag's name begins.
        last: where it ends at the latest: before the tag's `>` or `/>`.
        rich: True where attributes follow.

    Raises:
        NotPlain: something else than a name and a blank or the tag's end, or too many names.
    """
    names: _Names = getattr(_kept, "names", None) or _Names()
    _kept.names = None
    try:
        codes = names.all_codes(pieces, (first, last, rich))
    except NotPlain:  # or too many from all files so far
        names = _Names()
        codes = names.all_codes(pieces, (first, last, rich))
    _kept.names = names if len(names.numbers) < _MOST_KEPT else None
    every = list(names.numbers)
    used = np.flatnonzero(np.bincount(codes, minlength=len(every)))
    mine = np.zeros(len(every), np.int32)
    mine[used] = np.arange(len(used))
    return mine[codes], [every[number] for number in used.tolist()]


# The names that a thread has met: files of one city have the same ones.
_kept = threading.local()


class _Names:
    """The names met so far; those of more than 24 bytes go through several stages."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self._beginnings: dict[bytes, int] = {}
        self._stages: list[Keys] = []

    def all_codes(self, pieces: Pieces, tags: Tags) -> NDArray[np.int32]:
        """Return the numbers of many tags' names, block by block."""
        codes = np.empty(len(tags[0]), np.int32)
        at, size = 0, _BLOCK if self.numbers else _FIRST
        while at < len(codes):
            block = slice(at, at + size)
            codes[block] = self._codes(pieces, tags[0][block], tags[1][block], tags[2][block])
            at, size = at + size, _BLOCK
        return codes

    def _codes(
        self, pieces: Pieces, first: Ints, last: Ints, rich: NDArray[np.bool_]
    ) -> NDArray[np.int32]:
        codes = found = self._at(pieces, 0, (first, last, rich), [])
        tags = np.flatnonzero(codes < 0)
        for stage in range(1, _STAGES):
            if not len(tags):
                return codes
            before = found[found < 0].astype(np.int64).view(np.uint64)
            found = self._at(pieces, stage, (first[tags], last[tags], rich[tags]), [before])
            codes[tags] = found
            tags = tags[found < 0]
        raise NotPlain

    def _at(self, pieces: Pieces, stage: int, tags: Tags, before: Words) -> NDArray[np.int32]:
        """Return numbers of names that end in a stage; below 0, of beginnings that go on."""
        if stage == len(self._stages):
            self._stages.append(Keys(3 + len(before)))
        first, last, rich = tags
        begin = first + stage * WIDTH
        words = pieces.words(begin, last - begin)
        if len(rows := np.flatnonzero(rich)):
            for word, cut in zip(words, to_blank([word[rows] for word in words]), strict=True):
                word[rows] = cut
        length = (stage + 1) * WIDTH

        def told(rows: Ints) -> list[int]:
            spans = zip(first[rows].tolist(), last[rows].tolist(), strict=True)
            texts = [pieces.data[a : min(b, a + length)] for a, b in spans]
            return [self._number(text, length) for text in texts]

        return self._stages[stage].codes([*words, *before], told)

    def _number(self, text: bytes, length: int) -> int:
        name = _NAME.match(text)
        if name is None:
            raise NotPlain
        if name.end() == length:
            return -2 - self._beginnings.setdefault(text, len(self._beginnings))
        if name.end() < len(text) and text[name.end()] not in _BLANKS:
            raise NotPlain
        return self.numbers.setdefault(name[0], len(self.numbers))
