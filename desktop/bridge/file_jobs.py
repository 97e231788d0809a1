"""Long reading of files off the GUI thread, one after another, with progress and a prompt end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class FileJobs(QObject):
    """Reads files in one thread; a file that cannot be read is told and the rest goes on."""

    progressed = Signal(int, int)  # done, of how many
    failed = Signal(str)  # why a file could not be read
    finished = Signal(object)  # what was made of the readable files' content

    def __init__(
        self,
        read: Callable[[Path], object],
        expected: type[Exception],
        combine: Callable[[list[Any]], object],
        parent: QObject | None = None,
    ) -> None:
        """Set up the work.

        Args:
            read: reads one file; None where it was told to stop (see `going`).
            expected: its exception that carries a sentence for the person.
            combine: makes one thing of what the readable files gave, in order.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._read, self._expected, self._combine = read, expected, combine
        self._cancelled, self._enough = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, paths: Sequence[Path]) -> None:
        """Begin; call once."""
        self._thread = threading.Thread(target=self._run, args=(tuple(paths),), name="city-files")
        self._thread.start()

    @property
    def going(self) -> bool:
        """Tell whether the file being read is still wanted; for `read`, from its thread."""
        return not (self._cancelled.is_set() or self._enough.is_set())

    def stop(self) -> None:
        """Read no more; `finished` comes with what has been read so far."""
        self._enough.set()

    def close(self) -> None:
        """Cancel and wait for the file being read; nothing is told any more."""
        self._cancelled.set()
        if self._thread:
            self._thread.join()

    def _run(self, paths: tuple[Path, ...]) -> None:
        results = []
        for done, path in enumerate(paths, start=1):
            if not self.going:
                break
            try:
                results.append(self._read(path))
            except self._expected as error:
                self.failed.emit(str(error))
            self.progressed.emit(done, len(paths))
        if self._cancelled.is_set():
            return
        result = self._combine([result for result in results if result is not None])
        if not self._cancelled.is_set():
            self.finished.emit(result)
