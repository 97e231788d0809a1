"""The data folder: whose it is, and the status file in it that an agent keeps up to date."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

STATUS_FILE = "status.json"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_RIGHT = "give this user the right to write there"
_REMEDIES = {
    errno.EROFS: "mount its disk writable",
    errno.ENOSPC: "free space on its disk",
    errno.EDQUOT: "free space on its disk",
}
_BLOCK_BYTES = 512  # what st_blocks counts, whatever the file system's own are


class FolderInUse(SmartAreaError):
    """Stop the other agent: it uses the same data folder."""


class StatusDamaged(SmartAreaError):
    """Start the agent, or delete the file: the status that it left cannot be read."""


class FolderLock:
    """The data folder is ours: a second agent would number readings twice."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is missing and lock it.

        Raises:
            FolderInUse: another process has it.
            SmartAreaError: it cannot be made or written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(folder / "agent.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise SmartAreaError(
                f"data folder {folder} cannot be used ({error.strerror}): correct `data` in the "
                f"settings or {_REMEDIES.get(error.errno or 0, _RIGHT)}"
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.pread(self._fd, 32, 0).decode(errors="replace").strip()
            self.close()
            raise FolderInUse(
                f"data folder {folder} is in use by the agent with process id {owner or '?'}: "
                f"stop that one or set another `data` folder"
            ) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder back."""
        os.close(self._fd)


def is_running(folder: Path) -> bool:
    """Tell whether an agent has a data folder, without touching the folder."""
    try:
        with (folder / "agent.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def owner(folder: Path) -> int | None:
    """Return the process id of the agent that has a data folder, None where none runs."""
    if not is_running(folder):
        return None
    text = (folder / "agent.lock").read_text(encoding="utf-8", errors="replace").strip()
    return int(text) if text.isdigit() else None


def write_status(folder: Path, status: dict[str, Any]) -> None:
    """Replace the status file of a data folder; a reader sees the old one or the new one.

    On a full disk the new one is written over the old one, which takes no room: then above all
    somebody wants to know.
    """
    text = json.dumps(status, ensure_ascii=False, indent=1).encode()
    temporary = folder / f".{STATUS_FILE}.new"
    try:
        temporary.write_bytes(text)
        os.replace(temporary, folder / STATUS_FILE)  # noqa: PTH105 - the same, and says what it does
    except OSError as error:
        if error.errno not in _NO_ROOM or not _write_over(folder / STATUS_FILE, text):
            raise
        temporary.unlink(missing_ok=True)


def read_status(folder: Path) -> dict[str, Any] | None:
    """Return the status that an agent left in its data folder, None where none ever ran.

    Raises:
        StatusDamaged: it is none, as a power cut may leave it.
    """
    for _ in range(2):  # what was just being written over is whole a moment later
        try:
            status = json.loads((folder / STATUS_FILE).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            continue
        if isinstance(status, dict):
            return status or None
    raise StatusDamaged(
        f"{folder / STATUS_FILE} is damaged: start the agent, which writes it anew, or delete it"
    )


def _write_over(file: Path, text: bytes) -> bool:
    """Write over what a file holds; return False where that takes more room than it has."""
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        old = os.fstat(opened)
        if len(text) > old.st_blocks * _BLOCK_BYTES:
            return False
        os.pwrite(opened, text.ljust(old.st_size), 0)  # JSON may end with spaces
    finally:
        os.close(opened)
    return True
