"""The layout of a window: its borders and its size, as texts that can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WINDOW = "window"


class WindowLayout:
    """Of one window; how it comes is remembered when this is made."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._wanted: dict[str, str] = {}  # also of parts that are not made yet
        self._first = self._now()

    def states(self) -> dict[str, str]:
        """Return every state by the name of its part; of one not made yet what was restored."""
        return self._wanted | self._now()

    def take_in(self, *_: object) -> None:
        """Remember how parts that were made meanwhile come; then put them as they were wanted."""
        now = self._now()
        new = now.keys() - self._first.keys()
        self._first |= {name: now[name] for name in new}
        self._put({name: state for name, state in self._wanted.items() if name in new})

    def restore(self, states: Mapping[str, str]) -> None:
        """Put parts back as they were; one that does not exist yet is once it is taken in."""
        self._wanted = dict(states)
        self._put(states)

    def reset(self) -> None:
        """Put every part back as it came."""
        self.restore(self._first)

    def _now(self) -> dict[str, str]:
        states = {name: _text(splitter.saveState()) for name, splitter in self._splitters()}
        return {_WINDOW: _text(self._window.saveGeometry()), **states}

    def _put(self, states: Mapping[str, str]) -> None:
        if _WINDOW in states:
            self._window.restoreGeometry(_bytes(states[_WINDOW]))
        for name, splitter in self._splitters():
            if name in states:
                splitter.restoreState(_bytes(states[name]))

    def _splitters(self) -> Iterator[tuple[str, QSplitter]]:
        for splitter in self._window.findChildren(QSplitter):
            yield "/".join(reversed(list(_places(splitter)))), splitter


def _places(widget: QWidget) -> Iterator[str]:
    """Name a widget and all above it by kind and place among its like: no name is needed."""
    parent = widget.parentWidget()
    while parent is not None:
        beside = [one for one in parent.children() if type(one) is type(widget)]
        yield f"{type(widget).__name__}{beside.index(widget)}"
        widget, parent = parent, parent.parentWidget()


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "replace")))
