"""Checks across the fields of the commands of a device profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.devices import NEVER_COMMANDED
from area_configs.domain.quantities import QUANTITIES
from area_configs.loader.sentences import suggest
from area_configs.loader.tolerant import Table, number, repeated, table, tables, text
from area_configs.loader.toml_text import dotted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from area_configs.loader.locator import Path

Found = tuple["Path", str]

_WRITABLE = ("holding", "coil")
_LIMITS = {
    f"{sign}{bits}": (
        -(1 << bits - 1) if sign == "i" else 0,
        (1 << bits - (sign == "i")) - 1,
    )
    for sign in "ui"
    for bits in (8, 16, 32, 64)
}


def command_mistakes(values: Table) -> Iterator[Found]:
    """Give path and message of what is wrong with commands; their targets are checked as sources."""
    for key, again in (("id", "given"), ("quantity", "commanded")):
        for at, word, first in repeated(tables(values, "commands"), key):
            yield at, f"{word!r} is {again} twice; first at {dotted(first)}"
    given = {text(point, "quantity") or "" for _, point in tables(values, "points")} - {""}
    for at, command in tables(values, "commands"):
        yield from _allowed(at, text(values, "kind"))
        yield from _quantities(at, command, given)
        yield from _arguments(at, command)
        yield from _modbus((*at, "modbus"), command)
        for place, interlock in tables(command, "interlocks", at):
            yield from _interlock(place, interlock, given)


def _allowed(at: Path, kind: str | None) -> Iterator[Found]:
    if kind in NEVER_COMMANDED:
        yield at, f"a device of kind {kind!r} has its own safety controller: it takes no commands"


def _quantities(at: Path, command: Table, given: Collection[str]) -> Iterator[Found]:
    word = text(command, "quantity")
    if word is not None and word not in QUANTITIES:
        yield (*at, "quantity"), f"there is no quantity {word!r}{suggest(word, QUANTITIES)}"
    back = text(command, "read_back")
    if back is not None and back not in given:
        yield (*at, "read_back"), f"the profile has no point {back!r}{suggest(back, given)}"


def _arguments(at: Path, command: Table) -> Iterator[Found]:
    low, high = number(command, "minimum"), number(command, "maximum")
    if low is None or high is None:
        return
    if low >= high:
        yield (*at, "minimum"), f"expected less than the maximum {high:g}, found {low:g}"
        return
    only = command.get("values")
    listed = only if isinstance(only, list) else []
    for index, value in enumerate(listed):
        if isinstance(value, int | float) and not low <= value <= high:
            yield (*at, "values", index), f"{value:g} is outside {low:g} to {high:g}"
    safe = number(command, "fallback")
    if safe is not None and not low <= safe <= high:
        yield (*at, "fallback"), f"{safe:g} is outside {low:g} to {high:g}"
    elif safe is not None and listed and safe not in listed:
        yield (*at, "fallback"), f"{safe:g} is not among the values"


def _interlock(at: Path, interlock: Table, given: Collection[str]) -> Iterator[Found]:
    word = text(interlock, "quantity")
    if word is not None and word not in given:
        yield (*at, "quantity"), f"the profile has no point {word!r}{suggest(word, given)}"
    low, high = number(interlock, "minimum"), number(interlock, "maximum")
    if low is None and high is None:
        yield at, "is no condition: expected a minimum, a maximum or both"
    elif low is not None and high is not None and low >= high:
        yield (*at, "minimum"), f"expected less than the maximum {high:g}, found {low:g}"


def _modbus(at: Path, command: Table) -> Iterator[Found]:
    target = table(command, "modbus")
    place = text(target, "table")
    if place is not None and place not in _WRITABLE:
        yield (*at, "table"), f"{place!r} cannot be written: expected holding or coil"
    kind = target.get("type", "u16")
    scale, shift = number(target, "scale") or 1.0, number(target, "shift") or 0.0
    if place == "coil" or kind not in _LIMITS:
        return
    least, most = _LIMITS[kind]
    for key in ("minimum", "maximum"):
        value = number(command, key)
        if value is not None and not least <= (raw := (value - shift) / scale) <= most:
            yield (*at, "type"), f"the {key} {value:g} is {raw:g} as {kind}: {least} to {most}"
