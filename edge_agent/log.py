"""How the agent talks: JSON lines for the journal, plain lines for a person at a terminal."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST_SECRET = 4  # masking a shorter one would tear words apart
_hidden: set[str] = set()
_PRIORITIES = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}  # sd-daemon(3)


class JournalFormatter(logging.Formatter):
    """One JSON object per line behind the priority that journald reads."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        text = masked(json.dumps(entry, ensure_ascii=False))
        return f"<{_PRIORITIES.get(record.levelname, 6)}>{text}"


class PlainFormatter(logging.Formatter):
    """A line for a person at a terminal."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def hide(secrets: Iterable[str]) -> None:
    """Keep texts out of every log line from now on, whoever writes them."""
    _hidden.update(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def masked(text: str) -> str:
    """Return a text with every hidden secret replaced."""
    for secret in _hidden:
        text = text.replace(secret, "***")
    return text


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> logging.Handler:
    """Send the agent's log to a stream, standard error by default; return the handler."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    plain = PlainFormatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(plain if target.isatty() else JournalFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
