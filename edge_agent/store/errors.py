"""What can be wrong with the log's folder or disk, each in one sentence with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from pathlib import Path


class LogUnavailable(SmartAreaError):
    """Fix the folder or the disk: the reading log cannot be opened, read or written."""


class LogFull(LogUnavailable):
    """Free space or let the sinks catch up: there is no room for new readings."""

    def __init__(self, folder: Path, shortage: str) -> None:
        super().__init__(
            f"reading log {folder} is full: {shortage}; free space on the disk or let what waits "
            "be sent, the log then goes on by itself"
        )


def explained(folder: Path, error: Exception) -> LogUnavailable:
    """Say what an error of the disk or of SQLite means for the log, and what to do."""
    words = str(error)
    for said, remedy in _REMEDIES:
        if said in words:
            return LogUnavailable(f"reading log {folder}: {words}; {remedy}")
    return LogUnavailable(f"reading log {folder}: {words}; check the folder and its disk")


def closed(folder: Path) -> LogUnavailable:
    """Say that the log takes nothing more."""
    return LogUnavailable(f"reading log {folder} is closed; open it again to use it")


_REMEDIES = (
    ("not a database", "start the agent, which mends it, or choose another data folder"),
    ("malformed", "start the agent, which mends it, or choose another data folder"),
    ("disk is full", "free space on the disk, the log then goes on by itself"),
    ("disk I/O error", "check the disk and its free space, the log then goes on by itself"),
    ("locked", "another process has this log open: stop it first"),
    ("readonly", "give this user the right to write there"),
    ("unable to open", "give this user the right to write there, or look at a copy of the folder"),
    ("Permission denied", "give this user the right to write there"),
    ("Read-only file system", "mount it writable or choose another data folder"),
    ("No such file", "create the folder above it or correct the data folder in the settings"),
    ("exists", "it is a file, not a folder: move it away or choose another data folder"),
    ("Not a directory", "a file stands in its path: choose another data folder"),
    ("No space left", "free space on the disk"),
)
