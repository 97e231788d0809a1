"""Lines of a TOML document: where each table, key and array element begins.

`tomllib` gives values without their places; this walks a document that `tomllib` has already
accepted and notes the line of every path.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]|[ \t.])+""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|[^,\]}#\r\n]+",
    re.DOTALL,
)


class Span(NamedTuple):
    """Where something stands, in characters: its first one, that of its value, and the end."""

    begin: int
    value: int
    end: int


class Locator:
    """The lines of one valid TOML document.

    Attributes:
        spans: keys with their values, and elements of arrays, by path.
        headers: the `[table]` and `[[table]]` lines, by path.
    """

    def __init__(self, text: str) -> None:
        self.spans: dict[Path, Span] = {}
        self.headers: dict[Path, Span] = {}
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        with suppress(RecursionError):  # so deep that a line of a table around it will do
            self._document()

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest table around it; 0 for the document."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def _document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        start, array = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        *parents, last = self._key()
        self._at += 2 if array else 1
        end = self._at
        path: Path = ()
        for part in parents:
            path = self._newest((*path, part))
        path = (*path, last)
        if not array:
            path = self._newest(path)
        else:
            self._note(path, start)
            self._counts[path] = self._counts.get(path, 0) + 1
            path = self._newest(path)
        self._note(path, start)
        self.headers[path] = Span(start, start, end)
        return path

    def _newest(self, path: Path) -> Path:
        """Return the last element of an array of tables, the path itself for a table."""
        count = self._counts.get(path, 0)
        return (*path, count - 1) if count else path

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._spanned(path, start)

    def _spanned(self, path: Path, start: int) -> None:
        value = self._at
        self._value(path)
        end = value + len(self._text[value : self._at].rstrip())  # a bare word takes blanks along
        self.spans[path] = Span(start, value, end)

    def _value(self, path: Path) -> None:
        if self._text[self._at] == "[":
            self._elements(path)
        elif self._text[self._at] == "{":
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _elements(self, path: Path) -> None:
        self._at += 1
        index = 0
        while self._next() != "]":
            self._note((*path, index), self._at)
            self._spanned((*path, index), self._at)
            index += 1
            self._comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._next() != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        if self._next() == ",":
            self._at += 1

    def _next(self) -> str:
        self._skip(_BLANK)
        return self._text[self._at]

    def _key(self) -> list[str]:
        """Read a dotted key; the cursor ends behind it."""
        start = self._at
        self._skip(_KEY)
        words = self._text[start : self._at]
        if _BARE.fullmatch(bare := words.strip(" \t")):
            return [bare]
        node: Any = tomllib.loads(f"{words} = 0")
        parts = []
        while node:
            ((part, node),) = node.items()
            parts.append(part)
        return parts

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self._text, self._at):
            self._at = match.end()

    def _note(self, path: Path, at: int) -> None:
        self._lines.setdefault(path, bisect_right(self._starts, at))
