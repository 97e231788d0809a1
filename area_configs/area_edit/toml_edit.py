"""Single changes of a TOML text: a value, a key, a table; every other character stays as it is.

Each change is proven on the values: what `tomllib` reads afterwards is what was there before with
just this change, else nothing is returned.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from area_configs.loader.locator import Locator
from area_configs.loader.toml_text import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from area_configs.loader.locator import Path, Span

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANKS = " \t"
# A comment with a rule in it heads a section: it does not belong to the table below it alone.
_RULE = re.compile(r"#.*[-=#]{4}")


class CannotEdit(SmartAreaError):
    """Simplify the file by hand: it is written in a way that cannot be changed here."""


def set_value(text: str, path: Path, value: Any) -> str:
    """Return a text with a value changed or a key added; an equal value changes nothing.

    Raises CannotEdit where that cannot be done without touching anything else.
    """
    wanted = tomllib.loads(text)
    found, there = _at(wanted, path)
    if there and type(found) is type(value) and found == value:
        return text
    _put(wanted, path, value)
    return _proven(lambda: _with_value(text, path, value), wanted, path)


def set_values(text: str, changes: Mapping[Path, Any]) -> str:
    """Return a text with values changed that are there already, all at once.

    Raises CannotEdit where one of them is not there or cannot be changed by itself.
    """
    wanted = tomllib.loads(text)
    for path, value in changes.items():
        _put(wanted, path, value)

    def changed() -> str:
        spans, after = Locator(text).spans, text
        for span, value in sorted(((spans[p], v) for p, v in changes.items()), reverse=True):
            after = after[: span.value] + written(value) + after[span.end :]
        return after

    return _proven(changed, wanted, next(iter(changes), ()))


def remove(text: str, *paths: Path) -> str:
    """Return a text without keys, elements of arrays, or tables with the comments right above them.

    Raises CannotEdit where one of them is not there or cannot be taken out by itself.
    """
    wanted = tomllib.loads(text)
    places = Locator(text)
    ordered = sorted(dict.fromkeys(paths), key=lambda path: _begin(places, path), reverse=True)
    for path in ordered:
        parent, there = _at(wanted, path[:-1])
        if not there or not _at(wanted, path)[1]:
            raise CannotEdit(f"there is no {dotted(path)} to remove")
        del parent[path[-1]]
        if not parent and isinstance(parent, list) and path[:-1] not in places.spans:
            wanted = _without_key(wanted, path[:-1])  # `[[tables]]` of which none is left
    return _proven(lambda: _without(text, places, ordered), wanted, paths[0])


def append(text: str, path: Path, table: Mapping[str, Any]) -> str:
    """Return a text with one more table at the end of an array of tables, which may not exist yet.

    Raises CannotEdit where the array is written in a way that cannot take it.
    """
    wanted = tomllib.loads(text)
    found, there = _at(wanted, path)
    if there and not isinstance(found, list):
        raise CannotEdit(f"{dotted(path)} is no list")
    _put(wanted, path, [*(found if there else ()), dict(table)])
    return _proven(lambda: _appended(text, path, table), wanted, path)


def written(value: Any) -> str:
    """Return a value as TOML writes it, on one line.

    Raises CannotEdit for what TOML does not know.
    """
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(_pair(key, one) for key, one in value.items()) + " }"
    raise CannotEdit(f"{value!r} cannot be written in an area file")


def _proven(edit: Callable[[], str], wanted: Mapping[str, Any], path: Path) -> str:
    try:
        text = edit()
        if tomllib.loads(text) == wanted:
            return text
    except (tomllib.TOMLDecodeError, KeyError, IndexError, ValueError):
        pass  # it is written in a way that nobody foresaw: refused below
    raise CannotEdit(
        f"{dotted(path)} cannot be changed here as it is written: edit the file by hand"
    )


# ------------------------------------------------------------ values


def _with_value(text: str, path: Path, value: Any) -> str:
    places = Locator(text)
    if path in places.spans:
        span = places.spans[path]
        return text[: span.value] + written(value) + text[span.end :]
    parent = path[:-1]
    if not parent or parent in places.headers:
        return _line_added(text, places, path, value)
    if parent in places.spans:
        return _member_added(text, places, path, value)
    if len(parent) == 1:
        return _text_added(text, len(text), f"[{_key(parent[0])}]\n{_pair(path[-1], value)}\n")
    return _with_value(text, parent, {str(path[-1]): value})


def _line_added(text: str, places: Locator, path: Path, value: Any) -> str:
    """Add `key = value` behind the last key of a table with a header, or of the whole document."""
    parent = path[:-1]
    own = [s for p, s in places.spans.items() if p[:-1] == parent and s.value != s.begin]
    if own:
        last = max(own, key=lambda span: span.end)
        at = _line_end(text, last.end)
        indent = _indent(text, last.begin)
    elif parent:
        at, indent = _line_end(text, places.headers[parent].end), ""
    else:
        at, indent = 0, ""
    return _text_added(text, at, f"{indent}{_pair(path[-1], value)}\n", apart=False)


def _member_added(text: str, places: Locator, path: Path, value: Any) -> str:
    """Add a key to an inline table, or an element to an array."""
    span = places.spans[path[:-1]]
    word = written(value) if text[span.value] == "[" else _pair(path[-1], value)
    members = [s for p, s in places.spans.items() if p[:-1] == path[:-1]]
    if not members:
        inside = f" {word} " if text[span.value] == "{" else word
        return text[: span.value + 1] + inside + text[span.end - 1 :]
    last = max(members, key=lambda member: member.end)
    if _is_first_of_line(text, last.begin):  # one to a line, as people write long lists
        comma = text.find(",", last.end, span.end)
        own = comma >= 0 and not text[last.end : comma].strip()
        at = comma + 1 if own else last.end
        head = text[:at] if own else text[: last.end] + ","
        end = _newline(text) + _indent(text, last.begin) + word
        return head + _rest_of_line(text, at, span.end, end + ("," if own else ""))
    return f"{text[: last.end]}, {word}{text[last.end :]}"


def _rest_of_line(text: str, at: int, limit: int, added: str) -> str:
    """Return the text from a place on with a line added behind the comment that may follow there."""
    end = text.find("\n", at, limit)
    stop = end if end >= 0 else at
    stop -= text[stop - 1 : stop] == "\r" and end >= 0
    return text[at:stop] + added + text[stop:]


def _begin(places: Locator, path: Path) -> int:
    span = places.spans.get(path) or places.headers.get(path)
    return span.begin if span else 0


def _without(text: str, places: Locator, ordered: Sequence[Path]) -> str:
    """Take out one after the other, the last one first: what stands before it does not move."""
    for path in ordered:
        text = _one_less(text, places, path)
    return text


def _one_less(text: str, places: Locator, path: Path) -> str:
    span = places.spans.get(path)
    if span is None:
        return _block_removed(text, places, path)
    parent = places.spans.get(path[:-1])
    if parent is None:
        begin, end = _line_begin(text, span.begin), _line_end(text, span.end)
        return text[:begin] + text[end:]
    return _member_removed(text, places, path, parent)


def _member_removed(text: str, places: Locator, path: Path, parent: Span) -> str:
    span = places.spans[path]
    members = sorted(s for p, s in places.spans.items() if p[:-1] == path[:-1])
    at = members.index(span)
    begin, end = _line_begin(text, span.begin), _line_end(text, span.end)
    alone = not any(begin <= one.begin < end for one in members if one != span)
    if alone and begin > parent.begin and end < parent.end:  # one to a line
        return text[:begin] + text[end:]
    if at:  # together with the comma before it
        return text[: members[at - 1].end] + text[span.end :]
    if len(members) > 1:
        return text[: span.begin] + text[members[1].begin :]
    return text[: parent.value + 1] + text[parent.end - 1 :]


# ------------------------------------------------------------ tables


def _appended(text: str, path: Path, table: Mapping[str, Any]) -> str:
    places = Locator(text)
    if path in places.spans:
        return _member_added(text, places, (*path, -1), dict(table))
    count = sum(1 for place in places.headers if place[:-1] == path and _is_index(place[-1]))
    block = "".join(_block(path, table))
    if count:
        return _text_added(text, _block_end(text, places, (*path, count - 1)), block)
    if len(path) > 1:
        return _text_added(text, _block_end(text, places, path[:-1]), block)
    return _text_added(text, _end_of_tables(text, places, path), block)


def _end_of_tables(text: str, places: Locator, path: Path) -> int:
    """Return where the first table of a new array goes: behind the tables that come before it."""
    order = ("gateways", "devices", "alarms", "energy")
    before = order[: order.index(str(path[0]))] if path[0] in order else order
    ends = [_block_end(text, places, place) for place in places.headers if place[0] in before]
    return max(ends, default=len(text))


def _block(path: Path, table: Mapping[str, Any]) -> Iterator[str]:
    name = ".".join(_key(part) for part in path if not _is_index(part))
    yield f"[[{name}]]\n"
    inner = {k: v for k, v in table.items() if _is_tables(v)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_pair(key, value)}\n"
    for key, tables in inner.items():
        for one in tables:
            yield "\n"
            yield from _block((*path, key), one)


def _block_removed(text: str, places: Locator, path: Path) -> str:
    header = places.headers[path]
    begin, end = _line_begin(text, header.begin), _block_end(text, places, path)
    begin = _comments_begin(text, begin)
    if _blank_before(text, begin):
        end = _line_end(text, end) if _is_blank(text, end) else end
    return text[:begin] + text[end:]


def _block_end(text: str, places: Locator, path: Path) -> int:
    """Return where the last line of a table with all that is in it ends."""
    inside = [
        span.end
        for found in (places.spans, places.headers)
        for place, span in found.items()
        if place[: len(path)] == path
    ]
    return _line_end(text, max(inside))


def _comments_begin(text: str, begin: int) -> int:
    """Return where the comments begin that stand right above a line and are no section's head."""
    while begin:
        above = _line_begin(text, begin - 1)
        line = text[above:begin].strip()
        if not line.startswith("#") or _RULE.match(line):
            break
        begin = above
    return begin


