"""A watchdog over the GUI thread: how long it works in one stretch, in processor time.

That is what the console is answerable for, however busy the machine is otherwise.
"""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, Signal

LIMIT_S = 0.1  # what a person does not notice


class Watchdog(QObject):
    """Asks the GUI thread again and again whether it is there, until `close`.

    Attributes:
        waits_s: how long each answer took.
        stretches_s: processor time that the GUI thread spent from one answer to the next.
    """

    asked = Signal(float)

    def __init__(self):
        super().__init__()
        self.waits_s, self.stretches_s = [], []
        self._worked_s = time.thread_time()
        self._ended = threading.Event()
        self.asked.connect(self._answer)
        self._thread = threading.Thread(target=self._ask, name="watchdog")
        self._thread.start()

    def close(self):
        self._ended.set()
        self._thread.join()

    def _answer(self, at):
        self.waits_s.append(time.perf_counter() - at)
        worked_s = time.thread_time()
        self.stretches_s.append(worked_s - self._worked_s)
        self._worked_s = worked_s

    def _ask(self):
        while not self._ended.wait(0.01):
            self.asked.emit(time.perf_counter())
