"""Expressions over types and scopes: `,` or, `;` and, brackets (GS CIM 009, 4.17 and 4.19)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld.attribute_kinds import checked_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from platform_hub.server.ngsi_ld.json_ld import Context

    Names: TypeAlias = "Collection[str]"
    Test: TypeAlias = "Callable[[Names], bool]"

_SYMBOL = re.compile(r"[,|;()]|[^,|;()]+")
_MAX_DEPTH = 20
_MAX_LENGTH = 10_000


def types(text: str, context: Context) -> Test:
    """Read a selection of types as a test of an entity's types; `*` takes all.

    Raises:
        Refused: it cannot be read.
    """

    def named(name: str) -> Test:
        if name == "*":
            return lambda _held: True
        stored = context.stored(checked_name(name))
        return lambda held: stored in held

    return _Reader(text, "type", named).whole()


def scopes(text: str) -> Test:
    """Read a selection of scopes as a test of an entity's scopes: `+` is one level, `#` the rest.

    Raises:
        Refused: it cannot be read.
    """

    def named(name: str) -> Test:
        levels = [level for level in name.strip().split("/") if level]
        if not levels or "#" in levels[:-1]:
            raise bad_request(
                f"{name[:100]!r} of scopeQ is no scope such as /Harumi/+ or /Harumi/#"
            )
        return lambda held: any(_matches(levels, scope) for scope in held)

    return _Reader(text, "scopeQ", named).whole()


def _matches(levels: list[str], scope: str) -> bool:
    held = [level for level in scope.split("/") if level]
    if levels[-1] == "#":
        levels = levels[:-1]
        held = held[: len(levels)]
    return len(levels) == len(held) and all(
        want in {"+", have} for want, have in zip(levels, held, strict=True)
    )


class _Reader:
    def __init__(self, text: str, what: str, named: Callable[[str], Test]) -> None:
        if len(text) > _MAX_LENGTH:
            raise bad_request(f"{what} is longer than {_MAX_LENGTH} characters")
        self._symbols = [symbol.strip() for symbol in _SYMBOL.findall(text)]
        self._text, self._what, self._named = text, what, named
        self._at = 0

    def whole(self) -> Test:
        test = self._any(0)
        if self._at < len(self._symbols):
            raise self._fault()
        return test

    def _any(self, depth: int) -> Test:
        parts = [self._all(depth)]
        while self._take(",|"):
            parts.append(self._all(depth))
        return lambda held: any(part(held) for part in parts)

    def _all(self, depth: int) -> Test:
        parts = [self._one(depth)]
        while self._take(";"):
            parts.append(self._one(depth))
        return lambda held: all(part(held) for part in parts)

    def _one(self, depth: int) -> Test:
        if depth > _MAX_DEPTH:
            raise self._fault()
        if self._take("("):
            inner = self._any(depth + 1)
            if not self._take(")"):
                raise self._fault()
            return inner
        symbol = self._symbols[self._at] if self._at < len(self._symbols) else ""
        if not symbol or symbol in ",|;()":
            raise self._fault()
        self._at += 1
        return self._named(symbol)

    def _take(self, marks: str) -> bool:
        found = self._at < len(self._symbols) and self._symbols[self._at] in marks
        found = found and bool(self._symbols[self._at])
        self._at += found
        return found

    def _fault(self) -> Exception:
        return bad_request(f"{self._what} cannot be read: {self._text[:200]!r}")