# ------------------------------------------------------------ characters


def _text_added(text: str, at: int, block: str, *, apart: bool = True) -> str:
    """Put whole lines in, with an empty line around tables, in the line ends of the file."""
    newline = _newline(text)
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += newline
    if apart and before and not _blank_before(before, len(before)):
        before += newline
    if apart and after and not _is_blank(after, 0):
        block += "\n"
    return before + block.replace("\n", newline) + after


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_begin(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _is_blank(text: str, at: int) -> bool:
    end = _line_end(text, at)
    return end > at and not text[at:end].strip()


def _blank_before(text: str, at: int) -> bool:
    return at == 0 or not text[_line_begin(text, at - 1) : at].strip()


def _indent(text: str, at: int) -> str:
    begin = _line_begin(text, at)
    line = text[begin:at]
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def _is_first_of_line(text: str, at: int) -> bool:
    return not text[_line_begin(text, at) : at].strip()


def _key(part: object) -> str:
    word = str(part)
    return word if _BARE.fullmatch(word) else _quoted(word)


def _pair(key: object, value: Any) -> str:
    return f"{_key(key)} = {written(value)}"


def _quoted(text: str) -> str:
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise CannotEdit(f"{text!r} holds half a character: type it again")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_index(part: object) -> bool:
    return isinstance(part, int)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _at(values: Any, path: Path) -> tuple[Any, bool]:
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return None, False
    return values, True


def _without_key(values: Any, path: Path) -> Any:
    parent, _ = _at(values, path[:-1])
    del parent[path[-1]]
    return values


def _put(values: Any, path: Path, value: Any) -> None:
    for at, part in enumerate(path[:-1]):
        if isinstance(values, dict) and part not in values:
            values[part] = [] if _is_index(path[at + 1]) else {}
        values = values[part]
    values[path[-1]] = value
