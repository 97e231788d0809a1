"""Looking for hubs and gateways on the local network, in a thread of its own; hints, never proof."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from platform_hub.client import discovering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LISTEN_S = 3.0


class Discovery(QObject):
    """One search at a time; what it found comes as one list."""

    found = Signal(list)  # discovering.Found
    failed = Signal(str)  # why this machine cannot look

    def __init__(
        self,
        look: Callable[[float, threading.Event], Sequence[discovering.Found]] = discovering.look,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def search(self) -> None:
        """Begin to look; while a search is under way it goes on."""
        if (self._thread and self._thread.is_alive()) or self._ended.is_set():
            return
        self._thread = threading.Thread(target=self._search, name="discovery")
        self._thread.start()

    def close(self) -> None:
        """End the search that is under way."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _search(self) -> None:
        try:
            heard = self._look(_LISTEN_S, self._ended)
        except OSError as error:
            self.failed.emit(str(error))
            return
        if not self._ended.is_set():
            self.found.emit(list(heard))
