"""Where the letters that XML is made of stand in a text, and whether all others are in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml.keys import Ints

LESS, MORE, SLASH, QUOTE = b'<>/"'
_EITHER = LESS ^ MORE  # the one bit in which `<` and `>` differ
_AND, _BLANK, _WIDE = b"&"[0], 0x20, 0x80
_LINES = b"\n\t\r"
_BLOCK = 1 << 17  # bytes: numpy is fastest in the processor's cache


@dataclass(frozen=True, slots=True)
class Letters:
    """What stands in a text.

    Attributes:
        brackets: where `<` or `>` stands.
        quotes: where a quotation mark stands.
        wide: where a byte of a letter beyond ASCII stands.
        references: how many `&` there are.
        clean: False where there are control characters but those that end lines.
    """

    brackets: Ints
    quotes: Ints
    wide: Ints
    references: int
    clean: bool


def letters_of(data: bytes, start: int) -> Letters:
    """Look through a text once, from a byte on."""
    whole = np.frombuffer(data, np.uint8)
    brackets: list[Ints] = []
    quotes: list[Ints] = []
    wide: list[Ints] = [np.zeros(0, np.int64)]
    references, clean = 0, True
    for at in range(start, len(data), _BLOCK):
        block = whole[at : at + _BLOCK]
        brackets.append(((block | _EITHER) == MORE).nonzero()[0] + at)
        quotes.append((block == QUOTE).nonzero()[0] + at)
        references += int(np.count_nonzero(block == _AND))
        clean = clean and _is_clean(block)
        beyond = block >= _WIDE
        if beyond.any():
            wide.append(beyond.nonzero()[0] + at)
    return Letters(
        np.concatenate(brackets), np.concatenate(quotes), np.concatenate(wide), references, clean
    )


def _is_clean(block: NDArray[np.uint8]) -> bool:
    count = np.count_nonzero(block < _BLANK)
    for letter in _LINES:
        if not count:
            break
        count -= np.count_nonzero(block == letter)
    return not count
