"""Drafts: work that is not sent yet, kept on this machine so that a crash loses none of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import platformdirs
from PySide6.QtCore import QObject, QSaveFile, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AUTOSAVE_MS = 1000  # a person stops typing for less than this


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of work as it was kept last.

    Attributes:
        name: what it is a draft of, such as `configuration/gw-energy`.
        content: anything that JSON can hold.
        saved_us: when it was kept, microseconds since 1970 UTC.
    """

    name: str
    content: Any
    saved_us: int


class Drafts:
    """The drafts of one hub. Each is a file that is replaced whole: never half of one.

    Raises nothing on reading: a file that cannot be read is no draft, and stays where it is.
    """

    def __init__(self, hub: str, root: Path | None = None) -> None:
        folder = (root or platformdirs.user_state_path("smart-area")) / "drafts"
        self._folder = folder / quote(hub, safe="")

    def keep(self, name: str, content: Any) -> None:
        """Write a draft; returns once it is on the disk.

        Raises:
            OSError: it cannot be kept, as on a full disk; the draft kept before is still there.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        body = {"name": name, "savedUs": time.time_ns() // 1000, "content": content}
        write_whole(self._path(name), json.dumps(body, ensure_ascii=False).encode())

    def find(self, name: str) -> Draft | None:
        """Return a draft, None where there is none."""
        return _read(self._path(name))

    def drop(self, name: str) -> None:
        """Forget a draft: it was sent or given up."""
        self._path(name).unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Return every draft, the newest first."""
        if not self._folder.is_dir():
            return []
        found = [_read(path) for path in self._folder.glob("*.json")]
        return sorted((one for one in found if one), key=lambda one: -one.saved_us)

    def _path(self, name: str) -> Path:
        return self._folder / f"{quote(name, safe='')}.json"


class Autosave(QObject):
    """Keeps one draft a moment after each change; `flush` keeps it now.

    `content` returns what is to be kept, None where there is nothing to keep.
    """

    failed = Signal(str)  # why it could not be kept; the next change tries again
    saved = Signal()

    def __init__(
        self,
        drafts: Drafts,
        name: str,
        content: Callable[[], Any],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drafts, self._name, self._content = drafts, name, content
        self._timer = QTimer(self, interval=AUTOSAVE_MS, singleShot=True)
        self._timer.timeout.connect(self.flush)

    def touch(self) -> None:
        """Note a change."""
        self._timer.start()

    def flush(self) -> None:
        """Keep, or drop where there is nothing to keep, at once."""
        self._timer.stop()
        content = self._content()
        try:
            if content is None:
                self._drafts.drop(self._name)
            else:
                self._drafts.keep(self._name, content)
        except OSError as error:
            self.failed.emit(error.strerror or str(error))
        else:
            self.saved.emit()


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file with these bytes, durably and whole, readable by its owner only.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    file = QSaveFile(str(path))
    file.setDirectWriteFallback(False)
    opened = file.open(QSaveFile.OpenModeFlag.WriteOnly)
    if not opened or file.write(data) != len(data) or not file.commit():
        raise OSError(0, f"{path} cannot be written: {file.errorString()}")
    path.chmod(0o600)


def _read(path: Path) -> Draft | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return Draft(str(body["name"]), body["content"], int(body["savedUs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
