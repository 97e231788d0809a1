"""Pictures without a person: waits until every page is true, takes them, ends the application."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.views import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.app.console import Console

DONE, BAD_USE, UNREACHABLE = 0, 2, 4
_LOOK_MS = 100


class PictureRun(QObject):
    """Waits until the picture is true, then takes one of every page and ends the application."""

    def __init__(self, console: Console, folder: Path, wait_s: float) -> None:
        super().__init__(console)
        self._console, self._folder = console, folder
        self._ends_s = time.monotonic() + wait_s
        self._chosen = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin to wait."""
        self._timer.start()

    def _look(self) -> None:
        console, late = self._console, time.monotonic() > self._ends_s
        if console.models is None:
            if late:
                self._end(UNREACHABLE, "The hub gave no area in time: try a longer --wait.")
            return
        if not self._chosen and (console.live_heard or late):
            self._chosen = True
            console.models.selection.choose(console.models.most_telling())
            pictures.look_at_all(console.window)
            if console.models.energy:
                console.models.energy.ask_plan()
            if console.editor:
                console.editor.open_map()
        elif late or (self._chosen and self._is_true()):
            self._take()

    def _is_true(self) -> bool:
        """Tell whether everything that was asked for has come."""
        console = self._console
        energy = console.models.energy if console.models else None
        planned = energy is None or energy.settled
        mapped = console.editor is None or console.editor.drawn
        return console.city_drawn and mapped and planned and not self._asks()

    def _asks(self) -> bool:
        console = self._console
        busy = console.history_desk.is_busy or console.area_desk.is_busy
        return busy or bool(console.histories_open)

    def _take(self) -> None:
        self._timer.stop()
        try:
            paths = pictures.take(self._console.window, self._console.languages, self._folder)
        except OSError as error:
            self._end(BAD_USE, str(error))
            return
        print(json.dumps({"pictures": [str(path) for path in paths]}))  # noqa: T201  # the data
        self._end(DONE)

    def _end(self, status: int, sentence: str = "") -> None:
        self._timer.stop()
        if sentence:
            print(sentence, file=sys.stderr)  # noqa: T201  # talk
        QApplication.exit(status)
