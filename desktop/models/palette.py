"""The command palette: everything that can be gone to or done, found by a few letters.

Letters are found in their order, in Japanese or English, whatever the language of the screen;
katakana and hiragana, full width and half width, large and small letters are the same.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from area_configs.domain.names import Name

_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_TOGETHER, _AT_A_WORD, _ELSEWHERE = 3, 5, 1
_MOST = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to or to do.

    Attributes:
        kind: such as `page` or `device`, `kind_name` in words.
        name: what is shown; `more` is searched as well (ids, readings in kana).
        keys: the keys that do the same, empty where there are none.
        run: does it.
    """

    kind: str
    kind_name: Name
    name: Name
    run: Callable[[], object]
    keys: str = ""
    more: str = ""


def folded(text: str) -> str:
    """Return a text in which letters that a person takes for the same are the same."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)


def score(wanted: str, text: str) -> int:
    """Return how well letters fit a text, 0 where they do not; both folded already."""
    if not wanted:
        return 1
    at = text.find(wanted)
    if at >= 0:  # as it stands, best at the beginning
        return 1000 - min(at, 400) - min(len(text), 100)
    total, place = 0, -1
    for letter in wanted:
        found = text.find(letter, place + 1)
        if found < 0:
            return 0
        total += _worth(text, found, together=found == place + 1)
        place = found
    return total


def search(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that fit every word, the best first, at most 30."""
    words = folded(text).split()
    found: list[tuple[int, int, Entry]] = []
    for place, entry in enumerate(entries):
        said = [folded(one) for one in (entry.name.ja, entry.name.en, entry.more) if one]
        scores = [max((score(word, one) for one in said), default=0) for word in words]
        if all(scores):
            found.append((-sum(scores), place, entry))
    return [entry for _, _, entry in sorted(found, key=lambda one: one[:2])[:_MOST]]


def _worth(text: str, at: int, *, together: bool) -> int:
    if together:
        return _TOGETHER
    return _AT_A_WORD if at == 0 or not text[at - 1].isalnum() else _ELSEWHERE
