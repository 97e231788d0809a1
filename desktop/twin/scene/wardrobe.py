"""The pictures on buildings near the eye: opened in a thread, kept up to a budget."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.twin.meshes import atlas_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.twin.meshes import Atlas, CityDrawing

BUDGET_BYTES = 96_000_000


class Wardrobe(QObject):
    """Holds the sheets of the squares that were near the eye last."""

    opened = Signal()  # one more sheet may be worn
    _done = Signal(object, int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._city: CityDrawing | None = None
        self._sheets: dict[int, Atlas | None] = {}
        self._asked: set[int] = set()
        self._jobs: queue.SimpleQueue[tuple[CityDrawing, int] | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._done.connect(self._take)

    @property
    def busy(self) -> bool:
        """Tell whether sheets that were asked for are not there yet."""
        return bool(self._asked)

    def show(self, city: CityDrawing) -> None:
        """Begin anew with another city."""
        self._city = city
        self._sheets, self._asked = {}, set()

    def worn(self, near: Sequence[int]) -> dict[int, Atlas]:
        """Return the sheets that are there for these squares, nearest first; open the others."""
        if self._city is None:
            return {}
        for number in near:
            if number not in self._sheets and self._city.squares[number].near.skin is not None:
                self._ask(number)
        found = {n: atlas for n in near if (atlas := self._sheets.get(n)) is not None}
        self._forget(found)
        return found

    def close(self) -> None:
        """End the thread; nothing is told any more."""
        self._closed.set()
        self._jobs.put(None)
        if self._thread:
            self._thread.join()

    def _ask(self, number: int) -> None:
        if number in self._asked or self._city is None or self._closed.is_set():
            return
        self._asked.add(number)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="building-pictures")
            self._thread.start()
        self._jobs.put((self._city, number))

    def _forget(self, wanted: dict[int, Atlas]) -> None:
        """Keep the wanted sheets and as many others as the budget allows, newest first."""
        size = sum(atlas.pixels.nbytes for atlas in wanted.values())
        for number in [n for n in reversed(self._sheets) if n not in wanted]:
            atlas = self._sheets[number]
            if atlas is None:
                continue
            size += atlas.pixels.nbytes
            if size > BUDGET_BYTES:
                del self._sheets[number]

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._closed.is_set():
            city, number = job
            if city is not self._city:
                continue
            square = city.squares[number]
            atlas = atlas_of(square.near, city.models[square.model].images)
            if not self._closed.is_set():
                self._done.emit(city, number, atlas)

    def _take(self, city: CityDrawing, number: int, atlas: Atlas | None) -> None:
        if city is self._city:
            self._asked.discard(number)
            self._sheets[number] = atlas
            self.opened.emit()
