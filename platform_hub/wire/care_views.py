"""Care's values as JSON and back: field names in camel case, codes such as metrics as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from area_configs.domain.errors import BadFrame

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_CODED = frozenset({"metrics", "usual", "scores", "burdens", "totals", "burden_totals"})
_HUMP = re.compile(r"[A-Z]")


def written(value: object) -> Any:
    """Return a value of `area_configs.domain.care` as what JSON can hold."""
    return _named(msgspec.to_builtins(value), _camel)


def read(data: Any, kind: type[T]) -> T:
    """Return the value that JSON holds.

    Raises:
        BadFrame: it is not of that kind.
    """
    try:
        return msgspec.convert(_named(data, _snake), kind)
    except msgspec.ValidationError as error:
        raise BadFrame(f"the hub's answer is no {kind.__name__}: {error}") from error


def _named(value: Any, name: Callable[[str], str]) -> Any:
    if isinstance(value, list | tuple):
        return [_named(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    return {name(key): _held(key, one, name) for key, one in value.items()}


def _held(key: str, value: Any, name: Callable[[str], str]) -> Any:
    if _snake(key) in _CODED and isinstance(value, dict):
        return {code: _named(one, name) for code, one in value.items()}
    return _named(value, name)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _snake(name: str) -> str:
    return _HUMP.sub(lambda hump: f"_{hump.group().lower()}", name)
