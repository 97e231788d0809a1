"""What brokers answer: entities in every form that the standard allows, read as samples.

Normalised, concise and simplified temporal forms; one instance or many; with or without `type`;
attribute names short or as IRIs.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_ATTRIBUTES = {"id", "@id", "type", "@type", "@context", "scope", "location"}
_SEPARATORS = re.compile(r"[/#]")


class Sample(NamedTuple):
    """One value of one attribute at one instant, microseconds UTC."""

    attribute: str
    observed_us: int
    value: Any


def samples(entity: dict[str, Any]) -> Iterator[Sample]:
    """Yield what an entity holds that has an instant, current or temporal."""
    for name, held in entity.items():
        if name in _NOT_ATTRIBUTES:
            continue
        attribute = _SEPARATORS.split(name)[-1]
        for value, instant in _instances(held):
            with contextlib.suppress(ValueError, TypeError):
                yield Sample(attribute, timestamps.from_text(instant), value)


def _instances(held: Any) -> Iterator[tuple[Any, Any]]:
    for one in held if isinstance(held, list) else [held]:
        if not isinstance(one, dict):
            continue
        if "observedAt" in one:
            yield one.get("value"), _plain(one["observedAt"])
        elif isinstance(one.get("values"), list):  # the simplified temporal form
            for pair in one["values"]:
                if isinstance(pair, list) and len(pair) >= len(("value", "instant")):
                    yield pair[0], pair[1]


def _plain(instant: Any) -> Any:
    """Return the text of an instant that some brokers wrap as a typed value."""
    if isinstance(instant, dict):
        return instant.get("value", instant.get("@value"))
    return instant
