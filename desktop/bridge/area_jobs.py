"""Long work on area files off the GUI thread: one job at a time, its end told as a signal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance


class AreaJobs(QObject):
    """Runs jobs one after another, each in a thread of its own."""

    done = Signal(str, object)  # the topic, what the job returned
    failed = Signal(str, str)  # the topic, a sentence
    broken = Signal(object)  # an exception that is a bug, raised again in the GUI thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turn = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closed = threading.Event()
        self.broken.connect(_raised)

    def run(self, topic: str, job: Callable[[], object]) -> None:
        """Begin a job and return at once."""
        thread = threading.Thread(target=self._work, args=(topic, job), name=f"area-{topic}")
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def close(self) -> None:
        """Wait for what is being written; nothing is told any more."""
        self._closed.set()
        for thread in self._threads:
            thread.join()

    def _work(self, topic: str, job: Callable[[], object]) -> None:
        with self._turn:
            if self._closed.is_set():
                return
            try:
                found = job()
            except SmartAreaError as error:
                self._tell(self.failed, topic, str(error))
            except OSError as error:
                self._tell(self.failed, topic, error.strerror or str(error))
            except Exception as error:  # noqa: BLE001  # thread boundary: raised again in the GUI thread
                self._tell(self.broken, error)
            else:
                self._tell(self.done, topic, found)

    def _tell(self, signal: SignalInstance, *words: object) -> None:
        if not self._closed.is_set():
            signal.emit(*words)


def _raised(error: Exception) -> None:
    raise error
