"""Loads the twin's code behind the open window: its graphics library alone takes half a second."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.app.twin_desk import TwinDesk


class LateTwin(QObject):
    """Imports what is large in a thread, and what holds Qt's classes in the GUI thread after it.

    Qt's Python classes are not made in two threads at once: that has ended processes.
    """

    loaded = Signal(object)  # the class TwinDesk
    _ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="twin-code")
        self._ready.connect(self._load)

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
        for name in ("vtkmodules.vtkRenderingOpenGL2", "desktop.twin.meshes"):
            importlib.import_module(name)
        if not self._closed.is_set():
            self._ready.emit()

    def _load(self) -> None:
        if self._closed.is_set():
            return
        from desktop.app.twin_desk import TwinDesk  # noqa: PLC0415  # the point of this class

        self.loaded.emit(TwinDesk)
