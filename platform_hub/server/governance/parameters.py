"""Query parameters of the area API: numbers and words with bounds, unknown ones refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from platform_hub.server.governance.answers import bad_request

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

_DIGITS = re.compile(r"[0-9]{1,18}")
FULL_PAGE = 1000


def number(request: Request, name: str, default: int, bounds: tuple[int, int]) -> int:
    """Return a whole number from the query.

    Raises:
        Refused: no whole number, or outside its bounds.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    lowest, highest = bounds
    if not (_DIGITS.fullmatch(text) and lowest <= int(text) <= highest):
        raise bad_request(f"{name} is a whole number from {lowest} to {highest}")
    return int(text)


def limit(request: Request, default: int = 100) -> int:
    """Return how many items a page may have."""
    return number(request, "limit", default, (1, FULL_PAGE))


def only(request: Request, names: Collection[str]) -> None:
    """Refuse parameters that mean nothing here: they are typing errors.

    Raises:
        Refused: names the first.
    """
    for name in request.query_params:
        if name not in names:
            known = ", ".join(sorted(names)) or "none"
            raise bad_request(f"there is no parameter {name[:80]!r} here; known: {known}")
