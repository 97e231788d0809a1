"""The query language `q` (GS CIM 009, 4.9): comparisons, existence, `;` and, `|` or, brackets."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld import attribute_paths, json_ld, patterns
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.ngsi_ld.json_ld import Context

    Document: TypeAlias = "dict[str, Any]"
    Predicate: TypeAlias = "Callable[[Document], bool]"
    Test: TypeAlias = "Callable[[Any], bool]"

_SYMBOL = re.compile(
    r"""(?P<mark>==|!=|<=|>=|!~=|~=|<|>|;|\||\(|\)|,|\.\.)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<bare>(?:(?!\.\.|~=)[^\s;|()=!<>",])+)""",
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
_PATTERNS = ("~=", "!~=")
_MARKS = {*_COMPARE, *_PATTERNS, ";", "|", "(", ")", ",", ".."}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_WORDS: dict[str, Any] = {"true": True, "false": False}
_MAX_DEPTH = 20
_MAX_LENGTH = 10_000


def parse(text: str, context: Context = json_ld.CORE) -> Predicate:
    """Read a query as a test of an entity's document.

    Raises:
        Refused: 400, at the place where the query cannot be read.
    """
    if len(text) > _MAX_LENGTH:
        raise bad_request(f"q is longer than {_MAX_LENGTH} characters")
    return _Parser(text, context).whole()


class _Parser:
    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._context = context
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
        path = attribute_paths.parse(self._operand("an attribute name"), self._context)
        mark = self._peek()
        if mark in _PATTERNS:
            return self._pattern(path, negated=mark == "!~=")
        if mark not in _COMPARE:
            return lambda document: any(True for _ in attribute_paths.values(document, path))
        self._at += 1
        test = self._wanted(mark)
        if mark == "!=":
            return lambda document: _none_holds(document, path, test)
        return lambda document: _one_holds(document, path, test)

    def _pattern(self, path: attribute_paths.Path, *, negated: bool) -> Predicate:
        self._at += 1
        literal = _unquoted(self._operand("a pattern"))
        pattern = patterns.compiled(literal, "a pattern of q")

        def test(held: Any) -> bool:
            return isinstance(held, str) and pattern.search(held) is not None

        if negated:
            return lambda document: _none_holds(document, path, test)
        return lambda document: _one_holds(document, path, test)

    def _wanted(self, mark: str) -> Test:
        """Read what is compared with: a value, a range `a..b` or a list `a,b`."""
        first = _literal(self._operand("a value"))
        if mark in {"==", "!="} and self._skip(".."):
            last = _literal(self._operand("the end of a range"))
            return lambda held: _holds(operator.ge, held, first) and _holds(operator.le, held, last)
        choices = [first]
        while self._skip(","):
            choices.append(_literal(self._operand("a value")))
        if len(choices) > 1 and mark not in {"==", "!="}:
            raise self._fault(f"a list is compared with == or !=, not with {mark}")
        compare = operator.eq if mark == "!=" else _COMPARE[mark]
        return lambda held: any(_holds(compare, held, choice) for choice in choices)

    def _operand(self, what: str) -> str:
        symbol = self._next()
        if not symbol or symbol in _MARKS:
            raise self._fault(f"{what} is missing")
        return symbol

    def _peek(self) -> str:
        return self._symbols[self._at] if self._at < len(self._symbols) else ""

    def _next(self) -> str:
        symbol = self._peek()
        self._at += 1
        return symbol

    def _skip(self, mark: str) -> bool:
        found = self._peek() == mark
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


def _unquoted(symbol: str) -> str:
    if symbol.startswith('"'):
        return symbol[1:-1].replace('\\"', '"')
    return symbol


def _literal(symbol: str) -> Any:
    if symbol.startswith('"'):
        return _unquoted(symbol)
    if _NUMBER.fullmatch(symbol):
        return float(symbol)
    return _WORDS.get(symbol, symbol)


def _one_holds(document: Document, path: attribute_paths.Path, test: Test) -> bool:
    return any(_each(held, test) for held in attribute_paths.values(document, path))


def _none_holds(document: Document, path: attribute_paths.Path, test: Test) -> bool:
    """Tell whether there is a value and the test holds for none of them."""
    found = list(attribute_paths.values(document, path))
    return bool(found) and not any(_each(held, test) for held in found)


def _each(held: Any, test: Test) -> bool:
    """Test a value; a list holds where one of its items does."""
    if isinstance(held, list):
        return any(_each(item, test) for item in held)
    return test(held)


def _holds(compare: Callable[[Any, Any], bool], held: Any, wanted: Any) -> bool:
    """Compare like with like; instants are compared as such, however they are written."""
    if _kind(held) is not _kind(wanted):
        return False
    if isinstance(held, str) and _INSTANT.match(held) and _INSTANT.match(wanted):
        return _instants_hold(compare, held, wanted)
    if isinstance(held, dict):
        return False
    return compare(held, wanted)


def _instants_hold(compare: Callable[[Any, Any], bool], held: str, wanted: str) -> bool:
    try:
        return compare(timestamps.from_text(held), timestamps.from_text(wanted.replace(" ", "+")))
    except (ValueError, OverflowError):
        return compare(held, wanted)


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
