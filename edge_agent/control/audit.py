"""The audit trail: every command that was asked for and what became of it, on disk before it goes out."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE = "commands.jsonl"
DEMAND_FILE = "demand.jsonl"


class AuditTrail:
    """An append-only file of JSON lines; a full one is put aside, and the oldest given up."""

    def __init__(
        self, folder: Path, name: str = FILE, most_bytes: int = 4 << 20, kept: int = 5
    ) -> None:
        """Set it up; nothing is opened yet.

        Args:
            folder: where it lies.
            name: of the file.
            most_bytes: of one file.
            kept: how many full ones stay.
        """
        self._file = folder / name
        self._most_bytes = most_bytes
        self._kept = kept
        self._lock = threading.Lock()

    def note(self, entry: dict[str, Any]) -> None:
        """Add a line; it is on the disk when this returns.

        Raises:
            OSError: the disk does not take it.
        """
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            self._add(line)

    def newest(self, count: int) -> list[dict[str, Any]]:
        """Return the last lines, oldest first; a line that a power cut tore is left out."""
        found: list[dict[str, Any]] = []
        for file in (self._aside(1), self._file):
            try:
                text = file.read_text(encoding="utf-8", errors="replace")
            except FileNotFoundError:
                continue
            found += [entry for line in text.splitlines() if (entry := _read(line))]
        return found[-count:]

    def _add(self, line: bytes) -> None:
        if self._size() + len(line) > self._most_bytes:
            self._put_aside()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._file, flags, 0o640)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except FileNotFoundError:
            return 0

    def _put_aside(self) -> None:
        for number in range(self._kept, 0, -1):
            older = self._aside(number - 1) if number > 1 else self._file
            if older.exists():
                older.replace(self._aside(number))

    def _aside(self, number: int) -> Path:
        return self._file.with_name(f"{self._file.name}.{number}")


def _read(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
