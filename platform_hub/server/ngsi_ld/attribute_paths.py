"""Paths to values: `attribute.sub[member.member]`, as in `q` and `orderBy` (4.9, 4.23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld.attribute_kinds import BY_KEY, RESERVED, checked_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_hub.server.ngsi_ld.json_ld import Context

_MAX_STEPS = 20


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value stands: attributes within attributes, then members of the value.

    Attributes:
        names: names as the store keeps them, the first of the entity's own attributes.
        members: of a value that is an object; of a LanguageProperty, the language.
    """

    names: tuple[str, ...]
    members: tuple[str, ...] = ()


def parse(text: str, context: Context) -> Path:
    """Read a path.

    Raises:
        Refused: it is none.
    """
    outer, bracket, inner = text.partition("[")
    if bracket and not (inner.endswith("]") and len(inner) > 1):
        raise bad_request(f"the square bracket of {text[:100]!r} is not closed or empty")
    names = _names(outer, context)
    members = tuple(inner[:-1].split(".")) if bracket else ()
    if not names or len(names) + len(members) > _MAX_STEPS or not all(names):
        raise bad_request(f"{text[:100]!r} is no path to an attribute")
    return Path(tuple(names), members)


def values(document: dict[str, Any], path: Path) -> Iterator[Any]:
    """Yield every value at a path; nothing where there is none."""
    yield from _walk(document.get(path.names[0]), path.names[1:], path.members)


def _names(outer: str, context: Context) -> list[str]:
    if not outer:
        raise bad_request("a path begins with an attribute name")
    if "://" in outer:  # a full IRI has dots of its own
        return [context.stored(outer)]
    return [
        name if name in RESERVED and at else context.stored(checked_name(name))
        for at, name in enumerate(outer.split("."))
        if name
    ]


def _walk(held: Any, names: tuple[str, ...], members: tuple[str, ...]) -> Iterator[Any]:
    if not isinstance(held, dict | list):
        if held is not None and not names and not members:
            yield held
        return
    for one in held if isinstance(held, list) else [held]:
        if not isinstance(one, dict):
            if not names:
                yield one
        elif names:
            yield from _walk(one.get(names[0]), names[1:], members)
        else:
            yield from _value(one, members)


def _value(one: Any, members: tuple[str, ...]) -> Iterator[Any]:
    if not isinstance(one, dict):
        yield one
        return
    key = next((key for key in BY_KEY if key in one), None)
    held = one if key is None else one[key]
    if key == "languageMap" and not members:
        yield list(held.values()) if isinstance(held, dict) else held
        return
    if key == "objectList":
        held = [item.get("object", item) if isinstance(item, dict) else item for item in held]
    for member in members:
        if key == "languageMap" and member == "*":
            held = list(held.values())
            break
        held = held.get(member) if isinstance(held, dict) else None
        if held is None:
            return
    yield held
