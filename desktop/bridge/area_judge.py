"""Judging an area while somebody types: in one thread, the newest text only."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from area_configs.area_edit import AreaText

_PAUSE_S = 0.05  # shorter than between two keys: judging every key of a fast hand would slow it


class AreaJudge(QObject):
    """Has states of an area judged; `judged` gives the state, whose verdict is at hand from then on.

    Of states asked for in quick succession the last one is judged; the others never are.
    """

    judged = Signal(object)  # the AreaText
    broken = Signal(object)  # an exception that is a bug, raised again in the GUI thread

    def __init__(self, parent: QObject | None = None, pause_s: float = _PAUSE_S) -> None:
        """Wait `pause_s` for a newer state before each judgement."""
        super().__init__(parent)
        self._pause_s = pause_s
        self._asked: queue.SimpleQueue[AreaText | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="area-judge")
        self.broken.connect(_raised)
        self._thread.start()

    def ask(self, state: AreaText) -> None:
        """Have a state judged; returns at once."""
        self._asked.put(state)

    def close(self) -> None:
        """End the thread; nothing is told any more."""
        self._closed.set()
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (state := self._newest()) is not None:
            try:
                _ = state.judged
            except Exception as error:  # noqa: BLE001  # thread boundary: raised again in the GUI thread
                self.broken.emit(error)
            else:
                if not self._closed.is_set():
                    self.judged.emit(state)

    def _newest(self) -> AreaText | None:
        """Return the state to judge, None where there is an end of it."""
        state = self._asked.get()
        while state is not None and not self._closed.is_set():
            try:
                state = self._asked.get(timeout=self._pause_s)
            except queue.Empty:
                return state
        return None


def _raised(error: Exception) -> None:
    raise error
