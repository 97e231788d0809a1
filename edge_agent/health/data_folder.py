"""The data folder: whose it is, and the status file in it that an agent keeps up to date."""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

STATUS_FILE = "status.json"


class FolderInUse(SmartAreaError):
    """Stop the other agent: it uses the same data folder."""


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
                f"data folder {folder} cannot be used ({error.strerror}): "
                f"correct `data` in the settings or give this user the right to write there"
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
    """Replace the status file of a data folder; a reader sees the old one or the new one."""
    temporary = folder / f".{STATUS_FILE}.new"
    temporary.write_text(json.dumps(status, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(temporary, folder / STATUS_FILE)  # noqa: PTH105 - the same, and says what it does


def read_status(folder: Path) -> dict[str, Any] | None:
    """Return the status that an agent left in its data folder, None where none ever ran."""
    try:
        text = (folder / STATUS_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    status: dict[str, Any] = json.loads(text)
    return status
