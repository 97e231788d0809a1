"""Differences between two JSON documents, as places (JSON Pointer) with both values. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING = object()


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place that differs; `before` or `after` is absent where nothing stands there."""

    path: str
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET


def between(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two documents differ, in the order of keys and indices (RFC 6901 paths)."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            place = f"{path}/{_escaped(key)}"
            yield from _pair(before.get(key, _MISSING), after.get(key, _MISSING), place)
    elif isinstance(before, list) and isinstance(after, list):
        for at in range(max(len(before), len(after))):
            yield from _pair(_item(before, at), _item(after, at), f"{path}/{at}")
    elif type(before) is not type(after) or before != after:
        yield Difference(path, before, after)


def _pair(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if before is _MISSING:
        yield Difference(path, after=after)
    elif after is _MISSING:
        yield Difference(path, before=before)
    else:
        yield from between(before, after, path)


def _item(items: list[Any], at: int) -> Any:
    return items[at] if at < len(items) else _MISSING


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
