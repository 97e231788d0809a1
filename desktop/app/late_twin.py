"""Loads the twin's code behind the open window: its graphics library alone takes half a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.app.twin_desk import TwinDesk


class LateTwin(QObject):
    """Imports in a thread and tells the GUI thread when that is done."""

    loaded = Signal(object)  # the class TwinDesk

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="twin-code")

    def start(self, then: Callable[[type[TwinDesk]], None]) -> None:
        """Begin; `then` is called with the class of the desk, in the GUI thread."""
        self.loaded.connect(then)
        self._thread.start()

    def close(self) -> None:
        """Wait for the thread; nothing is told any more."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        from desktop.app.twin_desk import TwinDesk  # noqa: PLC0415  # the point of this class

        if not self._closed.is_set():
            self.loaded.emit(TwinDesk)
