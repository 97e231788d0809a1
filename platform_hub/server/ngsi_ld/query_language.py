"""The query language `q` (GS CIM 009, 4.9): comparisons, existence, `;` and, `|` or, brackets."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from platform_hub.server.governance.answers import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    Document: TypeAlias = "dict[str, Any]"
    Predicate: TypeAlias = "Callable[[Document], bool]"

_SYMBOL = re.compile(
    r"""(?P<mark>==|!=|<=|>=|<|>|;|\||\(|\))
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<bare>[^\s;|()=!<>"]+)""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False}
_MAX_DEPTH = 20
_MISSING = object()


def parse(text: str) -> Predicate:
    """Read a query as a test of an entity's document.

    Raises:
        Refused: 400, at the place where the query cannot be read.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._symbols = _symbols(text)
        self._at = 0

    def whole(self) -> Predicate:
        predicate = self._any(0)
        if self._at < len(self._symbols):
            raise self._fault(f"{self._next()!r} is not expected")
        return predicate

    def _any(self, depth: int) -> Predicate:
        parts = [self._all(depth)]
        while self._skip("|"):
            parts.append(self._all(depth))
        return lambda document: any(part(document) for part in parts)

    def _all(self, depth: int) -> Predicate:
        parts = [self._term(depth)]
        while self._skip(";"):
            parts.append(self._term(depth))
        return lambda document: all(part(document) for part in parts)

    def _term(self, depth: int) -> Predicate:
        if depth > _MAX_DEPTH:
            raise self._fault("brackets are nested too deep")
        if self._skip("("):
            inner = self._any(depth + 1)
            if not self._skip(")"):
                raise self._fault("a bracket is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        path = self._operand("an attribute name").split(".")
        mark = self._symbols[self._at] if self._at < len(self._symbols) else ""
        if mark not in _COMPARE:
            return lambda document: _value(document, path) is not _MISSING
        self._at += 1
        wanted = _literal(self._operand("a value"))
        compare = _COMPARE[mark]
        return lambda document: _holds(compare, _value(document, path), wanted)

    def _operand(self, what: str) -> str:
        symbol = self._next()
        if not symbol or symbol in _COMPARE or symbol in ";|()":
            raise self._fault(f"{what} is missing")
        return symbol

    def _next(self) -> str:
        symbol = self._symbols[self._at] if self._at < len(self._symbols) else ""
        self._at += 1
        return symbol

    def _skip(self, mark: str) -> bool:
        found = self._at < len(self._symbols) and self._symbols[self._at] == mark
        self._at += found
        return found

    def _fault(self, reason: str) -> Exception:
        return bad_request(f"q cannot be read: {reason} in {self._text[:200]!r}")


def _symbols(text: str) -> list[str]:
    symbols, at = [], 0
    while at < len(text):
        found = _SYMBOL.match(text, at)
        if not found:
            raise bad_request(f"q cannot be read at character {at + 1}: {text[:200]!r}")
        symbols.append(found.group())
        at = found.end()
    return symbols


def _literal(symbol: str) -> Any:
    if symbol.startswith('"'):
        return symbol[1:-1].replace('\\"', '"')
    if _NUMBER.fullmatch(symbol):
        return float(symbol)
    return _WORDS.get(symbol, symbol)


def _value(document: Document, path: list[str]) -> Any:
    """Return what stands at `attribute.sub.sub`, _MISSING where there is nothing."""
    held: Any = document
    for name in path:
        held = held.get(name, _MISSING) if isinstance(held, dict) else _MISSING
    if not isinstance(held, dict):
        return held
    return next((held[key] for key in ("value", "object") if key in held), held)


def _holds(compare: Callable[[Any, Any], bool], held: Any, wanted: Any) -> bool:
    """Compare like with like; a list holds where one of its items does."""
    if held is _MISSING:
        return False
    if isinstance(held, list):
        return any(_holds(compare, item, wanted) for item in held)
    if _kind(held) is not _kind(wanted):
        return compare is operator.ne
    return compare(held, wanted)


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
