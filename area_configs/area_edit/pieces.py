"""An area file in pieces that stand alone: its head, each gateway, device and alarm, the contract.

TOML reads a text line by line from one state. Where a piece is valid by itself it ends in that state,
so the pieces one after the other say what the whole says: a change of one device is made and proven
on its own dozen lines, however many others there are.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from area_configs.area_edit import toml_edit
from area_configs.area_edit.toml_edit import CannotEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from area_configs.loader.locator import Path

    Edit = Callable[[str, Mapping[Path, Path]], str]  # by the paths of the whole, those in the text

_HEADER = re.compile(r"^[ \t]*\[(\[?)[ \t]*([A-Za-z0-9_-]+)[ \t]*([.\]])", re.MULTILINE)
_HEAD = ""
_KEPT = 8192  # pieces of some hundred bytes each: the largest areas, twice


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file.

    Attributes:
        kind: the first key of their headers, empty for what stands above the first header.
        index: which table of its kind it is, None where there is one only.
    """

    kind: str
    index: int | None
    text: str


def values_of(text: str) -> dict[str, Any]:
    """Return what stands in a valid TOML text; not to be changed, as parts of it are kept.

    Raises:
        tomllib.TOMLDecodeError: it is not valid.
    """
    pieces = _pieces(text)
    if pieces is None:
        return tomllib.loads(text)
    found: dict[str, Any] = {}
    for piece in pieces:
        content = _read(piece.text) or {}
        if piece.index is None:
            found.update(content)
        else:
            found.setdefault(piece.kind, []).extend(content[piece.kind])
    return found


def set_value(text: str, path: Path, value: Any) -> str:
    """Return a text with a value changed or a key added; an equal value changes nothing.

    Raises CannotEdit where that cannot be done without touching anything else.
    """
    return _edited(text, (path,), lambda part, at: toml_edit.set_value(part, at[path], value))


def set_values(text: str, changes: Mapping[Path, Any]) -> str:
    """Return a text with values changed that are there already, all at once.

    Raises CannotEdit where one of them is not there or cannot be changed by itself.
    """

    def edit(part: str, at: Mapping[Path, Path]) -> str:
        return toml_edit.set_values(part, {near: changes[path] for path, near in at.items()})

    return _edited(text, tuple(changes), edit)


def remove(text: str, *paths: Path) -> str:
    """Return a text without keys, elements of arrays, or tables with the comments right above them.

    Raises CannotEdit where one of them is not there or cannot be taken out by itself.
    """
    return _edited(text, paths, lambda part, at: toml_edit.remove(part, *at.values()), around=1)


def append(text: str, path: Path, table: Mapping[str, Any]) -> str:
    """Return a text with one more table at the end of an array of tables, which may not exist yet.

    Raises CannotEdit where the array is written in a way that cannot take it.
    """

    def edit(part: str, at: Mapping[Path, Path]) -> str:
        return toml_edit.append(part, at[path], table)

    return _edited(text, (path,), edit, around=1)


def _edited(text: str, paths: tuple[Path, ...], edit: Edit, around: int = 0) -> str:
    """Edit the pieces that hold some paths, with as many pieces around each; else the whole text."""
    pieces = _pieces(text)
    holding = None if pieces is None else _holding(pieces, paths)
    if pieces is not None and holding is not None:
        try:
            return _pieces_edited(pieces, holding, edit, around)
        except CannotEdit:
            pass  # its words are of a piece: those of the whole follow, if it cannot be done there
    return edit(text, {path: path for path in paths})


def _pieces_edited(
    pieces: tuple[Piece, ...], holding: Mapping[int, list[Path]], edit: Edit, around: int
) -> str:
    """Edit one piece after the other, the last one first: what stands before it does not move."""
    texts = [piece.text for piece in pieces]
    for at in sorted(holding, reverse=True):
        first, end = max(0, at - around), min(len(pieces), at + around + 1)
        near = {path: _near(path, pieces[first:end]) for path in holding[at]}
        changed = edit("".join(texts[first:end]), near)
        texts[first:end] = [changed, *[""] * (end - first - 1)]
    return "".join(texts)


def _holding(pieces: tuple[Piece, ...], paths: tuple[Path, ...]) -> dict[int, list[Path]] | None:
    """Return the paths by the piece that holds each; None where one is in none of them."""
    places: dict[tuple[str, int | None], int] = {}
    for at, piece in enumerate(pieces):
        places[piece.kind, piece.index] = at
        if piece.index is not None:
            places[piece.kind, None] = at  # the list itself: where its last table stands
    found: dict[int, list[Path]] = {}
    for path in paths:
        kind, index = str(path[0]), path[1] if len(path) > 1 else None
        at_list = index if isinstance(index, int) and (kind, index) in places else None
        holder = places.get((kind, at_list), places.get((_HEAD, None), 0))
        if kind not in (_read(pieces[holder].text) or {}):
            return None
        found.setdefault(holder, []).append(path)
    return found


def _near(path: Path, pieces: tuple[Piece, ...]) -> Path:
    """Return a path as it is in a text of these pieces only."""
    first = next((one.index for one in pieces if one.kind == path[0]), None)
    index = path[1] if len(path) > 1 else None
    if first is None or not isinstance(index, int):
        return path
    return (path[0], index - first, *path[2:])


def _pieces(text: str) -> tuple[Piece, ...] | None:
    """Return the pieces, None where the text is written in a way that does not come apart."""
    pieces = []
    counts: dict[str, int] = {}
    for kind, part in _cut(text):
        content = _read(part)
        if content is None or (kind and list(content) != [kind]):
            return None
        many = kind != _HEAD and isinstance(content[kind], list)
        index = counts.get(kind, 0) if many else None
        if (many and len(content[kind]) != 1) or (not many and kind in counts):
            return None
        counts[kind] = counts.get(kind, 0) + 1
        pieces.append(Piece(kind, index, part))
    lone = {piece.kind for piece in pieces if piece.index is None}
    clash = lone & {piece.kind for piece in pieces if piece.index is not None}
    head = (_read(pieces[0].text) or {}) if pieces and pieces[0].kind == _HEAD else {}
    return None if clash or not counts.keys().isdisjoint(head) else tuple(pieces)


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """Give kind and text of what may be pieces: cut above the comments of each table's header."""
    kind, begin = _HEAD, 0
    for match in _HEADER.finditer(text):
        its_own = match[1] and match[3] == "]"
        if its_own or match[2] != kind:
            cut = _above(text, match.start(), begin)
            if cut > begin or kind:
                yield kind, text[begin:cut]
            kind, begin = match[2], cut
    yield kind, text[begin:]


def _above(text: str, at: int, least: int) -> int:
    """Return where the comments and empty lines begin that stand right above a line."""
    while at > least:
        above = text.rfind("\n", 0, at - 1) + 1
        line = text[above:at].strip()
        if line and not line.startswith("#"):
            break
        at = above
    return max(at, least)


@lru_cache(maxsize=_KEPT)
def _read(piece: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(piece)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
