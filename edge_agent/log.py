"""How the agent talks: JSON lines for the journal, plain lines for a person at a terminal."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from typing_extensions import override

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
        text = json.dumps(entry, ensure_ascii=False)
        return f"<{_PRIORITIES.get(record.levelname, 6)}>{text}"


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> logging.Handler:
    """Send the agent's log to a stream, standard error by default; return the handler."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
    handler.setFormatter(plain if target.isatty() else JournalFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
