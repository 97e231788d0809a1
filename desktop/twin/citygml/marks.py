"""All tags of a city file in arrays: where each stands, its name, and what closes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.keys import NotPlain, Pieces
from desktop.twin.citygml.letters import LESS, MORE, SLASH, Letters, letters_of
from desktop.twin.citygml.tag_names import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from desktop.twin.citygml.keys import Ints

_DEEPEST = 200
_ROOT = 2  # tags: the one that opens it and the one that closes it


@dataclass(frozen=True, slots=True)
class Marks:
    """The tags below the root element, in file order.

    Attributes:
        data: the file.
        root: where the root's first tag ends and its last one begins.
        letters: what stands from the root on.
        begin, end: where each tag's `<` and `>` stand.
        code: its name's index in `names`.
        names: names with prefixes.
        closes: True where a tag closes an element.
        empty: True where a tag is an element without content.
        partner: the tag that closes the element that a tag opens; else the tag itself.
        quotes: where quotation marks stand below the root's first tag.
        owners: the last tag that begins before each of them.
    """

    data: bytes
    root: tuple[int, int]
    letters: Letters
    begin: Ints
    end: Ints
    code: NDArray[np.int32]
    names: list[bytes]
    closes: NDArray[np.bool_]
    empty: NDArray[np.bool_]
    partner: Ints
    quotes: Ints
    owners: Ints

    def begun(self, codes: Iterable[int]) -> Ints:
        """Return the tags that begin an element of some names, in file order."""
        wanted = np.zeros(len(self.names), bool)
        wanted[list(codes)] = True
        return np.flatnonzero(wanted[self.code] & ~self.closes)

    def tag(self, number: int) -> bytes:
        """Return a tag's own text."""
        return self.data[self.begin[number] : self.end[number] + 1]


def marked(data: bytes, start: int) -> Marks:
    """Find all tags below the root element, which begins at `start`, and what closes each.

    Raises:
        NotPlain: not well-formed, or more than elements and texts: comments, CDATA, a bare `>`.
    """
    letters = letters_of(data, start)
    begin, end, root = _tags(data, letters)
    whole = np.frombuffer(data, np.uint8)
    closes, empty = whole[begin + 1] == SLASH, whole[end - 1] == SLASH
    if (closes & empty).any():
        raise NotPlain
    quotes = letters.quotes[np.searchsorted(letters.quotes, root[0]) :]
    owners = np.searchsorted(begin, quotes) - 1
    if len(owners) and owners[0] < 0:
        raise NotPlain
    rich = np.zeros(len(begin), bool)
    rich[owners] = True
    code, names = numbered(Pieces(data), begin + 1 + closes, end - empty, rich)
    partner = _partners(code, closes, empty)
    return Marks(
        data, root, letters, begin, end, code, names, closes, empty, partner, quotes, owners
    )


def _tags(data: bytes, letters: Letters) -> tuple[Ints, Ints, tuple[int, int]]:
    """Return where the tags below the root begin and end: one `>` after each `<`, and no other.

    With them comes where the root's first tag ends and its last one begins.
    """
    begin, end = letters.brackets[::2], letters.brackets[1::2]
    if len(begin) != len(end) or len(begin) <= _ROOT or not data.startswith(b"</", begin[-1]):
        raise NotPlain
    whole = np.frombuffer(data, np.uint8)
    if (whole[begin] != LESS).any() or (whole[end] != MORE).any():
        raise NotPlain
    root = int(end[0]), int(begin[-1])
    return np.ascontiguousarray(begin[1:-1]), np.ascontiguousarray(end[1:-1]), root


def _partners(code: NDArray[np.int32], closes: NDArray[np.bool_], empty: NDArray[np.bool_]) -> Ints:
    """Return which tag closes each; tags of one level must open and close in turn, by one name."""
    step = np.ones(len(code), np.int8)
    step[closes] = -1
    step[empty] = 0
    depth = np.cumsum(step, dtype=np.int32)
    if depth[-1] or depth.min() < 0 or depth.max() > _DEEPEST:
        raise NotPlain
    level = (depth + closes).astype(np.uint8)
    partner = np.arange(len(code))
    tags = np.flatnonzero(~empty)
    order = tags[np.argsort(level[tags], kind="stable")]
    one, two = order[::2], order[1::2]
    if closes[one].any() or not closes[two].all() or (code[one] != code[two]).any():
        raise NotPlain
    partner[one] = two
    return partner
