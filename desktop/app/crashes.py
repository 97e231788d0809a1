"""Crashes: an error of our own in a slot is written out whole and remembered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Crashes:
    """While entered, every error that nobody caught is printed and counted.

    Qt goes on after an error in a slot: without the count a picture of half a window looks as good
    as a picture of a whole one.
    """

    def __init__(self) -> None:
        self.count = 0
        self._print = sys.excepthook

    def __enter__(self) -> Self:
        self._print, sys.excepthook = sys.excepthook, self._note
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._print

    def _note(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.count += 1
        self._print(kind, error, trace)
