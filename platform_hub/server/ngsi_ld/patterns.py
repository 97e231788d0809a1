"""Regular expressions of callers: searched in time that grows with the text only (RE2)."""

from __future__ import annotations

from typing import Protocol

import re2

from platform_hub.server.governance.answers import bad_request

_MAX_LENGTH = 500
_MAX_MEMORY = 1 << 20  # a repetition of repetitions needs more, and is refused


class Pattern(Protocol):
    """A compiled regular expression."""

    def search(self, text: str) -> object | None:
        """Return something where the text holds a match."""


def compiled(text: str, what: str) -> Pattern:
    """Compile a regular expression.

    Args:
        text: the expression; backward references and look-around do not exist.
        what: where it stands, for the refusal.

    Raises:
        Refused: it is none, or too long.
    """
    if len(text) > _MAX_LENGTH:
        raise bad_request(f"{what} is longer than {_MAX_LENGTH} characters")
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    try:
        found: Pattern = re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise bad_request(f"{what} is not a regular expression: {said}") from error
    return found
