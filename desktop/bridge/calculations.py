"""Long calculations off the GUI thread: each question is answered once and the answer is kept."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_KEPT = 64  # a day of sun masks is the largest answer, some megabytes


class Calculations(QObject):
    """Answers questions in one thread; `arrived` tells that a question has an answer."""

    arrived = Signal()
    failed = Signal(object)  # the exception: a bug, to be raised in the GUI thread
    _done = Signal(object, object, object)  # question, answer, exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._open: set[Hashable] = set()
        self._jobs: queue.SimpleQueue[tuple[Hashable, Callable[[], Any]] | None] = (
            queue.SimpleQueue()
        )
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._done.connect(self._take)

    @property
    def busy(self) -> bool:
        """Tell whether a question is without an answer."""
        return bool(self._open)

    def answer(self, question: Hashable, work: Callable[[], Any]) -> Any:
        """Return the answer to a question; None where the work has yet to be done, and begin it."""
        if question in self._answers:
            self._answers.move_to_end(question)
            return self._answers[question]
        if question not in self._open and not self._closed.is_set():
            self._open.add(question)
            self._start()
            self._jobs.put((question, work))
        return None

    def close(self) -> None:
        """End the thread after the work that it is at; nothing is told any more."""
        self._closed.set()
        self._jobs.put(None)
        if self._thread:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="calculations")
            self._thread.start()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._closed.is_set():
            question, work = job
            answer, error = None, None
            try:
                answer = work()
            except Exception as caught:  # noqa: BLE001  # thread boundary: raised again in the GUI thread
                error = caught
            if not self._closed.is_set():
                self._done.emit(question, answer, error)

    def _take(self, question: Hashable, answer: object, error: Exception | None) -> None:
        self._open.discard(question)
        if error is not None:
            self.failed.emit(error)
            raise error
        self._answers[question] = answer
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        self.arrived.emit()
