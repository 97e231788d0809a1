"""Query parameters: read strictly, with every fault named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from platform_hub.server.governance.answers import bad_request, invalid_request
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.requests import Request

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class Parameters:
    """The parameters of one request.

    Raises:
        Refused: from every method, with the problem that names the parameter.
    """

    def __init__(self, request: Request, allowed: Collection[str]) -> None:
        """Refuse parameters that the route does not know, and repeated ones."""
        self._values: dict[str, str] = {}
        for name, value in request.query_params.multi_items():
            if name not in allowed:
                names = ", ".join(sorted(allowed))
                raise invalid_request(f"unknown query parameter {name!r}; known are {names}")
            if name in self._values:
                raise invalid_request(f"query parameter {name!r} is given twice")
            self._values[name] = value

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as it stands."""
        value = self._values.get(name, default)
        if name in self._values and not value:
            raise bad_request(f"query parameter {name!r} is empty")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list, empty where it is not given."""
        names = tuple(part.strip() for part in self.text(name).split(","))
        if name in self._values and not all(names):
            raise bad_request(f"query parameter {name!r} has an empty item")
        return names if name in self._values else ()

    def uris(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list of URIs."""
        return tuple(checked_uri(uri) for uri in self.names(name))

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """Return a whole number, None where it is not given."""
        text = self.text(name)
        if not text:
            return None
        value = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else -1
        if not lowest <= value <= highest:
            raise bad_request(f"{name} must be a whole number from {lowest} to {highest}")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is not given."""
        text = self.text(name, "false").lower()
        if text not in {"true", "false"}:
            raise bad_request(f"{name} must be true or false")
        return text == "true"

    def instant(self, name: str) -> int | None:
        """Return an instant in microseconds UTC, None where it is not given."""
        text = self.text(name)
        try:
            # An unescaped + of an offset arrives as a space.
            return timestamps.from_text(text.replace(" ", "+")) if text else None
        except (ValueError, OverflowError) as error:
            raise bad_request(f"{name} is not an ISO 8601 instant: {error}") from error

    def instant_text(self, name: str) -> str:
        """Return an instant as ISO 8601 in UTC, empty where it is not given."""
        instant_us = self.instant(name)
        return "" if instant_us is None else timestamps.to_text(instant_us)

    def choice(self, name: str, choices: Collection[str]) -> str:
        """Return one of some words, empty where it is not given."""
        text = self.text(name)
        if text and text not in choices:
            raise _refusal(name)(f"{name} must be one of {', '.join(sorted(choices))}")
        return text

    def words(self, name: str, choices: Collection[str]) -> frozenset[str]:
        """Return some of some words."""
        words = frozenset(self.names(name))
        if unknown := words - set(choices):
            known = ", ".join(sorted(choices))
            raise _refusal(name)(
                f"{name} does not know {', '.join(sorted(unknown))}; it knows {known}"
            )
        return words


def _refusal(name: str) -> Callable[[str], Exception]:
    """Return how a wrong word is refused: a representation that there is not makes no request."""
    return invalid_request if name in {"options", "format"} else bad_request


def checked_uri(text: str) -> str:
    """Return a URI; refused where it is none."""
    if not _URI.fullmatch(text):
        raise bad_request(f"{text[:200]!r} is not a URI such as urn:ngsi-ld:Device:area:meter-1")
    return text
