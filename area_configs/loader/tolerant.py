"""Looking into parsed TOML that may be wrong anywhere, so that every check can still run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.loader.locator import Path

Table = dict[str, Any]


def tables(parent: Mapping[str, Any], key: str, at: Path = ()) -> Iterator[tuple[Path, Table]]:
    """Give path and content of the tables in an array; skip what is not a table."""
    found = parent.get(key)
    for index, item in enumerate(found if isinstance(found, list) else []):
        if isinstance(item, dict):
            yield (*at, key, index), item


def table(parent: Mapping[str, Any], key: str) -> Table:
    """Return a table, an empty one where there is none."""
    found = parent.get(key)
    return found if isinstance(found, dict) else {}


def text(parent: Mapping[str, Any], key: str) -> str | None:
    """Return a text, None where there is none."""
    found = parent.get(key)
    return found if isinstance(found, str) and found else None


def whole(parent: Mapping[str, Any], key: str, default: int | None = None) -> int | None:
    """Return a whole number, the default where the key is absent, None where it is wrong."""
    found = parent.get(key, default)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def number(parent: Mapping[str, Any], key: str) -> float | None:
    """Return a number, None where there is none."""
    found = parent.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found)
    except OverflowError:  # TOML's integers have no end in Python
        return None


def repeated(items: Iterator[tuple[Path, Table]], key: str) -> Iterator[tuple[Path, str, Path]]:
    """Give path and text of each repeated key, with the path of its first use."""
    first: dict[str, Path] = {}
    for at, item in items:
        word = text(item, key)
        if word is None:
            continue
        if word in first:
            yield (*at, key), word, (*first[word], key)
        else:
            first[word] = at
